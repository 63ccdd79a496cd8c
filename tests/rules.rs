//! Every rule on every case: `tests/rules/<rule>.yaml` holds the cases of a rule as data.
//!
//! A case names the state before and after as templates with replacements, and every finding that the whole policy makes
//! of it: a finding too many fails as much as one too few. The laws of findings and suggestions hold on all of them.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as tests do")]

mod common;
#[path = "rules/matrix.rs"]
mod matrix;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Files, change_set, joined};
use jiff::civil::Date;
use serde::Deserialize;
use tierguard::changeset::{ChangeSet, ChangedFile, Entry, Fact, Fetched, FileKind, Side, Team, Writers};
use tierguard::evaluate::{Options, evaluate};
use tierguard::finding::{Finding, Level, Replacement, Suggestion};
use tierguard::ids::RepoPath;
use tierguard::policy::Policy;
use tierguard::report::Report;
use tierguard::rules::RULES;
use tierguard::yaml::{Document, Limits};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Case {
    /// What it shows; a case of the matrix has a cell instead.
    #[serde(default)]
    name: String,
    /// The cell of the transition matrix.
    cell: Option<String>,
    /// Whether what the cell asks for is there.
    state: Option<CellState>,
    base: Option<State>,
    head: Option<State>,
    target: Option<State>,
    /// Files beside the connector, the same on both sides.
    #[serde(default)]
    others: BTreeMap<String, String>,
    /// Files beside the connector that only base has, or has otherwise.
    #[serde(default)]
    base_others: BTreeMap<String, String>,
    /// Files beside the connector that only head has, or has otherwise.
    #[serde(default)]
    head_others: BTreeMap<String, String>,
    /// Files beside the connector that only the target branch has, or has otherwise than base.
    #[serde(default)]
    target_others: BTreeMap<String, String>,
    /// Replacements in other files at head: path, text, text instead.
    #[serde(default)]
    head_edits: Vec<(String, String, String)>,
    /// Paths before and after that git joins as renames.
    #[serde(default)]
    renames: Vec<(String, String)>,
    /// Paths at which head holds no regular file.
    #[serde(default)]
    not_regular: BTreeMap<String, NotRegular>,
    /// The pull request's title, where the source knows it.
    title: Option<String>,
    /// The pull request's labels, where the source knows them.
    labels: Option<Vec<String>>,
    /// The pull request, where the source knows one.
    pull_request: Option<PullRequest>,
    /// The repository's own policy, laid over the built-in one.
    policy: Option<String>,
    today: Option<Date>,
    /// The day from which proposed deadlines are counted.
    proposed_from: Option<Date>,
    #[serde(default)]
    all: bool,
    #[serde(default = "pass")]
    verdict: String,
    #[serde(default)]
    findings: Vec<Expected>,
    #[serde(default)]
    requirements: Vec<String>,
    /// The rules of the findings that are waived, in their order.
    #[serde(default)]
    waived: Vec<String>,
    /// How the remarks on waivers begin.
    #[serde(default)]
    waiver_remarks: Vec<String>,
    /// The ids of the requirements that the repository shows to be missing.
    missing: Option<Vec<String>>,
    /// Those of them that are asked for by an error.
    blocking: Option<Vec<String>>,
    #[serde(default)]
    changes: Vec<String>,
    /// All changes of the contract, as "kind stream path".
    contract: Option<Vec<String>>,
}

/// Whether what a cell of the matrix asks for is there, as far as a repository can show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CellState {
    Missing,
    Met,
}

/// Who opened a pull request, who approves it, and what is known of teams.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PullRequest {
    author: Option<String>,
    /// Those who approve the present head; absent where the list could not be read whole.
    approvals: Option<Vec<String>>,
    /// Who wrote the commits, the author alone where nothing is said; a text where that could not be read, null where
    /// nobody asked.
    #[serde(default)]
    writers: WritersRead,
    /// The members among them by `organisation/team`; null where there is no such team, a text where it could not be read.
    #[serde(default)]
    teams: BTreeMap<String, TeamRead>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged)]
enum WritersRead {
    Read(Vec<String>),
    Unread(String),
    Unasked,
    #[default]
    #[serde(skip)]
    TheAuthor,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum TeamRead {
    Members(Vec<String>),
    Unread(String),
    Absent,
}

impl TeamRead {
    fn team(&self) -> Team {
        match self {
            Self::Members(members) => Team::Members(members.iter().cloned().collect()),
            Self::Unread(why) => Team::Unread(why.clone()),
            Self::Absent => Team::Absent,
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NotRegular {
    Symlink,
    Submodule,
}

fn pass() -> String {
    "pass".to_owned()
}

/// A connector's metadata: a template with replacements, or a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct State {
    template: Option<String>,
    text: Option<String>,
    #[serde(default)]
    edits: Vec<(String, String)>,
    #[serde(default = "folder")]
    folder: String,
    #[serde(default = "file")]
    file: String,
}

fn folder() -> String {
    "source-shop".to_owned()
}

fn file() -> String {
    "metadata.yaml".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Expected {
    rule: String,
    level: String,
    line: usize,
    #[serde(default = "head")]
    side: String,
    /// How the path of its file ends.
    file: Option<String>,
    says: Option<String>,
    /// Words of what it means for users, or of what is asked.
    explains: Option<String>,
    /// The line of the policy that judged.
    judged_by: Option<String>,
    suggests: Option<String>,
}

fn head() -> String {
    "head".to_owned()
}

impl Expected {
    fn is(&self, finding: &Finding) -> bool {
        finding.rule == self.rule
            && finding.level.word() == self.level
            && finding.location.position.line == self.line
            && (finding.location.side == Side::Base) == (self.side == "base")
            && self
                .judged_by
                .as_ref()
                .is_none_or(|line| finding.judged_by == *line)
            && self
                .file
                .as_ref()
                .is_none_or(|file| finding.location.file.to_string().ends_with(file))
            && self
                .says
                .as_ref()
                .is_none_or(|says| finding.message.to_string().contains(says))
            && self.explains.as_ref().is_none_or(|explains| {
                let texts = [&finding.impact, &finding.remedy].into_iter().flatten();
                texts.into_iter().any(|text| text.to_string().contains(explains))
            })
    }
}

impl State {
    fn read(&self, case: &str) -> (String, Vec<u8>) {
        let mut text = match (&self.template, &self.text) {
            (Some(template), None) => {
                let path = format!("tests/rules/templates/{template}.yaml");
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{case}: {path}: {error}"))
            }
            (None, Some(text)) => text.clone(),
            _ => panic!("{case}: a state is either a template or a text"),
        };
        for (from, to) in &self.edits {
            assert!(text.contains(from), "{case}: the template does not hold {from:?}");
            text = text.replacen(from, to, 1);
        }
        (
            format!("airbyte-integrations/connectors/{}/{}", self.folder, self.file),
            text.into_bytes(),
        )
    }
}

fn cases() -> Vec<(String, Case)> {
    cases_in("tests/rules")
}

/// The cases of every file in a folder, with the file's name.
fn cases_in(folder: &str) -> Vec<(String, Case)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .filter(|path| !path.ends_with("cells.yaml"))
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let list: Vec<Case> =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let rule = file.file_stem().unwrap().to_string_lossy().into_owned();
        cases.extend(list.into_iter().map(|case| (rule.clone(), case)));
    }
    cases
}

/// The text of another file: as it stands in the case, or `@name` for a template.
fn other(text: &str) -> String {
    match text.strip_prefix('@') {
        Some(name) => std::fs::read_to_string(format!("tests/rules/templates/{name}")).unwrap(),
        None => text.to_owned(),
    }
}

fn trees(case: &Case) -> (Files, Files, Option<Files>) {
    let tree = |state: Option<&State>, own: &BTreeMap<String, String>| -> Files {
        let others = case
            .others
            .iter()
            .chain(own)
            .map(|(path, text)| (path.clone(), other(text).into_bytes()));
        others.chain(state.map(|state| state.read(&case.name))).collect()
    };
    let target = case.target.as_ref().map(|target| {
        let mut own = case.base_others.clone();
        own.extend(case.target_others.clone());
        tree(Some(target), &own)
    });
    let mut head = tree(case.head.as_ref(), &case.head_others);
    for (path, from, to) in &case.head_edits {
        let file = head
            .get_mut(path)
            .unwrap_or_else(|| panic!("{}: head has no {path}", case.name));
        let text = String::from_utf8(file.clone()).unwrap();
        assert!(
            text.contains(from),
            "{}: {path} does not hold {from:?}",
            case.name
        );
        *file = text.replacen(from, to, 1).into_bytes();
    }
    (tree(case.base.as_ref(), &case.base_others), head, target)
}

fn judge(case: &Case, trees: &(Files, Files, Option<Files>)) -> Report {
    let policy = match &case.policy {
        Some(text) => Policy::load(Some(("tierguard.yml", text.as_bytes()))).unwrap_or_else(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}: {}", case.name, errors.join("\n"))
        }),
        None => Policy::built_in(),
    };
    let today = case.today.unwrap_or(jiff::civil::date(2026, 11, 22));
    let mut set = change_set(&trees.0, &trees.1, trees.2.as_ref(), today);
    for (before, after) in &case.renames {
        join_rename(&mut set, before, after);
    }
    for (path, kind) in &case.not_regular {
        hold_no_file(&mut set, path, *kind);
    }
    set.parts[0].facts.title = case.title.clone().map_or(Fact::NotKnownHere, Fact::Known);
    set.parts[0].facts.labels = case.labels.clone().map_or(Fact::NotKnownHere, Fact::Known);
    if let Some(pull_request) = &case.pull_request {
        let facts = &mut set.parts[0].facts;
        facts.number = Some(7);
        facts.author.clone_from(&pull_request.author);
        facts.approvals = pull_request
            .approvals
            .clone()
            .map_or(Fact::NotKnownHere, Fact::Known);
        let wrote = match &pull_request.writers {
            WritersRead::TheAuthor => Some(Ok(pull_request.author.iter().cloned().collect())),
            WritersRead::Read(logins) => Some(Ok(logins.iter().cloned().collect())),
            WritersRead::Unread(why) => Some(Err(why.clone())),
            WritersRead::Unasked => None,
        };
        facts.writers = wrote.map(|wrote| Writers {
            took_part: wrote.clone(),
            wrote,
        });
        let teams = pull_request.teams.iter();
        set.teams = teams.map(|(name, read)| (name.clone(), read.team())).collect();
    }
    let diffs = joined(&mut set, trees, &policy);
    evaluate(
        &set,
        &diffs,
        &policy,
        Options {
            all: case.all,
            proposed_from: case.proposed_from,
        },
    )
}

/// Makes one row of a deleted and an added path.
fn join_rename(set: &mut ChangeSet, before: &str, after: &str) {
    let entry = |path: &str| Entry {
        path: RepoPath::new(path.as_bytes()).unwrap(),
        kind: FileKind::Regular,
    };
    let (base, head) = (entry(before), entry(after));
    let rows = set.files.len();
    set.files.retain(|file| {
        *file != ChangedFile::Deleted(base.clone()) && *file != ChangedFile::Added(head.clone())
    });
    assert_eq!(
        set.files.len() + 2,
        rows,
        "{before} is not deleted or {after} is not added"
    );
    set.files.push(ChangedFile::Renamed { base, head });
}

/// Puts a link or a submodule in the place of a path at head.
fn hold_no_file(set: &mut ChangeSet, path: &str, kind: NotRegular) {
    let kind = match kind {
        NotRegular::Symlink => FileKind::Symlink,
        NotRegular::Submodule => FileKind::Submodule,
    };
    let entry = Entry {
        path: RepoPath::new(path.as_bytes()).unwrap(),
        kind,
    };
    let place = set
        .files
        .iter_mut()
        .find(|file| file.head().is_some_and(|head| head.path == entry.path));
    match place {
        Some(ChangedFile::Added(head) | ChangedFile::Modified { head, .. }) => *head = entry.clone(),
        _ => panic!("{path} is not a changed file"),
    }
    set.contents
        .insert((Side::Head, entry.path), Fetched::NotRegular(kind));
}

fn shown(finding: &Finding) -> String {
    let location = &finding.location;
    let side = if location.side == Side::Base {
        "base"
    } else {
        "head"
    };
    format!(
        "{} {} {side}:{} {}",
        finding.rule,
        finding.level.word(),
        location.position.line,
        finding.message
    )
}

#[test]
fn every_case_gets_exactly_its_findings() {
    let mut failures = Vec::new();
    for (rule, case) in cases() {
        let report = judge(&case, &trees(&case));
        let findings: Vec<&Finding> = report.all_findings().collect();
        let context = format!("{rule}: {}", case.name);
        let told: Vec<String> = findings.iter().map(|finding| shown(finding)).collect();
        let mut open: Vec<&Finding> = findings.clone();
        for expected in &case.findings {
            let found = open.iter().position(|finding| expected.is(finding));
            let Some(index) = found else {
                failures.push(format!("{context}: missing {expected:?} in {told:#?}"));
                continue;
            };
            let finding = open.remove(index);
            let suggested = finding
                .suggestion
                .as_ref()
                .map(|suggestion| suggestion.replacement.clone());
            if let Some(wanted) = &expected.suggests
                && !suggested
                    .as_ref()
                    .is_some_and(|text| text.contains(wanted.as_str()))
            {
                failures.push(format!(
                    "{context}: {} suggests {suggested:?}, not {wanted:?}",
                    expected.rule
                ));
            }
        }
        failures.extend(
            open.iter()
                .map(|finding| format!("{context}: not expected: {}", shown(finding))),
        );
        failures.extend(waivers_told(&case, &report));
        if report.verdict.word() != case.verdict {
            failures.push(format!(
                "{context}: verdict {} in {told:#?}",
                report.verdict.word()
            ));
        }
        let requirements: Vec<String> = report
            .connectors
            .iter()
            .flat_map(|connector| &connector.requirements)
            .map(state)
            .collect();
        if !case.requirements.is_empty() && requirements != case.requirements {
            failures.push(format!("{context}: requirements {requirements:#?}"));
        }
        for (wanted, least) in [(&case.missing, Level::Off), (&case.blocking, Level::Error)] {
            let requirements = report.connectors.iter().flat_map(|one| &one.requirements);
            let found: Vec<&str> = requirements
                .filter(|one| one.is_missing() && one.level >= least)
                .map(|one| one.id)
                .collect();
            if wanted.as_ref().is_some_and(|wanted| found != *wanted) {
                failures.push(format!(
                    "{context}: missing requirements from {least:?} on: {found:?}"
                ));
            }
        }
        let changes: Vec<&str> = report
            .connectors
            .iter()
            .flat_map(|connector| &connector.changes)
            .map(|change| change.change.kind.word())
            .collect();
        if !case.changes.is_empty() && changes != case.changes {
            failures.push(format!("{context}: changes {changes:?}"));
        }
        let contract = contract(&report);
        if case.contract.as_ref().is_some_and(|wanted| *wanted != contract) {
            failures.push(format!("{context}: contract {contract:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// All changes of the contract, as "kind stream path".
fn contract(report: &Report) -> Vec<String> {
    report
        .connectors
        .iter()
        .flat_map(|connector| &connector.contract.changes)
        .map(|reported| {
            let change = &reported.change;
            let stream = change.stream.as_deref().unwrap_or_default();
            format!("{} {stream} {}", change.kind.word(), change.path)
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// What is waived, or said of waivers, otherwise than a case has it.
fn waivers_told(case: &Case, report: &Report) -> Option<String> {
    let waivers = &report.waivers;
    let waived: Vec<&str> = waivers.waived.iter().map(|waived| waived.finding.rule).collect();
    let remarks: Vec<String> = waivers.remarks.iter().map(ToString::to_string).collect();
    let fits = |(remark, start): (&String, &String)| remark.starts_with(start.as_str());
    let is_told = waived == case.waived
        && remarks.len() == case.waiver_remarks.len()
        && remarks.iter().zip(&case.waiver_remarks).all(fits);
    (!is_told).then(|| format!("{}: waived {waived:?}, remarks {remarks:#?}", case.name))
}

fn state(requirement: &tierguard::finding::Requirement) -> String {
    use tierguard::finding::RequirementState;
    let word = match requirement.state {
        RequirementState::Met { .. } => "met",
        RequirementState::Missing { .. } => "missing",
        RequirementState::Undecided { .. } => "undecided",
        RequirementState::ToConfirm { .. } => "to confirm",
    };
    format!("{}: {word}", requirement.id)
}

#[test]
fn every_rule_has_a_case_in_which_it_speaks() {
    let cases = cases();
    for rule in RULES {
        let speaks = cases
            .iter()
            .any(|(_, case)| case.findings.iter().any(|finding| finding.rule == rule.id));
        assert!(speaks, "{} has no case in tests/rules", rule.id);
    }
}

#[test]
fn a_suggestion_parses_again_and_silences_its_finding() {
    let mut checked = 0;
    for (rule, case) in cases() {
        let mut trees = trees(&case);
        for finding in judge(&case, &trees).all_findings() {
            let Some(suggestion) = &finding.suggestion else {
                continue;
            };
            let path = suggestion.file.to_string();
            let before = std::mem::replace(
                trees.1.get_mut(&path).unwrap(),
                suggestion.result.as_bytes().to_vec(),
            );
            assert!(
                Document::parse(suggestion.result.as_bytes(), &Limits::METADATA).is_ok(),
                "{rule}: {}",
                case.name
            );
            let after = judge(&case, &trees);
            let silent = !after
                .all_findings()
                .any(|other| other.introduced && other.fingerprint == finding.fingerprint);
            assert!(
                silent,
                "{rule}: {}: {} still speaks after its suggestion",
                case.name, finding.rule
            );
            let text = String::from_utf8(before.clone()).unwrap();
            let replaced = text.replacen(suggestion.span(&text).of(&text), &suggestion.replacement, 1);
            assert_eq!(
                replaced, *suggestion.result,
                "{rule}: {}: whole lines and edit agree",
                case.name
            );
            trees.1.insert(path, before);
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} suggestions were checked");
}

#[test]
fn all_suggestions_of_a_report_can_be_taken_together() {
    let mut taken = 0;
    for (rule, case) in cases() {
        let mut trees = trees(&case);
        let report = judge(&case, &trees);
        let mut files: BTreeMap<String, Vec<&Suggestion>> = BTreeMap::new();
        for finding in report.all_findings() {
            if let Some(suggestion) = &finding.suggestion {
                files
                    .entry(suggestion.file.to_string())
                    .or_default()
                    .push(suggestion);
            }
        }
        for (path, suggestions) in files {
            let text = String::from_utf8(trees.1[&path].clone()).unwrap();
            let mut parts: Vec<&Replacement> = suggestions.iter().flat_map(|one| &one.parts).collect();
            parts.sort_by_key(|part| part.first_line);
            let apart = parts
                .windows(2)
                .all(|pair| pair[0].last_line < pair[1].first_line);
            assert!(
                apart,
                "{rule}: {}: two suggestions for one line: {parts:#?}",
                case.name
            );
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            for part in parts.iter().rev() {
                lines.splice(part.first_line - 1..part.last_line, [part.text.as_str()]);
            }
            let mended = lines.concat();
            let document = Document::parse(mended.as_bytes(), &Limits::METADATA).unwrap();
            let before = Document::parse(text.as_bytes(), &Limits::METADATA).unwrap();
            assert!(
                document.ambiguities().len() <= before.ambiguities().len(),
                "{rule}: {}: {mended}",
                case.name
            );
            trees.1.insert(path, mended.into_bytes());
            taken += usize::from(suggestions.len() > 1);
        }
        let after = judge(&case, &trees);
        for finding in report
            .all_findings()
            .filter(|finding| finding.suggestion.is_some())
        {
            let mut others = after.all_findings();
            assert!(
                !others.any(|other| other.introduced && other.fingerprint == finding.fingerprint),
                "{rule}: {}: {} still speaks after all suggestions",
                case.name,
                finding.rule
            );
        }
    }
    assert!(taken > 10, "only {taken} reports had several suggestions");
}

#[test]
fn fingerprints_survive_a_comment_above_and_other_line_breaks() {
    for (rule, case) in cases() {
        let original = trees(&case);
        let prints = |report: &Report| {
            let mut prints: Vec<String> = report
                .all_findings()
                .map(|finding| finding.fingerprint.to_string())
                .collect();
            prints.sort();
            prints
        };
        let reformat = |files: &Files| -> Files {
            let change = |(path, bytes): (&String, &Vec<u8>)| {
                let text = String::from_utf8(bytes.clone()).ok()?;
                (path.ends_with("metadata.yaml") && !text.contains(['\r', '\u{feff}'])).then(|| {
                    (
                        path.clone(),
                        format!("# moved down\n\n{text}")
                            .replace('\n', "\r\n")
                            .into_bytes(),
                    )
                })
            };
            files
                .iter()
                .map(|file| change(file).unwrap_or((file.0.clone(), file.1.clone())))
                .collect()
        };
        let moved = (
            reformat(&original.0),
            reformat(&original.1),
            original.2.as_ref().map(reformat),
        );
        let unreadable = case.verdict == "could-not-evaluate";
        if !unreadable {
            assert_eq!(
                prints(&judge(&case, &original)),
                prints(&judge(&case, &moved)),
                "{rule}: {}",
                case.name
            );
        }
    }
}

/// Files of cases on what several rules share.
const SHARED: [&str; 2] = ["approvals", "waivers"];

#[test]
fn every_case_belongs_to_a_rule() {
    for (rule, _) in cases() {
        assert!(
            SHARED.contains(&&*rule) || RULES.iter().any(|known| known.id == rule),
            "tests/rules/{rule}.yaml is named after no rule"
        );
    }
    assert!(Path::new("tests/rules/templates").is_dir());
}
