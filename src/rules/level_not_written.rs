use super::mending::or_rename;
use super::{Context, Findings, Rule};
use crate::change::{ChangeKind, ConnectorDiff};
use crate::finding::{Finding, Suggestion, code, prose};
use crate::metadata::REGISTRIES;
use crate::yaml::{Block, Proven, insert_entry};

rule! {
    /// A new connector leaves its support level or its registries to what their absence means.
    ///
    /// ## What it does
    /// Speaks when a connector is added without `supportLevel`, or without saying for a registry whether it is published
    /// there. Older files that never had them are left alone.
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
        let silent: Vec<&str> = REGISTRIES.into_iter().filter(|name| metadata.registry(name).is_none()).collect();
        let enabled = || Block::Map(vec![("enabled".to_owned(), Block::Bool(true))]);
        let (names, proven) = match silent.as_slice() {
            [] => return,
            [name] => (prose![code(name)], insert_entry(document, &["data", "registryOverrides"], name, &enabled())),
            _ => {
                let both = REGISTRIES.map(|name| (name.to_owned(), enabled())).into();
                (prose!["both registries"], insert_entry(document, &["data"], "registryOverrides", &Block::Map(both)))
            }
        };
        let finding =
            Finding::at(
                place,
                "data.registryOverrides",
                prose!["The new connector does not say whether it is published to "]
                    .join(names)
                    .join(prose![": by today's generator it is, by the older one it is not."]),
            )
            .remedy(prose!["Write ", code("enabled"), " out for each registry, with ", code("false"), " where users are not to find it yet."])
            .suggest(suggest(prose!["write it out as it is read today"], proven));
        findings.push(or_rename(finding, head, &["data"], "registryOverrides"));
    }
}
