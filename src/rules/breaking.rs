//! What the rules on breaking changes share: the entries that a change brings, and what each has to say.

use jiff::civil::Date;
use semver::Version;

use super::Context;
use super::mending::entry_at;
use crate::change::{Bump, ChangeKind, Connector, ConnectorDiff, bump};
use crate::changeset::Side;
use crate::finding::{Prose, Suggestion, code, prose};
use crate::metadata::{BreakingChange, Field, Metadata, Misfit};
use crate::yaml::{Block, Node, insert_entry};

/// The message that a proposed entry starts with; it counts as no message until somebody writes one.
pub(super) const MESSAGE_TO_WRITE: &str = "TODO: say what changes, who is affected and what they have to do.";

/// What base said, where there is a base, and head; `None` where a side cannot be read.
pub(super) fn before_and_after(diff: &ConnectorDiff) -> Option<(Option<&Metadata>, &Connector, &Metadata)> {
    let before = diff.metadata(Side::Base);
    let is_unread = diff.base.is_some() && before.is_none();
    let head = diff.head.as_ref().filter(|_| !is_unread)?;
    Some((before, head, head.metadata()?))
}

/// The entry that goes with the first version of a new connector: for that one the publisher asks at once, and of all
/// others nobody runs the version before.
pub(super) fn first_entry<'a>(diff: &ConnectorDiff, head: &'a Metadata) -> Option<&'a BreakingChange> {
    let version = head.version.as_ref().filter(|_| diff.base.is_none())?;
    head.releases.entry(&version.text)
}

/// The entries that head adds or edits, and whether it adds them; of a new connector the one for its first version.
pub(super) fn touched_entries<'a>(
    diff: &ConnectorDiff,
    head: &'a Metadata,
) -> Vec<(&'a BreakingChange, bool)> {
    let mut entries = Vec::new();
    entries.extend(first_entry(diff, head).map(|entry| (entry, true)));
    for change in &diff.changes {
        let (version, declared) = match &change.kind {
            ChangeKind::BreakingChangeDeclared { version } => (version, true),
            ChangeKind::BreakingChangeEdited { version, .. } => (version, false),
            _ => continue,
        };
        entries.extend(head.releases.entry(version).map(|entry| (entry, declared)));
    }
    entries
}

/// What base said in the place of an entry; an annotation that did not break is no such entry.
pub(super) fn entry_before<'a>(
    diff: &'a ConnectorDiff,
    entry: &BreakingChange,
) -> Option<&'a BreakingChange> {
    diff.metadata(Side::Base)?
        .releases
        .entry(&entry.version.text)
        .filter(|before| !not_breaking(before))
}

pub(super) fn not_breaking(entry: &BreakingChange) -> bool {
    entry.is_breaking.as_ref().and_then(Field::bool) == Some(false)
}

/// Whether an entry annotates a version without breaking it; what relaxes a rule counts only if base said so already.
pub(super) fn is_annotation(diff: &ConnectorDiff, entry: &BreakingChange) -> bool {
    let before = diff
        .metadata(Side::Base)
        .and_then(|base| base.releases.entry(&entry.version.text));
    before.is_some_and(not_breaking) && not_breaking(entry)
}

/// Whether the version that head releases goes with a new entry: major, or minor while base is below 1.0.0.
pub(super) fn fits_policy(base: Option<&Version>, head: Option<&Version>) -> bool {
    match bump(base, head) {
        Bump::Major => true,
        Bump::Minor => base.is_some_and(|base| base.major == 0),
        _ => false,
    }
}

/// The first version after a released one that a break may be released as; `None` where numbers end.
pub(super) fn next_breaking_version(released: &Version) -> Option<Version> {
    Some(match released.major {
        0 => Version::new(0, released.minor.checked_add(1)?, 0),
        major => Version::new(major.checked_add(1)?, 0, 0),
    })
}

/// Whether an entry applies to whoever goes from one version to another, as the platform reads its key.
pub(super) fn applies_between(entry: &BreakingChange, from: Option<&Version>, to: &Version) -> bool {
    entry.version.version().is_some_and(|key| {
        from.is_none_or(|from| key.cmp_precedence(from).is_gt()) && key.cmp_precedence(to).is_le()
    })
}

/// Whether an entry is named by a version of three numbers, as the platform wants it.
pub(super) fn is_plain_version(entry: &BreakingChange) -> bool {
    entry
        .version
        .version()
        .is_some_and(|version| version.pre.is_empty() && version.build.is_empty())
}

/// Whether base has released what an entry speaks of, so that it tells and holds nobody back; `None` where that cannot be
/// told.
pub(super) fn is_released(base: &Metadata, entry: &BreakingChange) -> Option<bool> {
    // A key that is no version never applied to anybody.
    if entry.version.version().is_none() {
        return Some(false);
    }
    base.semver()
        .map(|version| applies_between(entry, None, &version))
}

/// The one new entry whose key is not the version that head releases, where that version goes with a break and has no
/// entry: the key is wrong, and no second entry is wanted.
pub(super) fn stray_entry(diff: &ConnectorDiff) -> Option<&BreakingChange> {
    let (_, before, _, after) = diff.both()?;
    let to = after.semver().filter(|version| version.pre.is_empty())?;
    if after.releases.entry(&to.to_string()).is_some() || !fits_policy(before.semver().as_ref(), Some(&to)) {
        return None;
    }
    let is_ahead = |entry: &BreakingChange| is_released(before, entry) != Some(true);
    let mut new = touched_entries(diff, after)
        .into_iter()
        .filter(|(entry, declared)| *declared && is_ahead(entry));
    match (new.next(), new.next()) {
        (Some((entry, _)), None) => Some(entry),
        _ => None,
    }
}

/// Whether an entry is the one whose key is wrong.
pub(super) fn is_stray(diff: &ConnectorDiff, entry: &BreakingChange) -> bool {
    stray_entry(diff).is_some_and(|stray| stray.version.span == entry.version.span)
}

/// What to do with an entry that is there and declares nothing, because of its key or its place; `None` where there is no
/// such entry for a version that base has not released. No other one is proposed beside it.
pub(super) fn mend_entry(diff: &ConnectorDiff) -> Option<Prose> {
    let (head, after) = (diff.head.as_ref()?, diff.metadata(Side::Head)?);
    let version = after.version.as_ref()?;
    if let Some(entry) = stray_entry(diff) {
        let line = head.location(entry.version.span).position.line;
        let words = prose![
            "rename the key ",
            code(&entry.version.text),
            " of the entry on line ",
            line
        ];
        return Some(words.join(prose![" to ", code(&version.text)]));
    }
    let before = diff.metadata(Side::Base).and_then(Metadata::semver);
    let is_ahead = |key: &str| {
        let key = Version::parse(key).ok();
        key.is_some_and(|key| {
            before
                .as_ref()
                .is_none_or(|before| key.cmp_precedence(before).is_gt())
        })
    };
    let holds = |misfit: &&Misfit| {
        let Some((_, entry)) = entry_at(after.document().root(), misfit.span) else {
            return false;
        };
        let below = entry
            .value
            .entries()
            .unwrap_or_default()
            .iter()
            .map(|below| &below.key);
        below.chain([&entry.key]).filter_map(Node::text).any(is_ahead)
    };
    let misplaced = after
        .misfits()
        .iter()
        .filter(|misfit| misfit.is_misplaced_break());
    let misfit = misplaced.into_iter().find(holds)?;
    let line = head.location(misfit.span).position.line;
    Some(prose![
        "move the entry that stands on line ",
        line,
        " below ",
        code("data.releases.breakingChanges")
    ])
}

/// Words that wait for others, or repeat that something breaks; of these alone a message says nothing.
const EMPTY_WORDS: &str = "a an and breaking break change changed changelog changes dolor fixme in ipsum is it lorem major message \
     new none of placeholder release tbd the this todo update v version xxx";

/// Whether a message is there and says anything.
pub(super) fn has_message(entry: &BreakingChange) -> bool {
    entry.message.as_ref().is_some_and(|message| {
        let text = message.text.to_lowercase();
        let mut words = text
            .split(|letter: char| !letter.is_alphabetic())
            .filter(|word| !word.is_empty());
        !text.trim_start().starts_with("todo")
            && words.any(|word| EMPTY_WORDS.split(' ').all(|empty| empty != word))
    })
}

/// What the platform knows to do at a deadline.
pub(super) const ACTIONS: [&str; 2] = ["disable", "auto_upgrade"];

/// Whether an entry says what happens at its deadline, in a word that the platform knows.
pub(super) fn has_action(entry: &BreakingChange) -> bool {
    entry
        .deadline_action
        .as_ref()
        .is_some_and(|action| ACTIONS.contains(&&*action.text))
}

/// `source` or `destination`, as head says.
pub(super) fn connector_type(metadata: &Metadata) -> Option<&str> {
    metadata.connector_type.as_ref().map(|field| &*field.text)
}

/// The deadline to write into a suggestion.
pub(super) fn proposed_deadline(context: &Context, metadata: &Metadata) -> Date {
    context
        .settings
        .deadlines
        .proposed(context.today(), context.proposed_from, connector_type(metadata))
}

/// What a proposed entry says: everything that the policy wants explicit.
pub(super) fn proposed_fields(
    context: &Context,
    metadata: &Metadata,
    message: String,
) -> Vec<(String, Block)> {
    let deadline = proposed_deadline(context, metadata).to_string();
    let fields = [
        ("message", message),
        ("upgradeDeadline", deadline),
        ("deadlineAction", "disable".to_owned()),
    ];
    fields
        .map(|(key, text)| (key.to_owned(), Block::Text(text)))
        .into()
}

/// An entry for a version, with everything that the policy wants explicit.
pub(super) fn proposed_entry(context: &Context, head: &Connector, version: &str) -> Option<Suggestion> {
    let metadata = head.metadata()?;
    let entry = Block::Map(proposed_fields(context, metadata, MESSAGE_TO_WRITE.to_owned()));
    let proven = insert_entry(
        metadata.document(),
        &["data", "releases", "breakingChanges"],
        version,
        &entry,
    )?;
    let title = prose!["declare the breaking change ", code(version)];
    Suggestion::proven(title, head.file(), metadata.document().text(), proven)
}

/// What a file means to users that the registry does not take.
pub(super) const REFUSED: &str =
    "The publisher refuses the file after the merge, so users do not get this version.";
