//! A body as it is posted: the marker's line, then what people read.
//!
//! What comes from the change gets here as [`Markdown`] alone.

use super::marker::{FindingMarker, SummaryMarker};
use crate::render::footer::without_target;
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

    /// Whether a body that GitHub shows says the same: the tip of the target branch may have moved since, and GitHub may
    /// have changed line breaks and white space at the end.
    pub fn says_what(&self, shown: &str) -> bool {
        let shown = shown.replace("\r\n", "\n");
        without_target(self.0.trim_end()) == without_target(shown.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_the_end_do_not_count() {
        let body = Body::of_summary(&SummaryMarker::default(), &Markdown::own("a\n\nb"));
        assert!(body.says_what(&format!("{}\r\n\r\n", body.as_str().replace('\n', "\r\n"))));
        assert!(!body.says_what(&body.as_str().replace("a\n", "a \n")));
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
}
