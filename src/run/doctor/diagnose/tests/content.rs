//! The policy and the connectors that it finds.

use super::*;

#[test]
fn a_policy_is_absent_valid_or_wrong() {
    let title = "Policy";
    let with = |state| move |facts: &mut Facts| facts.policies[0].state = state;
    let known = |state| with(Seen::Known(state));
    changed(
        known(PolicyState::Valid),
        0,
        title,
        "✓ `.github/tierguard.yml` is valid.",
    );
    changed(
        known(PolicyState::Absent),
        0,
        title,
        "✓ `main` has no `.github/tierguard.yml`: the built-in policy",
    );
    let faults = PolicyState::Invalid(vec!["x.yml:1:2: `y` is no key".to_owned()]);
    changed(
        known(faults.clone()),
        1,
        title,
        "✗ `.github/tierguard.yml` is not a policy",
    );
    changed(known(faults), 1, title, "✗ x.yml:1:2: `y` is no key.");
    changed(
        known(PolicyState::NotAFile),
        1,
        title,
        "✗ `.github/tierguard.yml` is not a regular file",
    );
    changed(
        known(PolicyState::TooLarge(9)),
        1,
        title,
        "✗ `.github/tierguard.yml` has 9 bytes",
    );
    changed(
        with(refused()),
        1,
        title,
        "✗ `.github/tierguard.yml` cannot be read",
    );
    changed(
        with(unread()),
        2,
        title,
        "? `.github/tierguard.yml` could not be looked at",
    );
    let named = |facts: &mut Facts| {
        facts.policies[0] = PolicyFile {
            path: "p.yml".to_owned(),
            state: Seen::Known(PolicyState::Absent),
        };
    };
    changed(
        named,
        1,
        title,
        "✗ A workflow names the policy `p.yml`, which `main` does not have",
    );
}

#[test]
fn connectors_are_counted() {
    let title = "Connectors";
    let with = |found, is_all| {
        move |facts: &mut Facts| {
            facts.connectors = Seen::Known(Connectors {
                patterns: vec!["c/*".to_owned(), "d".to_owned()],
                found,
                is_all,
                idle_waivers: Vec::new(),
            });
        }
    };
    changed(
        with(0, true),
        1,
        title,
        "✗ No folder of `main` fits `c/*` and `d`: no change would be judged.",
    );
    changed(
        with(1, true),
        0,
        title,
        "✓ One connector is found by `c/*` and `d`.",
    );
    changed(with(588, true), 0, title, "✓ 588 connectors are found");
    changed(with(9, false), 0, title, "✓ At least 9 connectors are found");
    changed(
        |facts| facts.connectors = refused(),
        0,
        title,
        "? Where connectors are cannot be told",
    );
    changed(
        |facts| facts.connectors = unread(),
        2,
        title,
        "? The folders of connectors could not be looked at",
    );
}

#[test]
fn a_waiver_that_names_no_connector_is_told() {
    let idle = |facts: &mut Facts| {
        if let Seen::Known(connectors) = &mut facts.connectors {
            connectors.idle_waivers = vec![("x.yml:3".to_owned(), "source-gihtub".to_owned())];
        }
    };
    changed(
        idle,
        1,
        "Policy",
        "✗ The waiver in `x.yml:3` names `source-gihtub`, which is no connector: it waives nothing.",
    );
}
