//! The steps of a job: the one that reviews, and those that matter beside it.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::{is_expression, text_of};

/// How a step names tierguard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::run::doctor) enum Reference {
    /// A full commit id or the digest of an image.
    Pinned,
    /// Forty zeros, which stand in examples until a release.
    Placeholder,
    /// A branch, a tag or a short id: somebody can move it.
    Movable(String),
    /// The repository itself.
    Own,
    /// The program, in a script.
    Program,
}

/// A step that runs tierguard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::run::doctor) struct Step {
    /// How it names it.
    pub(in crate::run::doctor) reference: Reference,
    /// The inputs as written, or the options of a script that take no value.
    pub(in crate::run::doctor) inputs: BTreeMap<String, String>,
}

/// The options that a script is searched for.
const OPTIONS: [(&str, &str); 3] = [
    ("status", "--status"),
    ("check-run", "--check-run"),
    ("dry-run", "--dry-run"),
];

impl Step {
    /// Reads a step; `None` for one that does something else.
    pub(super) fn read(step: &Mapping, is_own: bool) -> Option<Self> {
        if let Some(script) = step.get("run").and_then(text_of) {
            let inputs = OPTIONS.into_iter().filter(|(_, option)| script.contains(option));
            return script.contains("tierguard review").then(|| Self {
                reference: Reference::Program,
                inputs: inputs
                    .map(|(name, _)| (name.to_owned(), "true".to_owned()))
                    .collect(),
            });
        }
        let reference = reference(&step.get("uses").and_then(text_of)?, is_own)?;
        let with = step.get("with").and_then(Value::as_mapping);
        let inputs = with.into_iter().flatten().take(super::MOST);
        Some(Self {
            reference,
            // The runner does not mind the case of an input's name.
            inputs: inputs
                .filter_map(|(name, value)| Some((text_of(name)?.to_ascii_lowercase(), text_of(value)?)))
                .collect(),
        })
    }

    /// An input that is not empty.
    pub(in crate::run::doctor) fn input(&self, name: &str) -> Option<&str> {
        self.inputs
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether an input is `true`; `None` where an expression decides.
    pub(in crate::run::doctor) fn flag(&self, name: &str) -> Option<bool> {
        match self.input(name) {
            Some(value) if is_expression(value) => None,
            value => Some(value == Some("true")),
        }
    }

    /// Whether it brings a token that is not the job's, so that `permissions:` says nothing about it.
    pub(in crate::run::doctor) fn has_own_token(&self) -> bool {
        let token = self.input("token").unwrap_or_default();
        let token: String = token.to_ascii_lowercase().split_whitespace().collect();
        !token.is_empty() && !matches!(token.as_str(), "${{github.token}}" | "${{secrets.github_token}}")
    }
}

/// Which tierguard an action is; `None` for another action.
fn reference(uses: &str, is_own: bool) -> Option<Reference> {
    let uses = uses.trim();
    if matches!(uses, "./" | ".") {
        return is_own.then_some(Reference::Own);
    }
    let (name, version) = uses.split_once('@').unwrap_or((uses, ""));
    let is_image = name.starts_with("docker://");
    // The tag of an image stands after a colon.
    let (name, tag) = match name.strip_prefix("docker://") {
        Some(image) => image
            .rsplit_once(':')
            .filter(|(_, tag)| !tag.contains('/'))
            .unwrap_or((image, "")),
        None => (name, ""),
    };
    // A copy under another owner is the same action.
    if !name.rsplit('/').next()?.eq_ignore_ascii_case("tierguard") || !name.contains('/') {
        return None;
    }
    let is_full = |id: &str, length| id.len() == length && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(match version.strip_prefix("sha256:") {
        Some(digest) if is_image && is_full(digest, 64) => Reference::Pinned,
        _ if is_image => Reference::Movable(if version.is_empty() { tag } else { version }.to_owned()),
        _ if is_full(version, 40) && version.bytes().all(|byte| byte == b'0') => Reference::Placeholder,
        _ if is_full(version, 40) => Reference::Pinned,
        _ => Reference::Movable(version.to_owned()),
    })
}

/// Whether a step fetches what a pull request proposes.
pub(super) fn checks_out_head(step: &Mapping) -> bool {
    let named = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["head", "refs/pull/", "merge_commit_sha"]
            .iter()
            .any(|part| text.contains(part))
    };
    let uses = step.get("uses").and_then(text_of).unwrap_or_default();
    if uses.starts_with("actions/checkout@") {
        let with = step.get("with").and_then(Value::as_mapping);
        let input = |name: &str| with?.get(name).and_then(text_of);
        return [input("ref"), input("repository")]
            .into_iter()
            .flatten()
            .any(|text| named(&text));
    }
    let script = step.get("run").and_then(text_of).unwrap_or_default();
    ["gh pr checkout", "refs/pull/", "git fetch origin pull/"]
        .iter()
        .any(|part| script.contains(part))
}

/// Whether a step hands a file to code scanning.
pub(super) fn uploads_sarif(step: &Mapping) -> bool {
    let uses = step.get("uses").and_then(text_of).unwrap_or_default();
    uses.starts_with("github/codeql-action/upload-sarif@")
}
