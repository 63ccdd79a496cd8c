use std::collections::BTreeSet;

use super::contract::{breaks, entries_of_release, is_archived, promises_stability};
use super::{Context, Findings, Rule};
use crate::change::contract::{Compatibility, ContractOf};
use crate::change::{Connector, ConnectorDiff};
use crate::changeset::{ChangedFile, Side};
use crate::contract::{Bearing, Known, Reason, ReasonKind, bearing};
use crate::finding::{Finding, Level, Location, Prose, code, prose};
use crate::ids::RepoPath;

/// The most reasons that the note names.
const MOST_REASONS: usize = 3;
/// The most streams that are named whose schema files are gone.
const MOST_STREAMS: usize = 3;

rule! {
    /// Whether a change breaks users cannot be told from its files.
    ///
    /// ## What it does
    /// Speaks for certified, generally available and beta connectors when a file that bears the contract changed and the
    /// contract cannot be read from data: code builds the streams or the specification, a schema is made while the connector
    /// runs. It names the file, and never stands on a line of the diff. Where a break is found it speaks of what may break
    /// besides: of other streams than those that break, and where breaks are declared, of those outside of their scope.
    ///
    /// It is loud where data said it before and the file is gone: a specification or a manifest with no other in its place
    /// and no code that changes along, and the schema file of a stream that neither a manifest nor another file describes.
    /// Schemas that a declared break or a manifest's coming or going takes along are part of the note, and so is a
    /// specification that a declared break takes along. Of connectors that promised no stability it tells such a loss alone.
    ///
    /// ## Why
    /// No code of a change is run, and none is guessed at. Silence would read as "nothing breaks". In a history of 12,016
    /// commits, which holds no code, it is loud on few: specifications that new code took over, and two schema files.
    ///
    /// ## Example
    /// 2024-04-15, `source-slack`, `f7fe882` (`#35477`): a migration to a manifest whose streams are partly built by
    /// code. 2023-06-29, `source-metabase`, `bb76f8e` (`#27777`): the stream `activity` and its schema file went, and no
    /// entry said so.
    ///
    /// ## How to mend it
    /// Nothing; a person looks whether the change breaks existing connections. `tierguard compat` compares two outputs of
    /// the connector's own `spec` and `discover`.
    ///
    /// ## Options
    /// `lost-file-level`: how loud a specification or a manifest is that is gone with nothing in its place.
    /// `lost-schema-level`: how loud a stream's schema file is that is gone. `level-without-promise`: how loud either is in a
    /// connector that promised no stability.
    "contract-not-readable", since "0.1.0",
    pub struct ContractNotReadable {
        /// How loud a specification or a manifest is that is gone with nothing in its place.
        lost_file_level: Level,
        /// How loud a stream's schema file is that is gone.
        lost_schema_level: Level,
        /// How loud either is in a connector that promised no stability.
        level_without_promise: Level,
    }
}

impl Rule for ContractNotReadable {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (Some(contract), Some((base, _, head, _))) = (&diff.contract, diff.both()) else { return };
        let promises = promises_stability(diff);
        let level = |promised| if promises { promised } else { self.level_without_promise };
        let sides = Sides { diff, contract, base, head };
        let lost = sides.lost_file().map(|finding| finding.level(level(self.lost_file_level)));
        let lost = lost.or_else(|| Some(sides.lost_schemas()?.level(level(self.lost_schema_level))));
        let is_lost = lost.is_some();
        findings.findings.extend(lost);
        if !promises || contract.diff.compatibility == Compatibility::Compatible {
            return;
        }
        let Some(settled) = settled(diff, contract) else { return };
        let is_settled = |reason: &Reason| !reason.streams.is_empty() && reason.streams.iter().all(|stream| settled.contains(&**stream));
        // What the change puts there and cannot be read is told by itself, at its place.
        let faults = contract.head.faults_since(&contract.base);
        let of_lost = |reason: &Reason| is_lost && reason.kind == ReasonKind::Code && reason.subject.is_empty();
        let told = |reason: &&Reason| !of_lost(reason) && !faults.iter().any(|fault| fault.same(reason)) && !is_settled(reason);
        let mut named = BTreeSet::new();
        let mut reasons: Vec<&Reason> = contract.diff.reasons.iter().filter(told).collect();
        reasons.retain(|reason| named.insert((reason.kind, &reason.subject, reason.only_before)));
        let Some(first) = reasons.first() else { return };
        let what = match (contract.diff.compatibility, entries_of_release(diff).is_empty()) {
            (Compatibility::Breaking, true) => "Whether this change breaks more than what is found",
            (Compatibility::Breaking, false) => "Whether this change breaks more than what is declared",
            _ => "Whether this change breaks users",
        };
        let file = sides.whole_file(first);
        let mut message = prose![what, " cannot be told from its files"];
        for (index, reason) in reasons.iter().take(MOST_REASONS).enumerate() {
            message = message.join(prose![if index == 0 { ": " } else { "; " }, reason.kind.words()]);
            if let Some(place) = reason.place.filter(|_| reason.is_fault()) {
                let location = contract.location(side(reason), place);
                if location.file == file.file {
                    message = message.join(prose![" on line ", location.position.line]);
                }
            }
            // What is mended all the same leaves open what it stood for.
            if reason.only_before && reason.is_fault() {
                message = message.join(prose![" before this change"]);
            }
            if !reason.subject.is_empty() {
                message = message.join(prose![" (", code(&reason.subject), ")"]);
            }
        }
        if reasons.len() > MOST_REASONS {
            let more = reasons.len() - MOST_REASONS;
            message = message.join(prose![" and ", more, if more == 1 { " more reason" } else { " more reasons" }]);
        }
        findings.push(
            Finding::at(file, "contract", message.join(prose!["."]))
                .remedy(prose!["A person has to look; ", code("tierguard compat"), " compares two outputs of ", code("spec"), " or ", code("discover"), "."]),
        );
    }
}

/// The streams of which no question is left where something breaks: those that break, and those that declared breaks
/// cover; `None` where a declared break covers everybody.
fn settled<'a>(diff: &'a ConnectorDiff, contract: &'a ContractOf) -> Option<BTreeSet<&'a str>> {
    if contract.diff.compatibility != Compatibility::Breaking {
        return Some(BTreeSet::new());
    }
    let mut streams: BTreeSet<&str> = breaks(contract).filter_map(|change| change.stream.as_deref()).collect();
    for entry in entries_of_release(diff) {
        if entry.scoped_impact.is_empty() {
            return None;
        }
        let scopes = entry.scoped_impact.iter().flat_map(|impact| &impact.impacted_scopes);
        streams.extend(scopes.map(|scope| &*scope.text));
    }
    Some(streams)
}

/// The side that the place of a reason lies on.
fn side(reason: &Reason) -> Side {
    if reason.only_before { Side::Base } else { Side::Head }
}

/// A connector whose contract changes, on both sides.
struct Sides<'a> {
    diff: &'a ConnectorDiff,
    contract: &'a ContractOf,
    base: &'a Connector,
    head: &'a Connector,
}

impl Sides<'_> {
    /// The file that a reason is about: code that changes, else that of its place, else the first that changed.
    fn whole_file(&self, reason: &Reason) -> Location {
        let is_code = reason.kind == ReasonKind::Code && (reason.only_before || reason.place.is_none());
        let code = self.diff.files.iter().filter(|_| is_code).find(|file| self.bears(file, Bearing::Code));
        let place = reason.place.filter(|_| code.is_none());
        match place {
            Some(place) => Location::file(self.contract.location(side(reason), place).file, side(reason)),
            None => {
                let first = code.map(ChangedFile::path).or(self.contract.changed.first());
                Location::file(first.unwrap_or_else(|| self.diff.directory()).clone(), Side::Head)
            }
        }
    }

    /// The manifest or the specification that base had in a file and that head has nowhere.
    fn lost_file(&self) -> Option<Finding> {
        if is_archived(self.diff) {
            return None;
        }
        let (before, after) = (&self.contract.base, &self.contract.head);
        let by_code = self.diff.files.iter().any(|file| self.bears(file, Bearing::Code));
        // Code beside a manifest runs nothing where the tag says that there is only a manifest.
        let has_manifest = after.files.iter().any(|file| bearing(&self.head.directory, &file.path) == Some(Bearing::Manifest));
        let is_unread = after.more_streams.as_ref().is_some_and(|reason| reason.kind != ReasonKind::Code);
        if !has_manifest && !is_unread && (!by_code || self.is_manifest_only()) {
            let read = |path: &&RepoPath| before.files.iter().any(|file| file.path == **path);
            if let Some(path) = self.gone(Bearing::Manifest).find(read) {
                let lost = prose!["What ", code(self.shown(path)), " said of the connector's streams can no longer be read"];
                return Some(self.nothing_in_place(path, lost));
            }
        }
        let Known::Known(specification) = &before.specification else { return None };
        let is_by_code = match &after.specification {
            Known::CannotTell(reason) => reason.kind == ReasonKind::Code,
            Known::Absent => true,
            Known::Known(_) => false,
        };
        // Who declares a break has said that configurations change.
        if by_code || !is_by_code || !entries_of_release(self.diff).is_empty() {
            return None;
        }
        let file = before.files.get(specification.place.file)?;
        let path = self.gone(Bearing::Specification).find(|path| **path == file.path)?;
        Some(self.nothing_in_place(path, prose!["What users had to configure can no longer be read"]))
    }

    fn nothing_in_place(&self, path: &RepoPath, lost: Prose) -> Finding {
        let shown = self.shown(path);
        Finding::at(
            Location::file(path.clone(), Side::Base),
            format!("lost {shown}"),
            prose![code(&shown), " is gone, and nothing stands in its place."],
        )
        .impact(lost.join(prose![": whether existing connections break cannot be told."]))
        .remedy(prose!["Put it back, or put what takes its place into the same change."])
    }

    /// The streams whose schema files base had and that nothing at head describes.
    fn lost_schemas(&self) -> Option<Finding> {
        let is_new = |file: &&ChangedFile| !matches!(file, ChangedFile::Modified { .. });
        let arrives = self.diff.files.iter().filter(is_new).any(|file| self.bears(file, Bearing::Manifest));
        let migrates = arrives || self.gone(Bearing::Manifest).next().is_some();
        if migrates || is_archived(self.diff) || !entries_of_release(self.diff).is_empty() {
            return None;
        }
        let (before, after) = (&self.contract.base, &self.contract.head);
        let lost = |path: &RepoPath| {
            before.streams.iter().find(|stream| {
                let Known::Known(schema) = &stream.schema else { return false };
                let twin = after.streams.iter().find(|twin| twin.name.text == stream.name.text);
                before.files.get(schema.place.file).is_some_and(|file| file.path == *path)
                    && twin.is_none_or(|twin| matches!(twin.schema, Known::Absent))
            })
        };
        let streams: Vec<_> = self.gone(Bearing::Schema).filter_map(|path| Some((path, &lost(path)?.name.text))).collect();
        let (first, _) = streams.first()?;
        let what = if streams.len() == 1 { "the stream " } else { "the streams " };
        let gone = if streams.len() == 1 { ": its schema file is gone." } else { ": their schema files are gone." };
        let names = Prose::listed(streams.iter().map(|(_, name)| name), " and ", MOST_STREAMS);
        let lost = match streams.len() {
            1 => prose!["If the stream "].join(names.clone()).join(prose![" or a field of it goes with its schema file"]),
            _ => prose!["If one of the streams "].join(names.clone()).join(prose![" or a field of one goes with its schema file"]),
        };
        Some(
            Finding::at(
                Location::file((*first).clone(), Side::Base),
                "lost schemas",
                prose!["What becomes of ", what].join(names).join(prose![" could not be told", gone]),
            )
            .impact(lost.join(prose![", connections that sync it fail or lose data without a word."]))
            .remedy(prose![
                "Put the file back, or declare what breaks. Where code still says the same, a person has to look; ",
                code("tierguard compat"), " compares two outputs of ", code("discover"), "."
            ]),
        )
    }

    /// The paths of files that bore the contract in one way at base, and that head does not have there.
    fn gone(&self, wanted: Bearing) -> impl Iterator<Item = &RepoPath> {
        let files = self.diff.files.iter().filter(|file| !matches!(file, ChangedFile::Modified { .. }));
        let paths = files.filter_map(ChangedFile::base).map(|entry| &entry.path);
        paths.filter(move |path| bearing(&self.base.directory, path) == Some(wanted))
    }

    /// Whether a changed file bears the contract in one way at head.
    fn bears(&self, file: &ChangedFile, wanted: Bearing) -> bool {
        file.head().is_some_and(|entry| bearing(&self.head.directory, &entry.path) == Some(wanted))
    }

    fn is_manifest_only(&self) -> bool {
        let tags = self.head.metadata().and_then(|metadata| metadata.tags.as_ref());
        tags.is_some_and(|tags| tags.items.iter().any(|tag| &*tag.text == "language:manifest-only"))
    }

    /// A path of base as seen from the connector's folder.
    fn shown(&self, path: &RepoPath) -> String {
        let whole = path.to_string();
        let inside = whole.strip_prefix(&self.base.directory.to_string()).map(|rest| rest.trim_start_matches('/').to_owned());
        inside.unwrap_or(whole)
    }
}
