//! The values of the fields by which stored records are matched and ordered, as transformations make them.

use super::Pair;
use crate::change::contract::Effect;
use crate::change::contract::kind::ContractChangeKind as Kind;
use crate::contract::{FieldPath, Reason, ReasonKind, Stream, Transformation};

impl<'a> Pair<'a> {
    /// Transformations that may touch a field of the key or the cursor, and that differ.
    ///
    /// The fields of base count: no stored record is matched by another one, and that a key is another one is a change of
    /// its own.
    pub(super) fn values(&mut self) {
        let key = self.base.primary_key.known();
        let cursor = self.base.cursor.known();
        let mut fields: Vec<&'a FieldPath> = key.into_iter().flat_map(|key| &key.value).collect();
        fields.extend(cursor.map(|cursor| &cursor.value));
        if fields.is_empty() {
            return;
        }
        let mut new = only(self.head, self.base);
        for before in only(self.base, self.head) {
            // Another expression for the same field is one change.
            let twin = new.iter().position(|after| after.fields == before.fields);
            let after = twin.map(|at| new.remove(at));
            self.value(&fields, Some(before), after);
        }
        for after in new {
            self.value(&fields, None, Some(after));
        }
    }

    fn value(
        &mut self,
        fields: &[&FieldPath],
        before: Option<&Transformation>,
        after: Option<&Transformation>,
    ) {
        let Some(one) = after.or(before) else {
            return;
        };
        let said = [before, after].map(|one| one.map(|one| one.text.clone()));
        let places = [
            before.map_or(self.base.name.place, |one| one.place),
            after.map_or(self.head.name.place, |one| one.place),
        ];
        let Some(touched) = &one.fields else {
            let place = after.map(|one| one.place);
            let subject = "a transformation that may change the values of the key or the cursor";
            let effect = Effect::CannotTell(Reason::new(ReasonKind::Code, subject, place));
            self.push(Kind::KeyValueChanged, "", said, places, effect);
            return;
        };
        if let Some(field) = fields.iter().find(|path| touched.contains(path)) {
            self.broken(Kind::KeyValueChanged, &field.join("."), said, places);
        }
    }
}

/// The transformations that one side alone has.
fn only<'a>(one: &'a Stream, other: &Stream) -> Vec<&'a Transformation> {
    let is_kept = |wanted: &Transformation| {
        let mut kept = other.transformations.iter();
        kept.any(|other| other.text == wanted.text)
    };
    let all = one.transformations.iter();
    all.filter(|wanted| !is_kept(wanted)).collect()
}
