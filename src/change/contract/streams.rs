//! Whether the streams that a sync relies on keep what identifies, orders and places their records.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields::Fields;
use super::kind::ContractChangeKind as Kind;
use super::{ContractChange, Effect, Findings, Witness, both, text_at};
use crate::contract::{
    Contract, FieldPath, Known, Located, Place, Reason, ReasonKind, Stream, Transformation, Word,
};

pub(super) fn compare(base: &Contract, head: &Contract, findings: &mut Findings) {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for stream in &base.streams {
        match partner(stream, &head.streams, &taken) {
            Some(at) => {
                taken.insert(at);
                Pair::new((base, stream), (head, &head.streams[at]), findings).compare();
            }
            None => removed(stream, (base, head), findings),
        }
    }
    for (at, stream) in head.streams.iter().enumerate() {
        if !taken.contains(&at) {
            // With streams at base that data did not name, it may have been one of them.
            findings.changes.push(ContractChange {
                kind: Kind::StreamAdded,
                stream: Some(Arc::clone(&stream.name.text)),
                path: String::new(),
                from: None,
                to: Some(stream.name.text.to_string()),
                effect: Effect::Compatible,
                neutralised_by: None,
                base: None,
                head: Some(stream.name.place),
            });
        }
    }
    match (&base.more_streams, &head.more_streams) {
        (_, None) if base.more_streams.is_none() => {}
        (Some(before), Some(after)) if before.same(after) => {}
        (_, Some(reason)) | (Some(reason), None) => findings.doubt(reason.clone()),
        (None, None) => {}
    }
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
    let effect = match unseen.or(of_code) {
        Some(reason) => Effect::CannotTell(Reason {
            place: None,
            ..reason.clone()
        }),
        None => Effect::Breaking(Witness::Stream {
            from: name.text.to_string(),
            to: None,
        }),
    };
    findings.changes.push(ContractChange {
        kind: Kind::StreamRemoved,
        stream: Some(Arc::clone(&name.text)),
        path: String::new(),
        from: Some(name.text.to_string()),
        to: None,
        effect,
        neutralised_by: None,
        base: Some(name.place),
        head: None,
    });
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
        let [from, to] = said;
        self.findings.changes.push(ContractChange {
            kind,
            stream: Some(Arc::clone(&self.base.name.text)),
            path: path.to_owned(),
            from,
            to,
            effect,
            neutralised_by: None,
            base: Some(places[0]),
            head: Some(places[1]),
        });
    }

    fn broken(&mut self, kind: Kind, path: &str, said: [Option<String>; 2], places: [Place; 2]) {
        let effect = Effect::Breaking(Witness::Stream {
            from: said[0].clone().unwrap_or_default(),
            to: said[1].clone(),
        });
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

    fn key(&mut self) {
        let Some((before, after)) = both(&self.base.primary_key, &self.head.primary_key, self.findings)
        else {
            return;
        };
        let names = |key: Option<&Vec<FieldPath>>| {
            let key = key.filter(|key| !key.is_empty())?;
            Some(
                key.iter()
                    .map(|path| path.join("."))
                    .collect::<Vec<_>>()
                    .join(", "),
            )
        };
        let (from, to) = (
            names(before.map(|key| &key.value)),
            names(after.map(|key| &key.value)),
        );
        if from != to {
            let places = [
                before.map_or(self.base.name.place, |key| key.place),
                after.map_or(self.head.name.place, |key| key.place),
            ];
            self.broken(Kind::PrimaryKeyChanged, "", [from, to], places);
        }
    }

    fn cursor(&mut self) {
        if let Some((before, after)) = both(&self.base.cursor, &self.head.cursor, self.findings) {
            let name =
                |path: Option<&FieldPath>| path.filter(|path| !path.is_empty()).map(|path| path.join("."));
            let (from, to) = (
                name(before.map(|cursor| &cursor.value)),
                name(after.map(|cursor| &cursor.value)),
            );
            let places = [
                before.map_or(self.base.name.place, |cursor| cursor.place),
                after.map_or(self.head.name.place, |cursor| cursor.place),
            ];
            if from.is_none() && to.is_some() {
                let subject = self.base.name.text.to_string();
                let reason = Reason::new(ReasonKind::NewCursor, subject, Some(places[1]));
                let said = [from, to];
                self.push(
                    Kind::StreamCursorAdded,
                    "",
                    said,
                    places,
                    Effect::CannotTell(reason),
                );
            } else if from != to {
                self.broken_state(Kind::CursorChanged, "", [from, to], places);
            }
        }
        let decides = |stream: &Stream| {
            stream
                .source_defined_cursor
                .as_ref()
                .is_some_and(|flag| flag.value)
        };
        let (before, after) = (decides(self.base), decides(self.head));
        let had_cursor =
            matches!(&self.base.cursor, Known::Known(cursor) if !cursor.value.is_empty()) || before;
        if before != after && had_cursor {
            let word = |is: bool| {
                Some(
                    if is {
                        "decided by the source"
                    } else {
                        "chosen by the user"
                    }
                    .to_owned(),
                )
            };
            let place = |stream: &Stream| {
                let flag = stream.source_defined_cursor.as_ref();
                flag.map_or(stream.name.place, |flag| flag.place)
            };
            let places = [place(self.base), place(self.head)];
            self.broken(
                Kind::CursorChanged,
                "source_defined_cursor",
                [word(before), word(after)],
                places,
            );
        } else if before != after {
            let place = self.head.source_defined_cursor.as_ref().map(|flag| flag.place);
            let subject = self.base.name.text.to_string();
            self.findings
                .doubt(Reason::new(ReasonKind::NewCursor, subject, place));
        }
    }

    fn modes(&mut self) {
        let Some((Some(before), after)) = both(&self.base.sync_modes, &self.head.sync_modes, self.findings)
        else {
            return;
        };
        let none = BTreeSet::new();
        let current = after.map_or(&none, |modes| &modes.value);
        let places = [
            before.place,
            after.map_or(self.head.name.place, |modes| modes.place),
        ];
        for gone in before.value.difference(current) {
            self.broken(
                Kind::SyncModeRemoved,
                gone,
                [Some(gone.to_string()), None],
                places,
            );
        }
        for new in current.difference(&before.value) {
            let said = [None, Some(new.to_string())];
            self.push(Kind::SyncModeAdded, new, said, places, Effect::Compatible);
        }
    }

    fn loses_incremental(&self) -> bool {
        let offers = |modes: &Known<Located<BTreeSet<Arc<str>>>>| {
            modes
                .known()
                .map(|modes| modes.value.iter().any(|mode| **mode == *"incremental"))
        };
        offers(&self.base.sync_modes) == Some(true) && offers(&self.head.sync_modes) == Some(false)
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

    /// What a sync keeps between two runs; without a cursor on both sides there is nothing to keep.
    fn state(&mut self) {
        let has_cursor = |stream: &Stream| !matches!(stream.cursor, Known::Absent);
        if !has_cursor(self.base) || !has_cursor(self.head) {
            return;
        }
        let (before, after) = (self.base.cursor_format.as_ref(), self.head.cursor_format.as_ref());
        let text = |word: Option<&Word>| word.map(|word| word.text.to_string());
        let still_read = before.zip(after).is_some_and(|(before, after)| {
            let further = self.head.readable_formats.iter().map(|format| &**format);
            further
                .chain([&*after.text])
                .any(|format| reads(format, &before.text))
        });
        if text(before) != text(after) && !still_read {
            let places = [
                before.map_or(self.base.name.place, |word| word.place),
                after.map_or(self.head.name.place, |word| word.place),
            ];
            self.broken_state(
                Kind::StateChanged,
                "cursor format",
                [text(before), text(after)],
                places,
            );
        }
        let Some((before, after)) = both(&self.base.partitioning, &self.head.partitioning, self.findings)
        else {
            return;
        };
        let shape = |part: Option<&Vec<String>>| {
            part.filter(|shape| !shape.is_empty())
                .map(|shape| shape.join(" × "))
        };
        let (from, to) = (
            shape(before.map(|part| &part.value.shape)),
            shape(after.map(|part| &part.value.shape)),
        );
        let by_code = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains("custom "));
        if from != to && (by_code(&from) || by_code(&to)) {
            let place = after.map(|part| part.place);
            let subject = format!("the state of {}", self.base.name.text);
            self.findings.doubt(Reason::new(ReasonKind::Code, subject, place));
            return;
        }
        if from != to {
            let places = [
                before.map_or(self.base.name.place, |part| part.place),
                after.map_or(self.head.name.place, |part| part.place),
            ];
            self.broken_state(Kind::StateChanged, "partitions", [from, to], places);
        }
    }

    /// Transformations that may touch a key or cursor field, on one side alone.
    fn values(&mut self) {
        let mut fields: Vec<&FieldPath> = Vec::new();
        for stream in [self.base, self.head] {
            fields.extend(stream.primary_key.known().into_iter().flat_map(|key| &key.value));
            fields.extend(stream.cursor.known().map(|cursor| &cursor.value));
        }
        if fields.is_empty() {
            return;
        }
        let only = |one: &'a Stream, other: &Stream| -> Vec<&'a Transformation> {
            let alone = |wanted: &&Transformation| {
                !other
                    .transformations
                    .iter()
                    .any(|other| other.text == wanted.text)
            };
            one.transformations.iter().filter(alone).collect()
        };
        let gone = only(self.base, self.head).into_iter().map(|one| (one, true));
        let new = only(self.head, self.base).into_iter().map(|one| (one, false));
        for (transformation, at_base) in gone.chain(new) {
            let touched = |wanted: &&&FieldPath| {
                let touched = transformation.fields.as_ref();
                touched.is_some_and(|touched| touched.contains(wanted))
            };
            let field = fields.iter().find(touched).map(|path| path.join("."));
            let said = |at_base: bool| {
                let text = Some(transformation.text.clone());
                if at_base { [text, None] } else { [None, text] }
            };
            let places = match at_base {
                true => [transformation.place, self.head.name.place],
                false => [self.base.name.place, transformation.place],
            };
            match (&field, &transformation.fields) {
                (Some(field), _) => self.broken(Kind::KeyValueChanged, field, said(at_base), places),
                (None, Some(_)) => {}
                (None, None) => {
                    let place = (!at_base).then_some(transformation.place);
                    let subject = "a transformation that may change the values of the key or the cursor";
                    let effect = Effect::CannotTell(Reason::new(ReasonKind::Code, subject, place));
                    self.push(Kind::KeyValueChanged, "", said(at_base), places, effect);
                }
            }
        }
    }
}

/// Whether a cursor that was written in one format is read in another.
fn reads(format: &str, written: &str) -> bool {
    // Milliseconds are a fraction of a second, and a whole second is a number with a fraction of nothing.
    let plain = |format: &str| format.replace("%_ms", "%f");
    plain(format) == plain(written) || (format == "%s_as_float" && written == "%s")
}
