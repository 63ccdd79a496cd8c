//! What the user typed, nothing decided.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

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

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge a change: two revisions of a repository, the working tree, or two folders.
    Check(Check),
    /// Show a review with nothing to set up: builds a small repository with a pull request and reviews it.
    Demo(Demo),
    /// Judge every commit of a history against its parent.
    Replay(Replay),
    /// List the rules.
    Rules,
    /// Show a rule's page: what it does, why, how to mend it, its options.
    Explain {
        /// The rule's id.
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
    /// From which level on findings fail the run, instead of the policy's.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub fail_on: Option<Level>,
    /// The day of the judgement, instead of today in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
    /// Also show what base already had.
    #[arg(long)]
    pub all: bool,
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
}

/// Options of `policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// The file to layer on the built-in policy.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The repository whose `.github/tierguard.yml` counts at the tip of the default branch.
    #[arg(long, value_name = "DIR", conflicts_with = "policy")]
    pub repo: Option<PathBuf>,
}

/// An output of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: source lines with carets.
    Terminal,
    /// The whole report for programs.
    Json,
    /// The summary as one Markdown document.
    Markdown,
    /// The summary and every inline comment, as they would be posted.
    Review,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands for annotations.
    Github,
}

/// An output of `replay`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFormat {
    /// One JSON object a line for each commit; the totals go to the standard error.
    Jsonl,
    /// The totals alone.
    Table,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A policy file.
    Policy,
    /// The JSON report.
    Report,
}

fn level(word: &str) -> Result<Level, String> {
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
