//! What a proposed policy would have said of the last changes, folded away at the end of a summary.
//!
//! Knows a comparison that somebody made; knows no policy.

use super::links::Linked;
use super::markdown::Markdown;
use super::{finding, words};
use crate::comparison::{Comparison, Difference, Differing, Proposed};
use crate::finding::{Level, Piece, Prose, code, prose};
use crate::rules::POLICY_PATH;
use crate::verdict::Verdict;

/// The title of the fold.
const TITLE: &str = "What the proposed policy would have said";
/// The most findings that are listed of one commit.
const MOST_FINDINGS: usize = 10;

/// The folded block.
pub(super) fn block(proposed: &Proposed, linked: Linked) -> Markdown {
    let policy = linked.0.and_then(|links| links.policy.as_ref());
    let path = policy.map_or_else(|| POLICY_PATH.to_owned(), |policy| policy.path.to_string());
    let command = prose![
        "All of the history, on your machine: ",
        code(format!("tierguard backtest --policy {path}")),
        "."
    ];
    let command = Markdown::prose(&command);
    let blocks = match proposed {
        Proposed::NotMade(why) => vec![Markdown::prose(why), command],
        Proposed::Compared {
            comparison,
            unread,
            has_stopped,
        } => {
            let answer = answer(comparison, *unread, *has_stopped);
            let commits: Vec<Markdown> = comparison
                .differences
                .iter()
                .map(|difference| commit(difference, linked))
                .collect();
            vec![Markdown::prose(&answer), Markdown::list(&commits), command]
        }
    };
    Markdown::details(TITLE, &Markdown::blocks(&blocks))
}

fn answer(comparison: &Comparison, unread: usize, has_stopped: bool) -> Prose {
    let [present, proposed] = comparison.blocked;
    let commits = comparison.commits;
    let mut answer = match commits {
        0 => prose!["None of the last changes of connectors could be compared."],
        1 => prose![
            "It would have blocked ",
            proposed,
            " of 1 change of connectors (the present one ",
            present,
            ")."
        ],
        _ => prose![
            "It would have blocked ",
            proposed,
            " of the last ",
            commits,
            " changes of connectors (the present one ",
            present,
            ")."
        ],
    };
    if commits > 0 && comparison.differences.is_empty() {
        answer = answer.join(prose![" Both say the same of every one."]);
    }
    if unread > 0 {
        let them = words::plural(unread, "more is", "more are");
        let sentence = format!(" {them} left out, since not all that the rules look at could be read.");
        answer = answer.join(prose![Piece::trusted(sentence)]);
    }
    if has_stopped {
        answer = answer.join(prose![
            " The look back ended there: it had sent as many requests as one review may."
        ]);
    }
    answer
}

fn commit(difference: &Difference, linked: Linked) -> Markdown {
    let known = &difference.commit;
    let label = Markdown::code(known.id.short());
    let label = match linked.0 {
        Some(links) => Markdown::link(&label, &links.commit(&known.id)),
        None => label,
    };
    let mut line = label
        .then(&Markdown::own(" "))
        .then(&Markdown::prose(&prose![code(&known.subject)]));
    let [before, after] = difference.verdicts;
    if before != after {
        let moved = format!("{} → {}", verdict(before), verdict(after));
        line.push(&Markdown::own(" · "));
        line.push(&Markdown::text(&moved));
    }
    let told = difference.findings.iter().take(MOST_FINDINGS).map(differing);
    let mut line = told.fold(line, |line, told| line.then(&Markdown::own("\\\n  ")).then(&told));
    let more = difference.findings.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        let more = words::plural(more, "more finding", "more findings");
        line.push(&Markdown::own("\\\n  "));
        line.push(&Markdown::text(&format!("… and {more}")));
    }
    line
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "blocked",
        Verdict::CouldNotEvaluate => "not evaluated",
    }
}

fn differing(found: &Differing) -> Markdown {
    let what = match (found.before, found.after) {
        (Some(before), Some(after)) => format!("{} → {}: ", before.word(), after.word()),
        (None, _) => "new: ".to_owned(),
        (_, None) => "gone: ".to_owned(),
    };
    let level = found.after.or(found.before).unwrap_or(Level::Note);
    let mut line = Markdown::own(finding::sign(level))
        .then(&Markdown::own(" "))
        .then(&Markdown::text(&what))
        .then(&Markdown::own(" "));
    if !found.connector.is_empty() {
        line.push(&Markdown::prose(&prose![words::name(&found.connector), ": "]));
        line.push(&Markdown::own(" "));
    }
    line.then(&Markdown::prose(&found.message))
        .then(&Markdown::own(" "))
        .then(&Markdown::prose(&prose!["(", code(found.rule), ")"]))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::comparison::Commit;
    use crate::ids::ObjectId;

    fn difference(findings: usize) -> Difference {
        let found = |number: usize| Differing {
            rule: "version-not-bumped",
            connector: "source-shop".to_owned(),
            before: None,
            after: Some(Level::Error),
            message: prose!["Number ", number, " moved."],
        };
        Difference {
            commit: Commit {
                id: ObjectId::new(&"a1".repeat(20)).unwrap(),
                date: jiff::civil::date(2026, 3, 1),
                subject: "Fix @maria's <b>#12</b>".to_owned(),
            },
            verdicts: [Verdict::Pass, Verdict::Fail],
            findings: (0..findings).map(found).collect(),
        }
    }

    fn told(differences: Vec<Difference>, unread: usize, has_stopped: bool) -> String {
        let comparison = Comparison {
            commits: 20,
            blocked: [0, differences.len()],
            differences,
        };
        let proposed = Proposed::Compared {
            comparison,
            unread,
            has_stopped,
        };
        block(&proposed, Linked(Some(&sample::links()))).to_string()
    }

    #[test]
    fn the_numbers_and_the_commits_that_differ_are_told() {
        let text = told(vec![difference(1)], 0, false);
        assert!(
            text.contains(
                "It would have blocked 1 of the last 20 changes of connectors (the present one 0)."
            ),
            "{text}"
        );
        assert!(text.contains("/commit/a1a1"), "{text}");
        assert!(text.contains(" · passed → blocked\\\n  "), "{text}");
        assert!(
            text.contains("new: source-shop: Number 0 moved. (`version-not-bumped`)\n"),
            "{text}"
        );
        assert!(text.contains("`tierguard backtest --policy .github/tierguard.yml`"));
    }

    #[test]
    fn a_subject_is_shown_and_never_read_as_markdown() {
        let text = told(vec![difference(0)], 0, false);
        assert!(text.contains("`Fix @maria's <b>#12</b>`"), "{text}");
    }

    #[test]
    fn what_does_not_fit_and_what_was_not_read_is_counted() {
        let text = told(vec![difference(12)], 2, true);
        assert!(text.contains("… and 2 more findings"), "{text}");
        assert!(
            text.contains("2 more are left out") && text.contains("The look back ended there"),
            "{text}"
        );
        assert!(told(Vec::new(), 0, false).contains("Both say the same of every one."));
    }
}
