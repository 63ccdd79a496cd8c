//! What GitHub would make of a posted body.
//!
//! Read with a renderer of GitHub's dialect; everything that a pull request's text must not become is a fault. It judges
//! what arrived at the server, whatever made it.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

/// The code blocks that a review may hold.
const FENCES: [&str; 8] = ["", "suggestion", "yaml", "diff", "json", "text", "sh", "shell"];

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.math_dollars = true;
    extension.math_code = true;
    extension.alerts = true;
    options
}

/// What is wrong with a body, one line for each fault; links may begin with any of `links` only.
pub(crate) fn faults(body: &str, links: &[String]) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, body, &options());
    let mut faults: Vec<String> = root
        .descendants()
        .filter_map(|node| fault(body, node, links))
        .collect();
    for word in texts(root).split_whitespace() {
        if is_linkable(word) {
            faults.push(format!("GitHub would link {word:?}"));
        }
    }
    // In code it is words about one.
    let comments: usize = root
        .descendants()
        .map(|node| match &node.data.borrow().value {
            NodeValue::HtmlInline(html) => html.matches("<!--").count(),
            NodeValue::HtmlBlock(block) => block.literal.matches("<!--").count(),
            _ => 0,
        })
        .sum();
    let marked = body.starts_with("<!-- tierguard")
        && body
            .lines()
            .next()
            .is_some_and(|line| line.trim_end().ends_with("-->"));
    if comments > usize::from(marked) {
        faults.push("an HTML comment that is not the marker on the first line".to_owned());
    }
    let suggestions = root
        .descendants()
        .filter(|node| matches!(&node.data.borrow().value, NodeValue::CodeBlock(block) if block.info == "suggestion"))
        .count();
    if suggestions > 1 {
        faults.push("more than one suggestion".to_owned());
    }
    if let Some(hidden) = body.chars().find(|&character| is_unseen(character)) {
        faults.push(format!("the unseen character {hidden:?}"));
    }
    faults
}

fn is_unseen(character: char) -> bool {
    matches!(character, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn fault<'a>(body: &str, node: &'a AstNode<'a>, links: &[String]) -> Option<String> {
    match &node.data.borrow().value {
        NodeValue::Link(link) => {
            let ours = links
                .iter()
                .any(|beginning| link.url.starts_with(beginning.as_str()));
            (!ours).then(|| format!("a link to {}", link.url))
        }
        NodeValue::Image(link) => Some(format!("an image of {}", link.url)),
        NodeValue::HtmlInline(html) => {
            let ours = ["<sub>", "</sub>", "<br>", "<br/>"].contains(&html.as_str());
            (!ours).then(|| format!("the element {html}"))
        }
        NodeValue::HtmlBlock(block) => block_fault(block.literal.trim()),
        NodeValue::CodeBlock(block) => {
            let ours = block.fenced && FENCES.contains(&block.info.as_str());
            (!ours).then(|| format!("the code block {:?} of {:?}", block.literal, block.info))
        }
        NodeValue::TableRow(_) => {
            // A renderer drops the cells that are too many: only the source shows them.
            let cells = |node: &'a AstNode<'a>| cells(body, node.data.borrow().sourcepos.start.line);
            let header = node.parent().and_then(comrak::arena_tree::Node::first_child);
            let (count, wanted) = (cells(node), header.map_or(0, cells));
            (count != wanted).then(|| format!("a row of {count} instead of {wanted} cells"))
        }
        NodeValue::Math(_)
        | NodeValue::FootnoteDefinition(_)
        | NodeValue::FootnoteReference(_)
        | NodeValue::Alert(_) => Some("a formula, a footnote or an alert".to_owned()),
        _ => None,
    }
}

/// The cells of a table's row, by the pipes of its line that are not escaped.
fn cells(body: &str, line: usize) -> usize {
    let line = body.lines().nth(line - 1).unwrap_or_default().trim();
    let line = line.trim_start_matches('>').trim().replace("\\|", " ");
    let line = line.strip_prefix('|').unwrap_or(&line);
    line.strip_suffix('|').unwrap_or(line).split('|').count()
}

fn block_fault(html: &str) -> Option<String> {
    let plain = |text: &str| !text.contains(['<', '&', '@', '#']);
    let ours = html.lines().all(|line| {
        let title = line
            .trim()
            .strip_prefix("<details>")
            .map(|rest| rest.strip_prefix("<summary>").unwrap_or(rest));
        let title = title.map(|rest| rest.strip_suffix("</summary>").unwrap_or(rest));
        let marker = line.starts_with("<!-- tierguard") && line.trim_end().ends_with("-->");
        marker || line.trim() == "</details>" || line.trim().is_empty() || title.is_some_and(plain)
    });
    (!ours).then(|| format!("the block {html}"))
}

/// The texts that are neither code nor a link, with a blank for each node that is none.
fn texts<'a>(node: &'a AstNode<'a>) -> String {
    match &node.data.borrow().value {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Link(_) | NodeValue::Code(_) => " ".to_owned(),
        NodeValue::Strong | NodeValue::Emph | NodeValue::Paragraph => node.children().map(texts).collect(),
        _ => format!(" {} ", node.children().map(texts).collect::<String>()),
    }
}

/// Whether GitHub makes a link or a mention of a word: `@a`, `#1`, `GH-1`, `o/r#1`, a commit, an address.
fn is_linkable(word: &str) -> bool {
    let digits = |text: &str| text.starts_with(|character: char| character.is_ascii_digit());
    let hex: usize = word
        .split(|character: char| !character.is_ascii_hexdigit())
        .map(str::len)
        .max()
        .unwrap_or_default();
    let mention = word
        .split('@')
        .skip(1)
        .any(|rest| rest.starts_with(|character: char| character.is_ascii_alphanumeric()));
    let reference = word.split('#').skip(1).any(digits) || word.split("GH-").skip(1).any(digits);
    mention || reference || hex == 40 || word.contains("://") || word.contains("www.")
}
