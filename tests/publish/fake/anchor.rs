//! Where comments on lines can stand, and where they stand after the head has moved.
//!
//! A comment needs a line inside a hunk of git's patch with three lines of context. After a push it follows its line;
//! where the line is gone or outside every hunk the comment is outdated and has no line.

use super::git::{FileDiff, Git, hunks, moved_line};
use super::state::{Inline, Place, State};

/// The longest body of a comment or a review, in characters (seen in GitHub's refusals).
pub(crate) const LONGEST_BODY: usize = 65_536;

/// A comment that somebody wants to make.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) path: String,
    pub(crate) place: Place,
    pub(crate) body: String,
}

/// Why a comment cannot stand there, in GitHub's words; the hunk and position where it can.
pub(crate) fn check(files: &[FileDiff], wanted: &Wanted) -> Result<(String, usize), &'static str> {
    let file = files
        .iter()
        .find(|file| file.path == wanted.path)
        .ok_or("Path could not be resolved")?;
    let patch = file.patch.as_deref().ok_or("Line could not be resolved")?;
    let place = &wanted.place;
    let hunks = hunks(patch);
    let hunk = hunks
        .iter()
        .find(|hunk| hunk.holds(place.left, place.line))
        .ok_or("Line could not be resolved")?;
    if let Some(start) = place.start {
        if start >= place.line {
            return Err("Start line must precede the end line.");
        }
        if !hunk.holds(place.left, start) {
            return Err("Start line must be part of the same hunk as the line.");
        }
    }
    if wanted.body.trim().is_empty() {
        return Err("Body can't be blank");
    }
    if wanted.body.chars().count() > LONGEST_BODY {
        return Err("Body is too long (maximum is 65536 characters)");
    }
    let position = hunk.position(place.left, place.line).unwrap_or(1);
    Ok((hunk.up_to(place.left, place.line), position))
}

/// Adds a comment to a review; its id, or why it cannot stand there.
pub(crate) fn add(
    git: &Git,
    state: &mut State,
    number: u64,
    review: u64,
    author: &str,
    (base, head): (&str, &str),
    wanted: Wanted,
) -> Result<u64, &'static str> {
    let (hunk, position) = check(&git.diff(base, head), &wanted)?;
    let (id, now) = (state.id(), state.tick());
    let inline = Inline {
        id,
        number,
        review,
        author: author.to_owned(),
        body: wanted.body,
        path: wanted.path,
        commit: head.to_owned(),
        base: base.to_owned(),
        original: wanted.place,
        hunk,
        position,
        reply_to: None,
        created: now,
        updated: now,
        minimized: None,
        resolved: false,
    };
    state.inlines.insert(id, inline);
    Ok(id)
}

/// Where a comment stands now; `None` where it is outdated.
pub(crate) fn place(git: &Git, state: &State, inline: &Inline) -> Option<Place> {
    let pull = state.pulls.get(&inline.number)?;
    let base = git.merge_base(&state.base_tip(pull), &pull.head)?;
    let now = git.diff(&base, &pull.head);
    let then = git.diff(&inline.base, &inline.commit);
    let file = now.iter().find(|file| file.path == inline.path)?;
    let before = then.iter().find(|file| file.path == inline.path)?;
    let left = inline.original.left;
    let (from, to) = if left {
        (&before.base_id, &file.base_id)
    } else {
        (&before.head_id, &file.head_id)
    };
    // An absent side has no lines to follow.
    if from.bytes().all(|byte| byte == b'0') || to.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let line = moved_line(git, from, to, inline.original.line)?;
    let start = match inline.original.start {
        Some(start) => Some(moved_line(git, from, to, start)?),
        None => None,
    };
    let hunks = hunks(file.patch.as_deref()?);
    let hunk = hunks.iter().find(|hunk| hunk.holds(left, line))?;
    if start.is_some_and(|start| !hunk.holds(left, start)) {
        return None;
    }
    Some(Place { left, line, start })
}
