//! How fast writes follow each other.
//!
//! GitHub asks for a second between writes, and its own client waits three before one that notifies people
//! (octokit's throttling plug-in). Knows times; sends nothing.

use std::time::{Duration, Instant};

/// The most writes for one pull request; a review needs a few dozen at most.
pub(super) const MOST_WRITES: usize = 150;

/// Whether a write tells people by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Nobody is told.
    Quiet,
    /// Subscribers are told: comments, reviews, requests for review.
    Notifies,
}

/// When the last write was.
#[derive(Debug)]
pub(super) struct Pace {
    step: Duration,
    last: Option<Instant>,
}

impl Pace {
    pub(super) fn new(step: Duration) -> Self {
        Self { step, last: None }
    }

    /// How long to wait before the next write, and takes note of it.
    pub(super) fn wait(&mut self, loudness: Loudness, now: Instant) -> Duration {
        let gap = match loudness {
            Loudness::Quiet => self.step,
            Loudness::Notifies => self.step.saturating_mul(3),
        };
        let due = self.last.map_or(now, |last| (last + gap).max(now));
        self.last = Some(due);
        due.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_a_second_apart_and_three_before_one_that_notifies() {
        let now = Instant::now();
        let mut pace = Pace::new(Duration::from_secs(1));
        assert_eq!(pace.wait(Loudness::Notifies, now), Duration::ZERO);
        assert_eq!(pace.wait(Loudness::Quiet, now), Duration::from_secs(1));
        assert_eq!(pace.wait(Loudness::Notifies, now), Duration::from_secs(4));
        let later = now + Duration::from_mins(1);
        assert_eq!(pace.wait(Loudness::Notifies, later), Duration::ZERO);
    }
}
