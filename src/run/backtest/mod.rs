//! What another policy would have said about a history: both policies in one pass over it.

mod difference;
mod told;

use crate::cli::{Backtest, BacktestFormat};
use crate::evaluate::{Options, evaluate};
use crate::policy::Policy;
use crate::roots::ConnectorRoots;
use crate::run::replay::{open, pipeline, policy_at_end, progress};

use self::difference::Difference;

/// What came of a whole history.
#[derive(Debug)]
struct Outcome {
    /// Where both policies came from: the present one, the new one.
    sources: [String; 2],
    commits: usize,
    /// How many commits each would have kept from being merged.
    blocked: [usize; 2],
    /// The commits at which they differ, in the order of the history.
    differences: Vec<Difference>,
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
    let history = open(&git, &arguments.range, &all_roots(&old, &new)?)?;
    let mut outcome = Outcome {
        sources: [&old, &new].map(|policy| policy.provenance.source.clone()),
        commits: 0,
        blocked: [0, 0],
        differences: Vec::new(),
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
            Difference::between(&step, &present, &proposed)
        },
        |difference| {
            outcome.commits += 1;
            for (count, verdict) in outcome.blocked.iter_mut().zip(difference.verdicts) {
                *count += usize::from(verdict.exit_code() != 0);
            }
            if !difference.is_empty() {
                outcome.differences.push(difference);
            }
            Ok(())
        },
    )?;
    bar.finish_and_clear();
    super::print(&match arguments.format {
        BacktestFormat::Terminal => told::terminal(&outcome),
        BacktestFormat::Json => told::json(&outcome),
    })
}

/// The folders that one of the policies takes for connectors.
fn all_roots(old: &Policy, new: &Policy) -> anyhow::Result<ConnectorRoots> {
    let mut patterns = old.roots.patterns().to_vec();
    for pattern in new.roots.patterns() {
        if !patterns.contains(pattern) {
            patterns.push(pattern.clone());
        }
    }
    Ok(ConnectorRoots::new(&patterns)?)
}
