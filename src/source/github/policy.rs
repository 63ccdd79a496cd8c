//! The policy, read where the pull request cannot change it.
//!
//! Knows which commits the repository itself vouches for; does not know what a policy says.

use anyhow::bail;

use super::GitHubSource;
use super::compare::{Standing, compare};
use crate::changeset::Fetched;
use crate::ids::{ObjectId, RepoPath};

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
        for tip in tips {
            let comparison = compare(&self.trees.api, tip, commit, 1);
            // Where one branch has nothing in common with the commit, the other may hold it.
            let is_own = comparison.is_ok_and(|comparison| {
                matches!(comparison.standing, Standing::Behind | Standing::Identical)
                    && comparison.merge_base == *commit
            });
            if is_own {
                return Ok(());
            }
        }
        bail!(
            "the policy is to be read at {commit}, which neither the default branch nor the target branch holds"
        )
    }
}
