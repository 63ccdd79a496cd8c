//! A body as it is posted: the marker's line, then what people read.
//!
//! What comes from the change gets here as [`Markdown`] alone.

use super::marker::{FindingMarker, Instance, SummaryMarker, review_line};
use crate::ids::ObjectId;
use crate::render::markdown::Markdown;

/// The most bytes of a body; GitHub refuses more than 65,536 characters.
pub const LONGEST_BODY: usize = 65_000;

/// A body with its marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// A summary; of its marker goes along what fits.
    pub fn of_summary(marker: &SummaryMarker, text: &Markdown) -> Self {
        Self::new(&marker.line(LONGEST_BODY.saturating_sub(text.len() + 1)), text)
    }

    /// A comment on lines.
    pub fn of_finding(marker: &FindingMarker, text: &Markdown) -> Self {
        Self::new(&marker.line(), text)
    }

    /// The frame of a review, which GitHub wants to say something.
    pub fn of_review(instance: &Instance, head: &ObjectId, comments: usize) -> Self {
        let noun = if comments == 1 { "comment" } else { "comments" };
        let text = Markdown::text(&format!("{comments} {noun} on "))
            .then(&Markdown::own(" "))
            .then(&Markdown::code(head.short()));
        Self::new(&review_line(instance, head), &text)
    }

    fn new(line: &str, text: &Markdown) -> Self {
        Self(format!("{line}\n{text}"))
    }

    /// The body as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people read.
    pub fn text(&self) -> &str {
        self.0.split_once('\n').map_or("", |(_, text)| text)
    }

    /// Whether a body that GitHub shows is this one: it may have changed line breaks and white space at the end.
    pub fn is_shown_as(&self, shown: &str) -> bool {
        self.0.trim_end() == shown.replace("\r\n", "\n").trim_end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_the_end_do_not_count() {
        let body = Body::of_summary(&SummaryMarker::default(), &Markdown::own("a\n\nb"));
        assert!(body.is_shown_as(&format!("{}\r\n\r\n", body.as_str().replace('\n', "\r\n"))));
        assert!(!body.is_shown_as(&body.as_str().replace("a\n", "a \n")));
        assert_eq!(body.text(), "a\n\nb");
    }

    #[test]
    fn a_body_with_its_marker_is_no_longer_than_github_takes() {
        let told = (0..600)
            .map(|number: usize| crate::finding::Fingerprint::new("rule", "connector", &number.to_string()));
        let marker = SummaryMarker {
            told: Some(told.collect()),
            ..SummaryMarker::default()
        };
        let text = Markdown::text(&"x".repeat(60_000));
        let body = Body::of_summary(&marker, &text);
        assert!(body.as_str().len() <= LONGEST_BODY, "{}", body.as_str().len());
        assert!(
            body.as_str()
                .starts_with("<!-- tierguard:summary instance=default -->\nx")
        );
        let short = Body::of_summary(&marker, &Markdown::own("x"));
        assert!(short.as_str().len() > 10_000);
    }

    #[test]
    fn a_frame_reads_as_one_line() {
        let head = ObjectId::new(&"a".repeat(40)).unwrap();
        let body = Body::of_review(&Instance::default(), &head, 2);
        assert_eq!(body.text(), "2 comments on `aaaaaaa`");
    }
}
