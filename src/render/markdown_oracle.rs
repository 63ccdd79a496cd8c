//! What GitHub would make of our Markdown: the oracle of its tests.
//!
//! Reads the text with a renderer of GitHub's dialect and looks for everything that a foreign text must not become.

use std::cell::RefCell;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

use super::linkable::is_linkable;

/// Where our own links lead: the public rules, our own policy, the sample's repository.
const OURS: [&str; 3] = [
    "https://docs.airbyte.com/",
    "https://github.com/tierguard/tierguard/blob/v",
    "https://github.example/o/r/",
];

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
    extension.superscript = false;
    options
}

/// What is wrong with a text, one line for each fault; and what a reader sees of it.
pub(super) fn read(markdown: &str) -> (Vec<String>, String) {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    let seen = RefCell::new(String::new());
    let mut faults = Vec::new();
    for node in root.descendants() {
        if let Some(fault) = fault(node, &seen) {
            faults.push(fault);
        }
    }
    // Neighbouring texts are one to whatever looks for references in them.
    for word in texts(root).split_whitespace() {
        if is_linkable(word) {
            faults.push(format!("a forge would link {word:?}"));
        }
    }
    (faults, seen.into_inner())
}

fn fault<'a>(node: &'a AstNode<'a>, seen: &RefCell<String>) -> Option<String> {
    match &node.data.borrow().value {
        NodeValue::Text(text) => {
            seen.borrow_mut().push_str(text);
            None
        }
        NodeValue::Code(code) => {
            seen.borrow_mut().push_str(&code.literal);
            None
        }
        NodeValue::Link(link) => {
            let ours = OURS.iter().any(|ours| link.url.starts_with(ours));
            (!ours).then(|| format!("a link to {}", link.url))
        }
        NodeValue::HtmlInline(html) => {
            (!["<sub>", "</sub>"].contains(&&**html)).then(|| format!("the element {html}"))
        }
        NodeValue::HtmlBlock(block) => {
            let html = block.literal.trim();
            let title = html
                .strip_prefix("<details><summary>")
                .and_then(|rest| rest.strip_suffix("</summary>"));
            let plain =
                |title: &str| !title.contains(['<', '&', '@', '#']) && !title.split(' ').any(is_linkable);
            let ours = html == "</details>" || title.is_some_and(plain);
            (!ours).then(|| format!("the block {html}"))
        }
        NodeValue::CodeBlock(block) => {
            let ours = ["suggestion", "yaml"].contains(&&*block.info) && block.fenced;
            (!ours).then(|| format!("the code block {:?}", block.literal))
        }
        NodeValue::Heading(heading) => (heading.level != 3).then(|| "a heading".to_owned()),
        NodeValue::TableRow(_) => {
            let columns = node.children().count();
            let header = node
                .parent()
                .and_then(comrak::arena_tree::Node::first_child)
                .map_or(0, |row| row.children().count());
            (columns != header).then(|| format!("a row of {columns} instead of {header} cells"))
        }
        NodeValue::Document
        | NodeValue::Paragraph
        | NodeValue::List(_)
        | NodeValue::Item(_)
        | NodeValue::Strong
        | NodeValue::SoftBreak
        | NodeValue::LineBreak
        | NodeValue::Table(_)
        | NodeValue::TableCell => None,
        other => Some(format!("an unexpected {other:?}")),
    }
}

/// The texts, with a blank for each node that is none; code and our own links are left out.
fn texts<'a>(node: &'a AstNode<'a>) -> String {
    match &node.data.borrow().value {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Link(_) => " ".to_owned(),
        NodeValue::Strong | NodeValue::Paragraph => node.children().map(texts).collect(),
        _ => format!(" {} ", node.children().map(texts).collect::<String>()),
    }
}

mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::check::CheckRun;
    use super::super::hostile::{self, NASTY};
    use super::super::links::Links;
    use super::super::markdown::Markdown;
    use super::super::review::{Anchors, Earlier, ReviewContext, ReviewDraft};
    use super::super::runner::{break_legacy, oracle::commands};
    use super::super::several::{self, Reviewed};
    use super::super::{job_summary, sample, summary};
    use super::*;
    use crate::finding::{Fingerprint, Piece, code, prose};
    use crate::hunks::Hunks;
    use crate::report::Report;
    use crate::text::{escape_controls, is_hidden};

    /// Texts made of what Markdown, forges and runners read.
    fn nasty() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            4 => proptest::sample::select(NASTY).prop_map(str::to_owned),
            4 => "[`|\\\\*_\\[\\]()<>#@:$~&!.+\\-= \\n0-9a-z]{1,6}",
            2 => "\\PC{1,4}",
            1 => "[\u{0}-\u{20}\u{7f}-\u{a0}\u{2028}\u{202e}\u{2003}]{1,3}",
        ];
        proptest::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
    }

    fn assert_harmless(markdown: &str) -> String {
        let (faults, seen) = read(markdown);
        assert!(faults.is_empty(), "{faults:?} in {markdown:?}");
        assert_eq!(commands(markdown), [], "{markdown:?}");
        seen
    }

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect()
    }

    fn check_sinks(text: &str) {
        let shown = squeezed(&break_legacy(&escape_controls(text)));
        let as_text = assert_harmless(Markdown::text(text).as_str());
        assert_eq!(
            squeezed(&as_text).replace("##\\[", "##["),
            shown.replace("##\\[", "##["),
            "{text:?}"
        );
        let as_code = assert_harmless(Markdown::code(text).as_str());
        if !text.is_empty() {
            assert_eq!(squeezed(&as_code), shown, "{text:?}");
        }
        let sentence = prose![
            "Say ",
            code(text),
            ", (",
            code(text),
            ") and @",
            code(text),
            Piece::trusted("x `y` #1.")
        ];
        let sentence = Markdown::prose(&sentence);
        assert_harmless(sentence.as_str());
        assert_harmless(sentence.strong().as_str());
        assert_harmless(Markdown::list([&sentence, &Markdown::text(text)]).as_str());
        assert_harmless(Markdown::details(text, &sentence).as_str());
        let cells = vec![Markdown::text(text), Markdown::code(text), sentence.clone()];
        let table = Markdown::table(
            &[Markdown::own("a"), Markdown::own("b"), Markdown::own("c")],
            &[cells],
        );
        assert_harmless(table.as_str());
        if let Some(block) = Markdown::suggestion(text) {
            assert_harmless(block.as_str());
        }
    }

    #[test]
    fn the_oracle_finds_what_must_not_be() {
        for text in [
            "see @team",
            "#1",
            "[x](http://e)",
            "<b>x</b>",
            "# x",
            "- [x] y",
            "www.evil.com",
            "a@b.cc",
            "![x](y)",
            "> x",
            "```suggestions\nx\n```",
            "$x$",
            "<!-- x -->",
            "[^1]\n\n[^1]: x",
            "| a |\n| - |\n| b | c |\n\n~~x~~",
            "[x](https://github.example.evil/o/r/)",
            "<details><summary>0123456789abcdef</summary>\n\n</details>",
        ] {
            assert!(!read(text).0.is_empty(), "{text:?}");
        }
        assert_eq!(read("**a** `@b #1` <sub>c</sub>").0, Vec::<String>::new());
    }

    #[test]
    fn nasty_words_are_shown_and_do_nothing() {
        for text in NASTY {
            check_sinks(text);
        }
    }

    #[test]
    fn nasty_words_in_a_report_do_nothing() {
        for text in NASTY {
            check_report(text);
        }
    }

    fn check_report(text: &str) {
        let report = hostile::hostile(text);
        assert_harmless(&summary::document(&report));
        let place = &report.connectors[0].findings[0].location;
        let mut anchors = Anchors::default();
        let hunks = Hunks::between("", place.text.as_deref().unwrap());
        anchors.insert(place.file.clone(), None, Some(place.file.clone()), hunks);
        let links = sample::links();
        let sweep = hostile::hostile_sweep(text);
        for links in [None, Some(&links)] {
            check_review(&report, &anchors, links);
            check_others(&report, links);
            check_others(&sweep, links);
            let context = ReviewContext {
                links,
                ..ReviewContext::default()
            };
            let told = ReviewDraft::new(&sweep, &Anchors::default(), &context)
                .summary
                .unwrap();
            assert!(told.as_str().contains("**6 connectors alike"), "{told}");
            assert_harmless(told.as_str());
        }
        let remark = prose![code(text), " of ", code(text), "."];
        let reviewed = [
            Reviewed::new(1, &report, None).remark(remark.clone()),
            Reviewed::failed(2, Some(text.to_owned()), remark),
        ];
        assert_harmless(&several::render(&reviewed));
    }

    fn check_review(report: &Report, anchors: &Anchors, links: Option<&Links>) {
        let proposed = hostile::proposed(report);
        let refused = report.connectors[0].findings.iter();
        let refused: BTreeSet<Fingerprint> = refused.map(|found| found.fingerprint.clone()).collect();
        let nothing = BTreeSet::new();
        for (told_in_summary, comments) in [(&nothing, 1), (&refused, 0)] {
            let context = ReviewContext {
                links,
                earlier: Some(&Earlier::default()),
                proposed: Some(&proposed),
                told_in_summary,
            };
            let draft = ReviewDraft::new(report, anchors, &context);
            assert_eq!(draft.comments.len(), comments);
            assert_eq!(draft.without_anchor.len(), 1 - comments);
            assert_harmless(draft.summary.as_ref().unwrap().as_str());
            assert_harmless(draft.all_clear.as_str());
            let comments = draft.comments.iter().map(|comment| &comment.body);
            for body in comments.chain(draft.without_anchor.values()) {
                assert_harmless(body.as_str());
            }
            assert_eq!(commands(&draft.to_string()), []);
        }
    }

    fn check_others(report: &Report, links: Option<&Links>) {
        let notices = [report.problems[0].message.clone()];
        assert_harmless(&job_summary::render(report, links, &notices));
        let run = CheckRun::new(report, links);
        for shown in [&run.summary, &run.text] {
            assert_harmless(shown.as_str());
        }
        let told = run.annotations.iter().flat_map(|one| [&one.message, &one.title]);
        for line in told {
            assert!(
                !line
                    .chars()
                    .any(|character| is_hidden(character) && character != '\n'),
                "{line:?}"
            );
        }
    }

    #[test]
    fn a_suggestion_with_something_unseen_is_refused() {
        assert!(Markdown::suggestion("a: b\u{202e}\n").is_none());
        assert!(Markdown::suggestion("a: \u{1b}[0m\n").is_none());
        assert!(Markdown::suggestion("a: 1\n::error::x\n").is_none());
        assert_eq!(
            Markdown::suggestion("a: ```x\r\n").unwrap().as_str(),
            "````suggestion\na: ```x\n````"
        );
        assert_eq!(Markdown::suggestion("").unwrap().as_str(), "```suggestion\n```");
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        let plain = "22 November 2026: few, with an upgrade window (SLA) · 2.6.7 → 3.0.0 — it's \"fine\"";
        assert_eq!(Markdown::text(plain).as_str(), plain);
        assert_eq!(Markdown::text("ask @org/team.").as_str(), "ask `@org/team`.");
        let pieces = prose!["`a` is ", code("b|c"), "; see #", code("1")];
        assert_eq!(Markdown::prose(&pieces).as_str(), "`a` is `b|c`; see #`1`");
    }

    proptest! {
        #[test]
        fn no_text_does_anything_in_markdown(text in nasty()) {
            check_sinks(&text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_text_does_anything_in_a_report(text in nasty()) {
            check_report(&text);
        }
    }
}
