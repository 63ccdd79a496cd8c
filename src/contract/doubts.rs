//! Everything in a contract that cannot be told, wherever it stands.

use super::{Additional, Contract, Items, Known, Reason, ReasonKind, Schema};

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
    /// refers to what is not there.
    pub fn faults_since<'a>(&'a self, base: &Contract) -> Vec<&'a Reason> {
        let mut faults: Vec<&Reason> = self.reasons();
        faults.retain(|reason| reason.is_fault());
        if faults.is_empty() {
            return faults;
        }
        let before = base.reasons();
        faults.retain(|reason| !before.iter().any(|known| known.same(reason)));
        let mut told: Vec<&Reason> = Vec::new();
        for fault in faults {
            if !told
                .iter()
                .any(|known| known.place == fault.place && known.same(fault))
            {
                told.push(fault);
            }
        }
        told
    }
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
            | ReasonKind::TooLarge => true,
            // With data behind it the file was asked for; without, nobody needed it, as it did not change.
            ReasonKind::NotRead => !self.data.is_empty(),
            ReasonKind::Code
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
