//! The review on a pull request, end to end against a fake GitHub that remembers.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails its test")]

#[path = "publish/beside.rs"]
mod beside;
#[path = "publish/bot/mod.rs"]
mod bot;
#[path = "publish/client.rs"]
mod client;
#[path = "publish/connectors.rs"]
mod connectors;
#[path = "publish/fake/mod.rs"]
mod fake;
#[path = "publish/faults.rs"]
mod faults;
#[path = "publish/harness/mod.rs"]
mod harness;
#[path = "publish/identity.rs"]
mod identity;
#[path = "publish/life.rs"]
mod life;
#[path = "publish/limits.rs"]
mod limits;
#[path = "publish/once.rs"]
mod once;
#[path = "publish/posting.rs"]
mod posting;
#[path = "publish/reading.rs"]
mod reading;
#[path = "publish/standing.rs"]
mod standing;
#[path = "publish/sweep.rs"]
mod sweep;
#[path = "publish/twice.rs"]
mod twice;
