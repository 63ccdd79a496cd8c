//! Policies with those that they extend: read from a clone where nobody asks GitHub.

use std::path::Path;

use anyhow::{Context, anyhow, bail};

use crate::changeset::{Fetched, Side};
use crate::policy::{self, Extends, Home, Policy};
use crate::source::Source;
use crate::source::git::GitSource;

/// Loads a policy; what it extends is read at its commit from the clones in a folder.
///
/// The owner of the repository is not known here: the files of a chain have to be of one owner, whoever that is.
pub(super) fn loaded(label: &str, bytes: &[u8], clones: Option<&Path>) -> anyhow::Result<Policy> {
    let loaded = policy::load((label, bytes), &Home::default(), |asked| {
        from_clone(asked, clones)
    })?;
    loaded.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("the policy is not valid: {}", lines.join("; "))
    })
}

fn from_clone(asked: &Extends, clones: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let (file, origin) = (&asked.file, &asked.origin);
    let Some(clones) = clones else {
        bail!(
            "{origin}: the policy extends `{file}`; clone `{}` into a folder and name that folder by --extends-dir",
            file.repository
        );
    };
    let name = file.repository.rsplit('/').next().unwrap_or_default();
    let candidates = [clones.join(&file.repository), clones.join(name)];
    let clone = candidates
        .iter()
        .find(|candidate| candidate.is_dir())
        .with_context(|| {
            format!(
                "{origin}: {} holds no clone `{name}` of `{}`",
                clones.display(),
                file.repository
            )
        })?;
    let commit = file.commit.as_str();
    let found = GitSource::open(&super::git(clone), Some(commit), Some(commit))
        .and_then(|mut source| source.read(Side::Target, &file.path))
        .with_context(|| format!("{origin}: reading `{file}` from {}", clone.display()))?;
    match found {
        Fetched::File(bytes) => Ok(bytes.to_vec()),
        Fetched::Absent => bail!("{origin}: there is no `{}` at that commit", file.path),
        Fetched::NotRegular(_) => bail!("{origin}: `{}` is not a regular file", file.path),
        Fetched::TooLarge { bytes } => {
            bail!("{origin}: `{}` has {bytes} bytes, which is too large", file.path)
        }
    }
}
