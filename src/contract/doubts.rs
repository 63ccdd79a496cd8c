//! Everything in a contract that cannot be told, wherever it stands.

use std::collections::{HashMap, HashSet};

use super::{Additional, Contract, Items, Known, Place, Reason, ReasonKind, Schema};

impl Contract {
    /// Why parts of it cannot be told, in the order of its parts; the same reason may come more than once.
    pub fn reasons(&self) -> Vec<&Reason> {
        let mut found = Vec::new();
        match &self.specification {
            Known::Known(specification) => of_schema(&specification.schema, &mut found),
            Known::CannotTell(reason) => found.push(reason),
            Known::Absent => {}
        }
        for stream in &self.streams {
            match &stream.schema {
                Known::Known(schema) => of_schema(schema, &mut found),
                Known::CannotTell(reason) => found.push(reason),
                Known::Absent => {}
            }
            found.extend(reason(&stream.primary_key));
            found.extend(reason(&stream.cursor));
            found.extend(reason(&stream.sync_modes));
            found.extend(reason(&stream.partitioning));
        }
        found.extend(&self.more_streams);
        found
    }

    /// What head alone has and an author can mend: what cannot be read, has not the shape that its place asks for, or
    /// refers to what is not there. Each fault of base excuses one of head, wherever that stands.
    pub fn faults_since<'a>(&'a self, base: &Contract) -> Vec<&'a Reason> {
        let mut found = faults(self);
        // As nearly always: base is not walked for nothing.
        if found.is_empty() {
            return found;
        }
        let mut before: HashMap<Fault<'_>, usize> = HashMap::new();
        for fault in faults(base) {
            *before.entry(key(fault)).or_default() += 1;
        }
        found.retain(|fault| match before.get_mut(&key(fault)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        found
    }
}

/// What makes two faults one, places apart.
type Fault<'a> = (ReasonKind, &'a str, &'a str);

fn key(reason: &Reason) -> Fault<'_> {
    (reason.kind, &reason.subject, &reason.data)
}

/// The faults of a contract, each once: what several references lead to stands at one place.
fn faults(contract: &Contract) -> Vec<&Reason> {
    let mut told: HashSet<(Option<Place>, Fault<'_>)> = HashSet::new();
    let mut found = contract.reasons();
    found.retain(|reason| reason.is_fault() && told.insert((reason.place, key(reason))));
    found
}

impl Reason {
    /// Whether it lies in what the files say, and not in that data do not say everything.
    pub fn is_fault(&self) -> bool {
        match self.kind {
            ReasonKind::Cycle
            | ReasonKind::Nowhere
            | ReasonKind::Remote
            | ReasonKind::Unreadable
            | ReasonKind::Misshapen
            | ReasonKind::Twice
            | ReasonKind::TooLarge => true,
            ReasonKind::NotRead
            | ReasonKind::Code
            | ReasonKind::Dynamic
            | ReasonKind::Template
            | ReasonKind::Migration
            | ReasonKind::Keyword
            | ReasonKind::NewCursor
            | ReasonKind::Options => false,
        }
    }
}

impl Schema {
    /// Whether what it says by a keyword cannot be told: the keyword holds what does not belong there, or the whole is
    /// not known.
    pub fn hides(&self, keyword: &str) -> bool {
        self.unknown.as_ref().is_some_and(|reason| {
            let of_keyword = reason.kind == ReasonKind::Misshapen && !reason.subject.is_empty();
            !of_keyword || reason.subject == keyword
        })
    }
}

fn reason<T>(part: &Known<T>) -> Option<&Reason> {
    match part {
        Known::CannotTell(reason) => Some(reason),
        _ => None,
    }
}

/// Recursion ends with the schema, which was read no deeper than 64 levels.
fn of_schema<'a>(schema: &'a Schema, found: &mut Vec<&'a Reason>) {
    found.extend(&schema.unknown);
    for property in &schema.properties {
        of_schema(&property.schema, found);
    }
    if let Additional::Schema(further) = &schema.additional {
        of_schema(further, found);
    }
    match &schema.items {
        Some(Items::Each(each)) => of_schema(each, found),
        Some(Items::ByPosition(schemas)) => {
            for schema in schemas {
                of_schema(schema, found);
            }
        }
        None => {}
    }
    for part in [&schema.one_of, &schema.any_of, &schema.all_of] {
        for schema in part {
            of_schema(schema, found);
        }
    }
}
