//! What a misfit is called.

use crate::finding::{Piece, Prose, code, prose};
use crate::metadata::{Complaint, Misfit};

/// What is wrong, and what to do about it where that is more.
pub(super) fn of(misfit: &Misfit) -> Prose {
    match remedy(misfit) {
        Some(remedy) => message(misfit).then(remedy),
        None => message(misfit),
    }
}

/// What is wrong, in one sentence.
pub(crate) fn message(misfit: &Misfit) -> Prose {
    let path = || {
        code(if misfit.path.is_empty() {
            "metadata.yaml"
        } else {
            &misfit.path
        })
    };
    match &misfit.complaint {
        Complaint::Missing(_) => prose!["The field ", path(), " is missing."],
        Complaint::Unset(_) => prose!["The field ", path(), " has no value."],
        Complaint::Unknown(_) => prose!["The registry knows no field ", path(), "."],
        Complaint::Retired(since) => prose!["The field ", path(), " is no longer accepted since "]
            .join(written(since))
            .join(prose!["."]),
        Complaint::Generated(writer) => {
            prose![
                path(),
                " is written by ",
                *writer,
                " at each release, and not by hand."
            ]
        }
        Complaint::Misplaced(place) => {
            prose![
                "The registry knows no field ",
                path(),
                "; it belongs under ",
                code(place),
                "."
            ]
        }
        Complaint::Key(form) => prose!["The key ", path(), " is not ", *form, "."],
        Complaint::Kind(belongs, found) => {
            prose![path(), " holds ", *found, ", where ", *belongs, " belongs."]
        }
        Complaint::NotListed(listed) => prose![path(), " is none of the values that are accepted: "]
            .join(Prose::listed(listed, " and ", listed.len()))
            .join(prose!["."]),
        Complaint::Form(form) => prose![path(), " is not ", *form, "."],
        Complaint::Empty => prose![path(), " is empty; leave it out, or fill it."],
    }
}

/// What to do about it, where the message does not say so.
pub(crate) fn remedy(misfit: &Misfit) -> Option<Prose> {
    match &misfit.complaint {
        Complaint::Missing(name) => Some(prose!["Add ", code(name), "."]),
        Complaint::Unset(name) => Some(prose!["Write the value of ", code(name), " on this line."]),
        Complaint::Unknown(Some(known)) => Some(prose!["Did you mean ", code(known), "? Else remove it."]),
        Complaint::Retired(since) => Some(match successor(since) {
            Some(name) => prose![
                "Rename it to ",
                code(name),
                ", or remove it where that stands there already."
            ],
            None => prose!["Remove it."],
        }),
        Complaint::Unknown(None) | Complaint::Generated(_) => Some(prose!["Remove it."]),
        _ => None,
    }
}

/// The name that took the place of a retired field: the one between backquotes.
pub(crate) fn successor(since: &'static str) -> Option<&'static str> {
    since.split('`').nth(1)
}

/// Words of the schema, in which names stand between backquotes.
fn written(words: &'static str) -> Prose {
    let pieces = words.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => Piece::from(part),
        _ => code(part),
    });
    Prose::new(pieces.collect())
}
