//! The version that a Python package says of itself, out of its `pyproject.toml`.
//!
//! Reads lines, not TOML as a whole: sections, keys and one-line strings are exact, and what lies inside of lists, tables
//! and long strings is passed over. What it does not understand has no version.

use crate::text::Span;

/// Where tools look for the version, in the order in which they count.
const PLACES: [&[&str]; 2] = [&["tool", "poetry", "version"], &["project", "version"]];

/// A version and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageVersion {
    /// The text between the quotes.
    pub text: String,
    /// The bytes between the quotes.
    pub span: Span,
}

/// The version of `[tool.poetry]`, else that of `[project]`, where it is written as text.
pub fn package_version(text: &str) -> Option<PackageVersion> {
    let mut found: [Option<PackageVersion>; 2] = [None, None];
    let mut section: Option<Vec<String>> = Some(Vec::new());
    let mut open = Open::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if open.is_open() {
            open.pass(line);
            continue;
        }
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if let Some(header) = trimmed.strip_prefix('[') {
            // `[[…]]` begins an item of a list of tables, which holds no version of the package.
            section = key_path(header)
                .filter(|(_, rest)| rest.starts_with(']'))
                .map(|(path, _)| path);
            continue;
        }
        let Some((key, rest)) = key_path(trimmed) else {
            continue;
        };
        let Some(value) = rest.strip_prefix('=') else {
            continue;
        };
        open.pass(value);
        let Some(section) = &section else { continue };
        let path: Vec<&str> = section.iter().chain(&key).map(String::as_str).collect();
        let place = PLACES.iter().position(|place| *place == path);
        let (Some(place), Some((before, version))) = (place, one_line_string(value)) else {
            continue;
        };
        let first = at + indent + (trimmed.len() - value.len()) + before;
        found[place].get_or_insert_with(|| PackageVersion {
            text: version.to_owned(),
            span: Span::new(first, first + version.len()),
        });
    }
    found.into_iter().flatten().next()
}

/// A dotted key and what follows it; `None` for what is no key.
fn key_path(text: &str) -> Option<(Vec<String>, &str)> {
    let mut path = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let (part, after) = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest.get(1..)?.split_once(quote)?,
            _ => {
                let is_bare = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
                rest.split_at(rest.find(|character| !is_bare(character)).unwrap_or(rest.len()))
            }
        };
        if part.is_empty() || part.contains(['\\', '\n']) {
            return None;
        }
        path.push(part.to_owned());
        rest = after.trim_start_matches([' ', '\t']);
        match rest.strip_prefix('.') {
            Some(next) => rest = next.trim_start_matches([' ', '\t']),
            None => return Some((path, rest)),
        }
    }
}

/// The content of a value that is one string on one line, and how many bytes stand before it.
fn one_line_string(value: &str) -> Option<(usize, &str)> {
    let trimmed = value.trim_start_matches([' ', '\t']);
    let quote = trimmed
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let (content, rest) = trimmed.get(1..)?.split_once(quote)?;
    let rest = rest.trim_start();
    let is_plain = !content.contains(['\\', '\n']) && (rest.is_empty() || rest.starts_with('#'));
    is_plain.then_some((value.len() - trimmed.len() + 1, content))
}

/// What a value has opened that goes on in the next line.
#[derive(Default)]
struct Open {
    /// The end of a long string.
    string: Option<&'static str>,
    /// Lists and tables.
    depth: usize,
}

impl Open {
    fn is_open(&self) -> bool {
        self.string.is_some() || self.depth > 0
    }

    /// Reads on to the end of the line.
    fn pass(&mut self, line: &str) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            if let Some(end) = self.string {
                let escaped = end == "\"\"\"" && first == '\\';
                if rest.starts_with(end) {
                    self.string = None;
                    rest = &rest[end.len()..];
                } else {
                    rest = after(rest, if escaped { 2 } else { 1 });
                }
                continue;
            }
            let long = ["\"\"\"", "'''"]
                .into_iter()
                .find(|quote| rest.starts_with(quote));
            match first {
                _ if long.is_some() => {
                    self.string = long;
                    rest = &rest[3..];
                    continue;
                }
                '"' | '\'' => {
                    rest = after_string(&rest[1..], first);
                    continue;
                }
                '#' => return,
                '[' | '{' => self.depth += 1,
                ']' | '}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            rest = after(rest, 1);
        }
    }
}

/// What follows a string that ends in this line.
fn after_string(text: &str, quote: char) -> &str {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == quote {
            return after(rest, 1);
        }
        rest = after(rest, if first == '\\' && quote == '"' { 2 } else { 1 });
    }
    rest
}

/// The text without its first characters.
fn after(text: &str, characters: usize) -> &str {
    text.char_indices()
        .nth(characters)
        .map_or("", |(byte, _)| &text[byte..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Option<String> {
        let found = package_version(text)?;
        assert_eq!(found.span.of(text), found.text);
        Some(found.text)
    }

    #[test]
    fn the_version_stands_in_its_section() {
        let poetry =
            "[build-system]\nversion = \"9\"\n\n[tool.poetry]\nname = \"x\"\nversion = \"1.4.2\" # now\n";
        assert_eq!(version(poetry).as_deref(), Some("1.4.2"));
        assert_eq!(
            version("[project]\r\nversion='1.4.2'\r\n").as_deref(),
            Some("1.4.2")
        );
        assert_eq!(
            version("  [ tool . \"poetry\" ]\n\tversion\t=\t\"1\"").as_deref(),
            Some("1")
        );
        assert_eq!(version("tool.poetry.version = \"1\"\n").as_deref(), Some("1"));
        assert_eq!(version("[tool]\npoetry.version = \"1\"\n").as_deref(), Some("1"));
    }

    #[test]
    fn poetry_counts_before_the_project() {
        let both = "[project]\nversion = \"1\"\n[tool.poetry]\nversion = \"2\"\n";
        assert_eq!(version(both).as_deref(), Some("2"));
    }

    #[test]
    fn what_only_looks_like_a_section_or_a_key_is_none() {
        for text in [
            "[tool.poetry.dependencies]\nversion = \"1\"\n",
            "[[tool.poetry]]\nversion = \"1\"\n",
            "[tool.poetry]\n# version = \"1\"\n",
            "[tool.poetry]\nversions = \"1\"\n",
            "[tool.poetry]\nversion = { file = \"x\" }\n",
            "[project]\ndynamic = [\"version\"]\n",
            "[tool.poetry]\nversion = \"\"\"\n1\n\"\"\"\n",
            "[tool.poetry]\nversion = \"1\\u002e2\"\n",
            "[tool.poetry]\nversion = \"1\" \"2\"\n",
            "[x]\ntext = \"\"\"\n[tool.poetry]\nversion = \"1\"\n\"\"\"\n",
            "[x]\ntext = '''\n[tool.poetry]\nversion = \"1\"\n'''\n",
            "[x]\nlist = [\n[\"tool\"],\nversion = \"1\"\n]\n",
            "[tool.poetry]\nlist = [ # ]\nversion = \"1\"\n",
            "[tool.poetry\nversion = \"1\"\n",
            "",
        ] {
            assert_eq!(version(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_value_opens_it_also_closes() {
        for text in [
            "[tool.poetry]\nlist = [\n  \"a]\", # [\n]\nversion = \"1\"\n",
            "[tool.poetry]\ntext = \"\"\" \\\"\"\" x \"\"\"\nversion = \"1\"\n",
            "[tool.poetry]\ntext = \"a\\\"[\"\nversion = \"1\"\n",
            "[tool.poetry]\ntext = 'C:\\'\nversion = \"1\"\n",
            "[tool.poetry]\ntext = \"é [\"\nversion = \"1\"\n",
        ] {
            assert_eq!(version(text).as_deref(), Some("1"), "{text}");
        }
    }
}
