//! The policy, read where the pull request cannot change it.
//!
//! Knows which commits the repository itself vouches for; does not know what a policy says.

use anyhow::{Context, bail};

use serde::Deserialize;

use super::GitHubSource;
use super::api::Api;
use super::blobs::Blobs;
use super::compare::{Standing, compare};
use super::trees::Trees;
use crate::changeset::{Fetched, FileKind};
use crate::github::{Client, RepositoryName};
use crate::ids::{ObjectId, RepoPath};
use crate::source::LARGEST_FILE;
use crate::source::tree::{self, resolve};

/// Where the policy is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRef {
    /// At the tip of the target branch.
    Target,
    /// At the tip of the default branch.
    DefaultBranch,
    /// At a commit of the target branch or the default branch.
    Commit(ObjectId),
}

impl GitHubSource<'_> {
    /// Reads the policy's file and names the commit that it was read at.
    ///
    /// The answer is a file, or absent where the commit has nothing there. Anything else at the path is an error, as is
    /// a commit that neither branch holds: commits of forks can be read through the repository as well.
    pub fn policy_at(&mut self, at: &PolicyRef, path: &RepoPath) -> anyhow::Result<(Fetched, ObjectId)> {
        let commit = match at {
            PolicyRef::Target => self.commits.target_tip.clone(),
            PolicyRef::DefaultBranch => self.commits.default_tip.clone(),
            PolicyRef::Commit(commit) => {
                self.expect_own(commit)?;
                commit.clone()
            }
        };
        let place = (commit.clone(), path.clone());
        self.open_trees(Some(&place))?;
        let found = self.fetch(std::slice::from_ref(&place))?.pop();
        match found {
            Some(Ok(found @ (Fetched::Absent | Fetched::File(_)))) => Ok((found, commit)),
            Some(Ok(Fetched::NotRegular(_))) => {
                bail!("the policy `{path}` at {commit} is not a regular file")
            }
            Some(Ok(Fetched::TooLarge { bytes })) => {
                bail!("the policy `{path}` at {commit} has {bytes} bytes, which is too large")
            }
            Some(Err(why)) => bail!("the policy `{path}` at {commit} could not be read: {why}"),
            None => bail!("the policy `{path}` at {commit} was not read"),
        }
    }

    fn expect_own(&self, commit: &ObjectId) -> anyhow::Result<()> {
        let mut tips = vec![&self.commits.default_tip];
        if self.commits.target_tip != self.commits.default_tip {
            tips.push(&self.commits.target_tip);
        }
        if tips.contains(&commit) {
            return Ok(());
        }
        // Where one branch has nothing in common with the commit, the other may hold it.
        if tips.into_iter().any(|tip| holds(&self.trees.api, tip, commit)) {
            return Ok(());
        }
        bail!(
            "the policy is to be read at {commit}, which neither the default branch nor the target branch holds"
        )
    }
}

/// Whether a commit is part of the history of a branch's tip.
fn holds(api: &Api, tip: &ObjectId, commit: &ObjectId) -> bool {
    compare(api, tip, commit, 1).is_ok_and(|comparison| {
        matches!(comparison.standing, Standing::Behind | Standing::Identical)
            && comparison.merge_base == *commit
    })
}

#[derive(Deserialize)]
struct Tip {
    sha: String,
}

/// Reads a file of a repository at a commit of its default branch.
///
/// The commits of a repository's forks can be read through it as well, so that a pinned commit alone says nothing about who
/// wrote it.
pub fn pinned_file(
    client: &Client,
    repository: &RepositoryName,
    commit: &ObjectId,
    path: &RepoPath,
) -> anyhow::Result<Vec<u8>> {
    let api = Api::new(client, repository);
    let tip: Tip = client
        .get(&api.route().word("commits").part("HEAD").with("per_page", 1))
        .with_context(|| {
            format!("reading the default branch of {repository}, which the token has to be able to read")
        })?;
    let tip = ObjectId::new(&tip.sha).context("GitHub gives no commit for the default branch")?;
    if tip != *commit && !holds(&api, &tip, commit) {
        bail!("the default branch of {repository} does not hold the commit {commit}");
    }
    let mut trees = Trees::new(api);
    let mut blobs = Blobs::default();
    let place = (commit.clone(), path.clone());
    if let Some(blob) = trees.open(std::slice::from_ref(commit), &[], Some(&place))? {
        blobs.keep(blob);
    }
    let root = trees
        .root(commit)
        .cloned()
        .context("the tree of the commit was not read")?;
    match resolve(&mut trees, &[(root, path.clone())])?.pop() {
        Some(tree::Standing::Entry(FileKind::Regular, id)) => {
            let size = trees.size(&id).filter(|size| *size <= LARGEST_FILE);
            let size = size.with_context(|| format!("`{path}` of {repository} is too large"))?;
            blobs.load(&trees.api, vec![(id.clone(), size)])?;
            match blobs.get(&id) {
                Some(Ok(bytes)) => Ok(bytes.to_vec()),
                Some(Err(why)) => bail!("`{path}` of {repository} could not be read: {why}"),
                None => bail!("`{path}` of {repository} was not read"),
            }
        }
        Some(tree::Standing::Broken(why)) => bail!("`{path}` of {repository} could not be read: {why}"),
        _ => bail!("{repository} has no regular file `{path}` at {commit}"),
    }
}
