//! Fixtures of the reviews: connectors, the pull requests that change them, and runs with small waits.

use super::bot::{Bot, Output};
use super::fake::{Files, World};

/// Where the override of the policy stands.
pub(crate) const POLICY: &str = ".github/tierguard.yml";

/// A policy that labels and asks for reviews.
pub(crate) const ASKING: &str = "publish:\n  add-labels: [support-level, breaking-change]\n  request-reviews: true\n\
                                 reviewers:\n  support-level: [maria, bert, carla]\n";

/// The metadata of a connector.
pub(crate) fn path(connector: &str) -> String {
    format!("airbyte-integrations/connectors/{connector}/metadata.yaml")
}

/// A certified connector at version 1.4.2, with an identity of its own and room between the fields that tests change.
pub(crate) fn certified(connector: &str) -> String {
    let identity = connector.bytes().fold(0_u64, |sum, byte| {
        (sum * 131 + u64::from(byte)) % 0xffff_ffff_ffff
    });
    format!(
        "data:\n  allowedHosts:\n    hosts:\n      - api.example.com\n  connectorSubtype: api\n  connectorType: source\n  \
         definitionId: 0f1e2d3c-4b5a-4978-8695-{identity:012x}\n  dockerImageTag: 1.4.2\n  dockerRepository: \
         airbyte/{connector}\n  documentationUrl: https://docs.airbyte.com/integrations/sources/x\n  githubIssueLabel: \
         {connector}\n  icon: icon.svg\n  license: ELv2\n  name: {connector}\n  releaseStage: generally_available\n  \
         supportLevel: certified\n"
    )
}

/// The connector with a major version and no word about what breaks: an error with a proposal.
pub(crate) fn major(connector: &str) -> String {
    certified(connector).replace("1.4.2", "2.0.0")
}

/// The connector with a new minor version: nothing to say.
pub(crate) fn minor(connector: &str) -> String {
    certified(connector).replace("1.4.2", "1.5.0")
}

/// The connector at a lower level: a warning, and somebody to ask.
pub(crate) fn demoted(connector: &str) -> String {
    certified(connector).replace("supportLevel: certified", "supportLevel: community")
}

/// Files of connectors, each made by the function.
pub(crate) fn files(connectors: &[&str], text: impl Fn(&str) -> String) -> Files {
    let add = |files: Files, connector: &&str| files.file(path(connector), text(connector));
    connectors.iter().fold(Files::new(), add)
}

/// `source-001` and so on.
pub(crate) fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("source-{number:03}")).collect()
}

/// A pull request that changes these connectors from what they were to what the function makes.
pub(crate) fn world(connectors: &[&str], head: impl Fn(&str) -> String) -> World {
    World::with_pull(&files(connectors, certified), &files(connectors, head))
}

/// A run on a push to the pull request 1, with small waits.
pub(crate) fn bot<'w>(world: &'w World, arguments: &[&str]) -> Bot<'w> {
    Bot::new(world)
        .on_pull_request(1)
        .args(&["--pace", "10"])
        .args(arguments)
}

/// A run to its end.
pub(crate) fn review(world: &World, arguments: &[&str]) -> Output {
    bot(world, arguments).run()
}

/// Runs once more and expects that nothing is written.
pub(crate) fn writes_nothing_more(world: &World, arguments: &[&str]) {
    let shown = world.snapshot();
    world.forget_requests();
    review(world, arguments);
    assert!(
        world.writes().is_empty(),
        "another run writes: {:?}\n{}",
        requests(world),
        world.shown(1)
    );
    assert_eq!(world.snapshot(), shown);
}

/// The names of the requests so far.
pub(crate) fn requests(world: &World) -> Vec<String> {
    world.requests().iter().map(super::fake::Entry::name).collect()
}

/// The comments on lines that were opened by the bot and are in sight.
pub(crate) fn live_comments(world: &World) -> usize {
    let state = world.state();
    let ours = |author: &str| author == "github-actions[bot]";
    let opened = state.inlines.values().filter(|inline| inline.reply_to.is_none());
    opened
        .filter(|inline| ours(&inline.author) && inline.minimized.is_none())
        .count()
}

/// The bodies of the bot's summaries.
pub(crate) fn summaries(world: &World) -> Vec<String> {
    let state = world.state();
    let ours = state
        .remarks
        .values()
        .filter(|remark| remark.author == "github-actions[bot]" && remark.minimized.is_none());
    ours.map(|remark| remark.body.clone())
        .filter(|body| body.starts_with("<!-- tierguard:summary "))
        .collect()
}

/// How many check runs and statuses there are.
pub(crate) fn published(world: &World) -> (usize, usize) {
    let state = world.state();
    (state.checks.len(), state.statuses.len())
}
