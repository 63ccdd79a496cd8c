//! What the subcommands take that talk to GitHub.

use clap::Args;
use jiff::civil::Date;

use super::level;
use crate::finding::Level;

/// How GitHub is reached.
///
/// In a workflow every option may come from the action's input of the same name.
#[derive(Debug, Args)]
pub struct OnGitHub {
    /// The repository; in a workflow its own.
    #[arg(long, value_name = "OWNER/NAME")]
    pub repository: Option<String>,
    /// The token; better given by `GITHUB_TOKEN` or `GH_TOKEN`, since other processes can read a command line.
    #[arg(long, value_name = "TOKEN", hide_default_value = true)]
    pub token: Option<String>,
}

/// Options of `review`.
#[derive(Debug, Args)]
pub struct Review {
    /// How GitHub is reached.
    #[command(flatten)]
    pub github: OnGitHub,
    /// The pull request, or several; in a workflow the one of the event.
    #[arg(long, value_name = "N")]
    pub pull_request: Vec<String>,
    /// Where the repository keeps its policy; by default `.github/tierguard.yml`.
    #[arg(long, value_name = "PATH")]
    pub policy: Option<String>,
    /// Where the policy is read: `target` (the tip of the target branch), `default-branch`, or a full commit id.
    #[arg(long, value_name = "REF")]
    pub policy_ref: Option<String>,
    /// From which level on findings fail the run, instead of the policy's: `error`, `warning`, `note` or `off`.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub fail_on: Option<Level>,
    /// A name for this review: reviews of one pull request with different names leave each other's comments alone.
    #[arg(long, value_name = "NAME")]
    pub instance: Option<String>,
    /// Publish a check run with annotations.
    #[arg(long)]
    pub check_run: bool,
    /// Publish the verdict as the commit status `tierguard` on the head.
    #[arg(long)]
    pub status: bool,
    /// Print what would be written to the pull request, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Where to write the JSON report.
    #[arg(long, value_name = "FILE")]
    pub report: Option<String>,
    /// Where to write SARIF.
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<String>,
    /// The day of the judgement, instead of today in UTC by GitHub's clock.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
    /// Milliseconds between two writes; three times as many before one that notifies people.
    #[arg(long, value_name = "MS", default_value_t = 1_000, hide = true)]
    pub pace: u64,
    /// Seconds that the run may take for one pull request, with all its waits.
    #[arg(long, value_name = "S", hide = true)]
    pub patience: Option<u64>,
}

/// Options of `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// How GitHub is reached.
    #[command(flatten)]
    pub github: OnGitHub,
}
