//! What another policy would have said about a history: both policies in one pass over it.

mod told;

use crate::cli::{Backtest, BacktestFormat};
use crate::comparison::{Commit, Comparison, Difference};
use crate::evaluate::{Options, evaluate};
use crate::run::replay::{open, pipeline, policy_at_end, progress};

/// What came of a whole history.
#[derive(Debug)]
struct Outcome {
    /// Where both policies came from: the present one, the new one.
    sources: [String; 2],
    /// What people call the first one.
    present: String,
    comparison: Comparison,
}

/// Compares both policies; what is found does not change the exit code.
pub(super) fn run(arguments: &Backtest) -> anyhow::Result<u8> {
    let git = super::git(&arguments.repo);
    let clones = arguments.extends.folder();
    let new = super::policy_of_file(&arguments.policy, clones)?;
    let old = match &arguments.against {
        Some(file) => super::policy_of_file(file, clones)?,
        None => policy_at_end(&git, &arguments.range, clones)?,
    };
    let bar = progress();
    let history = open(&git, &arguments.range, &old.roots.with(&new.roots)?)?;
    let mut outcome = Outcome {
        sources: [&old, &new].map(|policy| policy.provenance.source.clone()),
        present: match &arguments.against {
            Some(file) => file.display().to_string(),
            None => "the present policy".to_owned(),
        },
        comparison: Comparison::default(),
    };
    let same_roots = old.roots.patterns() == new.roots.patterns();
    pipeline::for_each(
        history,
        &bar,
        |mut step, readings| {
            let before = pipeline::complete(&mut step, &old.roots, readings);
            let present = evaluate(&step.set, &before, &old, Options::default());
            let proposed = if same_roots {
                evaluate(&step.set, &before, &new, Options::default())
            } else {
                let after = pipeline::complete(&mut step, &new.roots, readings);
                evaluate(&step.set, &after, &new, Options::default())
            };
            let commit = Commit {
                id: step.commit,
                date: step.date,
                subject: step.subject,
            };
            Difference::between(commit, &present, &proposed)
        },
        |difference| {
            outcome.comparison.add(difference);
            Ok(())
        },
    )?;
    bar.finish_and_clear();
    super::print(&match arguments.format {
        BacktestFormat::Terminal => told::terminal(&outcome),
        BacktestFormat::Json => told::json(&outcome),
    })
}
