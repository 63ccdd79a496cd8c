//! Whether the streams that a sync relies on keep what identifies, orders and places their records.

mod keys;
mod state;
mod values;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields::Fields;
use super::kind::ContractChangeKind as Kind;
use super::{Effect, Findings, both, promised, text_at};
use crate::contract::{Contract, Known, Place, Reason, ReasonKind, Stream, Word};

pub(super) fn compare(base: &Contract, head: &Contract, findings: &mut Findings) {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for stream in &base.streams {
        match partner(stream, &head.streams, &taken) {
            Some(at) => {
                taken.insert(at);
                let known = findings.reasons.len();
                Pair::new((base, stream), (head, &head.streams[at]), findings).compare();
                for reason in &mut findings.reasons[known..] {
                    reason.streams.insert(Arc::clone(&stream.name.text));
                }
            }
            None => removed(stream, (base, head), findings),
        }
    }
    // Where base has streams that data do not name, it may have been one of them.
    let new = head
        .streams
        .iter()
        .enumerate()
        .filter(|(at, _)| !taken.contains(at));
    for (_, stream) in new.filter(|_| base.more_streams.is_none()) {
        let said = [None, Some(stream.name.text.to_string())];
        let places = [None, Some(stream.name.place)];
        findings.of_stream(
            &stream.name.text,
            Kind::StreamAdded,
            "",
            said,
            places,
            Effect::Compatible,
        );
    }
    findings.doubts(base.more_streams.as_ref(), head.more_streams.as_ref());
}

/// The stream of head with the name, in the same namespace before any other.
fn partner(stream: &Stream, streams: &[Stream], taken: &BTreeSet<usize>) -> Option<usize> {
    let namespace = |stream: &Stream| stream.namespace.as_ref().map(|word| Arc::clone(&word.text));
    // They are sorted by name.
    let first = streams.partition_point(|other| other.name.text < stream.name.text);
    let named = (first..streams.len()).take_while(|at| streams[*at].name.text == stream.name.text);
    let free: Vec<usize> = named.filter(|at| !taken.contains(at)).collect();
    let exact = free
        .iter()
        .find(|at| namespace(&streams[**at]) == namespace(stream));
    exact.or(free.first()).copied()
}

/// A stream that head does not name.
fn removed(stream: &Stream, (base, head): (&Contract, &Contract), findings: &mut Findings) {
    let unseen = head.more_streams.as_ref().filter(|after| {
        let known_before = base
            .more_streams
            .as_ref()
            .is_some_and(|before| before.same(after));
        !known_before
    });
    // A schema file alone does not make a stream: code does, and it may read another file by then.
    let of_code = match &stream.primary_key {
        Known::CannotTell(reason) if reason.kind == ReasonKind::Code => Some(reason),
        _ => None,
    };
    let name = &stream.name;
    let said = [Some(name.text.to_string()), None];
    let effect = match unseen.or(of_code) {
        Some(reason) => Effect::CannotTell(Reason {
            place: None,
            ..reason.clone()
        }),
        None => promised(&said),
    };
    findings.of_stream(
        &name.text,
        Kind::StreamRemoved,
        "",
        said,
        [Some(name.place), None],
        effect,
    );
}

/// One stream on both sides.
struct Pair<'a> {
    base: &'a Stream,
    head: &'a Stream,
    /// A migration of the state that only head has.
    migration: Option<Place>,
    findings: &'a mut Findings,
}

impl<'a> Pair<'a> {
    fn new(base: (&Contract, &'a Stream), head: (&Contract, &'a Stream), findings: &'a mut Findings) -> Self {
        let written: Vec<&str> = base
            .1
            .state_migrations
            .iter()
            .map(|place| text_at(base.0, *place))
            .collect();
        let new = head.1.state_migrations.iter();
        let migration = new
            .copied()
            .find(|place| !written.contains(&text_at(head.0, *place)));
        Self {
            base: base.1,
            head: head.1,
            migration,
            findings,
        }
    }

    fn compare(&mut self) {
        if let Some((before, after)) = both(&self.base.schema, &self.head.schema, self.findings) {
            let stream = &self.base.name.text;
            match (before, after) {
                (Some(before), Some(after)) => {
                    let findings = &mut *self.findings;
                    Fields { stream, findings }.records(before, after);
                }
                (Some(_), None) => {
                    let name = stream.to_string();
                    let reason = Reason::new(ReasonKind::Nowhere, name, Some(self.head.name.place));
                    self.findings.doubt(reason);
                }
                (None, _) => {}
            }
        }
        self.findings
            .doubts(self.base.code.as_ref(), self.head.code.as_ref());
        self.key();
        // The cursor goes with the incremental syncs: that is one change.
        if !self.loses_incremental() {
            self.cursor();
        }
        self.modes();
        self.namespace();
        self.state();
        self.values();
    }

    fn push(
        &mut self,
        kind: Kind,
        path: &str,
        said: [Option<String>; 2],
        places: [Place; 2],
        effect: Effect,
    ) {
        let places = places.map(Some);
        self.findings
            .of_stream(&self.base.name.text, kind, path, said, places, effect);
    }

    fn broken(&mut self, kind: Kind, path: &str, said: [Option<String>; 2], places: [Place; 2]) {
        let effect = promised(&said);
        self.push(kind, path, said, places, effect);
    }

    /// As [`Pair::broken`], unless a migration brings the state along.
    fn broken_state(&mut self, kind: Kind, path: &str, said: [Option<String>; 2], places: [Place; 2]) {
        match self.migration {
            None => self.broken(kind, path, said, places),
            Some(place) => {
                self.push(kind, path, said, places, Effect::Compatible);
                if let Some(change) = self.findings.changes.last_mut() {
                    change.neutralised_by = Some(place);
                }
            }
        }
    }

    fn namespace(&mut self) {
        let text = |word: Option<&Word>| word.map(|word| word.text.to_string());
        let (before, after) = (self.base.namespace.as_ref(), self.head.namespace.as_ref());
        if text(before) != text(after) {
            let places = [
                before.map_or(self.base.name.place, |word| word.place),
                after.map_or(self.head.name.place, |word| word.place),
            ];
            self.broken(Kind::NamespaceChanged, "", [text(before), text(after)], places);
        }
    }
}
