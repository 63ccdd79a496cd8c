//! The transition matrix: every cell, once with everything that it asks for and once without, and what its author reads.

use std::path::PathBuf;

use serde::Deserialize;
use tierguard::finding::Level;
use tierguard::render::review::{Anchors, ReviewContext, ReviewDraft};
use tierguard::report::Report;
use tierguard::rules::definition;

use super::{Case, CellState, cases_in, judge, trees};

const FOLDER: &str = "tests/rules/matrix";
/// Set to write what the cells read now instead of comparing.
const UPDATE: &str = "UPDATE";

/// A cell of the matrix.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cell {
    #[serde(rename = "cell")]
    name: String,
    /// The rule that judges it.
    rule: String,
    /// Its level while something is missing; a sentence where nothing that a repository can show is asked for.
    missing: String,
    /// Its level once nothing is missing; `silent` where there is nothing to say.
    met: String,
}

impl Cell {
    /// The level that a state is to have; `None` where the cell has no such state.
    fn level(&self, state: CellState) -> Option<Expected> {
        let word = match state {
            CellState::Missing => &self.missing,
            CellState::Met => &self.met,
        };
        let levels = [Level::Note, Level::Warning, Level::Error];
        match levels.into_iter().find(|level| level.word() == word) {
            Some(level) => Some(Expected::Speaks(level)),
            None if word == "silent" => Some(Expected::Silent),
            None => {
                assert!(
                    word.contains(' '),
                    "{}: {word} is neither a level nor a reason",
                    self.name
                );
                None
            }
        }
    }
}

/// What the rule of a cell says of a case.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Speaks(Level),
    Silent,
}

fn cells() -> Vec<Cell> {
    let text = std::fs::read_to_string(format!("{FOLDER}/cells.yaml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

fn said(report: &Report, rule: &str) -> Expected {
    let of_rule = report.all_findings().filter(|finding| finding.rule == rule);
    let loudest = of_rule.map(|finding| finding.level).max();
    loudest.map_or(Expected::Silent, Expected::Speaks)
}

#[test]
fn every_cell_has_a_case_for_each_state_and_its_level() {
    let cases = cases_in(FOLDER);
    let mut failures = Vec::new();
    for cell in cells() {
        assert!(
            definition(&cell.rule).is_some(),
            "{}: no rule {}",
            cell.name,
            cell.rule
        );
        for state in [CellState::Missing, CellState::Met] {
            let Some(expected) = cell.level(state) else {
                continue;
            };
            let of_cell = |(_, case): &&(String, Case)| {
                case.cell.as_deref() == Some(&cell.name) && case.state == Some(state)
            };
            let found: Vec<_> = cases.iter().filter(of_cell).collect();
            if found.is_empty() {
                failures.push(format!("{} has no case for {state:?}", cell.name));
            }
            for (_, case) in found {
                let report = judge(case, &trees(case));
                let level = said(&report, &cell.rule);
                if level != expected {
                    failures.push(format!("{}, {state:?}: {level:?}, not {expected:?}", cell.name));
                }
                let lacking: Vec<&str> = (report.connectors.iter())
                    .flat_map(|connector| &connector.requirements)
                    .filter(|requirement| requirement.is_missing())
                    .map(|requirement| requirement.id)
                    .collect();
                if state == CellState::Met && !lacking.is_empty() && level != Expected::Silent {
                    failures.push(format!("{}, {state:?}: still lacks {lacking:?}", cell.name));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_case_of_the_matrix_has_a_cell() {
    let cells = cells();
    for (file, case) in cases_in(FOLDER) {
        let name = case.cell.as_deref().unwrap_or_default();
        let cell = cells.iter().find(|cell| cell.name == name);
        let state = case
            .state
            .unwrap_or_else(|| panic!("{file}: {name} has no state"));
        let has_state = cell.is_some_and(|cell| cell.level(state).is_some());
        assert!(has_state, "{file}: cells.yaml has no {name} with {state:?}");
    }
}

/// What a contributor reads at each cell is kept as text, for people to read.
#[test]
fn every_cell_reads_as_it_is_kept() {
    let mut differ = Vec::new();
    for cell in cells() {
        let mut text = format!("# {}\n", cell.name);
        for (_, case) in cases_in(FOLDER) {
            let (Some(name), Some(state)) = (&case.cell, case.state) else {
                continue;
            };
            if *name != cell.name {
                continue;
            }
            let trees = trees(&case);
            let report = judge(&case, &trees);
            let draft = ReviewDraft::new(&report, &Anchors::default(), &ReviewContext::default());
            let state = if state == CellState::Met {
                "nothing is missing"
            } else {
                "something is missing"
            };
            text.push_str(&format!("\n## Where {state}\n\n{}", draft.to_string().trim_end()));
            text.push('\n');
        }
        let path = PathBuf::from(format!("{FOLDER}/comments/{}.md", cell.name.replace(' ', "-")));
        #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
        let is_update = std::env::var_os(UPDATE).is_some();
        if is_update {
            std::fs::create_dir_all(format!("{FOLDER}/comments")).unwrap();
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            differ.push(path.display().to_string());
        }
    }
    assert!(
        differ.is_empty(),
        "these read otherwise now; look at them and keep them by `{UPDATE}=1 cargo test --test rules`: {differ:?}"
    );
}
