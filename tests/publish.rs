//! The review on a pull request, end to end against a fake GitHub that remembers.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails its test")]

#[path = "publish/approvals.rs"]
mod approvals;
#[path = "publish/beside.rs"]
mod beside;
#[path = "publish/bot/mod.rs"]
mod bot;
#[path = "publish/client.rs"]
mod client;
#[path = "publish/commands.rs"]
mod commands;
#[path = "publish/connectors.rs"]
mod connectors;
#[path = "publish/doctor.rs"]
mod doctor;
#[path = "publish/doctor_people.rs"]
mod doctor_people;
#[path = "publish/events.rs"]
mod events;
#[path = "publish/fake/mod.rs"]
mod fake;
#[path = "publish/faults.rs"]
mod faults;
#[path = "publish/harness/mod.rs"]
mod harness;
#[path = "publish/hostile_text.rs"]
mod hostile_text;
#[path = "publish/identity.rs"]
mod identity;
#[path = "publish/inputs.rs"]
mod inputs;
#[path = "publish/life.rs"]
mod life;
#[path = "publish/limits.rs"]
mod limits;
#[path = "publish/merge_queue.rs"]
mod merge_queue;
#[path = "publish/network.rs"]
mod network;
#[path = "publish/once.rs"]
mod once;
#[path = "publish/policy.rs"]
mod policy;
#[path = "publish/posting.rs"]
mod posting;
#[path = "publish/proposed.rs"]
mod proposed;
#[path = "publish/publishing/mod.rs"]
mod publishing;
#[path = "publish/reading.rs"]
mod reading;
#[path = "publish/reviews.rs"]
mod reviews;
#[path = "publish/revisions.rs"]
mod revisions;
#[path = "publish/scenes.rs"]
mod scenes;
#[path = "publish/source/mod.rs"]
mod source;
#[path = "publish/standing.rs"]
mod standing;
#[path = "publish/status.rs"]
mod status;
#[path = "publish/stopping.rs"]
mod stopping;
#[path = "publish/sweep.rs"]
mod sweep;
#[path = "publish/token.rs"]
mod token;
#[path = "publish/trees.rs"]
mod trees;
#[path = "publish/twice.rs"]
mod twice;
#[path = "publish/waiver_scope.rs"]
mod waiver_scope;
#[path = "publish/waivers.rs"]
mod waivers;
#[path = "publish/writers.rs"]
mod writers;
