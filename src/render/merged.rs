//! What several findings mean for users, told once: one point for each consequence.
//!
//! Knows sentences; knows no finding.

use crate::finding::{Piece, Prose, prose};

/// The most points of a list, and the most parts of one.
const MOST: usize = 5;

/// A consequence: what happens (`lead`), what it does (`parts`), and what else is to be said of it.
#[derive(Debug)]
struct Point {
    lead: Option<Prose>,
    parts: Vec<Prose>,
    more: Vec<Prose>,
}

/// The impacts of several findings: those that begin alike, up to a colon, are one, and no sentence is said twice.
pub(super) fn merged<'a>(impacts: impl Iterator<Item = &'a Prose>) -> Vec<Prose> {
    let mut points: Vec<Point> = Vec::new();
    for impact in impacts {
        let mut sentences = sentences(impact);
        if sentences.is_empty() {
            continue;
        }
        let sentence = sentences.remove(0);
        let (lead, part) = match cut(&sentence, ": ") {
            Some((lead, part)) => (Some(lead), part),
            None => (None, sentence),
        };
        sentences.retain(|sentence| !points.iter().any(|point| point.more.contains(sentence)));
        let is_same =
            |point: &&mut Point| point.lead == lead && (lead.is_some() || point.parts.contains(&part));
        let Some(point) = points.iter_mut().find(is_same) else {
            points.push(Point {
                lead,
                parts: vec![part],
                more: sentences,
            });
            continue;
        };
        if !point.parts.contains(&part) {
            point.parts.push(part);
        }
        point.more.append(&mut sentences);
    }
    points.into_iter().take(MOST).map(Point::prose).collect()
}

impl Point {
    fn prose(self) -> Prose {
        let mut words = match self.lead {
            Some(lead) => lead.join(prose![": "]),
            None => Prose::default(),
        };
        let last = self.parts.len().min(MOST) - 1;
        for (index, part) in self.parts.into_iter().take(MOST).enumerate() {
            words = words.join(match index == last {
                true => part,
                false => without_stop(&part).join(prose!["; "]),
            });
        }
        self.more.into_iter().fold(words, Prose::then)
    }
}

/// The sentences of a text; each ends with its stop.
fn sentences(text: &Prose) -> Vec<Prose> {
    let mut found = Vec::new();
    let mut rest = whole(text);
    while let Some((sentence, after)) = cut(&rest, ". ") {
        found.push(whole(&sentence.join(prose!["."])));
        rest = after;
    }
    if !rest.pieces().is_empty() {
        found.push(rest);
    }
    found
}

/// The same text, with words that follow one another as one piece.
fn whole(text: &Prose) -> Prose {
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in text.pieces() {
        match (pieces.last_mut(), piece) {
            (_, Piece::Words(words)) if words.is_empty() => {}
            (Some(Piece::Words(before)), Piece::Words(words)) => before.to_mut().push_str(words),
            (_, piece) => pieces.push(piece.clone()),
        }
    }
    Prose::new(pieces)
}

/// What stands before and after the first of some words; values from the change are passed over.
fn cut(text: &Prose, at: &str) -> Option<(Prose, Prose)> {
    let pieces = text.pieces();
    let (index, before, after) = pieces.iter().enumerate().find_map(|(index, piece)| match piece {
        Piece::Words(words) => words.split_once(at).map(|(before, after)| (index, before, after)),
        Piece::Code(_) => None,
    })?;
    let side = |left: &[Piece], middle: Piece, right: &[Piece]| {
        whole(&Prose::new([left, &[middle], right].concat()))
    };
    Some((
        side(&pieces[..index], Piece::trusted(before), &[]),
        side(&[], Piece::trusted(after), &pieces[index + 1..]),
    ))
}

fn without_stop(sentence: &Prose) -> Prose {
    let mut pieces = sentence.pieces().to_vec();
    if let Some(Piece::Words(words)) = pieces.last_mut()
        && words.ends_with('.')
    {
        words.to_mut().pop();
    }
    Prose::new(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::code;

    fn told(impacts: &[Prose]) -> Vec<String> {
        merged(impacts.iter()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_happens_is_told_once_with_all_that_it_does() {
        let moves = || prose!["Every connection moves to ", code("2.0.0. x: y"), " at once"];
        let promise = " Users were promised few breaks.";
        assert_eq!(
            told(&[
                moves().join(prose![": one fails", ".", promise]),
                prose!["Users wait."],
                moves().join(prose![": two fails", ".", promise]),
                moves().join(prose![": one fails."]),
                moves().join(prose![": nobody is told. An entry helps."]),
                prose!["Users wait. Nobody is told."],
                prose!["Users wait."],
                prose![],
            ]),
            [
                "Every connection moves to `2.0.0. x: y` at once: one fails; two fails; nobody is told. Users were promised few \
                 breaks. An entry helps.",
                "Users wait. Nobody is told.",
            ]
        );
    }

    #[test]
    fn a_long_list_is_cut() {
        let points: Vec<Prose> = (0..20_usize).map(|number| prose![number, " waits."]).collect();
        assert_eq!(told(&points).len(), MOST);
        let parts: Vec<Prose> = (0..20_usize)
            .map(|number| prose!["It breaks: ", number, " fails."])
            .collect();
        assert_eq!(
            told(&parts),
            ["It breaks: 0 fails; 1 fails; 2 fails; 3 fails; 4 fails."]
        );
    }
}
