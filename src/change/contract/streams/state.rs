//! What a sync of a stream keeps between two runs.

use super::Pair;
use crate::change::contract::both;
use crate::change::contract::kind::ContractChangeKind as Kind;
use crate::contract::{Known, Reason, ReasonKind, Stream, Word};

impl Pair<'_> {
    /// What a sync keeps between two runs; without a cursor on both sides there is nothing to keep.
    pub(super) fn state(&mut self) {
        let has_cursor = |stream: &Stream| !matches!(stream.cursor, Known::Absent);
        if !has_cursor(self.base) || !has_cursor(self.head) {
            return;
        }
        self.format();
        self.partitions();
    }

    fn format(&mut self) {
        let Some((before, after)) = both(&self.base.cursor_format, &self.head.cursor_format, self.findings)
        else {
            return;
        };
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
    }

    fn partitions(&mut self) {
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
}

/// Whether a cursor that was written in one format is read in another.
fn reads(format: &str, written: &str) -> bool {
    // Milliseconds are a fraction of a second, and a whole second is a number with a fraction of nothing.
    let plain = |format: &str| format.replace("%_ms", "%f");
    plain(format) == plain(written) || (format == "%s_as_float" && written == "%s")
}
