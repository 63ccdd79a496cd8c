//! From what a person names to commits: base, head and their merge base.
//!
//! Knows names of revisions and how to say that one is wrong; knows no file.

use anyhow::{Context, bail};

use super::batch::{Kind, Object, Objects, is_one_name};
use super::command::Git;
use super::operation::Operation;
use crate::ids::ObjectId;
use crate::text::escape_controls;

/// The most bytes of a commit object.
const LARGEST_COMMIT: u64 = 4 << 20;

/// Where the default branch is looked for, in this order: the full name, and what people call it.
const DEFAULT_BRANCHES: [(&str, &str); 5] = [
    ("refs/remotes/origin/HEAD", "origin/HEAD"),
    ("refs/remotes/origin/main", "origin/main"),
    ("refs/remotes/origin/master", "origin/master"),
    ("refs/heads/main", "main"),
    ("refs/heads/master", "master"),
];

/// A commit and its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
}

/// The commits that a change stands between.
#[derive(Debug)]
pub(super) struct Ends {
    /// How the base was named, or which default branch was taken.
    pub(super) base_name: String,
    /// The tip of the base branch.
    pub(super) target: Commit,
    /// The proposed commit, or the one that is checked out.
    pub(super) head: Commit,
}

/// Finds the commits of names; `None` where there is none.
pub(super) fn commits(objects: &mut Objects, names: &[&str]) -> anyhow::Result<Vec<Option<Commit>>> {
    let lines: Vec<String> = names.iter().map(|name| format!("{name}^{{commit}}")).collect();
    let found = objects.read_all(lines.iter().map(String::as_str), LARGEST_COMMIT)?;
    found.into_iter().map(commit).collect()
}

fn commit(object: Object) -> anyhow::Result<Option<Commit>> {
    match object {
        Object::Found {
            id,
            kind: Kind::Commit,
            bytes,
        } => {
            let line = bytes
                .strip_prefix(b"tree ")
                .and_then(|rest| rest.get(..id.as_str().len()));
            let tree = line.and_then(|digits| ObjectId::new(std::str::from_utf8(digits).ok()?));
            let tree = tree.with_context(|| format!("commit {id} names no tree"))?;
            Ok(Some(Commit { id, tree }))
        }
        Object::Found { .. } | Object::Missing => Ok(None),
        Object::TooLarge { bytes } => bail!("a commit has {bytes} bytes"),
    }
}

/// Finds both ends of a change in one round; without a base the default branch is taken.
pub(super) fn ends(
    git: &Git,
    objects: &mut Objects,
    base: Option<&str>,
    head: Option<&str>,
) -> anyhow::Result<Ends> {
    for name in base.iter().chain(head.iter()) {
        if !is_one_name(name) {
            bail!("`{}` is not the name of a revision", escape_controls(name));
        }
    }
    let mut names = vec![head.unwrap_or("HEAD")];
    match base {
        Some(base) => names.push(base),
        None => names.extend(DEFAULT_BRANCHES.map(|(name, _)| name)),
    }
    let mut found = commits(objects, &names)
        .map_err(|error| explained(git, error))?
        .into_iter();
    let Some(head_commit) = found.next().flatten() else {
        return Err(unknown(git, objects, "head", head.unwrap_or("HEAD")));
    };
    let (base_name, target) = if let Some(base) = base {
        let commit = found
            .next()
            .flatten()
            .ok_or_else(|| unknown(git, objects, "base", base))?;
        (escape_controls(base), commit)
    } else {
        let known = found
            .zip(DEFAULT_BRANCHES)
            .find_map(|(commit, (_, shown))| Some((shown, commit?)));
        match known {
            Some((shown, commit)) => (shown.to_owned(), commit),
            None => initial_branch(git, objects)?,
        }
    };
    Ok(Ends {
        base_name,
        target,
        head: head_commit,
    })
}

/// The branch that `git init` would make here, for repositories that call their default branch otherwise.
fn initial_branch(git: &Git, objects: &mut Objects) -> anyhow::Result<(String, Commit)> {
    let name = git.run(&Operation::InitialBranch)?.line();
    if is_one_name(&name) {
        let shown = [format!("origin/{name}"), name.clone()];
        let full = [
            format!("refs/remotes/origin/{name}"),
            format!("refs/heads/{name}"),
        ];
        let found = commits(objects, &[&full[0], &full[1]])?;
        if let Some((commit, shown)) = found
            .into_iter()
            .zip(shown)
            .find_map(|(commit, shown)| Some((commit?, shown)))
        {
            return Ok((escape_controls(&shown), commit));
        }
    }
    let tried = DEFAULT_BRANCHES.map(|(_, shown)| format!("`{shown}`")).join(", ");
    bail!("no default branch was found (there is none of {tried}): name the base with `--base`")
}

/// The error for a revision that is not there, with what would bring it.
fn unknown(git: &Git, objects: &mut Objects, side: &str, name: &str) -> anyhow::Error {
    let shown = escape_controls(name);
    let message = format!("{side} revision `{shown}` does not exist in this repository");
    if is_shallow(git) {
        anyhow::anyhow!(
            "{message}, which is a shallow clone: run `git fetch origin {shown}` or `git fetch --unshallow`"
        )
    } else if let Ok(found) = commits(objects, &[&format!("refs/remotes/origin/{name}")])
        && found.iter().any(Option::is_some)
    {
        anyhow::anyhow!("{message} (`origin/{shown}` does)")
    } else {
        anyhow::Error::msg(message)
    }
}

/// The best common ancestor of two commits.
pub(super) fn merge_base(
    git: &Git,
    objects: &mut Objects,
    target: &Commit,
    head: &Commit,
) -> anyhow::Result<Commit> {
    if target == head {
        return Ok(target.clone());
    }
    let finished = git.run(&Operation::MergeBase(&target.id, &head.id))?;
    if finished.code == Some(1) && finished.output.is_empty() {
        let (target, head) = (target.id.short(), head.id.short());
        if is_shallow(git) {
            bail!(
                "this shallow clone holds no common ancestor of base {target} and head {head}: run `git fetch --unshallow`"
            );
        }
        bail!("base {target} and head {head} have no common ancestor: they are two unrelated histories");
    }
    let output = finished.expect_success("finding the merge base")?;
    let text = String::from_utf8_lossy(&output);
    let id = text
        .lines()
        .next()
        .and_then(ObjectId::new)
        .context("git printed no merge base")?;
    if id == target.id {
        return Ok(target.clone());
    }
    let found = commits(objects, &[id.as_str()])?.pop().flatten();
    found.with_context(|| format!("the merge base {id} is not in this clone"))
}

/// Whether the history is cut off; a failing question counts as no.
fn is_shallow(git: &Git) -> bool {
    git.run(&Operation::IsShallow)
        .is_ok_and(|finished| finished.line() == "true")
}

/// The reason that git itself gives, where the repository cannot be read at all.
pub(super) fn explained(git: &Git, error: anyhow::Error) -> anyhow::Error {
    match git.run(&Operation::IsShallow) {
        Ok(finished) if finished.code != Some(0) => {
            let shown = escape_controls(&git.repository().to_string_lossy());
            anyhow::anyhow!(
                "`{shown}` cannot be read as a git repository: {}",
                finished.complaint
            )
        }
        _ => error,
    }
}
