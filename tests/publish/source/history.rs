//! Real commits, read both ways.

use std::path::Path;

use super::assert_same;
use crate::fake::{Git, HeadRepository, World};

/// How many commits of the history are read.
const COMMITS: usize = 80;

/// The clone of a real history that the environment names.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is told by its environment what to read"
)]
pub(crate) fn clone() -> String {
    std::env::var("TIERGUARD_HISTORY").expect("TIERGUARD_HISTORY names the bare clone of a real history")
}

#[test]
#[ignore = "needs the clone of a real history, named by TIERGUARD_HISTORY"]
fn real_commits_give_the_same_report_from_github_and_from_a_clone() {
    let clone = clone();
    let git = Git::new(Some(Path::new(&clone)));
    let chain = git.text(&[
        "--git-dir",
        &clone,
        "log",
        "--first-parent",
        "--format=%H",
        "main",
    ]);
    let chain: Vec<&str> = chain.lines().collect();
    let step = chain.len() / COMMITS;
    assert!(step > 0, "the history is too short");
    let (mut read, mut moved) = (0, 0);
    for window in chain.windows(2).step_by(step) {
        let [head, base] = window else { continue };
        let world = World::over(Path::new(&clone), base, head);
        assert_same(&world, 1, head);
        // Another one beside it, as it would have been if the target had gone on.
        let next = world.git.commit(chain[chain.len() / 2]).unwrap();
        let tip = world.git.commit_tree(&next.tree, &[base], "Meanwhile");
        world.state().move_branch("main", &tip);
        let number = world.open_at(head, "again", HeadRepository::Own);
        let set = assert_same(&world, number, head);
        moved += usize::from(set.revisions.base != set.revisions.target);
        read += 1;
        world.finish();
    }
    assert!(
        read >= 60 && moved == read,
        "{read} commits, {moved} of them behind"
    );
}
