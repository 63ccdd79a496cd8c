//! What users gain and lose between two levels or two stages.

use std::collections::BTreeMap;

use super::{Cell, Promise};

/// The short text of a cell about which no page says anything.
pub const NOTHING_PROMISED: &str = "nothing promised";

/// The topic that tells of the past.
pub(super) const BUILT_BY: &str = "built by";

/// The facts that differ between two promises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// One row for each fact that differs, in the order of [`super::Rows`].
    pub rows: Vec<DifferenceRow>,
}

/// A fact before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceRow {
    /// The first cell of a table row, such as "maintained by".
    pub topic: &'static str,
    /// The short text before.
    pub before: String,
    /// The short text after.
    pub after: String,
    /// The full sentence before; empty when there was no level or stage.
    pub text_before: String,
    /// The full sentence after; empty when there is no level or stage.
    pub text_after: String,
    /// The footnotes of both cells, by mark.
    pub footnotes: BTreeMap<String, String>,
    /// The ids of the pages behind both cells, that of `after` first and each once: see [`super::Promises::source`].
    pub sources: Vec<String>,
}

impl Difference {
    /// Whether users notice nothing.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Lists the facts that differ between two promises of the same kind; `None` promises nothing.
///
/// Facts are compared by their short texts.
pub fn difference(before: Option<&Promise>, after: Option<&Promise>) -> Difference {
    let Some(present) = after.or(before) else {
        return Difference::default();
    };
    let topics = present.rows.iter().map(|(topic, _)| topic);
    let rows = topics
        .zip(sides(before))
        .zip(sides(after))
        .filter(|((_, before), after)| before.short() != after.short())
        // Who wrote a connector stays as it was where a page says no more of it.
        .filter(|((topic, before), after)| {
            *topic != BUILT_BY || ![before, after].iter().any(|side| side.is_silent())
        })
        .map(|((topic, before), after)| DifferenceRow {
            topic,
            before: before.short().to_owned(),
            after: after.short().to_owned(),
            text_before: before.text().to_owned(),
            text_after: after.text().to_owned(),
            footnotes: before.footnote().into_iter().chain(after.footnote()).collect(),
            sources: sources(before, after),
        })
        .collect();
    Difference { rows }
}

/// A cell of one side, with the promise that it belongs to.
#[derive(Clone, Copy)]
struct Side<'a>(Option<(&'a Promise, &'a Cell)>);

/// The cells of a promise; without a promise, silence without end.
fn sides(promise: Option<&Promise>) -> impl Iterator<Item = Side<'_>> {
    let cells = promise.into_iter().flat_map(|promise| {
        promise
            .rows
            .iter()
            .map(move |(_, cell)| Side(Some((promise, cell))))
    });
    cells.chain(std::iter::repeat(Side(None)))
}

impl<'a> Side<'a> {
    fn short(self) -> &'a str {
        self.0.map_or(NOTHING_PROMISED, |(_, cell)| &cell.short)
    }

    fn is_silent(self) -> bool {
        self.short() == NOTHING_PROMISED
    }

    fn text(self) -> &'a str {
        self.0.map_or("", |(_, cell)| &cell.text)
    }

    fn footnote(self) -> Option<(String, String)> {
        let (promise, cell) = self.0?;
        let mark = cell.footnote.as_ref()?;
        let footnote = promise.footnotes.get(mark)?;
        Some((mark.clone(), footnote.text.clone()))
    }

    fn source(self) -> Option<&'a str> {
        self.0.map(|(_, cell)| cell.source.as_str())
    }
}

fn sources(before: Side<'_>, after: Side<'_>) -> Vec<String> {
    let before = before.source().filter(|source| after.source() != Some(*source));
    after
        .source()
        .into_iter()
        .chain(before)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::{Promises, ReleaseStage, SupportLevel};
    use super::*;
    use ReleaseStage::{Alpha, Beta, Deprecated, GenerallyAvailable};
    use SupportLevel::{Archived, Certified, Community};

    fn levels(before: Option<SupportLevel>, after: Option<SupportLevel>) -> Difference {
        Promises::built_in().between_levels(before, after)
    }

    fn stages(before: Option<ReleaseStage>, after: Option<ReleaseStage>) -> Difference {
        Promises::built_in().between_stages(before, after, Some(Certified))
    }

    /// The rows as people see them, then the footnotes, then the pages.
    fn shown(difference: &Difference) -> String {
        let mut text = String::new();
        let mut footnotes = BTreeMap::new();
        let mut pages: Vec<&str> = Vec::new();
        for row in &difference.rows {
            writeln!(text, "{} | {} | {}", row.topic, row.before, row.after).unwrap();
            footnotes.extend(&row.footnotes);
            for page in &row.sources {
                if !pages.contains(&page.as_str()) {
                    pages.push(page);
                }
            }
        }
        for (mark, footnote) in footnotes {
            writeln!(text, "{mark} {footnote}").unwrap();
        }
        writeln!(text, "pages: {}", pages.join(", ")).unwrap();
        text
    }

    /// The rows of the way there and those of the way back, turned round.
    fn assert_mirrored(there: &Difference, back: &Difference) {
        let there: Vec<_> = there
            .rows
            .iter()
            .map(|row| (row.topic, &row.before, &row.after))
            .collect();
        let back: Vec<_> = back
            .rows
            .iter()
            .map(|row| (row.topic, &row.after, &row.before))
            .collect();
        assert_eq!(there, back);
    }

    #[test]
    fn a_promotion_shows_what_users_gain() {
        insta::assert_snapshot!(shown(&levels(Some(Community), Some(Certified))), @"
        built by | mostly the community | the Airbyte team or the community
        maintained by | users | the Airbyte team
        production readiness | not guaranteed | guaranteed
        support on Cloud | none | supported (SLA with Premium Support)
        support with Powered by Airbyte | none | supported (SLA with Premium Support)
        support on Self-Managed Enterprise | none | supported (SLA with Premium Support)
        support on Community (OSS) | none | Slack only
        breaking changes | any time, little or no notice | few, with an upgrade window
        * A response time is agreed only where Premium Support is part of the customer's contract. Everybody else turns to the support portal and is answered as soon as Airbyte can.
        pages: levels-before, levels
        ");
    }

    #[test]
    fn archiving_shows_what_users_lose() {
        insta::assert_snapshot!(shown(&levels(Some(Community), Some(Archived))), @"
        availability | everyone | removed from the catalog
        maintained by | users | nobody
        production readiness | not guaranteed | nothing promised
        breaking changes | any time, little or no notice | no further updates
        pages: levels
        ");
        insta::assert_snapshot!(shown(&levels(Some(Certified), Some(Archived))), @"
        availability | everyone | removed from the catalog
        maintained by | the Airbyte team | nobody
        production readiness | guaranteed | nothing promised
        support on Cloud | supported (SLA with Premium Support) | none
        support with Powered by Airbyte | supported (SLA with Premium Support) | none
        support on Self-Managed Enterprise | supported (SLA with Premium Support) | none
        support on Community (OSS) | Slack only | none
        breaking changes | few, with an upgrade window | no further updates
        * A response time is agreed only where Premium Support is part of the customer's contract. Everybody else turns to the support portal and is answered as soon as Airbyte can.
        pages: levels
        ");
    }

    #[test]
    fn between_certified_and_custom_both_footnotes_are_given() {
        insta::assert_snapshot!(shown(&levels(Some(Certified), Some(SupportLevel::Custom))), @"
        built by | the Airbyte team or the community | anyone
        maintained by | the Airbyte team | users
        production readiness | guaranteed | not guaranteed
        support on Cloud | supported (SLA with Premium Support) | best effort (SLA with Premium Support)
        support with Powered by Airbyte | supported (SLA with Premium Support) | best effort (SLA with Premium Support)
        support on Self-Managed Enterprise | supported (SLA with Premium Support) | best effort (SLA with Premium Support)
        breaking changes | few, with an upgrade window | up to its owner
        * A response time is agreed only where Premium Support is part of the customer's contract. Everybody else turns to the support portal and is answered as soon as Airbyte can.
        ** A response time is agreed only where Premium Support is part of the customer's contract. Even then the help is best effort, and the customer does the maintenance and the upgrades.
        pages: levels-before, levels
        ");
    }

    #[test]
    fn becoming_generally_available_shows_what_users_gain() {
        insta::assert_snapshot!(shown(&stages(Some(Alpha), Some(GenerallyAvailable))), @"
        production readiness | no | yes
        support on Cloud | no SLA | official SLA for GA
        breaking changes | may happen | ruled out
        pages: stages
        ");
        insta::assert_snapshot!(shown(&stages(Some(Beta), Some(GenerallyAvailable))), @"
        production readiness | yes, with caveats | yes
        support on Cloud | official SLA for beta | official SLA for GA
        pages: stages
        ");
    }

    #[test]
    fn a_stage_says_nothing_of_support_where_the_level_gives_none() {
        for level in [None, Some(Community), Some(SupportLevel::Custom), Some(Archived)] {
            let difference = Promises::built_in().between_stages(Some(Alpha), Some(Beta), level);
            let topics: Vec<_> = difference.rows.iter().map(|row| row.topic).collect();
            assert_eq!(topics, ["production readiness", "breaking changes"], "{level:?}");
        }
    }

    #[test]
    fn deprecation_shows_what_users_lose() {
        insta::assert_snapshot!(shown(&stages(Some(GenerallyAvailable), Some(Deprecated))), @"
        availability | everyone | may stop working any time
        production readiness | yes | no: move away from it
        support on Cloud | official SLA for GA | none
        support on Community (OSS) | community Slack | none
        breaking changes | ruled out | nothing promised
        pages: stages
        ");
    }

    #[test]
    fn a_stage_that_appears_or_goes_is_held_against_no_promise() {
        insta::assert_snapshot!(shown(&stages(None, Some(Beta))), @"
        availability | nothing promised | everyone
        production readiness | nothing promised | yes, with caveats
        support on Cloud | nothing promised | official SLA for beta
        support on Community (OSS) | nothing promised | community Slack
        breaking changes | nothing promised | ruled out
        pages: stages
        ");
        insta::assert_snapshot!(shown(&stages(Some(GenerallyAvailable), None)), @"
        availability | everyone | nothing promised
        production readiness | yes | nothing promised
        support on Cloud | official SLA for GA | nothing promised
        support on Community (OSS) | community Slack | nothing promised
        breaking changes | ruled out | nothing promised
        pages: stages
        ");
        insta::assert_snapshot!(shown(&stages(Some(GenerallyAvailable), Some(ReleaseStage::Custom))), @"
        availability | everyone | nothing promised
        production readiness | yes | nothing promised
        support on Cloud | official SLA for GA | nothing promised
        support on Community (OSS) | community Slack | nothing promised
        breaking changes | ruled out | nothing promised
        pages: stages
        ");
    }

    #[test]
    fn the_way_back_mirrors_the_way_there() {
        for one in SupportLevel::ALL.map(Some) {
            for other in SupportLevel::ALL.map(Some) {
                assert_mirrored(&levels(one, other), &levels(other, one));
            }
        }
        let of_stages = ReleaseStage::ALL.map(Some).into_iter().chain([None]);
        for one in of_stages.clone() {
            for other in of_stages.clone() {
                assert_mirrored(&stages(one, other), &stages(other, one));
            }
        }
    }

    #[test]
    fn nothing_differs_from_itself() {
        for level in SupportLevel::ALL {
            assert!(levels(Some(level), Some(level)).is_empty());
        }
        for stage in ReleaseStage::ALL {
            assert!(stages(Some(stage), Some(stage)).is_empty());
        }
        assert!(stages(None, None).is_empty());
        assert!(stages(None, Some(ReleaseStage::Custom)).is_empty());
    }

    #[test]
    fn an_absent_level_counts_as_community() {
        assert!(levels(None, Some(Community)).is_empty());
        assert_eq!(
            levels(None, Some(Certified)),
            levels(Some(Community), Some(Certified))
        );
        assert_eq!(
            levels(Some(Certified), None),
            levels(Some(Certified), Some(Community))
        );
    }
}
