//! A pull request as a person sees it, as a Markdown document that stands in the repository.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::anchor;
use super::site::Site;
use super::snapshot::replace_ids;
use super::state::{Inline, Pull, State};

/// The lines of a hunk above a comment that GitHub shows unfolded.
const SHOWN_OF_HUNK: usize = 4;

impl Site {
    /// One pull request: its head, the conversation, the comments on lines, statuses and checks.
    pub(crate) fn shown(&self, number: u64) -> String {
        let state = self.state();
        let pull = &state.pulls[&number];
        let mut text = String::new();
        head(&mut text, pull);
        for remark in state.remarks.values().filter(|remark| remark.number == number) {
            let hidden = hidden(remark.minimized.as_deref());
            let _ = write!(
                text,
                "\n## {} commented{hidden}\n\n{}",
                remark.author,
                quoted(&remark.body)
            );
        }
        for review in state.reviews.values().filter(|review| review.number == number) {
            let word = match review.state.as_str() {
                "APPROVED" => "approved",
                "CHANGES_REQUESTED" => "requested changes",
                "DISMISSED" => "reviewed (dismissed)",
                _ => "reviewed",
            };
            let hidden = hidden(review.minimized.as_deref());
            let _ = write!(text, "\n## {} {word}{hidden}\n", review.author);
            if !review.body.is_empty() {
                let _ = write!(text, "\n{}", quoted(&review.body));
            }
            for inline in state.inlines.values().filter(|inline| inline.review == review.id) {
                if inline.reply_to.is_none() {
                    self.thread(&mut text, &state, inline);
                }
            }
        }
        results(&mut text, &state, pull);
        let names = small_ids(&state);
        replace_ids(&text, |id| names.get(&id).cloned())
    }

    /// Every pull request.
    pub(crate) fn shown_all(&self) -> String {
        let numbers: Vec<u64> = self.state().pulls.keys().copied().collect();
        let shown: Vec<String> = numbers.into_iter().map(|number| self.shown(number)).collect();
        shown.join("\n\n")
    }

    fn thread(&self, text: &mut String, state: &State, root: &Inline) {
        let side = if root.original.left { "base" } else { "head" };
        let place = match anchor::place(&self.git, state, root) {
            Some(place) => match place.start {
                Some(start) => format!("lines {start} to {} at {side}", place.line),
                None => format!("line {} at {side}", place.line),
            },
            None => format!("outdated, once line {} at {side}", root.original.line),
        };
        let resolved = if root.resolved { ", resolved" } else { "" };
        let hidden = hidden(root.minimized.as_deref());
        let _ = write!(text, "\n### `{}`, {place}{resolved}{hidden}\n\n", root.path);
        let lines: Vec<&str> = root.hunk.lines().skip(1).collect();
        let last = &lines[lines.len().saturating_sub(SHOWN_OF_HUNK)..];
        let fence = "`".repeat(longest_run(&root.hunk).max(2) + 1);
        let _ = write!(
            text,
            "{fence}diff\n{}\n{fence}\n\n{}",
            last.join("\n"),
            quoted(&root.body)
        );
        for reply in state
            .inlines
            .values()
            .filter(|inline| inline.reply_to == Some(root.id))
        {
            let _ = write!(text, "\n{} answered:\n\n{}", reply.author, quoted(&reply.body));
        }
    }
}

fn results(text: &mut String, state: &State, pull: &Pull) {
    let mut seen: Vec<&str> = Vec::new();
    for status in state
        .statuses
        .iter()
        .rev()
        .filter(|status| status.commit == pull.head)
    {
        if seen.contains(&status.context.as_str()) {
            continue;
        }
        seen.push(&status.context);
        let description = status.description.as_deref().unwrap_or_default();
        let _ = write!(
            text,
            "\n## Status `{}`: {}\n\n{description}\n",
            status.context, status.state
        );
    }
    for run in state.checks.iter().filter(|run| run.head == pull.head) {
        let conclusion = run.conclusion.as_deref().unwrap_or(&run.status);
        let title = run.output.title.as_deref().unwrap_or_default();
        let _ = write!(text, "\n## Check `{}`: {conclusion}\n\n**{title}**\n", run.name);
        for part in [&run.output.summary, &run.output.text].into_iter().flatten() {
            let _ = write!(text, "\n{}", quoted(part));
        }
        for annotation in &run.output.annotations {
            let _ = write!(
                text,
                "\n- {} at `{}` line {}: {}\n",
                annotation.level, annotation.path, annotation.start_line, annotation.message
            );
        }
    }
}

fn head(text: &mut String, pull: &Pull) {
    let word = match (pull.merged, pull.open, pull.draft) {
        (true, ..) => "merged",
        (_, false, _) => "closed",
        (_, _, true) => "draft",
        _ => "open",
    };
    let _ = write!(
        text,
        "# {} #{}\n\n{word}: `{}` into `{}`, by {}\n",
        pull.title, pull.number, pull.head_branch, pull.base_branch, pull.author
    );
    let mut list = |what: &str, names: Vec<String>| {
        if !names.is_empty() {
            let _ = write!(text, "\n{what}: {}\n", names.join(", "));
        }
    };
    list(
        "Labels",
        pull.labels.iter().map(|name| format!("`{name}`")).collect(),
    );
    let people = pull.requested.iter().map(|login| format!("`{login}`"));
    let teams = pull.requested_teams.iter().map(|slug| format!("team `{slug}`"));
    list("Asked for a review", people.chain(teams).collect());
}

fn hidden(reason: Option<&str>) -> String {
    reason.map_or(String::new(), |reason| format!(" (hidden as {reason})"))
}

fn quoted(body: &str) -> String {
    let mut text = String::new();
    for line in body.lines() {
        text.push_str(if line.is_empty() { ">" } else { "> " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// Small numbers for the ids, in their order, so that a document does not change with every request before it.
fn small_ids(state: &State) -> BTreeMap<u64, String> {
    let ids = state
        .remarks
        .keys()
        .chain(state.reviews.keys())
        .chain(state.inlines.keys())
        .copied()
        .chain(state.checks.iter().map(|run| run.id));
    let mut ids: Vec<u64> = ids.collect();
    ids.sort_unstable();
    ids.into_iter()
        .zip(1..)
        .map(|(id, number): (u64, u32)| (id, number.to_string()))
        .collect()
}
