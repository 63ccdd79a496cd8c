//! What a subcommand can print, and whether in colour.

use clap::ValueEnum;

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

/// An output of `backtest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BacktestFormat {
    /// For people: the counts, and the commits at which something differs.
    Terminal,
    /// One JSON object with all of it.
    Json,
}

/// An output of `validate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValidateFormat {
    /// A line for each problem, for people.
    Terminal,
    /// One JSON object.
    Json,
}

/// An output of `compat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompatFormat {
    /// For people.
    Terminal,
    /// One object for programs.
    Json,
}
