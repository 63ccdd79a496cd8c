use std::collections::{BTreeMap, BTreeSet};

use super::requirements::Approvals;
use super::wishes::{Fields, Reason, spoken, touched};
use super::{Context, Findings, Rule, Scope};
use crate::change::{Change, ChangeKind, ConnectorDiff};
use crate::finding::{Finding, Level, Location, Prose, Requirement, RequirementState, code, prose};

/// The most further fields or changes that a finding points at; it counts the rest.
const MOST_SHOWN: usize = 5;

rule! {
    /// A change waits for an approval that the policy asks for.
    ///
    /// ## What it does
    /// Where a change touches one of the fields that a wish names, the wish's approvals are required: reviews of the
    /// present head by members of a team or by people who are named. A field that is set or taken away counts as touched,
    /// and so do all fields of a new connector, and of one whose state before cannot be read; quotes and the order of keys
    /// do not count. What `registryOverrides` puts in the place of a field for one registry counts as that field. A wish without
    /// fields asks where its `when` fits: for a kind of change, a folder, a support level.
    ///
    /// While an approval is missing, or cannot be decided, a finding stands at the line of the change. Once all are there,
    /// the list of requirements says so, and nothing else. Where there is no pull request that could be approved, the
    /// finding is a note.
    ///
    /// ## Why
    /// The wish says it: some changes are right only once somebody has agreed who answers for them.
    ///
    /// ## Example
    /// 2023-09-22, `source-github`, `e4e28a4` (`#30647`): a wish on `data.allowedHosts` would have asked for an
    /// approval when `api.github.com` became `${api_url}`, which is any host.
    ///
    /// ## How to mend it
    /// Ask those for a review whom the finding names. The approval of whoever opened the pull request or wrote a commit of
    /// it does not count, nor does one of an earlier head.
    ///
    /// ## Options
    /// `wishes`: a list, empty by default. Each has `approvals` (each with a `team` as `organisation/team`, or `users`, and
    /// a `count`, else one) and `because`; `fields` (paths such as `data.license`; `*` stands for one name), `when` (the keys of a
    /// scope, and `change`: kinds of changes that come along) and `level` may be left out. Every wish that fits is asked:
    /// one of them frees nothing of another.
    "approval-required-when", since "0.1.0",
    pub struct ApprovalRequiredWhen {
        /// What needs whose approval.
        wishes: Vec<WantedApprovals>,
    }
}

/// A change and the approvals that it needs.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WantedApprovals {
    /// Paths such as `data.license`; `*` stands for one name. Without them, every change that `when` fits.
    fields: Option<Fields>,
    /// Of which connectors and changes it speaks; without it, of all.
    #[serde(default)]
    when: Scope,
    /// Whose approvals it needs, all of them.
    approvals: Approvals,
    /// How loud it is, instead of the rule's level.
    level: Option<Level>,
    /// Why, in a sentence for the author.
    because: Reason,
}

/// One thing that a change does, in words and with its place.
struct Deed {
    /// What tells it from others: the path of a field, or a kind of change.
    subject: String,
    /// A sentence up to its verb, such as "`data.license` changes".
    says: Prose,
    values: Option<Prose>,
    location: Location,
}

impl Rule for ApprovalRequiredWhen {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        let asked = |(_, wish): &(usize, &WantedApprovals)| wish.level != Some(Level::Off) && wish.when.matches(diff);
        for (index, wish) in self.wishes.iter().enumerate().filter(asked) {
            let mut deeds = wish.deeds(diff).into_iter();
            let Some(first) = deeds.next() else { continue };
            let requirements = wish.approvals.of(context, diff);
            let missing = requirements.iter().any(Requirement::is_missing);
            if let Some(to_do) = open(&requirements) {
                let mut subject = format!("{} {}", first.subject, names(&requirements));
                // Two wishes may ask the same people about the same line: each is told, with its own reason.
                let twins = told.entry(subject.clone()).or_default();
                *twins += 1;
                if *twins > 1 {
                    subject = format!("{subject} {twins}");
                }
                let finding = first.finding(subject, deeds.collect()).remedy(to_do);
                let level = if missing { wish.level } else { Some(Level::Note) };
                findings.push(spoken(finding, index, &wish.because, level));
            }
            for requirement in requirements {
                findings.require(requirement);
            }
        }
    }
}

impl WantedApprovals {
    /// What the change does that the wish speaks of; nothing where it speaks of nothing.
    fn deeds(&self, diff: &ConnectorDiff) -> Vec<Deed> {
        let Some(fields) = &self.fields else {
            let named = diff.changes.iter().filter(|change| self.when.names(change));
            let deeds: Vec<Deed> = named.filter_map(|change| Deed::of_change(change, diff)).collect();
            // What the metadata does not tell, such as a change of code, or a side that cannot be read.
            return if deeds.is_empty() { Deed::of_connector(diff).into_iter().collect() } else { deeds };
        };
        // A connector that goes takes no field anywhere; `connector-removed` is a kind of change.
        let Some(head) = &diff.head else { return Vec::new() };
        let (base, after) = (diff.base.as_ref(), head.metadata());
        let before = base.and_then(|base| base.metadata());
        let mut told: BTreeSet<String> = BTreeSet::new();
        let touched = fields.iter().flat_map(|field| touched(field, before, after));
        touched
            // A map and a field in it are one thing that is done.
            .filter(|field| !field.is_within(&told) && told.insert(field.path().to_owned()))
            .map(|field| Deed {
                subject: field.path().to_owned(),
                says: prose![code(field.path()), verb(field.old.is_some(), field.new.is_some())],
                values: field.values(),
                location: field.location(base, head),
            })
            .collect()
    }
}

fn verb(before: bool, after: bool) -> &'static str {
    match (before, after) {
        (true, false) => " is taken away",
        (false, true) => " is set",
        _ => " changes",
    }
}

impl Deed {
    fn of_change(change: &Change, diff: &ConnectorDiff) -> Option<Self> {
        let connector = |verb: &'static str| prose!["The connector ", code(diff.name()), verb];
        let (says, values) = match &change.kind {
            ChangeKind::ConnectorAdded => (connector(" is new"), None),
            ChangeKind::ConnectorRemoved => (connector(" is removed"), None),
            ChangeKind::ConnectorRenamed => (connector(" moves"), change.from.as_ref().zip(change.to.as_ref())),
            _ => {
                let verb = verb(change.base.is_some(), change.head.is_some());
                (prose![code(&change.path), verb], change.from.as_ref().zip(change.to.as_ref()))
            }
        };
        Some(Self {
            subject: if change.path.is_empty() { change.kind.word().to_owned() } else { change.path.clone() },
            says,
            values: values.map(|(from, to)| prose![code(from), " → ", code(to)]),
            location: diff.location(change)?,
        })
    }

    fn of_connector(diff: &ConnectorDiff) -> Option<Self> {
        let side = diff.head.as_ref().or(diff.base.as_ref())?;
        Some(Self {
            subject: "connector".to_owned(),
            says: prose!["The connector ", code(diff.name()), " changes"],
            values: None,
            location: side.field_location(None),
        })
    }

    fn finding(self, subject: String, others: Vec<Self>) -> Finding {
        let mut message = self.says.join(prose![", which needs an approval"]);
        if let Some(values) = self.values {
            message = message.join(prose![": "]).join(values);
        }
        message = message.join(prose!["."]);
        if others.len() > MOST_SHOWN {
            message = message.then(prose!["There are ", others.len(), " more such changes."]);
        }
        let finding = Finding::at(self.location, subject, message);
        others.into_iter().take(MOST_SHOWN).fold(finding, |finding, other| {
            finding.because(Some(other.location), other.says.join(prose![" too"]))
        })
    }
}

/// Whom to ask for what, and how far they are; `None` once all agree.
fn open(requirements: &[Requirement]) -> Option<Prose> {
    let to_do = requirements.iter().filter_map(|requirement| {
        let ask = prose!["Ask for "].join(requirement.asks.clone());
        match &requirement.state {
            RequirementState::Met { .. } => None,
            // It names them already.
            RequirementState::Missing { remedy, .. } => Some(remedy.clone()),
            RequirementState::Undecided { remedy, .. } => Some(ask.join(prose!["."]).then(remedy.clone())),
            RequirementState::ToConfirm { .. } => Some(ask.join(prose![" before it is merged."])),
        }
    });
    to_do.reduce(Prose::then)
}

/// Whose approvals are asked for, however far they have come.
fn names(requirements: &[Requirement]) -> String {
    let asks: Vec<String> = requirements.iter().map(|requirement| requirement.asks.to_string()).collect();
    asks.join(", ")
}
