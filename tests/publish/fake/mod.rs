//! A fake GitHub that remembers: what is posted is there on the next request.
//!
//! [`World`] is one repository with its token, for one test; all worlds of a process share one server. Repository content
//! is a real git repository, so that comparisons and patches are git's own. REST and GraphQL answer as GitHub does,
//! refusals too; a request that nobody foresaw fails the test with its name.
//!
//! ```text
//!  http ─► server ─► site: log, hooks, faults ─► rest, graphql ─► state, git
//!                                                                   │
//!                            shown (for people), snapshot (to compare) ◄┘
//! ```

#![allow(
    dead_code,
    reason = "each binary that includes the fake uses its own part of it"
)]
#![allow(
    unused_imports,
    reason = "each binary that includes the fake uses its own part of it"
)]

mod actions;
mod anchor;
mod events;
mod fault;
mod git;
mod graphql;
mod http;
mod ledger;
mod permission;
mod rest;
mod server;
mod shown;
mod site;
mod snapshot;
mod state;
mod world;

pub(crate) use actions::AUTHOR;
pub(crate) use fault::{Fault, Limit, Nth};
pub(crate) use git::{Files, Git};
pub(crate) use ledger::{Entry, Kind};
pub(crate) use permission::{Access, Caller, Permissions, Scope};
pub(crate) use server::listen_on;
pub(crate) use site::Site;
pub(crate) use state::{HeadRepository, Knobs, PersonKind, Pull, Role, State};
pub(crate) use world::World;
