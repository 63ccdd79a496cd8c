//! One function per subcommand; the only place that joins input and output to the core.

mod ahead;
mod backtest;
pub mod compat;
mod connection;
mod demo;
mod doctor;
mod extended;
pub mod log;
mod policy;
mod replay;
mod review;
mod validate;

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use clap::CommandFactory;
use jiff::civil::Date;

use self::extended::loaded;
use crate::change::{ConnectorDiff, Readings};
use crate::changeset::{ChangeSet, Fetched, Side};
use crate::cli::{Check, Cli, Colour, Command, Environment, Format, SchemaOf};
use crate::evaluate::{Options, evaluate};
use crate::metadata::METADATA_SCHEMA;
use crate::needs::{gather, identity_of};
use crate::policy::Policy;
use crate::render;
use crate::report::Report;
use crate::rules::{POLICY_PATH, RULES, RuleDefinition, definition, policy_path};
use crate::source::directory::DirectorySource;
use crate::source::git::{Git, GitSource};
use crate::source::{Connectors, Source};

/// The most bytes of a policy file that the user names.
const LARGEST_POLICY: u64 = 256 * 1024;

/// Does what the user typed; the exit code.
pub fn run(cli: Cli, environment: &Environment) -> anyhow::Result<u8> {
    let colour = cli.color;
    match cli.command {
        Command::Check(arguments) => check(&arguments, colour),
        Command::Review(arguments) => review::run(&arguments, environment, colour),
        Command::Doctor(arguments) => doctor::run(&arguments, environment),
        Command::Demo(arguments) => demo::run(&arguments, colour),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Backtest(arguments) => backtest::run(&arguments),
        Command::Compat(arguments) => compat::run(&arguments, colour),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Rules => print(&rules()),
        Command::Explain { rule } => explain(&rule),
        Command::Policy(arguments) => policy::run(&arguments),
        Command::Schema { of } => {
            let schema = match of {
                SchemaOf::Policy => crate::policy::schema(),
                SchemaOf::Report => render::json::schema(),
                SchemaOf::Metadata => return print(METADATA_SCHEMA),
            };
            print(&format!("{}\n", serde_json::to_string_pretty(&schema)?))
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "tierguard", &mut script);
            print(&String::from_utf8(script)?)
        }
    }
}

fn check(arguments: &Check, colour: Colour) -> anyhow::Result<u8> {
    let mut source: Box<dyn Source> = match (&arguments.base_dir, &arguments.head_dir) {
        (Some(base), Some(head)) => Box::new(DirectorySource::open(base, head)?),
        _ => Box::new(GitSource::open(
            &git(&arguments.repo),
            arguments.base.as_deref(),
            arguments.head.as_deref(),
        )?),
    };
    let clones = arguments.extends.folder();
    let mut policy = match &arguments.policy {
        Some(file) => {
            let mut policy = policy_of_file(file, clones)?;
            policy.provenance.named = Some(file.display().to_string());
            policy
        }
        None => policy_of_target(source.as_mut(), clones)?,
    };
    if let Some(level) = arguments.fail_on {
        policy.fail_on = level;
        policy.provenance.fail_on = level;
    }
    let Reading { set, diffs } = read(
        source.as_mut(),
        &policy,
        arguments.today.unwrap_or_else(today_in_utc),
    )?;
    let report = evaluate(
        &set,
        &diffs,
        &policy,
        Options {
            all: arguments.all,
            ..Options::default()
        },
    );
    let coloured = arguments.output.is_none() && wants_colour(colour);
    let text = rendered(&report, &set, arguments.format, coloured);
    match &arguments.output {
        Some(file) => std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))?,
        None => {
            print(&text)?;
        }
    }
    let code = report.verdict.exit_code();
    // The process ends here: to free the trees of a large change node by node would only take time.
    std::mem::forget((report, diffs, set));
    Ok(code)
}

/// The repository, with the environment that git needs to run.
fn git(repository: &Path) -> Git {
    Git::new(repository, std::env::vars_os())
}

/// A change and its connectors, with everything read that the rules look at.
struct Reading {
    set: ChangeSet,
    diffs: Vec<ConnectorDiff>,
}

fn read(source: &mut dyn Source, policy: &Policy, today: Date) -> anyhow::Result<Reading> {
    let connectors = Connectors {
        roots: policy.roots.clone(),
        identity: identity_of,
    };
    let mut set = source.change_set(today)?;
    let diffs = gathered(source, &mut set, policy, &connectors, &Readings::default())?;
    Ok(Reading { set, diffs })
}

/// The connectors of a change; what the rules look at besides is read and stays in the change.
fn gathered(
    source: &mut dyn Source,
    set: &mut ChangeSet,
    policy: &Policy,
    connectors: &Connectors,
    readings: &Readings,
) -> anyhow::Result<Vec<ConnectorDiff>> {
    gather(set, &policy.roots, &policy.home.path, readings, |set, needs| {
        source.fetch_into(set, needs, connectors)?;
        ahead::read_ahead(set, needs, readings);
        anyhow::Ok(())
    })
}

fn rendered(report: &Report, set: &ChangeSet, format: Format, coloured: bool) -> String {
    match format {
        Format::Terminal => render::terminal::render(report, coloured),
        Format::Json => render::json::pretty(report),
        Format::Markdown => render::summary::document(report),
        Format::Review => {
            let anchors = render::review::Anchors::of(set);
            let context = render::review::ReviewContext::default();
            render::review::ReviewDraft::new(report, &anchors, &context).to_string()
        }
        Format::Sarif => render::sarif::render(report),
        Format::Github => render::annotations::render(report),
    }
}

/// The policy that the target branch's tip holds; absent means the built-in one, unreadable means no verdict.
fn policy_of_target(source: &mut dyn Source, clones: Option<&Path>) -> anyhow::Result<Policy> {
    match source.read(Side::Target, &policy_path())? {
        Fetched::Absent => Ok(Policy::built_in()),
        Fetched::File(bytes) => loaded(POLICY_PATH, &bytes, clones),
        Fetched::NotRegular(_) => bail!("{POLICY_PATH} on the target branch is not a regular file"),
        Fetched::TooLarge { bytes } => {
            bail!("{POLICY_PATH} on the target branch has {bytes} bytes, which is too large")
        }
    }
}

fn policy_of_file(file: &Path, clones: Option<&Path>) -> anyhow::Result<Policy> {
    let bytes = contents_of(file).with_context(|| format!("reading the policy {}", file.display()))?;
    loaded(&file.display().to_string(), &bytes, clones)
}

/// The bytes of a file that the user names, up to the size of the largest policy.
fn contents_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let size = std::fs::metadata(file)?.len();
    if size > LARGEST_POLICY {
        bail!("it has {size} bytes; at most {LARGEST_POLICY} are read");
    }
    Ok(std::fs::read(file)?)
}

fn rules() -> String {
    let policy = Policy::built_in();
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    policy
        .rules
        .iter()
        .map(|rule| {
            let definition = rule.definition;
            format!(
                "{:width$}  {:7}  {}\n",
                definition.id,
                rule.level.word(),
                definition.headline()
            )
        })
        .collect()
}

fn explain(id: &str) -> anyhow::Result<u8> {
    let Some(rule) = definition(id) else {
        let nearest = RULES.iter().max_by(|left, right| {
            strsim::jaro_winkler(left.id, id).total_cmp(&strsim::jaro_winkler(right.id, id))
        });
        let nearest = nearest.map_or("", |rule| rule.id);
        bail!("there is no rule `{id}`; the nearest name is `{nearest}`, and `tierguard rules` lists all");
    };
    print(&page(rule))
}

/// A rule's page, by the built-in policy.
fn page(rule: &RuleDefinition) -> String {
    let policy = Policy::built_in();
    let configured = policy
        .rules
        .iter()
        .find(|configured| configured.definition.id == rule.id);
    configured.map_or_else(String::new, |configured| render::page::page(&policy, configured))
}

fn wants_colour(colour: Colour) -> bool {
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
                && std::io::stdout().is_terminal()
        }
    }
}

/// Writes to the standard output; a reader that has gone away is not an error.
fn print(text: &str) -> anyhow::Result<u8> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("writing the output")
        }
        _ => Ok(0),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the clock is read; everything below takes the day as a value"
)]
fn today_in_utc() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}
