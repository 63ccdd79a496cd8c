//! An example of a policy: a change of one connector, and what the policy shall say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::civil::{Date, date};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::changeset::{Fact, PullRequestFacts, Team, Writers};
use crate::finding::Level;
use crate::ids::RepoPath;
use crate::policy::AskedApproval;
use crate::roots::ConnectorRoots;
use crate::rules::RULES;
use crate::source::memory::{Files, MemorySource};
use crate::verdict::Verdict;

/// What a complete connector without a finding says under `data`; the fields of an example are laid over it.
const COMPLETE: &str = r#"{
    "connectorSubtype": "api",
    "connectorType": "source",
    "definitionId": "5e1f8a52-6b0c-4f6e-9d51-0c7f3a2b9d10",
    "dockerImageTag": "1.4.2",
    "dockerRepository": "airbyte/source-example",
    "documentationUrl": "https://docs.airbyte.com/integrations/sources/example",
    "githubIssueLabel": "source-example",
    "license": "ELv2",
    "name": "Example",
    "registryOverrides": { "cloud": { "enabled": true }, "oss": { "enabled": true } },
    "releaseStage": "alpha",
    "supportLevel": "community",
    "tags": ["language:python"]
}"#;

/// The connector's folder, where the example does not say.
const NAME: &str = "source-example";

/// The day on which an example happens, where it does not say: a fixed one, so that it comes out the same on every day.
const DAY: Date = date(2026, 1, 15);

/// A change and what shall be said of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Example {
    /// What it shows, in a sentence.
    pub(super) name: String,
    /// The connector before; without it the connector is new.
    base: Option<State>,
    /// The connector after: fields are laid over those of base; without it the connector is removed.
    head: Option<State>,
    /// The folder: a name, or a path from the root of the repository.
    folder: Option<String>,
    /// Files of both sides, by their path from the root of the repository.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files that base alone has, or has otherwise.
    #[serde(default)]
    base_files: BTreeMap<String, String>,
    /// Files that head alone has, or has otherwise.
    #[serde(default)]
    head_files: BTreeMap<String, String>,
    /// The pull request's title; without it nobody knows.
    title: Option<String>,
    /// The pull request's labels; without them nobody knows.
    labels: Option<Vec<String>>,
    /// The logins of those who approve the pull request; without them nobody knows of reviews.
    approved_by: Option<Vec<String>>,
    /// Which of them belong to a team, by `organisation/team`.
    #[serde(default)]
    teams: BTreeMap<String, BTreeSet<String>>,
    /// The day of the judgement.
    today: Option<Date>,
    /// Every finding that the policy makes.
    #[serde(default)]
    pub(super) expect: Vec<Expected>,
    /// The verdict, where it matters.
    pub(super) verdict: Option<Answer>,
}

/// A connector's metadata: fields over a complete one, or the text of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "invalid type: this, expected a map with fields of data, or the text of a metadata.yaml"
)]
enum State {
    Text(String),
    Fields(Map<String, Value>),
}

/// A finding that is expected.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Expected {
    pub(super) rule: RuleId,
    /// Any level where it is left out.
    pub(super) level: Option<Level>,
}

/// The id of a rule that there is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct RuleId(pub(super) String);

impl TryFrom<String> for RuleId {
    type Error = String;

    fn try_from(id: String) -> Result<Self, String> {
        let known: Vec<String> = RULES.iter().map(|rule| format!("`{}`", rule.id)).collect();
        match RULES.iter().any(|rule| rule.id == id) {
            true => Ok(Self(id)),
            // In the words of an enumeration, which are answered with the nearest one.
            false => Err(format!(
                "unknown variant `{id}`, expected one of {}",
                known.join(", ")
            )),
        }
    }
}

/// A verdict, as an example writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    Pass,
    Fail,
    CouldNotEvaluate,
}

impl Answer {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::Pass => Verdict::Pass,
            Self::Fail => Verdict::Fail,
            Self::CouldNotEvaluate => Verdict::CouldNotEvaluate,
        }
    }
}

impl Example {
    /// The day of the judgement.
    pub(super) fn today(&self) -> Date {
        self.today.unwrap_or(DAY)
    }

    /// The teams of those who approve; of the others that the policy names, nobody approves.
    pub(super) fn teams(&self, asked: &[AskedApproval]) -> BTreeMap<String, Team> {
        let asked = asked.iter().filter_map(|asked| asked.team.as_ref());
        let members = |team: &String| {
            let members = self.teams.get(team).cloned().unwrap_or_default();
            (team.clone(), Team::Members(members))
        };
        asked.map(members).collect()
    }

    /// Both trees, and what the pull request says.
    pub(super) fn source(&self, roots: &ConnectorRoots) -> anyhow::Result<MemorySource> {
        match (&self.base, &self.head) {
            (None, None) => bail!("an example has `base`, `head` or both"),
            (Some(State::Text(_)), Some(State::Fields(_))) => {
                bail!(
                    "`base` is a text, so that no fields of `head` can be laid over it; `head` is a text as well"
                );
            }
            _ => {}
        }
        let directory = self.directory(roots)?;
        let metadata = match directory.is_root() {
            true => RepoPath::new(b"metadata.yaml"),
            false => directory.join(b"metadata.yaml"),
        };
        let metadata = metadata.context("the folder is too long")?;
        let (mut base, mut head) = (files(&self.files)?, files(&self.files)?);
        base.append(&mut files(&self.base_files)?);
        head.append(&mut files(&self.head_files)?);
        let mut fields: Map<String, Value> =
            serde_json::from_str(COMPLETE).context("the complete connector is JSON")?;
        for (state, tree) in [(&self.base, &mut base), (&self.head, &mut head)] {
            let bytes = match state {
                None => continue,
                Some(State::Text(text)) => Arc::from(text.as_bytes()),
                Some(State::Fields(over)) => {
                    lay_over(&mut fields, over);
                    text(&fields)
                }
            };
            tree.insert(metadata.clone(), bytes);
        }
        let facts = PullRequestFacts {
            title: self.title.clone().map_or(Fact::NotKnownHere, Fact::Known),
            labels: self.labels.clone().map_or(Fact::NotKnownHere, Fact::Known),
            approvals: self.approved_by.clone().map_or(Fact::NotKnownHere, Fact::Known),
            // Of those who approve, nobody wrote any of it.
            writers: self.approved_by.as_ref().map(|_| Writers {
                wrote: Ok(BTreeSet::new()),
                took_part: Ok(BTreeSet::new()),
            }),
            ..PullRequestFacts::default()
        };
        Ok(MemorySource { base, head, facts })
    }

    /// The folder that is named, or one that the policy's patterns take for a connector's.
    fn directory(&self, roots: &ConnectorRoots) -> anyhow::Result<RepoPath> {
        let name = self.folder.as_deref().unwrap_or(NAME);
        let candidates: Vec<String> = if name.contains('/') {
            vec![name.to_owned()]
        } else {
            roots
                .patterns()
                .iter()
                .map(|pattern| filled(pattern, name))
                .collect()
        };
        for candidate in candidates {
            let path = match candidate.as_str() {
                "." => RepoPath::root(),
                path => RepoPath::new(path.as_bytes()).with_context(|| format!("the folder `{path}`"))?,
            };
            if roots.contains(&path) {
                return Ok(path);
            }
        }
        bail!(
            "`{name}` is no folder of a connector by the policy's `connectors`; `folder` may name a path from the root of the repository"
        )
    }
}

/// A pattern of folders with a name in the place of each star.
fn filled(pattern: &str, name: &str) -> String {
    let names: Vec<&str> = pattern
        .split('/')
        .map(|segment| if segment.contains('*') { name } else { segment })
        .collect();
    names.join("/")
}

fn files(texts: &BTreeMap<String, String>) -> anyhow::Result<Files> {
    texts
        .iter()
        .map(|(path, text)| {
            let path = RepoPath::new(path.as_bytes()).with_context(|| format!("the file `{path}`"))?;
            Ok((path, Arc::from(text.as_bytes())))
        })
        .collect()
}

/// The text of a `metadata.yaml` whose data are the complete fields with others over them.
fn text(fields: &Map<String, Value>) -> Arc<[u8]> {
    // JSON in flow style is YAML that all readers agree on, but for characters that YAML wants escaped.
    let lines: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("  {}: {}\n", Value::from(key.as_str()), value))
        .map(|line| escaped(&line))
        .collect();
    Arc::from(format!("data:\n{}metadataSpecVersion: \"1.0\"\n", lines.concat()).into_bytes())
}

/// Escapes what JSON lets stand inside quotes and YAML refuses or reads as a line break; outside of quotes there is none.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => text.push(character),
        }
    }
    text
}

/// Maps meet key by key, everything else is replaced; what has no value is taken away.
fn lay_over(fields: &mut Map<String, Value>, over: &Map<String, Value>) {
    for (key, value) in over {
        match (fields.get_mut(key), value) {
            (_, Value::Null) => {
                fields.shift_remove(key);
            }
            (Some(Value::Object(below)), Value::Object(over)) => lay_over(below, over),
            _ => {
                fields.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Document, Limits};

    #[test]
    fn a_text_that_yaml_wants_escaped_comes_out_as_it_was() {
        let hostile = "a\u{7f}b\u{85}c\u{9f}d\u{2028}e\u{2029}f\u{feff}g\u{ffff}h\n\u{1b}\"\\ é 🐙";
        let fields = Map::from_iter([(hostile.to_owned(), Value::from(hostile))]);
        let document = Document::parse(&text(&fields), &Limits::METADATA).unwrap();
        let data = document.root().get("data").unwrap();
        assert_eq!(
            data.get(hostile).and_then(crate::yaml::Node::as_str),
            Some(hostile)
        );
    }
}
