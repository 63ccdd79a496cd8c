//! Teams that approve, and what decides whose commands and waivers count.

use super::*;
use crate::run::doctor::facts::TeamAsked;

const TITLE: &str = "Approvals";
/// A token of its own for the full workflow.
const OWN_TOKEN: &str = "${{ steps.app.outputs.token }}";

fn team(has_users: bool, seen: Seen<bool>) -> TeamAsked {
    TeamAsked {
        name: "o/legal".to_owned(),
        line: "tierguard.yml:4".to_owned(),
        has_users,
        seen,
    }
}

/// The full set-up with a token of its own, and a policy that asks for a team.
fn asking(asked: TeamAsked) -> Facts {
    let own = format!("status: true, token: '{OWN_TOKEN}'");
    let text = FULL.replacen("status: true", &own, 1);
    let mut facts = facts(&text, &["tierguard"]);
    facts.teams = vec![asked];
    facts
}

#[test]
fn a_team_is_looked_up() {
    for (seen, code, sentence) in [
        (
            Seen::Known(true),
            0,
            "✓ `tierguard.yml:4` asks for approvals of `o/legal`, whose members this token may read.",
        ),
        (
            Seen::Known(false),
            1,
            "✗ `tierguard.yml:4` asks for approvals of `o/legal`, and there is no such team",
        ),
        (
            refused(),
            1,
            "✗ `tierguard.yml:4` asks for approvals of `o/legal`, whose members this token may not read: GitHub answered 403.",
        ),
        (unread(), 2, "? The team `o/legal` could not be looked at"),
    ] {
        says(&asking(team(false, seen)), code, TITLE, sentence);
    }
}

#[test]
fn people_who_are_listed_beside_it_make_it_optional() {
    for seen in [Seen::Known(false), refused(), unread()] {
        let checks = diagnose(&asking(team(true, seen)));
        assert_eq!(exit_code(&checks), 0);
    }
    says(
        &asking(team(true, refused())),
        0,
        TITLE,
        "✗ optional: `tierguard.yml:4` asks for approvals of `o/legal`",
    );
}

#[test]
fn a_job_without_a_token_of_its_own_sees_no_team() {
    let mut facts = facts(FULL, &["tierguard"]);
    facts.teams = vec![team(false, Seen::Known(true))];
    let sentence = "✗ The job `review` of `.github/workflows/tierguard.yml` reviews with the workflow's own token, which sees no \
                    team: an approval of `o/legal` stays undecided, which is no pass.";
    says(&facts, 1, TITLE, sentence);
    let shown = text(&facts, &diagnose(&facts));
    for line in [
        "`{ team: o/legal, users: [LOGIN] }`".to_owned(),
        format!("token: {OWN_TOKEN}"),
    ] {
        assert!(shown.contains(&line), "{shown}");
    }
    facts.teams = vec![team(true, Seen::Known(true))];
    assert_eq!(exit_code(&diagnose(&facts)), 0);
}

#[test]
fn a_classic_token_is_told_its_scope() {
    let mut facts = asking(team(false, refused()));
    facts.token.scopes = Some(vec!["repo".to_owned()]);
    assert!(text(&facts, &diagnose(&facts)).contains("Give the token the scope `read:org`, or list"));
}

#[test]
fn what_people_may_do_decides_whose_commands_and_waivers_count() {
    let title = "Commands and waivers in comments";
    changed(
        |facts| facts.permissions = refused(),
        0,
        title,
        "✗ optional: What somebody may do here, which decides whose commands and waivers count, cannot be read: GitHub answered 403.",
    );
    changed(
        |facts| facts.permissions = unread(),
        0,
        title,
        "? What somebody may do here, which decides whose commands and waivers count could not be looked at",
    );
}
