//! What the workflows let the job's token do, by their `permissions:` lines.

use super::{Check, Facts, Feature, Review, Seen, quote};
use crate::run::doctor::workflow::Access;

/// One permission that a feature takes.
struct Need {
    feature: Feature,
    scope: &'static str,
    access: Access,
    /// What it is for, after "to".
    purpose: &'static str,
}

pub(super) fn diagnose(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    for review in reviews {
        if review.step.flag("dry-run") == Some(true) {
            let says = format!(
                "{} writes nothing to a pull request (`dry-run: true`).",
                review.name()
            );
            let remedy = "Take the input out, and grant `pull-requests: write`, to have comments.";
            checks.push(Check::missing(Feature::Comments, says, remedy).optional());
        }
        for need in needs(review) {
            // A job of several steps says the same once.
            let check = grant(facts, review, &need);
            if !checks.contains(&check) {
                checks.push(check);
            }
        }
    }
    status(facts, reviews, checks);
    check_run(reviews, checks);
    code_scanning(reviews, checks);
}

fn needs(review: &Review<'_>) -> Vec<Need> {
    let need = |feature, scope, access, purpose| Need {
        feature,
        scope,
        access,
        purpose,
    };
    let is_dry = review.step.flag("dry-run") == Some(true);
    // A group of the merge queue is judged and nothing is said in its pull requests.
    let comments = !is_dry
        && review
            .workflow
            .triggers
            .iter()
            .any(|trigger| trigger.event != "merge_group");
    let mut needs = vec![need(
        Feature::Running,
        "contents",
        Access::Read,
        "read the change and the policy",
    )];
    needs.push(match comments {
        true => need(Feature::Comments, "pull-requests", Access::Write, "comment"),
        false => need(
            Feature::Running,
            "pull-requests",
            Access::Read,
            "read the pull request",
        ),
    });
    if !is_dry && review.step.flag("status") != Some(false) {
        needs.push(need(
            Feature::Status,
            "statuses",
            Access::Write,
            "publish the commit status",
        ));
    }
    if !is_dry && review.step.flag("check-run") != Some(false) {
        needs.push(need(
            Feature::CheckRun,
            "checks",
            Access::Write,
            "publish a check run",
        ));
    }
    if review.job.uploads_sarif {
        needs.push(need(
            Feature::CodeScanning,
            "security-events",
            Access::Write,
            "upload the findings",
        ));
    }
    needs
}

fn grant(facts: &Facts, review: &Review<'_>, need: &Need) -> Check {
    let name = review.name();
    let line = format!("{}: {}", need.scope, need.access.word());
    let purpose = need.purpose;
    let add = format!("Add the line to the job.\npermissions:\n  {line}");
    if review.step.has_own_token() {
        return Check::cannot_tell(
            need.feature,
            format!(
                "{name} brings a token of its own; whether that may {purpose} cannot be told by reading."
            ),
            format!("See that it has `{line}`; a review says in a notice which permission it lacked."),
        );
    }
    match review.job.grants.of(need.scope) {
        Some(access) if access >= need.access => {
            Check::works(need.feature, format!("{name} may {purpose} (`{line}`)."))
        }
        // Anybody's token reads what is public.
        Some(_) if need.access == Access::Read && !facts.is_private => {
            let says = format!(
                "{name} is not granted `{line}`; in a public repository it can {purpose} all the same."
            );
            Check::missing(need.feature, says, add).optional()
        }
        Some(access) => Check::missing(
            need.feature,
            format!(
                "{name} may not {purpose}: its `{}` is `{}`.",
                need.scope,
                access.word()
            ),
            add,
        ),
        None => Check::cannot_tell(
            need.feature,
            format!(
                "{name} names no `permissions`; whether it may {purpose} is a setting of the repository (Settings → Actions → General)."
            ),
            add,
        )
        .needed(),
    }
}

/// Runs that belong to the default branch can answer on the head by a commit status alone.
fn status(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    for review in reviews.iter().filter(|review| review.is_late()) {
        if review.step.flag("status") == Some(false) {
            let says = format!(
                "{} also runs on {}, and such a run reaches the pull request's head by a commit status only, which it does not publish.",
                review.name(),
                super::listed(&late_events(review)),
            );
            checks.push(Check::missing(Feature::Status, says, ask("status", "statuses")));
        }
    }
    if !reviews.is_empty()
        && !reviews
            .iter()
            .any(|review| review.step.flag("status") != Some(false) || review.is_late())
    {
        let says = "No workflow asks for the commit status `tierguard`; it is needed with commands, approvals or a schedule.";
        checks.push(Check::missing(Feature::Status, says, ask("status", "statuses")).optional());
    }
    if let Seen::Known(names) = &facts.required {
        for review in reviews.iter().filter(|review| review.is_enforcing()) {
            let name = review.status_name();
            let is_own_check = review.job.check.as_ref() == Some(&name);
            if names.contains(&name) && !is_own_check && review.step.flag("status") == Some(false) {
                let says = format!(
                    "{} is required before a merge, and {} does not publish it: a new pull request waits for it for ever.",
                    quote(&name),
                    review.name().replacen("The job", "the job", 1),
                );
                checks.push(Check::missing(Feature::Status, says, ask("status", "statuses")));
            }
        }
    }
}

fn late_events<'e>(review: &Review<'_>) -> Vec<&'e str> {
    super::LATE
        .into_iter()
        .filter(|event| review.runs_on(event))
        .collect()
}

fn check_run(reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    if !reviews.is_empty()
        && reviews
            .iter()
            .all(|review| review.step.flag("check-run") == Some(false))
    {
        let says = "No workflow asks for a check run; the job's own check says the same, with at most ten annotations of a kind.";
        checks.push(Check::missing(Feature::CheckRun, says, ask("check-run", "checks")).optional());
    }
}

fn code_scanning(reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let writes = |review: &Review<'_>| review.step.input("sarif").is_some();
    match reviews.iter().find(|review| writes(review)) {
        Some(review) if !review.job.uploads_sarif => {
            let says = format!(
                "{} writes findings as SARIF and uploads them nowhere in the job.",
                review.name()
            );
            let remedy = "Add a step `github/codeql-action/upload-sarif` after it, and `security-events: write`; an upload by another job is not seen here.";
            checks.push(Check::cannot_tell(Feature::CodeScanning, says, remedy));
        }
        Some(_) => {}
        None if reviews.is_empty() => {}
        None => {
            let says = "No workflow hands the findings to code scanning.";
            let remedy = "Add the input, and a step that uploads the file.\nwith:\n  sarif: tierguard.sarif";
            checks.push(Check::missing(Feature::CodeScanning, says, remedy).optional());
        }
    }
}

/// The input that asks for something, and its permission.
fn ask(input: &str, scope: &str) -> String {
    format!("Ask for it in the job.\npermissions:\n  {scope}: write\nwith:\n  {input}: true")
}
