//! Serves one pull request of a git repository as a fake GitHub, until the process ends.
//!
//! ```sh
//! cargo run --example fake_github -- --port 8040 --git history.git --base REV --head REV
//! ```
//!
//! Its state is at `/_state` (JSON) and `/_shown` (Markdown), without a token. For runs of the Action and of scripts;
//! the tests themselves use the same fake inside their process.

#![allow(clippy::unwrap_used, reason = "a wrong argument may end the process")]

#[path = "../tests/publish/fake/mod.rs"]
mod fake;

use std::path::PathBuf;

use clap::Parser;
use fake::{Caller, HeadRepository, Permissions, World};
use serde_json::{Value, json};

/// Serves one pull request of a git repository as a fake GitHub.
#[derive(Debug, Parser)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
struct Arguments {
    /// The address to listen at.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The port to listen at; any free one without it.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The repository that holds both revisions.
    #[arg(long)]
    git: PathBuf,
    /// The tip of the target branch `main`.
    #[arg(long)]
    base: String,
    /// The head of the pull request.
    #[arg(long)]
    head: String,
    /// The number of the pull request.
    #[arg(long, default_value_t = 1)]
    number: u64,
    /// The token that is let in.
    #[arg(long, default_value = "fake-token")]
    token: String,
    /// Whose token it is; a name that ends with `[bot]` is an app's.
    #[arg(long, default_value = "github-actions[bot]")]
    login: String,
    /// What the token may do, as in a workflow: `contents: read, pull-requests: write`.
    #[arg(long)]
    permissions: Option<String>,
    /// The token can read only, as in a workflow of a fork.
    #[arg(long)]
    read_only: bool,
    /// The head comes from a fork.
    #[arg(long)]
    fork: bool,
    /// The pull request is a draft.
    #[arg(long)]
    draft: bool,
    /// The pull request is in the merge queue.
    #[arg(long)]
    queue: bool,
    /// A label of the pull request; repeatable.
    #[arg(long)]
    label: Vec<String>,
    /// Writes the payload of an event to a file: `pull_request:opened=FILE`, `merge_group=FILE`, `workflow_dispatch=FILE`.
    #[arg(long)]
    event: Vec<String>,
}

#[expect(clippy::print_stdout, reason = "whoever starts it reads the address there")]
fn main() {
    let arguments = Arguments::parse();
    fake::listen_on(&arguments.host, arguments.port);
    let world = World::over(&arguments.git, &arguments.base, &arguments.head);
    world.renumber(1, arguments.number);
    world.change_pull(arguments.number, |pull| {
        pull.draft = arguments.draft;
        if arguments.fork {
            pull.head_repository = HeadRepository::Fork("stranger".to_owned());
        }
    });
    for label in &arguments.label {
        world.label_as("maria", arguments.number, label);
    }
    if arguments.queue {
        world.enqueue(&[arguments.number]);
    }
    let permissions = match &arguments.permissions {
        Some(text) => Permissions::parse(text),
        None if arguments.read_only => Permissions::read_only(),
        None => Permissions::writing(),
    };
    let caller = Caller {
        integration: arguments.login.ends_with("[bot]"),
        login: arguments.login.clone(),
        permissions,
    };
    world.admit_token(&arguments.token, caller);
    for event in &arguments.event {
        let (name, file) = event.split_once('=').unwrap();
        let payload = payload(&world, name, arguments.number);
        std::fs::write(file, serde_json::to_vec_pretty(&payload).unwrap()).unwrap();
    }
    world.show();
    println!("{}", world.api_url());
    loop {
        std::thread::park();
    }
}

fn payload(world: &World, name: &str, number: u64) -> Value {
    match name.split_once(':').unwrap_or((name, "synchronize")) {
        ("pull_request" | "pull_request_target", action) => world.pull_request_event(number, action),
        ("merge_group", _) => world.merge_group_event(),
        ("workflow_dispatch", _) => world.dispatch_event(&json!({"pull-request": number.to_string()})),
        ("schedule", _) => world.schedule_event(),
        _ => panic!("there is no payload of {name}"),
    }
}
