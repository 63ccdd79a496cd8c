//! Exactly once: a run that was killed anywhere is mended by the next one.

use super::connectors::{
    ASKING, POLICY, bot, certified, demoted, files, major, minor, review, world, writes_nothing_more,
};
use super::fake::World;

/// Kills the run after each of its writes, and expects the next one to end where an undisturbed run ends.
fn survives_every_kill(make: impl Fn() -> World, arguments: &[&str], least: usize) {
    let undisturbed = make();
    undisturbed.forget_requests();
    let whole = review(&undisturbed, arguments);
    let expected = undisturbed.snapshot();
    let writes = undisturbed.writes().len();
    assert!(
        writes >= least,
        "{:#?}",
        super::connectors::requests(&undisturbed)
    );
    writes_nothing_more(&undisturbed, arguments);
    undisturbed.finish();
    for kill in 0..=writes {
        let world = make();
        bot(&world, arguments).kill_after(kill).run();
        world.unhook();
        let again = review(&world, arguments);
        assert_eq!(again.code, whole.code, "after {kill} of {writes} writes");
        let ended = world.snapshot();
        assert!(
            ended == expected,
            "killed after {kill} of {writes} writes, it ends otherwise:\n{}",
            difference(&expected, &ended)
        );
        writes_nothing_more(&world, arguments);
        world.finish();
    }
}

/// The lines that one text has and the other has not.
fn difference(expected: &str, ended: &str) -> String {
    let only = |sign: &str, one: &str, other: &str| -> Vec<String> {
        one.lines()
            .filter(|line| !other.lines().any(|known| known == *line))
            .map(|line| format!("{sign} {line}"))
            .collect()
    };
    [only("-", expected, ended), only("+", ended, expected)]
        .concat()
        .join("\n")
}

#[test]
fn a_first_review_survives_every_kill() {
    let make = || world(&["source-a", "source-b", "source-c"], major);
    survives_every_kill(make, &[], 2);
}

#[test]
fn a_push_that_fixes_findings_survives_every_kill() {
    let make = || {
        let world = world(&["source-a", "source-b", "source-c"], major);
        review(&world, &[]);
        world.push(1, &files(&["source-a", "source-b"], minor));
        world
    };
    survives_every_kill(make, &[], 5);
}

#[test]
fn a_finding_that_moves_survives_every_kill() {
    let make = || {
        let world = world(&["source-a"], major);
        review(&world, &[]);
        // Its old line is gone, and the tag stands elsewhere.
        let text = major("source-a").replace("  dockerImageTag: 2.0.0\n", "");
        let text = text.replace("  license: ELv2\n", "  license: ELv2\n  dockerImageTag: 2.0.0\n");
        world.push(1, &files(&["source-a"], |_| text.clone()));
        world
    };
    survives_every_kill(make, &[], 2);
}

#[test]
fn an_all_clear_survives_every_kill() {
    let make = || {
        let world = world(&["source-a", "source-b"], major);
        review(&world, &["--check-run", "--status"]);
        world.push(1, &files(&["source-a", "source-b"], certified));
        world
    };
    survives_every_kill(make, &["--check-run", "--status"], 7);
}

#[test]
fn labels_reviewers_check_run_and_status_survive_every_kill() {
    let make = || {
        let connectors = ["source-a", "source-b"];
        let base = files(&connectors, certified).file(POLICY, ASKING);
        let world = World::with_pull(&base, &files(&connectors, demoted));
        for label in ["support-level", "breaking-change"] {
            world.repository_label(label);
        }
        for login in ["maria", "bert", "carla"] {
            world.role(login, super::fake::Role::Write);
        }
        world
    };
    survives_every_kill(make, &["--check-run", "--status"], 8);
}
