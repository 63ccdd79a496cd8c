//! tierguard reads what a change does to the promises that data connectors make to their users, and says so in a review.
//!
//! # The way of the data
//!
//! ```text
//!  main, cli ──► run ───────────────────────────────────────────────────────────────► exit code
//!                 │                                                                        ▲
//!    source       ▼  input                         pure from here                          │
//!  ┌───────────┐ ChangeSet   yaml       metadata       change          evaluate     render │ verdict
//!  │ github    │───────────► Document ► Metadata ×2 ─► ConnectorDiff ─► Report ─┬─► text ──┘
//!  │ git       │  base/head   spans   Contract ×2       typed changes    findings │  stdout, files
//!  │ history   │     ▲                                    ▲              require- │
//!  │ directory │     │ needs: two rounds        promises ─┴─ rules ◄── policy     └─► ReviewDraft ─► publish: plan
//!  └───────────┘                                                          observe (github) ─────────────┘    │
//!                                                                         apply (github) ◄───────────────────┘
//! ```
//!
//! - A malformed input is a *problem* that becomes a finding with a place, never an `Err`. An `Err` means that the world
//!   failed; it always ends in exit code 2.
//! - Everything between a source and the output is pure: no input or output, no clock, no environment. "Today" is a value.
//! - What was not read or decided makes the verdict "could not evaluate", which beats a fail, which beats a pass.
//! - The same change gives the same report, byte for byte, whichever source read it.
//!
//! # The layers
//!
//! A module imports from its own layer and those above it in this table; `tests/layers.rs` holds it.
//!
//! | layer | modules |
//! |---|---|
//! | 0 | [`text`], [`ids`] |
//! | 1 | [`yaml`], [`changeset`], [`hunks`], [`roots`] |
//! | 2 | [`metadata`], [`promises`], [`contract`]: what a connector says, and what it promises to a sync |
//! | 3 | [`finding`]: places and words, so that a change can say where it stands |
//! | 4 | [`change`], [`needs`], [`validate`] |
//! | 5 | [`rules`] |
//! | 6 | [`verdict`], [`report`], [`policy`], [`waive`], [`evaluate`], [`comparison`] |
//! | 7 | [`render`] |
//! | 8 | [`publish`]: what the pull request shows and should show, and the plan from one to the other |
//! | edge | [`github`]: requests; above it [`source`]: files, child processes, GitHub; `publish::observe`, `publish::apply` |
//! | top | [`run`], [`cli`], `main.rs` |
//!
//! # To change … open …
//!
//! | to change | open |
//! |---|---|
//! | a rule, its page or its options | `src/rules/<its id>.rs`, and its cases in `tests/rules/<its id>.yaml` |
//! | how loud a rule is, and for whom | `policy/default.yaml` |
//! | what a scope or the `when` of a wish can ask for | `src/rules/scope/` |
//! | what the generic rules share | `src/rules/wishes/` |
//! | what a transition asks for | `policy/default.yaml`; the checks stand in `src/rules/requirements/` |
//! | what users are promised | `policy/levels.yaml` |
//! | which fields of `metadata.yaml` are known | `src/metadata/`; which the registry accepts: `policy/metadata.schema.json` |
//! | what `validate` checks beyond the schema | `src/validate/checks.rs` |
//! | what counts as a change, and its kind | `src/change/compare.rs`; entries in `entries.rs`, moved folders in `join.rs` |
//! | which files bear a contract, and how they are read | `src/contract/` |
//! | what breaks a configuration or a stored table | `src/change/contract/`; the words are in `src/rules/contract/` |
//! | what PyYAML reads and others do not | `src/yaml/` |
//! | what is read beside the changed files | `src/needs/`; where a connector keeps them: `paths.rs` |
//! | how git is asked | `src/source/git/operation.rs` |
//! | how GitHub is asked for a change | `src/source/github/`; retries, limits and the token: `src/github/` |
//! | which events and commands start what | `src/github/event/`, `src/github/command.rs`, then `src/run/review/` |
//! | what is written to a pull request, and when | `src/publish/plan.rs` |
//! | how a policy is layered on another | `src/policy/load.rs`; which others it may extend: `extends.rs` |
//! | which waivers count | `src/waive/`; what a comment has to say: `src/changeset/waiver.rs` |
//! | what an example of a policy can say | `src/run/policy/example.rs` |
//! | how two policies are compared on a history | `src/comparison.rs`; on a clone `src/run/backtest/`, in a review `src/run/review/proposed.rs` |
//! | the page of a rule | the comment in its file, and `src/render/page.rs` for the rest |
//! | a word in the output | `src/render/`, one file per output |
//! | what the doctor looks at, and what it says | `src/run/doctor/gather.rs`, `src/run/doctor/diagnose/` |
//! | an option of the command line | `src/cli/`, then `src/run/` |

pub mod change;
pub mod changeset;
pub mod cli;
pub mod comparison;
pub mod contract;
pub mod evaluate;
pub mod finding;
pub mod github;
pub mod hunks;
pub mod ids;
pub mod metadata;
pub mod needs;
pub mod policy;
pub mod promises;
pub mod publish;
pub mod render;
pub mod report;
pub mod roots;
pub mod rules;
pub mod run;
pub mod source;
pub mod text;
pub mod validate;
pub mod verdict;
pub mod waive;
pub mod yaml;
