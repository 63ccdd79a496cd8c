use super::acceptance_tests::{TestGap, TestGaps, fresh, unknown};
use super::ambiguous_metadata::quoted;
use super::contract::{entries_of_release, has_undeclared_break};
use super::{Context, Findings, Rule};
use crate::change::{Connector, ConnectorDiff};
use crate::changeset::Fetched;
use crate::finding::{Finding, Level, Location, Prose, code, prose};
use crate::needs::acceptance_tests;
use crate::yaml::{Document, Limits};

/// The most names that a sentence shows.
const MOST_NAMED: usize = 5;

rule! {
    /// The tests that stand between a release and its users cover less than before.
    ///
    /// ## What it does
    /// Compares `acceptance-test-config.yml` and `connectorTestSuitesOptions` before and after: a backward-compatibility
    /// check that is switched off (`disable_for_version`) while no breaking change is declared, a lower
    /// `test_strictness_level`, a new `bypass_reason`, a stream that may be empty from now on, a suite that is gone or has no
    /// test left.
    ///
    /// ## Why
    /// Users of a certified or generally available connector were promised one that does not break. These lines decide
    /// whether anybody notices before them; `disable_for_version` is an escape that 88 of
    /// Airbyte's configurations used in 2025.
    ///
    /// ## Example
    /// 2023-09-27, `source-hubspot`, `aa4ee54` (`#30322`): `disable_for_version: 1.4.1` switched off the check against
    /// the release before, and no entry declared a break.
    ///
    /// ## How to mend it
    /// Keep the test. Where it cannot run, say in the pull request why, and how the same was tested instead.
    ///
    /// ## Options
    /// `empty-stream-level`: how loud a stream is that may be empty. `removed-level`: how loud a suite or a configuration is
    /// that is gone.
    "acceptance-tests-weakened", since "0.1.0",
    pub struct AcceptanceTestsWeakened {
        /// How loud a stream is that no longer needs records.
        empty_stream_level: Level,
        /// How loud a removed suite or configuration is.
        removed_level: Level,
    }
}

impl Rule for AcceptanceTestsWeakened {
    fn check_change(&self, context: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        self.check_suites(diff, findings);
        let (Some(base), Some(head)) = (&diff.base, &diff.head) else { return };
        let paths = [acceptance_tests(&base.directory), acceptance_tests(&head.directory)];
        let is_one = |entry: &crate::changeset::Entry| paths.contains(&entry.path);
        if !diff.files.iter().any(|file| [file.base(), file.head()].into_iter().flatten().any(is_one)) {
            return;
        }
        let before = File::of(context, base);
        let after = File::of(context, head);
        match (&before, &after) {
            (Some(Ok(before)), None) => findings.push(
                before
                    .finding(None, "file", prose!["The configuration of the acceptance tests is deleted."])
                    .impact(prose!["Without the acceptance tests a release is no longer tested against the service before users get it."])
                    .remedy(prose!["Keep it, or tell the reviewer which tests take its place."])
                    .level(self.removed_level),
            ),
            (_, Some(Err(unreadable))) => findings.push(unreadable.clone()),
            // Whatever base said: what head leaves out is told.
            (Some(Err(_)), Some(Ok(after))) => self.compare(diff, None, after, findings),
            (Some(Ok(before)), Some(Ok(after))) => self.compare(diff, Some(before), after, findings),
            _ => {}
        }
    }
}

impl AcceptanceTestsWeakened {
    fn compare(&self, diff: &ConnectorDiff, before: Option<&File>, after: &File, findings: &mut Findings) {
        let none = TestGaps::default();
        let (from, to) = (before.map_or(&none, |file| &file.gaps), &after.gaps);
        // A suite that is new leaves out nothing that was tested, and nor does a further test of a suite that leaves out what
        // the others do.
        let had = |gap: &&TestGap| before.is_none() || from.suites.iter().any(|suite| suite.name == gap.suite);
        let tested = |gaps: Vec<_>| -> Vec<&TestGap> { gaps.into_iter().filter(had).collect() };
        let disabled = tested(unknown(&from.disabled, &to.disabled));
        if let (Some(first), true) = (disabled.first(), entries_of_release(diff).is_empty()) {
            let found = after.findings_at(&disabled, "disabled", prose![
                "The check whether connections of ", code(&first.name), " still work with this release is switched off, \
                 and no breaking change is declared."
            ]);
            findings.push(match has_undeclared_break(diff) {
                // What it means for users is told with what breaks.
                true => found.remedy(prose![
                    "Declare what breaks, and the line belongs to it; or keep what breaks, and take ",
                    code("disable_for_version"), " away."
                ]),
                false => found
                    .impact(prose!["Should the release break something, users find out first: every connection moves to it at once."])
                    .remedy(prose![
                        "If it breaks, declare it under ", code("releases.breakingChanges"), "; if not, take ",
                        code("disable_for_version"), " away, or say what the check finds wrongly."
                    ]),
            });
        }
        if let (Some(high), low) = (from.strictness.as_ref().filter(|level| level.name == "high"), &to.strictness)
            && low.as_ref().is_none_or(|level| level.name != "high")
        {
            let written = low.as_ref().map_or(prose!["absent, which means ", code("low")], |low| prose![code(&low.name)]);
            let place = match (low, before) {
                (Some(low), _) => after.location(low),
                (None, Some(before)) => before.location(high),
                (None, None) => return,
            };
            findings.push(
                Finding::at(place, "strictness", prose!["The acceptance tests are no longer strict: ", code("high"), " → "].join(written).join(prose!["."]))
                    .impact(prose!["Tests that are not strict may leave whole suites out without a reason, and what those covered can break unseen."])
                    .remedy(prose!["Keep ", code("high"), ", and give the one suite that cannot run a ", code("bypass_reason"), "."]),
            );
        }
        let bypassed = tested(fresh(&from.bypassed, &to.bypassed));
        if !bypassed.is_empty() {
            findings.push(
                after
                    .findings_at(&bypassed, "bypassed", prose!["A part of the acceptance tests is bypassed from now on: "].join(named(&bypassed)))
                    .impact(prose!["What the bypassed tests covered reaches users untested."])
                    .remedy(prose!["Say in the pull request how it was tested instead, so that a reviewer can agree."]),
            );
        }
        let empty = tested(fresh(&from.empty_streams, &to.empty_streams));
        if !empty.is_empty() {
            findings.push(
                after
                    .findings_at(&empty, "empty-streams", prose!["The tests now pass without a record of: "].join(named(&empty)))
                    .impact(prose!["Where the tests pass without a record of a stream, a release with which it stops syncing reaches users unnoticed."])
                    .remedy(prose!["Give the test account some records, or say in the pull request how the streams were tested."])
                    .level(self.empty_stream_level),
            );
        }
        let Some(before) = before else { return };
        let gone = fresh(&to.suites, &from.suites);
        if !gone.is_empty() {
            findings.push(
                before
                    .findings_at(&gone, "suites", prose!["The acceptance tests lose: "].join(named(&gone)))
                    .impact(prose!["What the suites covered that the acceptance tests lose reaches users untested."])
                    .remedy(prose!["Keep them, or give each suite a ", code("bypass_reason"), " that says why it cannot run."])
                    .level(self.removed_level),
            );
        }
    }

    /// Suites of `metadata.yaml` that no longer run.
    fn check_suites(&self, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((base, before, _, after)) = diff.both() else { return };
        let gone: Vec<_> = before
            .test_suites
            .iter()
            .filter(|suite| !after.test_suites.iter().any(|kept| kept.text == suite.text))
            .collect();
        let Some((first, rest)) = gone.split_first() else { return };
        let mut names = prose![code(&first.text)];
        for suite in rest.iter().take(MOST_NAMED) {
            names = names.join(prose![", ", code(&suite.text)]);
        }
        findings.push(
            Finding::at(
                base.location(first.span),
                "data.connectorTestSuitesOptions",
                prose!["Releases are no longer tested by: "].join(names).join(prose!["."]),
            )
            .impact(prose!["What a suite of tests that no longer runs would catch reaches users."])
            .remedy(prose!["Keep them, or tell the reviewer which tests take their place."])
            .level(self.removed_level),
        );
    }
}

/// One side's configuration.
struct File {
    location: Location,
    document: Document,
    gaps: TestGaps,
}

impl File {
    /// The configuration of a connector on its side; a finding where it cannot be read.
    fn of(context: &Context, connector: &Connector) -> Option<Result<Self, Finding>> {
        let path = acceptance_tests(&connector.directory);
        let location = Location::file(path.clone(), connector.side);
        let unreadable = |location: Location, why: Prose| {
            let message = prose!["Nobody can tell what the acceptance tests cover: "].join(why);
            Some(Err(Finding::at(location, "unreadable", message)
                .impact(prose!["The acceptance tests cannot read their configuration either, so nothing is tested."])))
        };
        let bytes = match context.set.fetched(connector.side, &path)? {
            Fetched::Absent => return None,
            Fetched::File(bytes) => bytes,
            Fetched::NotRegular(_) | Fetched::TooLarge { .. } => {
                return unreadable(location, prose!["the configuration is no file of ordinary size."]);
            }
        };
        match Document::parse(bytes, &Limits::METADATA) {
            Ok(document) => {
                let gaps = TestGaps::read(&document);
                Some(Ok(Self { location, document, gaps }))
            }
            Err(fault) => {
                let mut location = location;
                if let Some(position) = fault.position {
                    location.position = position;
                    location.last_line = position.line;
                }
                unreadable(location, quoted(&fault.message).join(prose!["."]))
            }
        }
    }

    fn location(&self, gap: &TestGap) -> Location {
        let (text, lines) = (self.document.text().clone(), self.document.lines());
        Location::new(self.location.file.clone(), self.location.side, text, lines, gap.span)
    }

    fn finding(&self, gap: Option<&TestGap>, subject: &str, message: Prose) -> Finding {
        let location = gap.map_or_else(|| self.location.clone(), |gap| self.location(gap));
        Finding::at(location, subject, message)
    }

    /// A finding at the first gap that names the places of some more.
    fn findings_at(&self, gaps: &[&TestGap], subject: &str, message: Prose) -> Finding {
        let made = self.finding(gaps.first().copied(), subject, message);
        let rest = gaps.iter().skip(1).take(MOST_NAMED);
        rest.fold(made, |made, gap| made.because(Some(self.location(gap)), prose!["and here"]))
    }
}

fn named(gaps: &[&TestGap]) -> Prose {
    let mut different: Vec<&str> = Vec::new();
    for gap in gaps {
        if !different.contains(&&*gap.name) {
            different.push(&gap.name);
        }
    }
    let mut names = Prose::default();
    for (index, name) in different.iter().take(MOST_NAMED).enumerate() {
        names = names.join(prose![if index == 0 { "" } else { ", " }, code(name)]);
    }
    match different.len().saturating_sub(MOST_NAMED) {
        0 => names.join(prose!["."]),
        more => names.join(prose![" and ", more, " more."]),
    }
}
