//! What the runner of a workflow takes: outputs, the job's summary, files in the workspace.
//!
//! Only the files that it names are written, and nothing in the workspace is read or followed: it may hold a checkout
//! of the very change that is judged.

use std::cell::OnceCell;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};

use crate::cli::Environment;
use crate::github::Token;
use crate::render::outputs::Outputs;

/// The files of one step.
///
/// Nothing that leaves through it holds the token, once that is known: a change could repeat it on purpose.
#[derive(Debug, Default)]
pub(super) struct Runner {
    token: OnceCell<Token>,
    outputs: Option<PathBuf>,
    summary: Option<PathBuf>,
    workspace: Option<PathBuf>,
}

impl Runner {
    /// Finds the files that the environment names; none outside of a workflow.
    pub(super) fn of(environment: &Environment) -> Self {
        let path = |name: &str| environment.get(name).map(PathBuf::from);
        match environment.is_runner() {
            true => Self {
                outputs: path("GITHUB_OUTPUT"),
                summary: path("GITHUB_STEP_SUMMARY"),
                workspace: path("GITHUB_WORKSPACE"),
                ..Self::default()
            },
            false => Self::default(),
        }
    }

    /// Whether a workflow's step is being run.
    pub(super) fn is_there(&self) -> bool {
        self.outputs.is_some() || self.summary.is_some()
    }

    /// From now on keeps a token out of everything that is told.
    pub(super) fn keep_out(&self, token: &Token) {
        // There is one token in a run.
        let _ = self.token.set(token.clone());
    }

    /// A text without the token.
    pub(super) fn censored(&self, text: &str) -> String {
        self.token
            .get()
            .map_or_else(|| text.to_owned(), |token| token.redact(text))
    }

    /// Whether a file of this name may be written, as far as its name tells; `input` is where the name comes from.
    pub(super) fn accept(&self, input: &str, name: Option<&str>) -> anyhow::Result<()> {
        match (&self.workspace, name) {
            (Some(_), Some(name)) => place(name)
                .map(drop)
                .with_context(|| format!("the input `{input}`")),
            _ => Ok(()),
        }
    }

    /// Adds to the job's summary.
    pub(super) fn summarise(&self, text: &str) -> anyhow::Result<()> {
        match &self.summary {
            Some(file) => append(file, &self.censored(text)).context("writing the job's summary"),
            None => Ok(()),
        }
    }

    /// Sets the step's outputs.
    pub(super) fn output(&self, outputs: &Outputs) -> anyhow::Result<()> {
        let Some(file) = &self.outputs else { return Ok(()) };
        let delimiter = format!("tierguard-{:016x}{:016x}", chance(), chance());
        let text = outputs.render(&delimiter).context("writing the outputs")?;
        append(file, &self.censored(&text)).context("writing the outputs")
    }

    /// Writes a file below the workspace (the current folder outside of a workflow).
    ///
    /// The file is made beside its place and moved there, so that a link in its place is replaced and not followed;
    /// a folder on the way must not be a link either.
    pub(super) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = match &self.workspace {
            Some(workspace) => {
                let relative = place(name)?;
                let mut folder = workspace.clone();
                for part in relative.parent().into_iter().flat_map(Path::components) {
                    folder.push(part);
                    if folder.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
                        bail!("a folder of the path is a link, which is not followed");
                    }
                }
                workspace.join(relative)
            }
            None => PathBuf::from(name),
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(self.censored(text).as_bytes())?;
        readable(file.as_file())?;
        file.persist(&path)?;
        Ok(())
    }
}

/// A path below the workspace.
fn place(name: &str) -> anyhow::Result<&Path> {
    let relative = Path::new(name);
    let plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || relative.as_os_str().is_empty() {
        bail!("files are written inside of the workspace, and their path has no `..` or `/` in front");
    }
    Ok(relative)
}

/// Later steps may run as another user, who must read the file.
#[cfg(unix)]
fn readable(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> std::io::Result<()> {
    Ok(())
}

fn append(file: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    file.write_all(text.as_bytes())
}

fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_workspace(folder: &Path) -> Runner {
        Runner {
            workspace: Some(folder.to_owned()),
            ..Runner::default()
        }
    }

    #[test]
    fn a_file_is_written_inside_of_the_workspace_alone() {
        let folder = tempfile::tempdir().unwrap();
        let runner = in_workspace(folder.path());
        runner.write("reports/a.json", "{}").unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.path().join("reports/a.json")).unwrap(),
            "{}"
        );
        for name in ["../x", "/tmp/x", "a/../../x", "", "./x/.."] {
            assert!(runner.write(name, "").is_err(), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let victim = outside.path().join("victim");
        std::fs::write(&victim, "kept").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join("report.json")).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        let runner = in_workspace(folder.path());
        runner.write("report.json", "new").unwrap();
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "kept");
        assert!(runner.write("out/report.json", "new").is_err());
    }
}
