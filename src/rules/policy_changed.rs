use std::sync::Arc;

use super::{Context, Findings, PolicyFault, Rule};
use crate::changeset::{Fetched, Side};
use crate::finding::{Finding, Level, Location, code, prose};
use crate::ids::RepoPath;
use crate::text::{Lines, Span};

rule! {
    /// The change touches the policy that judges it.
    ///
    /// ## What it does
    /// Says that the policy at the tip of the target branch judged this change, and validates the proposed file.
    ///
    /// ## Why
    /// A change cannot loosen the rules that it is judged by. Whether the new file is valid is better known before it
    /// is merged: an invalid policy leaves every later change without a verdict.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: the pull request that archives a certified connector also sets
    /// `support-level-changed: { level: off }` in `.github/tierguard.yml`.
    ///
    /// ## How to mend it
    /// Correct the lines that are named. `tierguard policy --policy FILE` shows how a file is read, and
    /// `tierguard backtest --policy FILE` what it would have said of the changes so far, compared with the present policy.
    ///
    /// ## Options
    /// `level-when-valid`: how loud it is when the proposed file is valid.
    "policy-changed", since "0.1.0",
    pub struct PolicyChanged {
        /// How loud it is when the proposed file is valid.
        level_when_valid: Level,
    }
}

impl Rule for PolicyChanged {
    fn check_repository(&self, context: &Context, findings: &mut Findings) {
        let path = context.policy_path;
        let Some(file) = context.set.files.iter().find(|file| {
            file.base().is_some_and(|entry| entry.path == *path) || file.head().is_some_and(|entry| entry.path == *path)
        }) else {
            return;
        };
        let side = if file.head().is_some_and(|entry| entry.path == *path) { Side::Head } else { Side::Base };
        if context.policy_faults.is_empty() {
            findings.push(
                Finding::at(
                    Location::file(path.clone(), side),
                    "policy",
                    prose!["The change to ", code(path), " is not in effect yet: pull requests are judged by the target branch's policy."],
                )
                .level(self.level_when_valid)
                .remedy(prose![
                    "What it would have said of the changes so far, on your machine: ",
                    code(format!("tierguard backtest --policy {path}")), "."
                ]),
            );
            return;
        }
        for fault in context.policy_faults {
            // What it quotes of the file keeps other quotes: the whole is shown as one.
            let shown = fault.message.replace('`', "'");
            findings.push(
                Finding::at(place(context, path, fault), &*fault.message, prose!["The proposed policy is not valid: ", code(shown), "."])
                    .impact(prose!["With a policy that is not valid no change can be judged."]),
            );
        }
    }
}

/// The place of a fault at head, up to the end of its line.
fn place(context: &Context, path: &RepoPath, fault: &PolicyFault) -> Location {
    let mut location = Location::file(path.clone(), Side::Head);
    location.position = fault.position;
    location.last_line = fault.position.line;
    let Some(Fetched::File(bytes)) = context.set.fetched(Side::Head, path) else { return location };
    let Ok(text) = std::str::from_utf8(bytes) else { return location };
    if let Some(line) = Lines::new(text).span(text, fault.position.line) {
        let before = line.of(text).chars().take(fault.position.column.saturating_sub(1));
        let start = line.start + before.map(char::len_utf8).sum::<usize>();
        location.span = Span::new(start, line.end);
        location.text = Some(Arc::from(text));
    }
    location
}
