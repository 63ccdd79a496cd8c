//! The source on GitHub, held against the source in a clone.

mod counts;
mod facts;
mod faults;
mod groups;
pub(crate) mod history;
mod kinds;

use std::time::Duration;

use jiff::civil::Date;
use tierguard::change::Readings;
use tierguard::changeset::{ChangeSet, Part};
use tierguard::evaluate::{Options, evaluate};
use tierguard::github::{Addresses, Client, Connection, RepositoryName, Token};
use tierguard::ids::RepoPath;
use tierguard::needs::{gather, identity_of};
use tierguard::policy::Policy;
use tierguard::render::json;
use tierguard::rules::policy_path;
use tierguard::source::git::{Git, GitSource};
use tierguard::source::github::GitHubSource;
use tierguard::source::{Connectors, Source};

use super::fake::{Files, World};

const TODAY: Date = jiff::civil::date(2026, 11, 22);

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).unwrap()
}

fn repository() -> RepositoryName {
    "octo/connectors".parse().unwrap()
}

fn client(world: &World) -> Client {
    client_of(world, world.token())
}

fn client_of(world: &World, token: &str) -> Client {
    let (api, graphql) = (world.api_url(), world.graphql_url());
    Client::new(Connection {
        addresses: Addresses::new(Some(&api), Some(&graphql), None).unwrap(),
        token: Token::new(token).unwrap(),
        pace: Duration::from_millis(2),
        patience: Duration::from_mins(1),
    })
    .unwrap()
}

fn metadata(name: &str, version: &str) -> String {
    format!(
        "data:\n  name: {name}\n  definitionId: {:032x}\n  dockerRepository: airbyte/{name}\n  dockerImageTag: \
         {version}\n  connectorType: source\n  supportLevel: certified\n  releaseStage: generally_available\n",
        u128::from_str_radix(
            &name.bytes().map(|byte| format!("{byte:02x}")).collect::<String>(),
            16
        )
        .unwrap()
    )
}

fn folder(name: &str) -> String {
    format!("airbyte-integrations/connectors/{name}")
}

fn metadata_file(name: &str) -> String {
    format!("{}/metadata.yaml", folder(name))
}

/// The change that a source gives, with all that the rules look at, and the report of it.
fn judge(source: &mut dyn Source, facts: Option<&[Part]>) -> anyhow::Result<(ChangeSet, String)> {
    judge_by(source, &Policy::built_in(), facts)
}

fn judge_by(
    source: &mut dyn Source,
    policy: &Policy,
    facts: Option<&[Part]>,
) -> anyhow::Result<(ChangeSet, String)> {
    let known = Connectors {
        roots: policy.roots.clone(),
        identity: identity_of,
    };
    let mut set = source.change_set(TODAY)?;
    if let Some(facts) = facts {
        set.parts = facts.to_vec();
    }
    let diffs = gather(
        &mut set,
        &policy.roots,
        &policy_path(),
        &Readings::default(),
        |set, needs| source.fetch_into(set, needs, &known),
    )?;
    let report = evaluate(
        &set,
        &diffs,
        policy,
        Options {
            all: true,
            ..Options::default()
        },
    );
    Ok((set, json::pretty(&report)))
}

/// Both reports of a pull request: from GitHub, and from the objects that the fake has.
fn both(world: &World, number: u64) -> (ChangeSet, ChangeSet, String, String) {
    let client = client(world);
    let mut github = GitHubSource::open(&client, &repository(), number).unwrap();
    let (online, from_github) = judge(&mut github, None).unwrap();
    let pull_request = github.pull_request().unwrap();
    let git = Git::new(world.git.path(), std::env::vars_os());
    let (base, head) = (pull_request.target.as_str(), pull_request.head.as_str());
    let mut clone = GitSource::open(&git, Some(base), Some(head)).unwrap();
    let (offline, from_git) = judge(&mut clone, Some(&online.parts)).unwrap();
    (online, offline, from_github, from_git)
}

/// Fails where the two sources do not say the same of a pull request.
fn assert_same(world: &World, number: u64, what: &str) -> ChangeSet {
    let (online, offline, from_github, from_git) = both(world, number);
    assert_eq!(online.files, offline.files, "{what}");
    assert_eq!(online.contents, offline.contents, "{what}");
    assert_eq!(online.identities, offline.identities, "{what}");
    assert_eq!(online.gaps, offline.gaps, "{what}");
    assert_eq!(from_github, from_git, "{what}");
    online
}

/// Connectors of these names at this version.
fn fleet(names: impl IntoIterator<Item = String>, version: &str) -> Files {
    names.into_iter().fold(Files::new(), |files, name| {
        files.file(metadata_file(&name), metadata(&name, version))
    })
}
