//! The policy by itself: shown with its origins, and tried on its examples.

mod example;
mod test;

use std::path::Path;

use crate::cli::{PolicyArgs, PolicyCommand};
use crate::policy::Policy;
use crate::rules::POLICY_PATH;
use crate::source::git::GitSource;

pub(super) fn run(arguments: &PolicyArgs) -> anyhow::Result<u8> {
    match &arguments.command {
        Some(PolicyCommand::Test(arguments)) => test::run(arguments),
        None => show(arguments),
    }
}

fn show(arguments: &PolicyArgs) -> anyhow::Result<u8> {
    let clones = arguments.extends.folder();
    let policy = match (&arguments.policy, &arguments.repo) {
        (Some(file), _) => super::policy_of_file(file, clones)?,
        (None, Some(repo)) => super::policy_of_target(
            &mut GitSource::open(&super::git(repo), None, Some("HEAD"))?,
            clones,
        )?,
        (None, None) => match here() {
            Some(file) => super::policy_of_file(file, clones)?,
            None => Policy::built_in(),
        },
    };
    super::print(&policy.effective())
}

/// The policy of the folder that the program was started in, where it has one.
fn here() -> Option<&'static Path> {
    Some(Path::new(POLICY_PATH)).filter(|path| path.exists())
}
