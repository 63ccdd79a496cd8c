//! Whether a workflow reviews every pull request, forks and the merge queue included, and does so safely.

use super::{Check, Facts, Feature, PULL_REQUEST, Review, Seen, Workflows, cut, listed, quote};
use crate::run::doctor::workflow::{Reference, Trigger, is_expression};

/// The activities after which a verdict can be another.
const TYPES: [&str; 7] = [
    "opened",
    "synchronize",
    "reopened",
    "edited",
    "ready_for_review",
    "labeled",
    "unlabeled",
];

const START: &str =
    "Copy `examples/pull-requests.yml` of tierguard's repository to `.github/workflows/tierguard.yml`.";

pub(super) fn diagnose(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    match &facts.workflows {
        Seen::Known(workflows) => {
            unread(workflows, reviews, checks);
            running(facts, workflows, reviews, checks);
        }
        Seen::Refused(_) => checks.push(Check::cannot_tell(
            Feature::Running,
            "The workflows cannot be read, so that nothing can be said about them.",
            "Give the token what is missing above, and run this again.",
        )),
        Seen::Unread(why) => checks.push(Check::unread(Feature::Running, "The workflows", why)),
    }
    if !reviews.is_empty() {
        forks(facts, reviews, checks);
        queue(facts, reviews, checks);
    }
    safety(reviews, checks);
}

fn unread(workflows: &Workflows, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    for (path, why) in &workflows.unread {
        let says = format!("{} could not be read: {}.", quote(path), cut(why));
        let check = Check::missing(
            Feature::Running,
            says,
            "GitHub does not run a file that is no workflow; mend it, or look at it by hand.",
        );
        let is_ours = reviews.is_empty() || path.contains("tierguard");
        checks.push(if is_ours { check } else { check.optional() });
    }
}

fn running(facts: &Facts, workflows: &Workflows, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let branch = quote(&facts.branch);
    if reviews.is_empty() {
        checks.push(absent(workflows, &branch));
        return;
    }
    let enforcing: Vec<&Review<'_>> = reviews.iter().filter(|review| review.is_enforcing()).collect();
    if enforcing.is_empty() {
        let says = format!(
            "{} uses tierguard, but neither on `pull_request` nor on `pull_request_target`: no pull request is reviewed by itself.",
            reviews[0].name()
        );
        let remedy = format!("Add the event to the workflow.\n{}", event("pull_request_target"));
        checks.push(Check::missing(Feature::Running, says, remedy));
        return;
    }
    let triggers: Vec<(&Review<'_>, &Trigger)> = enforcing
        .iter()
        .flat_map(|review| PULL_REQUEST.map(|event| (*review, review.workflow.trigger(event))))
        .filter_map(|(review, trigger)| Some((review, trigger?)))
        .collect();
    let missing: Vec<&str> = TYPES
        .into_iter()
        .filter(|name| !triggers.iter().any(|(_, trigger)| trigger.has_type(name)))
        .collect();
    let path = quote(&enforcing[0].workflow.path);
    let name = &triggers[0].1.event;
    checks.push(match missing.as_slice() {
        [] => Check::works(
            Feature::Running,
            format!("{path} reviews every pull request on {}, and again when it changes.", quote(name)),
        ),
        missing => Check::missing(
            Feature::Running,
            format!(
                "{path} does not run again on {}: a verdict stays although a title, a label or a draft has changed.",
                listed(missing)
            ),
            format!("Name all types.\n{}", event(name)),
        ),
    });
    for (review, trigger) in &triggers {
        checks.extend(filters(facts, review, trigger));
    }
}

fn absent(workflows: &Workflows, branch: &str) -> Check {
    let elsewhere = workflows
        .read
        .iter()
        .flat_map(|workflow| &workflow.jobs)
        .filter_map(|job| job.calls.as_deref())
        .find(|call| !call.starts_with("./"));
    match elsewhere {
        Some(call) => Check::cannot_tell(
            Feature::Running,
            format!(
                "No workflow of {branch} uses tierguard itself; {} of another repository, which is not read, may do so.",
                quote(call)
            ),
            format!("Look there. If it does not: {START}"),
        )
        .needed(),
        None => Check::missing(
            Feature::Running,
            format!("No workflow of {branch} uses tierguard: no pull request is reviewed by itself."),
            START,
        ),
    }
}

fn event(name: &str) -> String {
    format!("on:\n  {}:\n    types: [{}]", cut(name), TYPES.join(", "))
}

fn filters(facts: &Facts, review: &Review<'_>, trigger: &Trigger) -> Option<Check> {
    let path = quote(&review.workflow.path);
    if trigger.has_paths {
        let says = format!(
            "{path} runs only for some paths: elsewhere its check never comes, and a merge that requires it waits for ever."
        );
        let remedy =
            "Take `paths` and `paths-ignore` out; a change without connectors is judged in a moment.";
        return Some(Check::missing(Feature::Running, says, remedy));
    }
    let branch = &facts.branch;
    let is_pattern = |name: &String| name.contains(['*', '?', '+', '[', '!']);
    let named = trigger.branches.as_ref();
    let is_in = named.is_none_or(|names| names.contains(branch));
    let patterns = named
        .into_iter()
        .flatten()
        .chain(&trigger.branches_ignored)
        .any(is_pattern);
    if trigger.branches_ignored.contains(branch) || (!is_in && !patterns) {
        let says = format!("{path} does not run for pull requests to {}.", quote(branch));
        let remedy = format!(
            "Name {} in its `branches`, or take the filter out.",
            quote(branch)
        );
        return Some(Check::missing(Feature::Running, says, remedy));
    }
    patterns.then(|| {
        let says =
            format!("{path} runs for the target branches that a pattern names; patterns are not tried here.");
        let remedy = format!("See whether its `branches` let {} through.", quote(branch));
        Check::cannot_tell(Feature::Running, says, remedy)
    })
}

fn forks(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let runs_on = |event| reviews.iter().any(|review| review.runs_on(event));
    match (runs_on("pull_request_target"), runs_on("pull_request")) {
        (true, both) => {
            checks.push(Check::works(
                Feature::Forks,
                "Pull requests of forks get comments: `pull_request_target` has a token that may write.",
            ));
            if both {
                let says = "`pull_request` runs beside `pull_request_target`: every push is reviewed twice.";
                let remedy = "Keep `pull_request_target`, or give each an `instance` of its own.";
                checks.push(Check::missing(Feature::Forks, says, remedy).optional());
            }
        }
        (false, true) => {
            let says = "Pull requests of forks get the check, annotations and the job's summary, and no comments: \
                        their token cannot write on `pull_request`.";
            let remedy = format!(
                "For comments there, use `pull_request_target` in place of `pull_request`; tierguard needs no checkout.\n{}",
                event("pull_request_target")
            );
            let check = Check::missing(Feature::Forks, says, remedy).optional();
            checks.push(match facts.is_private {
                true => Check::works(
                    Feature::Forks,
                    "The repository is private; only its own forks could lack comments.",
                ),
                false => check,
            });
        }
        (false, false) => {}
    }
}

fn queue(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let branch = quote(&facts.branch);
    let runs = reviews.iter().any(|review| review.runs_on("merge_group"));
    checks.push(match &facts.has_queue {
        Seen::Known(true) if runs => {
            Check::works(Feature::Queue, format!("{branch} has a merge queue, and its groups are judged."))
        }
        Seen::Known(true) => Check::missing(
            Feature::Queue,
            format!("{branch} has a merge queue, but no workflow that uses tierguard runs on `merge_group`: a required check never comes for a group."),
            "Copy `examples/merge-queue.yml` of tierguard's repository, or add the event.\non:\n  merge_group:",
        ),
        Seen::Known(false) => Check::works(Feature::Queue, format!("{branch} has none, so nothing is needed.")),
        Seen::Refused(why) | Seen::Unread(why) => Check::cannot_tell(
            Feature::Queue,
            format!("Whether {branch} has a merge queue could not be seen: {}.", cut(why)),
            "If it has one, run the workflow on `merge_group` too.",
        ),
    });
}

fn safety(reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let mut reported = Vec::new();
    for review in reviews {
        let target = review.runs_on("pull_request_target");
        let name = review.name();
        let mut add = |check: Check| {
            if !reported.contains(&check) {
                reported.push(check);
            }
        };
        let runs_head = review.workflow.jobs.iter().any(|job| job.checks_out_head);
        if target && runs_head {
            let says = format!(
                "{} checks out what a pull request proposes on `pull_request_target`, beside a token that may write: whoever opens one can take it over.",
                quote(&review.workflow.path)
            );
            let remedy = "Take the checkout out: tierguard reads through the API and needs none.";
            add(Check::missing(Feature::Safety, says, remedy));
        }
        match &review.step.reference {
            Reference::Pinned => add(Check::works(
                Feature::Safety,
                format!("{name} names tierguard by a full commit id or digest, which nobody can move."),
            )),
            Reference::Placeholder => add(Check::missing(
                Feature::Safety,
                format!(
                    "{name} names tierguard by forty zeros, which stand for a release in the examples: it cannot start."
                ),
                "Put the commit id of a release there.",
            )),
            Reference::Movable(version) => add(Check::missing(
                Feature::Safety,
                format!(
                    "{name} names tierguard by {}, which can be moved to other code.",
                    quote(version)
                ),
                "Name a release by its full commit id: `tierguard/tierguard@<40 digits> # vX.Y.Z`.",
            )
            .optional()),
            Reference::Own | Reference::Program => {}
        }
        if review.is_enforcing() {
            add(concurrency(review, target));
        }
    }
    checks.extend(reported);
}

/// Two runs for one pull request waste time; one group for several pull requests loses checks.
fn concurrency(review: &Review<'_>, target: bool) -> Check {
    let name = review.name();
    let remedy = "Give each pull request a group of its own.\nconcurrency:\n  \
                  group: tierguard-${{ github.event.pull_request.number || github.run_id }}\n  cancel-in-progress: true";
    let Some(group) = &review.job.concurrency else {
        let says = format!("{name} has no `concurrency`: two pushes in a row are reviewed side by side.");
        return Check::missing(Feature::Safety, says, remedy).optional();
    };
    let names = |part: &str| group.contains(part);
    let is_apart = [
        "number",
        "head_ref",
        "head.ref",
        "head.sha",
        "run_id",
        "event.pull_request",
    ]
    .into_iter()
    .any(names);
    // On pull_request_target `github.ref` is the target branch, which all pull requests share.
    if is_expression(group) && (is_apart || (!target && names("github.ref"))) {
        return Check::works(
            Feature::Safety,
            format!("{name} has a `concurrency` group for each pull request."),
        );
    }
    let says = format!(
        "{name} shares the `concurrency` group {} among pull requests: one that waits is cancelled by the next, and its check with it.",
        quote(group)
    );
    Check::missing(Feature::Safety, says, remedy)
}
