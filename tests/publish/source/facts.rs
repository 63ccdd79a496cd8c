//! What a pull request says beside its files, and where the policy is read.

use tierguard::changeset::{Fact, Fetched, Part, PullRequestState, Side};
use tierguard::ids::ObjectId;
use tierguard::policy::Policy;
use tierguard::rules::policy_path;
use tierguard::source::github::{GitHubSource, PolicyRef, open_pull_requests};

use super::{client, client_of, fleet, judge, judge_by, metadata, metadata_file, path, repository};
use crate::fake::{Fault, Files, Permissions, Role, World};

fn base() -> Files {
    fleet(["source-a".to_owned()], "1.0.0").file(".github/tierguard.yml", "version: 1\n# base\n")
}

fn head() -> Files {
    Files::new()
        .file(metadata_file("source-a"), metadata("source-a", "1.0.1"))
        .file(".github/tierguard.yml", "version: 1\n# head\n")
}

fn text(found: &Fetched) -> String {
    match found {
        Fetched::File(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn title_labels_and_approvals_of_the_head_are_facts() {
    let world = World::with_pull(&base(), &head());
    world.label_as("ada", 1, "breaking-change");
    world.role("may", Role::Write);
    world.role("not", Role::Write);
    world.role("guest", Role::Read);
    world.review_as("may", 1, "APPROVED", "");
    world.review_as("guest", 1, "APPROVED", "");
    world.review_as("not", 1, "APPROVED", "");
    world.review_as("not", 1, "CHANGES_REQUESTED", "");
    let client = client(&world);
    let source = GitHubSource::open(&client, &repository(), 1).unwrap();
    let facts = source.pull_request().unwrap().facts.clone();
    assert_eq!(facts.title, Fact::Known("Change connectors".to_owned()));
    assert_eq!(facts.labels, Fact::Known(vec!["breaking-change".to_owned()]));
    assert_eq!(facts.approvals, Fact::Known(vec!["may".to_owned()]));
    assert!(source.viewer().is_some_and(|viewer| viewer.id == 41_898_282));
    world.push(1, &Files::new().file("x", "y"));
    let source = GitHubSource::open(&client, &repository(), 1).unwrap();
    assert_eq!(
        source.pull_request().unwrap().facts.approvals,
        Fact::Known(Vec::new())
    );
    world.finish();
}

#[test]
fn an_approval_by_somebody_whom_the_policy_names_ticks_the_requirement() {
    let broken = metadata("source-a", "2.0.0")
        + "  releases:\n    breakingChanges:\n      2.0.0:\n        message: All streams have new keys; refresh them.\n        \
           upgradeDeadline: \"2027-03-01\"\n";
    let world = World::with_pull(&base(), &Files::new().file(metadata_file("source-a"), broken));
    let named = "version: 1\nreviewers: {breaking-change: [\"@May\"]}\nteams: {breaking-change: []}\n";
    let policy = Policy::load(Some((".github/tierguard.yml", named.as_bytes()))).unwrap();
    let client = client(&world);
    let state = || {
        let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
        let head = source.pull_request().unwrap().head.clone();
        let mut facts = source.pull_request().unwrap().facts.clone();
        facts.writers = Some(source.writers(1, &head).unwrap());
        let part = Part { facts, paths: None };
        let (_, report) = judge_by(&mut source, &policy, Some(&[part])).unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let all = report["connectors"][0]["requirements"]
            .as_array()
            .unwrap()
            .clone();
        let found = all
            .into_iter()
            .find(|one| one["id"] == "breaking-change-approved");
        found.unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(), "to-confirm");
    world.role("other", Role::Write);
    world.review_as("other", 1, "APPROVED", "");
    assert_eq!(state(), "to-confirm");
    world.role("may", Role::Write);
    world.review_as("may", 1, "APPROVED", "");
    assert_eq!(state(), "met");
    world.push(1, &Files::new().file("x", "y"));
    assert_eq!(state(), "to-confirm");
    world.finish();
}

#[test]
fn a_viewer_that_github_does_not_tell_costs_no_verdict() {
    let world = World::with_pull(&base(), &head());
    let refused =
        r#"{"data":null,"errors":[{"type":"FORBIDDEN","message":"Resource not accessible by integration"}]}"#;
    world.fault(
        "query PullRequest",
        1,
        Fault::Status(200, Vec::new(), refused.to_owned()),
    );
    let client = client(&world);
    let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
    assert!(source.viewer().is_none());
    assert!(judge(&mut source, None).unwrap().0.gaps.is_empty());
    world.finish();
}

#[test]
fn the_policy_is_read_where_the_pull_request_cannot_change_it() {
    let world = World::with_pull(&base(), &head());
    let first = world.tip("main").unwrap();
    world.commit_on(
        "main",
        &Files::new().file(".github/tierguard.yml", "version: 1\n# tip\n"),
        "Policy",
    );
    let tip = world.tip("main").unwrap();
    let other = world.commit_on("release", &Files::new().remove(".github/tierguard.yml"), "None");
    let client = client(&world);
    let read = |at: PolicyRef| {
        let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
        source
            .policy_at(&at, &policy_path())
            .map(|(found, commit)| (text(&found), commit.as_str().to_owned()))
    };
    let at_tip = ("version: 1\n# tip\n".to_owned(), tip.clone());
    assert_eq!(read(PolicyRef::Target).unwrap(), at_tip);
    assert_eq!(read(PolicyRef::DefaultBranch).unwrap(), at_tip);
    let commit = |id: &str| PolicyRef::Commit(ObjectId::new(id).unwrap());
    assert_eq!(read(commit(&tip)).unwrap(), at_tip);
    assert_eq!(
        read(commit(&first)).unwrap(),
        ("version: 1\n# base\n".to_owned(), first)
    );
    for foreign in [world.head(1), other.clone(), "1".repeat(40)] {
        assert!(read(commit(&foreign)).is_err(), "{foreign}");
    }
    world.change_pull(1, |pull| "release".clone_into(&mut pull.base_branch));
    assert_eq!(
        read(PolicyRef::Target).unwrap(),
        (format!("{:?}", Fetched::Absent), other.clone())
    );
    assert_eq!(read(commit(&other)).unwrap().1, other);
    world.finish();
}

#[test]
fn a_policy_that_is_no_plain_file_is_an_error() {
    for odd in [
        Files::new().link(".github/tierguard.yml", "elsewhere"),
        Files::new().submodule(".github/tierguard.yml", &"1".repeat(40)),
        Files::new().file(".github/tierguard.yml", vec![b'#'; 5 << 20]),
        Files::new().link(".github", "elsewhere"),
    ] {
        let world = World::with_pull(&fleet(["source-a".to_owned()], "1.0.0"), &Files::new());
        world.commit_on("main", &odd, "Odd");
        let client = client(&world);
        let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
        let read = source.policy_at(&PolicyRef::Target, &policy_path());
        assert!(read.is_err(), "{odd:?}: {read:?}");
        world.finish();
    }
}

#[test]
fn a_closed_or_merged_pull_request_can_still_be_read() {
    let world = World::with_pull(&base(), &head());
    world.close(1);
    let client = client(&world);
    let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
    assert_eq!(source.pull_request().unwrap().state, PullRequestState::Closed);
    assert_eq!(judge(&mut source, None).unwrap().0.files.len(), 2);
    world.finish();
}

#[test]
fn a_number_or_repository_that_is_not_there_is_an_error() {
    let world = World::with_pull(&base(), &head());
    let client = client(&world);
    assert!(GitHubSource::open(&client, &repository(), 99).is_err());
    assert!(GitHubSource::open(&client, &"octo/other".parse().unwrap(), 1).is_err());
    let blind = world.add_token("blind[bot]", Permissions::nothing());
    let blind = client_of(&world, &blind);
    assert!(GitHubSource::open(&blind, &repository(), 1).is_err());
    world.finish();
}

#[test]
fn all_open_pull_requests_are_listed_once() {
    let world = World::with_pull(&base(), &head());
    let commit = world.head(1);
    for number in 2..=130 {
        world.open_at(&commit, &format!("b{number}"), crate::fake::HeadRepository::Own);
    }
    world.close(7);
    let client = client(&world);
    let listed = open_pull_requests(&client, &repository()).unwrap();
    assert_eq!(listed.len(), 129);
    assert!(listed.contains(&130) && !listed.contains(&7));
    world.finish();
}

#[test]
fn a_file_over_the_limit_is_measured_and_not_read() {
    let base = base().file(
        "airbyte-integrations/connectors/source-a/big",
        vec![b'x'; (4 << 20) + 1],
    );
    let world = World::with_pull(&base, &head());
    let client = client(&world);
    let mut source = GitHubSource::open(&client, &repository(), 1).unwrap();
    judge(&mut source, None).unwrap();
    let big = path("airbyte-integrations/connectors/source-a/big");
    let found = tierguard::source::Source::read(&mut source, Side::Head, &big).unwrap();
    assert_eq!(found, Fetched::TooLarge { bytes: (4 << 20) + 1 });
    world.finish();
}
