//! Whether a change can be merged without the answer, and whether the required answer can come at all.

use std::collections::BTreeSet;

use super::{Check, Facts, Feature, Review, Seen, cut, listed, quote};

/// What the workflows publish, against what the branch requires.
struct Answers {
    /// Names of the jobs' own checks.
    jobs: BTreeSet<String>,
    /// Names of statuses.
    statuses: BTreeSet<String>,
    /// Whether an answer can come later than a push: then only a status can carry it.
    wants_status: bool,
    /// Whether a name is put together when the workflow runs.
    has_unknown: bool,
}

pub(super) fn diagnose(facts: &Facts, reviews: &[Review<'_>], checks: &mut Vec<Check>) {
    let enforcing: Vec<&Review<'_>> = reviews.iter().filter(|review| review.is_enforcing()).collect();
    if enforcing.is_empty() {
        return;
    }
    for review in &enforcing {
        checks.extend(bypasses(review));
    }
    let answers = Answers {
        jobs: enforcing
            .iter()
            .filter_map(|review| review.job.check.clone())
            .collect(),
        statuses: enforcing.iter().map(|review| review.status_name()).collect(),
        wants_status: reviews.iter().any(Review::is_late),
        has_unknown: enforcing.iter().any(|review| review.job.check.is_none()),
    };
    match &facts.required {
        Seen::Known(names) => {
            checks.push(judged(facts, &answers, names));
            checks.extend(forks(facts, &answers, reviews, names));
            checks.extend(queue(facts, &answers, reviews, names));
        }
        Seen::Refused(why) => checks.push(
            Check::cannot_tell(
                Feature::Required,
                format!(
                    "What {} requires is not shown to this token: {}.",
                    quote(&facts.branch),
                    cut(why)
                ),
                format!(
                    "See Settings → Rules → Rulesets for {}.",
                    listed(&wanted(&answers))
                ),
            )
            .needed(),
        ),
        Seen::Unread(why) => {
            let what = format!("What {} requires", quote(&facts.branch));
            checks.push(Check::unread(Feature::Required, &what, why));
        }
    }
}

/// The names of which one is to be required.
fn wanted(answers: &Answers) -> Vec<&String> {
    match answers.wants_status || answers.jobs.is_empty() {
        true => answers.statuses.iter().collect(),
        false => answers.jobs.iter().collect(),
    }
}

fn judged(facts: &Facts, answers: &Answers, names: &[String]) -> Check {
    let branch = quote(&facts.branch);
    let among = |wanted: &BTreeSet<String>| names.iter().find(|name| wanted.contains(*name));
    let (job, status) = (among(&answers.jobs), among(&answers.statuses));
    let require = format!(
        "Add {} in Settings → Rules → Rulesets → Require status checks to pass.",
        listed(&wanted(answers))
    );
    let both = answers.jobs.intersection(&answers.statuses).next();
    if let (true, Some(name)) = (answers.wants_status, both) {
        let says = format!(
            "A job's check and the commit status are both named {}: GitHub then requires both, and a command or an approval cannot turn the check.",
            quote(name)
        );
        return Check::missing(Feature::Required, says, "Give the job another `name`.");
    }
    match (answers.wants_status, job, status) {
        (true, Some(job), _) => Check::missing(
            Feature::Required,
            format!(
                "{branch} requires the job's check {}, which a command, an approval or the clock cannot turn.",
                quote(job)
            ),
            format!("Take it out. {require}"),
        ),
        (true, None, Some(name)) => Check::works(
            Feature::Required,
            format!("{branch} requires the commit status {}.", quote(name)),
        ),
        (false, Some(name), _) | (false, None, Some(name)) => {
            Check::works(Feature::Required, format!("{branch} requires {}.", quote(name)))
        }
        (_, None, None) if answers.has_unknown && !names.is_empty() => Check::cannot_tell(
            Feature::Required,
            format!(
                "{branch} requires {}; a job's name is put together when it runs, so that whether it is among them cannot be told.",
                listed(names)
            ),
            "Compare with the name of the check under a pull request.",
        ),
        (_, None, None) => Check::missing(
            Feature::Required,
            format!("{branch} does not require the review: a change can be merged whatever it says."),
            require,
        ),
    }
}

/// A required status that the token of a fork cannot write.
fn forks(facts: &Facts, answers: &Answers, reviews: &[Review<'_>], names: &[String]) -> Option<Check> {
    let status = names
        .iter()
        .find(|name| answers.statuses.contains(*name) && !answers.jobs.contains(*name))?;
    let has_target = reviews.iter().any(|review| review.runs_on("pull_request_target"));
    (!has_target && !facts.is_private).then(|| {
        let says = format!(
            "{} is required, and on `pull_request` the token of a fork cannot write it: such a pull request waits for ever.",
            quote(status)
        );
        Check::missing(Feature::Forks, says, "Use `pull_request_target` in place of `pull_request`.")
    })
}

/// A required name that no run for a group of the queue carries.
fn queue(facts: &Facts, answers: &Answers, reviews: &[Review<'_>], names: &[String]) -> Option<Check> {
    if facts.has_queue.known() != Some(&true) {
        return None;
    }
    let groups: Vec<&Review<'_>> = reviews
        .iter()
        .filter(|review| review.runs_on("merge_group"))
        .collect();
    let is_carried = |name: &String| {
        groups.iter().any(|review| {
            let is_check = review.job.check.as_ref().is_none_or(|check| check == name);
            is_check || (review.step.flag("status") != Some(false) && review.status_name() == *name)
        })
    };
    let ours = |name: &&String| answers.statuses.contains(*name) || answers.jobs.contains(*name);
    let lost = names.iter().filter(ours).find(|name| !is_carried(name))?;
    (!groups.is_empty()).then(|| {
        let says = format!(
            "{} is required, and no run for a group of the merge queue carries it.",
            quote(lost)
        );
        let remedy = format!("Name the job that runs on `merge_group` {}.", quote(lost));
        Check::missing(Feature::Queue, says, remedy)
    })
}

/// What lets a check pass that did not judge.
fn bypasses(review: &Review<'_>) -> Vec<Check> {
    let mut found = Vec::new();
    if review.job.ignores_failure {
        let says = format!(
            "{} passes whatever the review says (`continue-on-error`).",
            review.name()
        );
        found.push(Check::missing(
            Feature::Required,
            says,
            "Take `continue-on-error` out.",
        ));
    }
    if let Some(condition) = &review.job.condition {
        let says = format!(
            "{} reviews only if {}, and GitHub takes a skipped job for a passed one.",
            review.name(),
            quote(condition)
        );
        let remedy = "See that the condition holds for every pull request.";
        found.push(Check::cannot_tell(Feature::Required, says, remedy));
    }
    found
}
