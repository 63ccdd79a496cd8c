use std::collections::{BTreeMap, BTreeSet};

use super::breaking::{REFUSED, is_released};
use super::mending::{entry_at, move_below, or_rename, take_away};
use super::{Context, Findings, Rule};
use crate::change::{Bump, ChangeKind, Connector, ConnectorDiff, governing_stability};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Prose, Suggestion, code, prose};
use crate::metadata::{Complaint, Metadata, Misfit, REGISTRIES};
use crate::promises::Stability;
use crate::text::{Edit, NEAR, Span, nearest};
use crate::validate::{message, remedy, successor, unversioned};
use crate::yaml::{Block, insert_entry, quote};

rule! {
    /// The metadata has a field, a value or a shape that the publisher refuses.
    ///
    /// ## What it does
    /// Holds the file against the schema that the registry accepts today and against the publisher's checks of tags, base
    /// image and version, and tells what the change brings along; what base had already is not told. A registry's own
    /// version has to be one that the connector has reached. What another rule tells of the same line is left to it.
    ///
    /// ## Why
    /// The publisher reads the file after the merge: what it refuses is never released, and users wait for a version that
    /// does not come. A `breakingChanges` in the wrong place is worse: it looks declared and holds back nobody.
    ///
    /// ## Example
    /// 2024-10-11, `source-quickbooks`, `54fe4dd` (`#44560`): `releases.isReleaseCandidate: true`, a field that the
    /// registry does not know.
    ///
    /// ## How to mend it
    /// Write the field as the finding says, or take it away. `tierguard validate` checks a file before it is pushed.
    ///
    /// ## Options
    /// `generated-level`: how loud a field is that the registry writes itself.
    "metadata-does-not-fit-schema", since "0.1.0",
    pub struct MetadataDoesNotFitSchema {
        /// How loud a field is that the registry writes itself.
        generated_level: Level,
    }
}

impl Rule for MetadataDoesNotFitSchema {
    fn check_state(&self, _: &Context, connector: &Connector, findings: &mut Findings) {
        let Some(metadata) = connector.metadata() else { return };
        for (subject, misfit) in told_here(metadata) {
            if !is_of_the_change(&misfit) {
                let finding = finding(connector, metadata, &misfit, subject);
                findings.push(match misfit.complaint {
                    Complaint::Generated(_) => finding.level(self.generated_level),
                    _ => finding,
                });
            }
        }
        if metadata.is_misshapen("data") {
            return;
        }
        for refused in unversioned(metadata).into_iter().filter(|refused| !is_told_as_unreadable(metadata, refused.span)) {
            let written = refused.span.of(metadata.document().text());
            findings.push(
                Finding::at(connector.location(refused.span), format!("publisher/{written}"), refused.message)
                    .impact(refusal())
                    .suggest(meant_version(connector, metadata, refused.span)),
            );
        }
    }

    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(head), Some(metadata)) = (&diff.head, diff.metadata(Side::Head)) else { return };
        let mut told = told_here(metadata);
        told.retain(|(_, misfit)| is_of_the_change(misfit) && !told_by_another(diff, misfit));
        // What a base that cannot be read had already is not known: then everything is told.
        if let Some(base) = diff.metadata(Side::Base).filter(|_| !told.is_empty()) {
            let before: BTreeSet<String> = told_here(base).into_iter().map(|(subject, _)| subject).collect();
            told.retain(|(subject, _)| !before.contains(subject));
        }
        // One map may lack many fields: they are one thing to do.
        let mut maps: BTreeMap<Span, Vec<(String, Misfit)>> = BTreeMap::new();
        for (subject, misfit) in told {
            match misfit.complaint {
                Complaint::Missing(_) => maps.entry(misfit.span).or_default().push((subject, misfit)),
                _ => findings.push(finding(head, metadata, &misfit, subject)),
            }
        }
        findings.findings.extend(maps.values().filter_map(|map| lacking(head, metadata, map)));
        findings.findings.extend(REGISTRIES.into_iter().filter_map(|name| unreleased_pin(diff, head, metadata, name)));
    }
}

/// A registry's version above all that the connector was released as: the publisher looks for its image after the merge.
///
/// Prereleases are built from pull requests, and another image has versions of its own.
fn unreleased_pin(diff: &ConnectorDiff, head: &Connector, metadata: &Metadata, name: &str) -> Option<Finding> {
    let registry = metadata.registry(name)?;
    let field = registry.version.as_ref().filter(|_| registry.docker_repository.is_none())?;
    let pinned = field.version().filter(|version| version.pre.is_empty())?;
    let own = metadata.version.as_ref()?;
    let base = diff.metadata(Side::Base);
    let before = base.and_then(|base| base.registry(name)?.version.as_ref()?.version());
    let released = [own.version(), base.and_then(Metadata::semver), before];
    if !released.into_iter().flatten().all(|known| pinned.cmp_precedence(&known).is_gt()) {
        return None;
    }
    Some(
        Finding::at(
            head.location(field.span),
            format!("publisher/{name}/pin"),
            prose![
                "The version for ", code(name), " is ", code(&field.text), ", above the connector's own ", code(&own.text),
                ": no such image is released."
            ],
        )
        .impact(refusal())
        .remedy(prose!["Pin a version that is released, or raise the connector's own ", code("dockerImageTag"), " instead."])
        .because(Some(head.location(own.span)), prose!["the connector's own version"]),
    )
}

/// The misfits that no rule on readability tells, each with what it is about.
///
/// Items of lists are counted and not numbered by their place, so that one that moves is none that is new.
fn told_here(metadata: &Metadata) -> Vec<(String, Misfit)> {
    if metadata.is_misshapen("data") {
        return Vec::new();
    }
    let text = metadata.document().text();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut told = Vec::new();
    for misfit in metadata.misfits() {
        let unreadable = match &misfit.complaint {
            Complaint::Kind(..) | Complaint::Form(_) | Complaint::NotListed(_) => is_told_as_unreadable(metadata, misfit.span),
            Complaint::Missing(_) | Complaint::Unset(_) => metadata.mistyped.iter().any(|known| known.path == misfit.path),
            // Keys with look-alike letters.
            _ => !misfit.span.of(text).is_ascii(),
        };
        if unreadable {
            continue;
        }
        let about = match &misfit.complaint {
            Complaint::NotListed(_) | Complaint::Form(_) => misfit.span.of(text),
            Complaint::Missing(_) | Complaint::Unset(_) => "missing",
            _ => "",
        };
        let about = format!("{}/{about}", without_places(&misfit.path));
        let count = counts.entry(about.clone()).or_default();
        *count += 1;
        told.push((format!("{about}#{count}"), misfit.clone()));
    }
    told
}

/// Whether a value is told by the rules on what cannot be read, or is read in two ways.
fn is_told_as_unreadable(metadata: &Metadata, span: Span) -> bool {
    metadata.misshapen.iter().any(|known| known.span == span)
        || metadata.mistyped.iter().any(|known| known.field.span == span)
        || metadata.document().ambiguities().iter().any(|known| known.span == span)
}

/// A path whose list items have no number.
fn without_places(path: &str) -> String {
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| path + "[]" + part.split_once(']').map_or("", |(_, rest)| rest))
}

const ENTRIES: &str = "data.releases.breakingChanges.";

/// Whether it takes both sides to know who tells a misfit.
fn is_of_the_change(misfit: &Misfit) -> bool {
    let name = misfit.path.rsplit('.').next().unwrap_or_default();
    if misfit.path.starts_with(ENTRIES) && matches!(name, "message" | "upgradeDeadline" | "deadlineAction") {
        return true;
    }
    match &misfit.complaint {
        // Told together for each map, so that what base lacked has to be known for each field.
        Complaint::Missing(_) | Complaint::Unset(_) => true,
        Complaint::NotListed(_) => matches!(&*misfit.path, "data.supportLevel" | "data.releaseStage"),
        Complaint::Key(_) => misfit.path.starts_with(ENTRIES),
        Complaint::Empty => misfit.path == "data.releases.breakingChanges",
        _ => false,
    }
}

/// Whether the rule that owns the field speaks of this change.
fn told_by_another(diff: &ConnectorDiff, misfit: &Misfit) -> bool {
    if diff.base.is_none() {
        return false;
    }
    let stable = governing_stability(diff) == Stability::Stable;
    diff.changes.iter().any(|change| match (&change.kind, &misfit.complaint) {
        (ChangeKind::SupportLevel | ChangeKind::ReleaseStage, Complaint::NotListed(_))
        | (ChangeKind::Identity { .. }, Complaint::Missing(_) | Complaint::Unset(_)) => change.path == misfit.path,
        (ChangeKind::BreakingChangeDeclared { version }, Complaint::Key(_)) => misfit.path.strip_prefix(ENTRIES) == Some(version),
        // The entry that is asked for fills the map.
        (ChangeKind::Version { bump: Bump::Major, prerelease: false }, Complaint::Empty) => true,
        // What an entry lacks is told there: of every entry where stability was promised, else of those that are not released.
        (ChangeKind::BreakingChangeDeclared { version } | ChangeKind::BreakingChangeEdited { version, .. }, _) => {
            let inside = misfit.path.strip_prefix(ENTRIES).and_then(|rest| rest.strip_prefix(&**version));
            let is_ahead = || {
                let sides = diff.metadata(Side::Base).zip(diff.metadata(Side::Head));
                let entry = sides.and_then(|(base, head)| Some((base, head.releases.entry(version)?)));
                entry.is_some_and(|(base, entry)| is_released(base, entry) == Some(false))
            };
            inside.is_some_and(|rest| rest.starts_with('.')) && (stable || is_ahead())
        }
        _ => false,
    })
}

/// The fields that one map lacks, as one finding.
fn lacking(connector: &Connector, metadata: &Metadata, map: &[(String, Misfit)]) -> Option<Finding> {
    let ((first, rest), subjects) = (map.split_first()?, map.iter().map(|(subject, _)| &**subject).collect::<Vec<_>>().join(" "));
    if rest.is_empty() {
        return Some(finding(connector, metadata, &first.1, subjects));
    }
    let names = Prose::listed(map.iter().map(|(_, misfit)| &misfit.path), " and ", map.len());
    Some(
        Finding::at(connector.location(first.1.span), subjects, prose!["Fields are missing: "].join(names).join(prose!["."]))
            .impact(refusal())
            .remedy(prose!["Add them."]),
    )
}

fn finding(connector: &Connector, metadata: &Metadata, misfit: &Misfit, subject: String) -> Finding {
    let finding = Finding::at(connector.location(misfit.span), subject, message(misfit))
        .impact(match misfit.is_misplaced_break() {
            _ if matches!(misfit.complaint, Complaint::Generated(_)) => prose![
                "What stands here never reaches users: the next release writes it anew, and until then it may say what is not so."
            ],
            true => prose![
                "Written here, the break holds back nobody and nobody is told: the platform does not see it, and the publisher \
                 refuses the file after the merge."
            ],
            false => refusal(),
        })
        .suggest(suggestion(connector, metadata, misfit));
    match (&misfit.complaint, remedy(misfit)) {
        // Where the file has no plain place for it, nobody moves it but its author.
        (Complaint::Misplaced(place), _) if finding.suggestion.is_none() => {
            finding.remedy(prose!["Move it below ", code(place), ", with everything that stands under it."])
        }
        (Complaint::Missing(name), Some(remedy)) => {
            let around: Vec<&str> = misfit.path.strip_suffix(*name).unwrap_or_default().split_terminator('.').collect();
            or_rename(finding.remedy(remedy), connector, &around, name)
        }
        (_, Some(remedy)) => finding.remedy(remedy),
        (_, None) => finding,
    }
}

fn refusal() -> Prose {
    prose![REFUSED]
}

/// The version that is meant by one that is none.
fn meant_version(connector: &Connector, metadata: &Metadata, span: Span) -> Option<Suggestion> {
    let meant = metadata.version.as_ref().filter(|field| field.span == span)?.meant_version()?;
    let edit = Edit { span, replacement: quote(&meant.to_string()) };
    Suggestion::new(prose!["write ", code(&meant)], connector.file(), metadata.document().text(), &[edit])
}

/// The text that mends a misfit, where the file itself says what is meant.
fn suggestion(connector: &Connector, metadata: &Metadata, misfit: &Misfit) -> Option<Suggestion> {
    let document = metadata.document();
    let make = |title: Prose, edits: &[Edit]| Suggestion::new(title, connector.file(), document.text(), edits);
    let entry = || entry_at(document.root(), misfit.span);
    let replace = |span: Span, text: &str| [Edit { span, replacement: quote(text) }];
    match &misfit.complaint {
        Complaint::Misplaced(place) if !place.contains('<') => {
            let path: Vec<&str> = place.split('.').collect();
            make(prose!["move it below ", code(place)], &move_below(connector, entry()?.1, &path)?)
        }
        Complaint::Unknown(Some(known)) if entry()?.0.get(known).is_none() => make(prose!["write ", code(known)], &replace(misfit.span, known)),
        Complaint::Retired(since) => {
            let (map, entry) = entry()?;
            match successor(since) {
                Some(name) if map.get(name).is_none() => make(prose!["write ", code(name)], &replace(misfit.span, name)),
                // Which of the two is meant, nobody but the author knows.
                Some(_) => None,
                None => {
                    // What stands below an old name may be wanted elsewhere.
                    entry.value.scalar()?;
                    make(prose!["take it away"], &[take_away(document, entry)?])
                }
            }
        }
        Complaint::Generated(_) => make(prose!["take it away"], &[take_away(document, entry()?.1)?]),
        Complaint::NotListed(listed) => {
            let written = misfit.span.of(document.text()).trim_matches(['"', '\'']);
            let words = listed.iter().copied().filter(|known| known.starts_with(char::is_alphabetic));
            let near = nearest(written, words, NEAR)?;
            make(prose!["write ", code(near)], &replace(misfit.span, near))
        }
        Complaint::Missing("metadataSpecVersion") => {
            let proven = insert_entry(document, &[], "metadataSpecVersion", &Block::Text("1.0".to_owned()))?;
            Suggestion::proven(prose!["add ", code("metadataSpecVersion")], connector.file(), document.text(), proven)
        }
        _ => None,
    }
}
