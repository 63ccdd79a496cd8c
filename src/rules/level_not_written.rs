use super::mending::or_rename;
use super::{Context, Findings, Rule};
use crate::change::{ChangeKind, Connector, ConnectorDiff};
use crate::finding::{Finding, Prose, Suggestion, code, prose};
use crate::metadata::{Metadata, REGISTRIES, overrides};
use crate::yaml::{Block, Proven, insert_entry};

rule! {
    /// A connector leaves its support level or its registries to what their absence means.
    ///
    /// ## What it does
    /// Speaks when a connector is added without `supportLevel`, or without saying for a registry whether it is published
    /// there, and when a change takes away the line that said so. Older files that never had them are left alone, and
    /// that a level is taken away is told by `support-level-changed`.
    ///
    /// ## Why
    /// An absent level is published as community. A registry of which nothing is said publishes the connector today, and did
    /// not under the older generator: who reads the file cannot tell who will get it.
    ///
    /// ## Example
    /// 2024-08-21, `source-pennylane`, `cd64e05` (`#44486`): `oss` and `cloud` stood beside `registryOverrides` instead
    /// of below it, so that nothing said where the new connector is published.
    ///
    /// ## How to mend it
    /// Write both out.
    ///
    /// ## Options
    /// None.
    "level-not-written", since "0.1.0",
    pub struct LevelNotWritten {}
}

impl Rule for LevelNotWritten {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        if !diff.changes.iter().any(|change| change.kind == ChangeKind::ConnectorAdded) {
            findings.findings.extend(dropped(diff));
            return;
        }
        let Some((head, metadata)) = diff.head.as_ref().and_then(|head| Some((head, head.metadata()?))) else { return };
        if metadata.is_misshapen("data.registryOverrides") || metadata.is_misshapen("data.supportLevel") {
            return;
        }
        let (document, place) = (metadata.document(), head.location(metadata.data_key));
        let suggest = |title, proven: Option<Proven>| {
            Suggestion::proven(title, head.file(), document.text(), proven?)
        };
        if metadata.support_level.is_none() {
            let proven = insert_entry(document, &["data"], "supportLevel", &Block::Text("community".to_owned()));
            let finding =
                Finding::at(
                    place.clone(),
                    "data.supportLevel",
                    prose!["The new connector has no ", code("supportLevel"), " and is published as community."],
                )
                .remedy(prose!["Write the level out, so that nobody has to know what its absence means."])
                .suggest(suggest(prose!["write ", code("supportLevel: community")], proven));
            findings.push(or_rename(finding, head, &["data"], "supportLevel"));
        }
        // What is archived is to be published nowhere; a rule of its own says so.
        if metadata.is_archived() {
            return;
        }
        let silent: Vec<&str> = REGISTRIES.into_iter().filter(|name| metadata.registry(name).is_none()).collect();
        let Some(names) = named(&silent) else { return };
        let finding =
            Finding::at(
                place,
                "data.registryOverrides",
                prose!["The new connector does not say whether it is published to "]
                    .join(names)
                    .join(prose![": by today's generator it is, by the older one it is not."]),
            )
            .remedy(prose!["Write ", code("enabled"), " out for each registry, with ", code("false"), " where users are not to find it yet."])
            .suggest(write_out(head, metadata, &silent));
        findings.push(or_rename(finding, head, &["data"], "registryOverrides"));
    }
}

/// Says of an older connector that a registry of which base said that it publishes is no longer spoken of.
fn dropped(diff: &ConnectorDiff) -> Option<Finding> {
    let (base, before, head, after) = diff.both()?;
    if [before, after].iter().any(|side| side.is_misshapen("data.registryOverrides")) || after.is_archived() {
        return None;
    }
    let said = |metadata: &Metadata, name: &str| metadata.registry(name)?.enabled.as_ref().map(|field| field.span);
    // Where base disabled it, the connector becomes visible, which a rule of its own tells.
    let is_dropped = |name: &&str| before.effective(name).enabled && said(before, name).is_some() && after.registry(name).is_none();
    let silent: Vec<&str> = REGISTRIES.into_iter().filter(is_dropped).collect();
    let names = named(&silent)?;
    let key = after.data().and_then(overrides).map_or(after.data_key, |entry| entry.key.span);
    let mut finding = Finding::at(
        head.location(key),
        "data.registryOverrides",
        prose!["The file no longer says whether the connector is published to "]
            .join(names.clone())
            .join(prose![": by today's generator it is, by the older one it is not."]),
    )
    .impact(prose!["Users of "].join(names).join(prose![
        " find the connector as before, for as long as an absent ", code("enabled"), " is read that way."
    ]))
    .remedy(prose!["Keep ", code("enabled"), " written out, with ", code("false"), " where users are no longer to find it."])
    .suggest(write_out(head, after, &silent));
    for name in &silent {
        finding = finding.because(said(before, name).map(|span| base.location(span)), prose!["it was said here"]);
    }
    Some(finding)
}

/// The registries in words; `None` where there are none.
fn named(silent: &[&str]) -> Option<Prose> {
    match silent {
        [] => None,
        [name] => Some(prose![code(*name)]),
        _ => Some(prose!["both registries"]),
    }
}

/// `enabled: true` for registries that say nothing.
fn write_out(head: &Connector, metadata: &Metadata, silent: &[&str]) -> Option<Suggestion> {
    let document = metadata.document();
    let enabled = || Block::Map(vec![("enabled".to_owned(), Block::Bool(true))]);
    let proven = match silent {
        [name] => insert_entry(document, &["data", "registryOverrides"], name, &enabled()),
        _ => {
            let both = REGISTRIES.map(|name| (name.to_owned(), enabled())).into();
            insert_entry(document, &["data"], "registryOverrides", &Block::Map(both))
        }
    };
    Suggestion::proven(prose!["write it out as it is read today"], head.file(), document.text(), proven?)
}
