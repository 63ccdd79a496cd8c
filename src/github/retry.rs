//! What an answer means for the next try: done, wait, or give up.
//!
//! Pure: headers and the number of the try in, a decision out. The rules are those of GitHub's "Best practices for using
//! the REST API": `retry-after`, then `x-ratelimit-reset`, else a minute and more each time.

use std::time::Duration;

use jiff::Timestamp;

use super::transport::Answered;

/// The most tries of one read.
pub(super) const MOST_TRIES: u32 = 4;
/// The wait where GitHub limits the rate and names no time.
pub(super) const UNTOLD: Duration = Duration::from_mins(1);

/// What an answer says about the rate of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Nothing.
    None,
    /// Wait this long; the request was not carried out.
    Wait(Duration),
}

/// Reads the limit out of an answer; `tried` counts the earlier waits of this request.
pub(super) fn limit(answer: &Answered, tried: u32) -> Limit {
    let status = answer.status.as_u16();
    let spent = answer.header("x-ratelimit-remaining") == Some("0");
    let told = answer.header("retry-after");
    let abuse = || {
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.to_ascii_lowercase();
        text.contains("secondary rate limit")
            || text.contains("\"abuse\"")
            || text.contains("abuse detection")
    };
    let limited = match status {
        429 => true,
        403 => spent || told.is_some() || abuse(),
        422 => abuse(),
        _ => false,
    };
    if !limited {
        return Limit::None;
    }
    let wait = match told {
        Some(text) => after(text, answer.header("date")),
        None if spent => reset(answer),
        None => None,
    };
    Limit::Wait(wait.unwrap_or_else(|| UNTOLD.saturating_mul(2_u32.saturating_pow(tried.min(10)))))
}

/// `retry-after`: seconds or a date, which counts from the server's own clock.
fn after(text: &str, date: Option<&str>) -> Option<Duration> {
    match text.trim().parse::<u64>() {
        // Zero would be an immediate repetition.
        Ok(seconds) => Some(Duration::from_secs(seconds.max(1))),
        Err(_) => {
            let wait = moment(text)?.duration_since(moment(date?)?);
            Some(Duration::from_secs(u64::try_from(wait.as_secs()).ok()?.max(1)))
        }
    }
}

/// `x-ratelimit-reset`, against the server's clock: the local one may be wrong by days.
fn reset(answer: &Answered) -> Option<Duration> {
    let reset: i64 = answer.header("x-ratelimit-reset")?.trim().parse().ok()?;
    let now = moment(answer.header("date")?)?.as_second();
    let wait = reset.checked_sub(now)?;
    // A reset in the past has happened; a moment lets the server notice.
    Some(Duration::from_secs(
        u64::try_from(wait).unwrap_or(0).saturating_add(1),
    ))
}

/// A date of an HTTP header.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim());
    parsed.ok()
}

/// The wait before a read is repeated: twice as long each time, up to half as long again by chance.
pub(super) fn back_off(step: Duration, tried: u32, chance: u64) -> Duration {
    let wait = step.saturating_mul(2_u32.saturating_pow(tried.min(10)));
    let part = u32::try_from(chance % 512).unwrap_or(0);
    wait.saturating_add(wait / 1_024 * part)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answered {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        Answered {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: body.as_bytes().to_vec(),
        }
    }

    fn seconds(status: u16, headers: &[(&str, &str)], body: &str, tried: u32) -> Option<u64> {
        match limit(&answer(status, headers, body), tried) {
            Limit::None => None,
            Limit::Wait(wait) => Some(wait.as_secs()),
        }
    }

    const DATE: (&str, &str) = ("date", "Tue, 24 Nov 2026 10:00:00 GMT");

    #[test]
    fn a_told_wait_is_kept() {
        assert_eq!(seconds(429, &[("retry-after", "3")], "", 0), Some(3));
        assert_eq!(seconds(429, &[("retry-after", "0")], "", 0), Some(1));
        assert_eq!(seconds(403, &[("retry-after", "999999")], "", 0), Some(999_999));
        let date = ("retry-after", "Tue, 24 Nov 2026 10:00:07 GMT");
        assert_eq!(seconds(429, &[date, DATE], "", 0), Some(7));
    }

    #[test]
    fn without_a_usable_word_it_is_a_minute_and_more_each_time() {
        for told in ["-5", "soon", ""] {
            assert_eq!(seconds(429, &[("retry-after", told)], "", 0), Some(60), "{told}");
        }
        assert_eq!(seconds(429, &[], "", 2), Some(240));
        assert_eq!(
            seconds(403, &[], "You have exceeded a secondary rate limit", 0),
            Some(60)
        );
        assert_eq!(
            seconds(422, &[], r#"{"errors":[{"code":"abuse"}]}"#, 1),
            Some(120)
        );
    }

    #[test]
    fn a_spent_limit_is_counted_by_the_servers_clock() {
        let spent = ("x-ratelimit-remaining", "0");
        let reset = |at| ("x-ratelimit-reset", at);
        assert_eq!(
            seconds(403, &[spent, reset("1795514700"), DATE], "", 0),
            Some(301)
        );
        assert_eq!(seconds(403, &[spent, reset("1"), DATE], "", 0), Some(1));
        assert_eq!(seconds(403, &[spent, DATE], "", 0), Some(60));
    }

    #[test]
    fn a_refusal_is_no_limit() {
        assert_eq!(
            seconds(403, &[], "Resource not accessible by integration", 0),
            None
        );
        assert_eq!(seconds(422, &[], "Validation Failed", 0), None);
        assert_eq!(seconds(500, &[("retry-after", "3")], "", 0), None);
    }

    #[test]
    fn waits_double_and_differ_by_chance() {
        let step = Duration::from_millis(500);
        assert_eq!(back_off(step, 0, 0), step);
        assert_eq!(back_off(step, 2, 0), Duration::from_secs(2));
        assert!(back_off(step, 2, 511) < Duration::from_secs(3));
    }
}
