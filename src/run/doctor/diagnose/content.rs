//! The policy, and whether it finds connectors.

use super::{Check, Facts, Feature, Seen, cut, listed, quote};
use crate::rules::POLICY_PATH;
use crate::run::doctor::facts::{Connectors, PolicyFile, PolicyState};

/// The most faults of a policy that are told.
const MOST_FAULTS: usize = 20;

pub(super) fn diagnose(facts: &Facts, checks: &mut Vec<Check>) {
    if facts.contents.known() != Some(&true) {
        return;
    }
    for policy in &facts.policies {
        self::policy(facts, policy, checks);
    }
    checks.push(connectors(facts));
    if let Seen::Known(Connectors { idle_waivers, .. }) = &facts.connectors {
        let told = idle_waivers.iter().take(MOST_FAULTS);
        checks.extend(told.map(|(line, word)| {
            Check::missing(
                Feature::Policy,
                format!(
                    "The waiver in {} names {}, which is no connector: it waives nothing.",
                    quote(line),
                    quote(word)
                ),
                "Correct the name of the folder, or take the waiver out.",
            )
        }));
    }
}

fn policy(facts: &Facts, file: &PolicyFile, checks: &mut Vec<Check>) {
    let path = quote(&file.path);
    let branch = quote(&facts.branch);
    let missing = |says: String, remedy: &str| Check::missing(Feature::Policy, says, remedy);
    checks.push(match &file.state {
        Seen::Known(PolicyState::Absent) if file.path == POLICY_PATH => {
            Check::works(Feature::Policy, format!("{branch} has no {path}: the built-in policy judges."))
        }
        Seen::Known(PolicyState::Absent) => missing(
            format!("A workflow names the policy {path}, which {branch} does not have: the built-in policy judges."),
            "Add the file, or take the input `policy` out.",
        ),
        Seen::Known(PolicyState::Valid) => Check::works(Feature::Policy, format!("{path} is valid.")),
        Seen::Known(PolicyState::Invalid(_)) => missing(
            format!("{path} is not a policy, so that every review ends in \"could not evaluate\"."),
            "Mend what is named below; `tierguard policy --policy FILE` checks a file, `tierguard schema policy` prints the schema.",
        ),
        Seen::Known(PolicyState::NotAFile) => {
            missing(format!("{path} is not a regular file, and is not read."), "Put a file there.")
        }
        Seen::Known(PolicyState::TooLarge(bytes)) => missing(
            format!("{path} has {bytes} bytes, and is not read."),
            "Keep what differs from the built-in policy only.",
        ),
        Seen::Refused(why) => missing(format!("{path} cannot be read: {}.", cut(why)), "Let the token read the files."),
        Seen::Unread(why) => Check::unread(Feature::Policy, &path, why),
    });
    if let Seen::Known(PolicyState::Invalid(faults)) = &file.state {
        let told = faults.iter().take(MOST_FAULTS);
        checks.extend(told.map(|fault| Check {
            remedy: None,
            ..missing(format!("{}.", cut(fault)), "")
        }));
    }
}

fn connectors(facts: &Facts) -> Check {
    match &facts.connectors {
        Seen::Known(Connectors {
            patterns, found: 0, ..
        }) => Check::missing(
            Feature::Connectors,
            format!(
                "No folder of {} fits {}: no change would be judged.",
                quote(&facts.branch),
                listed(patterns)
            ),
            format!("Say in `{POLICY_PATH}` where connectors are.\nversion: 1\nconnectors: [\"folder/*\"]"),
        ),
        Seen::Known(Connectors {
            patterns,
            found,
            is_all,
            ..
        }) => {
            let count = match (found, is_all) {
                (1, true) => "One connector is".to_owned(),
                (found, true) => format!("{found} connectors are"),
                (found, false) => format!("At least {found} connectors are"),
            };
            Check::works(
                Feature::Connectors,
                format!("{count} found by {}.", listed(patterns)),
            )
        }
        Seen::Refused(why) => Check::cannot_tell(
            Feature::Connectors,
            format!("Where connectors are cannot be told: {}.", cut(why)),
            "Mend the policy, and run this again.",
        ),
        Seen::Unread(why) => Check::unread(Feature::Connectors, "The folders of connectors", why),
    }
}
