//! What identifies and orders the records of a stream: its key, its cursor, the ways to sync it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Pair;
use crate::change::contract::kind::ContractChangeKind as Kind;
use crate::change::contract::{Effect, both};
use crate::contract::{FieldPath, Known, Located, Reason, ReasonKind, Stream};

impl Pair<'_> {
    pub(super) fn key(&mut self) {
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

    pub(super) fn cursor(&mut self) {
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
        } else if before != after && !self.has_cursor_of_code() {
            let place = self.head.source_defined_cursor.as_ref().map(|flag| flag.place);
            let subject = self.base.name.text.to_string();
            self.findings
                .doubt(Reason::new(ReasonKind::NewCursor, subject, place));
        }
    }

    /// Whether code says what the cursor is, on one side at least: that is told by itself.
    fn has_cursor_of_code(&self) -> bool {
        [self.base, self.head]
            .iter()
            .any(|stream| matches!(stream.cursor, Known::CannotTell(_)))
    }

    pub(super) fn modes(&mut self) {
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

    pub(super) fn loses_incremental(&self) -> bool {
        let offers = |modes: &Known<Located<BTreeSet<Arc<str>>>>| {
            modes
                .known()
                .map(|modes| modes.value.iter().any(|mode| **mode == *"incremental"))
        };
        offers(&self.base.sync_modes) == Some(true) && offers(&self.head.sync_modes) == Some(false)
    }
}
