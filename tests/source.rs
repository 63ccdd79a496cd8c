//! Where both sides of a change come from: git, two folders, a history; hostile and plain.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails its test")]

#[path = "source/directory.rs"]
mod directory;
#[path = "source/history.rs"]
mod history;
#[path = "source/hostile.rs"]
mod hostile;
#[path = "source/moves.rs"]
mod moves;
#[path = "source/repository.rs"]
mod repository;
#[path = "source/revisions.rs"]
mod revisions;
#[path = "source/trees.rs"]
mod trees;
#[path = "source/worktree.rs"]
mod worktree;
