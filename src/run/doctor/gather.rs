//! Looks at a repository as the token sees it.
//!
//! Only reads. What GitHub refuses to show is a fact too; an error is that nothing at all can be said.

use anyhow::{Context, anyhow, bail};

use super::api::{Api, Rules, Tip, WireRepository};
use super::facts::{Facts, PolicyFile, PolicyState, Seen, TeamAsked, TokenFacts, TopicTeam, Workflows};
use super::tree::{Kind, Tree};
use super::workflow::{Workflow, is_expression, join_calls};
use crate::github::{Client, Error, RepositoryName};
use crate::ids::RepoPath;
use crate::policy::{self, Home, Policy, PolicyError};
use crate::rules::POLICY_PATH;
use crate::source::github::pinned_file;

/// Where GitHub looks for workflows.
const WORKFLOWS: &[u8] = b".github/workflows";
/// The most bytes of a workflow or a policy that are read, and the most workflows.
const LARGEST_FILE: u64 = 256 * 1024;
const MOST_WORKFLOWS: usize = 50;
/// The most policies that are read beside the one at its usual place.
const MOST_POLICIES: usize = 3;
/// The most teams that are asked for.
const MOST_TEAMS: usize = 10;

/// Looks at everything once.
pub(super) fn gather(client: &Client, repository: &RepositoryName) -> anyhow::Result<Facts> {
    let api = Api { client, repository };
    let wire = wire_repository(client, &api)?;
    let owner = api.owner();
    let scopes = client.scopes().map(|scopes| {
        let scopes = scopes.split(',').map(|scope| scope.trim().to_owned());
        scopes.filter(|scope| !scope.is_empty()).collect()
    });
    let token = TokenFacts {
        role: owner.known().and_then(|owner| owner.role.clone()),
        login: owner.map(|owner| owner.login),
        scopes,
    };
    let tip = api.tip();
    let branch = &wire.default_branch;
    let of_tip = |list| match &tip {
        Seen::Known(Some(tip)) => api.can_list(&tip.commit, list),
        _ => Seen::Refused("there is no commit to look at".to_owned()),
    };
    let (checks, statuses) = (of_tip("check-runs"), of_tip("statuses"));
    let pull_requests = api.pull_requests();
    let (required, has_queue) = requirements(&api, branch);
    let contents = match &tip {
        Seen::Known(tip) => Seen::Known(tip.is_some()),
        Seen::Refused(why) => Seen::Refused(why.clone()),
        Seen::Unread(why) => Seen::Unread(why.clone()),
    };
    let root = tip.and_then(|tip| match tip {
        Some(Tip { tree, .. }) => Seen::Known(tree),
        None => Seen::Refused("the default branch has no commit".to_owned()),
    });
    let mut tree = Tree::new(&api, root);
    let is_own = repository.name.eq_ignore_ascii_case("tierguard");
    let workflows = workflows(&mut tree, is_own);
    let (policies, judging) = policies(&api, &mut tree, workflows.known());
    let teams = teams(&api, &judging);
    let topic_teams = topic_teams(&api, &judging, &teams);
    let permissions = api.can_read_permissions(somebody(&token, repository));
    let connectors = match judging.first() {
        Some(policy) => tree.connectors(policy),
        None => Seen::Refused("there is no policy that says where they are".to_owned()),
    };
    Ok(Facts {
        repository: repository.to_string(),
        branch: wire.default_branch.clone(),
        is_private: wire.private,
        is_archived: wire.archived,
        token,
        contents,
        pull_requests,
        checks,
        statuses,
        workflows,
        policies,
        teams,
        topic_teams,
        permissions,
        connectors,
        required,
        has_queue,
    })
}

/// The repository; without it there is nothing to look at.
fn wire_repository(client: &Client, api: &Api<'_>) -> anyhow::Result<WireRepository> {
    match client.get(&api.route()) {
        Ok(wire) => Ok(wire),
        Err(Error::Refused { status: 401, .. }) => {
            bail!("GitHub does not accept the token: it is mistyped, expired or revoked")
        }
        Err(error) if error.is_missing() => bail!(
            "GitHub shows this token no repository {}: the name is wrong, or the token was not given access to it",
            api.repository
        ),
        Err(error) => Err(anyhow!(error)).with_context(|| format!("looking at {}", api.repository)),
    }
}

/// What the branch requires and whether it has a queue, from rulesets and from the older protection.
fn requirements(api: &Api<'_>, branch: &str) -> (Seen<Vec<String>>, Seen<bool>) {
    let (rules, protection) = (api.rules(branch), api.protection(branch));
    let has_queue = match &rules {
        Seen::Known(Rules { has_queue: true, .. }) => Seen::Known(true),
        _ => api.has_queue(branch),
    };
    let required = match (rules, protection) {
        (Seen::Known(rules), Seen::Known(mut names)) => {
            names.extend(rules.required);
            names.sort();
            names.dedup();
            Seen::Known(names)
        }
        // What one of them requires is required, whatever the other says.
        (Seen::Known(rules), _) if !rules.required.is_empty() => Seen::Known(rules.required),
        (_, Seen::Known(names)) if !names.is_empty() => Seen::Known(names),
        (Seen::Known(_), other) => other,
        (other, _) => other.map(|rules| rules.required),
    };
    (required, has_queue)
}

fn workflows(tree: &mut Tree<'_>, is_own: bool) -> Seen<Workflows> {
    let folder = RepoPath::new(WORKFLOWS).map(|folder| tree.list(&folder));
    let entries = match folder {
        Ok(Seen::Known(entries)) => entries,
        Ok(other) => return other.map(|_| Workflows::default()),
        Err(error) => return Seen::Unread(error.to_string()),
    };
    let path = |name: &str| format!("{}/{name}", String::from_utf8_lossy(WORKFLOWS));
    let mut found = Workflows::default();
    let mut wanted = Vec::new();
    let is_workflow = |name: &str| {
        let extension = std::path::Path::new(name).extension();
        extension.is_some_and(|extension| extension == "yml" || extension == "yaml")
    };
    let mut named: Vec<_> = entries.iter().filter(|entry| is_workflow(&entry.name)).collect();
    // Where some must be left out, one that has the product's name is not among them.
    named.sort_by_key(|entry| !entry.name.contains("tierguard"));
    for entry in named {
        if entry.kind != Kind::File {
            let why = "it is not a regular file";
            found.unread.push((path(&entry.name), why.to_owned()));
        } else if entry.size > LARGEST_FILE {
            let why = format!("it has {} bytes; at most {LARGEST_FILE} are read", entry.size);
            found.unread.push((path(&entry.name), why));
        } else if wanted.len() >= MOST_WORKFLOWS {
            let why = format!("at most {MOST_WORKFLOWS} workflows are read");
            found.unread.push((path(&entry.name), why));
        } else {
            wanted.push(entry);
        }
    }
    let contents = tree.contents(&wanted);
    for (entry, content) in wanted.iter().zip(contents) {
        let path = path(&entry.name);
        match content {
            Seen::Known(bytes) => match Workflow::read(&path, &bytes, is_own) {
                Ok(workflow) => found.read.push(workflow),
                Err(why) => found.unread.push((path, why)),
            },
            Seen::Refused(why) | Seen::Unread(why) => found.unread.push((path, why)),
        }
    }
    found.read.sort_by(|left, right| left.path.cmp(&right.path));
    join_calls(&mut found.read);
    Seen::Known(found)
}

/// Whose permission is asked for: it does not matter whose, as long as GitHub can be asked for it.
fn somebody<'a>(token: &'a TokenFacts, repository: &'a RepositoryName) -> &'a str {
    let person = token.login.known().filter(|_| !token.is_of_app());
    person.map_or(repository.owner.as_str(), String::as_str)
}

/// The teams whose approvals the policies ask for, each once.
fn teams(api: &Api<'_>, policies: &[Policy]) -> Vec<TeamAsked> {
    let mut teams: Vec<TeamAsked> = Vec::new();
    for asked in policies.iter().flat_map(Policy::approvals) {
        let Some(name) = asked.team else { continue };
        let has_users = asked.users.len() >= asked.count;
        if let Some(known) = teams.iter_mut().find(|team| team.name == name) {
            known.has_users &= has_users;
        } else if let Some((organisation, slug)) = name.split_once('/') {
            let seen = match teams.len() < MOST_TEAMS {
                true => api.has_team(organisation, slug),
                false => Seen::Unread(format!("at most {MOST_TEAMS} teams are asked for")),
            };
            let line = asked.origin.to_string();
            teams.push(TeamAsked {
                name,
                line,
                has_users,
                seen,
            });
        }
    }
    teams
}

/// The teams that the policies have asked for reviews, each once; one that was looked up is not looked up again.
fn topic_teams(api: &Api<'_>, policies: &[Policy], approving: &[TeamAsked]) -> Vec<TopicTeam> {
    let mut teams: Vec<TopicTeam> = Vec::new();
    for (name, origin) in policies.iter().flat_map(Policy::topic_teams) {
        if teams.iter().any(|team| team.name == name) {
            continue;
        }
        let Some((organisation, slug)) = name.split_once('/') else {
            continue;
        };
        let seen = match approving.iter().find(|team| team.name == name) {
            Some(known) => known.seen.clone(),
            None if teams.len() < MOST_TEAMS => api.has_team(organisation, slug),
            None => Seen::Unread(format!("at most {MOST_TEAMS} teams are asked for")),
        };
        let line = origin.to_string();
        teams.push(TopicTeam { name, line, seen });
    }
    teams
}

/// The policies, and those of them that judge, each with what it extends.
fn policies(
    api: &Api<'_>,
    tree: &mut Tree<'_>,
    workflows: Option<&Workflows>,
) -> (Vec<PolicyFile>, Vec<Policy>) {
    let mut paths: Vec<String> = Vec::new();
    let jobs = workflows.into_iter().flat_map(|workflows| &workflows.read);
    let steps = jobs
        .flat_map(|workflow| &workflow.jobs)
        .flat_map(|job| &job.reviews);
    let mut names_usual = false;
    let mut steps_seen = 0;
    for step in steps {
        steps_seen += 1;
        match step.input("policy").filter(|path| !is_expression(path)) {
            Some(path) if path != POLICY_PATH => paths.push(path.to_owned()),
            _ => names_usual = true,
        }
    }
    if names_usual || steps_seen == 0 {
        paths.insert(0, POLICY_PATH.to_owned());
    }
    let mut seen_once = std::collections::BTreeSet::new();
    paths.retain(|path| seen_once.insert(path.clone()));
    paths.truncate(MOST_POLICIES + 1);
    let mut judging = Vec::new();
    let files = paths
        .into_iter()
        .map(|path| {
            let (state, found) = policy(api, tree, &path);
            judging.extend(found);
            PolicyFile { path, state }
        })
        .collect();
    (files, judging)
}

fn policy(api: &Api<'_>, tree: &mut Tree<'_>, path: &str) -> (Seen<PolicyState>, Option<Policy>) {
    let entry = match RepoPath::new(path.as_bytes()) {
        Ok(path) => tree.at(&path),
        Err(error) => return (Seen::Known(PolicyState::Invalid(vec![error.to_string()])), None),
    };
    let entry = match entry {
        Seen::Known(Some(entry)) => entry,
        Seen::Known(None) => {
            return (Seen::Known(PolicyState::Absent), Some(Policy::built_in()));
        }
        other => return (other.map(|_| PolicyState::Absent), None),
    };
    if entry.kind != Kind::File {
        return (Seen::Known(PolicyState::NotAFile), None);
    }
    if entry.size > LARGEST_FILE {
        return (Seen::Known(PolicyState::TooLarge(entry.size)), None);
    }
    let content = tree
        .contents(&[&entry])
        .pop()
        .unwrap_or(Seen::Unread("it was not read".to_owned()));
    match content {
        Seen::Known(bytes) => match load(api, path, &bytes) {
            Ok(Ok(policy)) => (Seen::Known(PolicyState::Valid), Some(policy)),
            Ok(Err(errors)) => {
                let errors = errors.iter().map(ToString::to_string).collect();
                (Seen::Known(PolicyState::Invalid(errors)), None)
            }
            Err(error) => (Seen::Refused(format!("{error:#}")), None),
        },
        other => (other.map(|_| PolicyState::Absent), None),
    }
}

/// A policy as a review reads it: with what it extends.
fn load(api: &Api<'_>, path: &str, bytes: &[u8]) -> anyhow::Result<Result<Policy, Vec<PolicyError>>> {
    let home = Home {
        repository: Some(api.repository.to_string()),
        ..Home::default()
    };
    policy::load((path, bytes), &home, |asked| {
        let name: RepositoryName = asked.file.repository.parse()?;
        pinned_file(api.client, &name, &asked.file.commit, &asked.file.path)
            .with_context(|| format!("reading what {} extends", asked.origin))
    })
}
