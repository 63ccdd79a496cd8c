//! What the user typed, nothing decided.

mod environment;
mod formats;
mod github;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use self::environment::Environment;
pub use self::formats::{BacktestFormat, Colour, CompatFormat, Format, ReplayFormat, ValidateFormat};
pub use self::github::{Doctor, OnGitHub, Review};
use crate::finding::Level;

/// Reviews what a change means for the users of data connectors: support level, release stage, stability.
#[derive(Debug, Parser)]
#[command(name = "tierguard", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 pass, 1 findings at or above the policy's `fail-on`, 2 could not evaluate or wrong usage."
)]
pub struct Cli {
    /// When to use colour: by default on a terminal, unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge a change: two revisions of a repository, the working tree, or two folders.
    Check(Check),
    /// Review pull requests on GitHub: reads both sides through the API, comments, and answers by the exit code.
    Review(Review),
    /// Say what is missing for each feature on GitHub, and how to add it; changes nothing.
    Doctor(Doctor),
    /// Show a review with nothing to set up: builds a small repository with a pull request and reviews it.
    Demo(Demo),
    /// Judge every commit of a history against its parent.
    Replay(Replay),
    /// Compare two policies on a history: which commits the new one would have blocked, and what else it says otherwise.
    Backtest(Backtest),
    /// Compare two outputs of a connector, of `spec` or `discover`: what breaks configurations or stored records.
    #[command(
        after_help = "Exit codes: 0 compatible, 1 breaking, 2 cannot tell, could not read or wrong usage."
    )]
    Compat(Compat),
    /// Judge metadata files by themselves: the schema of the registry and the publisher's checks that need no network.
    #[command(after_help = "Exit codes: 0 valid, 1 invalid, 2 unreadable or wrong usage.")]
    Validate(Validate),
    /// List the rules.
    Rules,
    /// Show a rule's page: what it does, why, how to mend it, its options.
    Explain {
        /// The rule's id, as `tierguard rules` lists it.
        rule: String,
    },
    /// Show the policy in force and where each line comes from.
    Policy(PolicyArgs),
    /// Print a JSON Schema.
    Schema {
        /// Of which file.
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Where the policies are that another one extends.
#[derive(Debug, Clone, Args)]
pub struct ExtendsArgs {
    /// A folder with clones of the repositories whose policies are extended, each by its name.
    #[arg(long, value_name = "DIR")]
    pub extends_dir: Option<PathBuf>,
}

impl ExtendsArgs {
    /// The folder.
    pub fn folder(&self) -> Option<&Path> {
        self.extends_dir.as_deref()
    }
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The repository; bare ones work.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// The target branch or any revision; by default the repository's default branch.
    #[arg(long, value_name = "REV", conflicts_with = "base_dir")]
    pub base: Option<String>,
    /// The proposed revision; by default the working tree.
    #[arg(long, value_name = "REV", conflicts_with = "head_dir")]
    pub head: Option<String>,
    /// A folder to take as base.
    #[arg(long, value_name = "DIR", requires = "head_dir")]
    pub base_dir: Option<PathBuf>,
    /// A folder to take as head.
    #[arg(long, value_name = "DIR", requires = "base_dir")]
    pub head_dir: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
    /// Where to write it instead of the standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A policy to layer on the built-in one, instead of `.github/tierguard.yml` at the tip of base.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// From which level on findings fail the run, instead of the policy's: `error`, `warning`, `note` or `off`.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub fail_on: Option<Level>,
    /// The day of the judgement, instead of today in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
    /// Also show what base already had.
    #[arg(long)]
    pub all: bool,
    /// Where the policy is read that it extends.
    #[command(flatten)]
    pub extends: ExtendsArgs,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Review)]
    pub format: Format,
}

/// Options of `replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// The repository; bare ones work.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// Which commits, such as `v1..v2`; by default all of HEAD. The root commit is skipped.
    #[arg(value_name = "RANGE", default_value = "HEAD")]
    pub range: String,
    /// What to print.
    #[arg(long, value_enum, default_value_t = ReplayFormat::Table)]
    pub format: ReplayFormat,
    /// A policy to layer on the built-in one, instead of `.github/tierguard.yml` at the end of the range.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Where the policy is read that it extends.
    #[command(flatten)]
    pub extends: ExtendsArgs,
}

/// Options of `backtest`.
#[derive(Debug, Args)]
pub struct Backtest {
    /// The new policy, to layer on the built-in one.
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// The policy to compare it with, instead of `.github/tierguard.yml` at the end of the range, or else the built-in one.
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// The repository; bare ones work.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// Which commits, such as `v1..v2`; by default all of HEAD. The root commit is skipped.
    #[arg(value_name = "RANGE", default_value = "HEAD")]
    pub range: String,
    /// What to print.
    #[arg(long, value_enum, default_value_t = BacktestFormat::Terminal)]
    pub format: BacktestFormat,
    /// Where the policies are read that these extend.
    #[command(flatten)]
    pub extends: ExtendsArgs,
}

/// Options of `validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// The files.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = ValidateFormat::Terminal)]
    pub format: ValidateFormat,
}

/// Options of `compat`.
#[derive(Debug, Args)]
pub struct Compat {
    /// What the files hold.
    #[arg(value_enum)]
    pub of: CompatOf,
    /// The output before the change: the object alone, its message, or lines with that message.
    #[arg(value_name = "BASE.json")]
    pub base: PathBuf,
    /// The output after it.
    #[arg(value_name = "HEAD.json")]
    pub head: PathBuf,
    /// What to print.
    #[arg(long, value_enum, default_value_t = CompatFormat::Terminal)]
    pub format: CompatFormat,
}

/// What `compat` compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompatOf {
    /// A `ConnectorSpecification`, as `spec` prints it.
    Spec,
    /// An `AirbyteCatalog`, as `discover` prints it.
    Catalog,
}

/// Options of `policy`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PolicyArgs {
    /// What to do instead of showing it.
    #[command(subcommand)]
    pub command: Option<PolicyCommand>,
    /// The file to lay over the built-in policy; `.github/tierguard.yml` of this folder where it is left out.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The repository whose policy is shown: its `.github/tierguard.yml` at the tip of its default branch.
    #[arg(long, value_name = "DIR", conflicts_with = "policy")]
    pub repo: Option<PathBuf>,
    /// Where the policy is read that it extends.
    #[command(flatten)]
    pub extends: ExtendsArgs,
}

/// What can be done with a policy beside showing it.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Run the examples that lie beside it: changes of a connector, and the findings that are expected.
    #[command(after_help = "Exit codes: 0 all as expected, 1 some otherwise, 2 unreadable or wrong usage.")]
    Test(PolicyTest),
}

/// Options of `policy test`.
#[derive(Debug, Args)]
pub struct PolicyTest {
    /// The policy; by default `.github/tierguard.yml` of this folder, and the built-in one where that is missing.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The examples; by default beside the policy, as `tierguard.tests.yml` is beside `tierguard.yml`.
    #[arg(long, value_name = "FILE")]
    pub tests: Option<PathBuf>,
    /// Where the policy is read that it extends.
    #[command(flatten)]
    pub extends: ExtendsArgs,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A policy file.
    Policy,
    /// The JSON report.
    Report,
    /// A connector's `metadata.yaml`.
    Metadata,
}

/// Reads the word of a level.
pub fn level(word: &str) -> Result<Level, String> {
    [Level::Error, Level::Warning, Level::Note, Level::Off]
        .into_iter()
        .find(|level| level.word() == word)
        .ok_or_else(|| "one of error, warning, note, off".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn folders_come_in_pairs_and_not_with_revisions() {
        for arguments in [
            &["tierguard", "check", "--base-dir", "a"][..],
            &[
                "tierguard",
                "check",
                "--base",
                "a",
                "--base-dir",
                "a",
                "--head-dir",
                "b",
            ],
        ] {
            assert!(Cli::try_parse_from(arguments).is_err(), "{arguments:?}");
        }
    }
}
