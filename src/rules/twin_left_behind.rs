use super::{Context, Findings, Rule};
use crate::change::{Change, ChangeKind, ConnectorDiff, Connector, metadata_path};
use crate::changeset::{Fetched, Side};
use crate::finding::{Finding, Location, Prose, code, prose};
use crate::ids::RepoPath;
use crate::metadata::{Field, Metadata};
use crate::needs::{moves_twins, twins};
use crate::yaml::{Document, Limits};

rule! {
    /// A connector moves on and its stricter or plainer edition stays behind.
    ///
    /// ## What it does
    /// Looks whether the connector has a twin in the same folder, named with `-strict-encrypt` or `-secure` at its end or
    /// without it. Where the two said the same before, it speaks of each version, support level, release stage and
    /// breaking-change entry that only one of them gets. An absent support level counts as community.
    ///
    /// ## Why
    /// The two are one connector to users: Cloud runs the stricter edition under the plain one's name. A version or a
    /// promise that only one of them has is true for a part of its users alone.
    ///
    /// ## Example
    /// 2023-08-01, `source-mssql`, `e00c702` (`#28545`): 1.1.1 was released, and `source-mssql-strict-encrypt` stayed
    /// at 1.1.0.
    ///
    /// ## How to mend it
    /// Make the same change in the twin's `metadata.yaml`, in the same pull request.
    ///
    /// ## Options
    /// None.
    "twin-left-behind", since "0.1.0",
    pub struct TwinLeftBehind {}
}

impl Rule for TwinLeftBehind {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, head, after)) = diff.both() else { return };
        let mut moves = diff.changes.iter().filter(|change| moves_twins(&change.kind)).peekable();
        if moves.peek().is_none() {
            return;
        }
        let moves: Vec<&Change> = moves.collect();
        for directory in twins(&head.directory, context.roots) {
            let path = metadata_path(&directory);
            let twin = match context.set.fetched(Side::Head, &path) {
                None | Some(Fetched::Absent) => continue,
                Some(Fetched::File(bytes)) => Document::parse(bytes, &Limits::METADATA).ok().map(Metadata::read),
                Some(Fetched::NotRegular(_) | Fetched::TooLarge { .. }) => None,
            };
            let Some(twin) = twin else {
                let location = diff.location(moves[0]).unwrap_or_else(|| head.field_location(None));
                findings.push(Finding::at(location, directory.to_string(), prose![
                    "Nobody can tell whether ", code(&path), " moves along: it cannot be read."
                ]));
                continue;
            };
            findings.findings.extend(judge(diff, &moves, (before, head, after), &directory, &twin));
        }
    }
}

fn judge(
    diff: &ConnectorDiff,
    moves: &[&Change],
    (before, head, after): (&Metadata, &Connector, &Metadata),
    directory: &RepoPath,
    twin: &Metadata,
) -> Option<Finding> {
    if twin.is_archived() && !after.is_archived() {
        return None;
    }
    let mut behind: Vec<&&Change> = moves
        .iter()
        .filter(|change| stays_behind(change, before, after, twin))
        .collect();
    behind.sort_by_key(|change| !matches!(change.kind, ChangeKind::Version { .. }));
    let first = behind.first()?;
    let mut what = Prose::default();
    for (index, change) in behind.iter().enumerate() {
        what = what.join(prose![if index == 0 { "" } else { ", " }]).join(step(change));
    }
    let name = directory.shown_name();
    let location: Location = diff.location(first).unwrap_or_else(|| head.field_location(None));
    Some(
        Finding::at(location, directory.to_string(), prose!["The twin ", code(&name), " stays behind: "].join(what).join(prose!["."]))
            .impact(prose![
                "To users a connector and its twin are one: those who run ", code(&name), " get neither the release nor what is said \
                 of it."
            ])
            .remedy(prose!["Make the same change in ", code(metadata_path(directory)), ", in this pull request."]),
    )
}

/// Whether the twin said what base said, and does not say what head says.
fn stays_behind(change: &Change, before: &Metadata, after: &Metadata, twin: &Metadata) -> bool {
    let field: fn(&Metadata) -> Option<&Field> = match &change.kind {
        ChangeKind::Version { .. } => |metadata| metadata.version.as_ref(),
        ChangeKind::SupportLevel => {
            let [from, to, twin] = [before, after, twin].map(published_level);
            return twin == from && twin != to;
        }
        ChangeKind::ReleaseStage => |metadata| metadata.release_stage.as_ref(),
        ChangeKind::BreakingChangeDeclared { version } => {
            // A twin that keeps the old version is told by that.
            let releases = |metadata: &Metadata| text(metadata.version.as_ref()) == Some(version);
            return releases(after) && releases(twin) && twin.releases.entry(version).is_none();
        }
        _ => return false,
    };
    let (from, to, twin) = (text(field(before)), text(field(after)), text(field(twin)));
    twin == from && twin != to
}

/// The level as it is published: an absent one counts as community.
fn published_level(metadata: &Metadata) -> &str {
    text(metadata.support_level.as_ref()).unwrap_or("community")
}

fn text(field: Option<&Field>) -> Option<&str> {
    field.map(|field| &*field.text)
}

fn step(change: &Change) -> Prose {
    let name = match &change.kind {
        ChangeKind::BreakingChangeDeclared { version } => return prose!["the breaking-change entry ", code(version)],
        ChangeKind::Version { .. } => "version ",
        ChangeKind::SupportLevel => "support level ",
        _ => "release stage ",
    };
    let value = |value: &Option<String>| value.as_ref().map_or(prose!["absent"], |value| prose![code(value)]);
    prose![name].join(value(&change.from)).join(prose![" → "]).join(value(&change.to))
}
