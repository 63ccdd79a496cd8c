//! Dates and times as YAML 1.1 writes them and as `PyYAML` reads them.

use std::fmt::Write;

use jiff::civil::Date;

use super::Value;

/// Reads a plain scalar as a date or a time; `None` where it is none, an error where `PyYAML` fails on it.
pub(super) fn timestamp(text: &str) -> Option<Result<Value, String>> {
    let parts = Parts::of(text)?;
    let is_implicit = parts.time.is_some() || text.len() == 10;
    is_implicit.then(|| parts.value())
}

/// Reads what the tag `!!timestamp` takes: also `2025-1-2`.
pub(super) fn tagged(text: &str) -> Option<Result<Value, String>> {
    Parts::of(text).map(|parts| parts.value())
}

/// Whether a text is a date to people and text to the publisher: `2025-1-2`.
pub(super) fn is_loose_date(text: &str) -> bool {
    text.len() < 10 && Parts::of(text).is_some_and(|parts| parts.time.is_none())
}

struct Parts<'a> {
    year: i16,
    month: i8,
    day: i8,
    time: Option<Time<'a>>,
}

struct Time<'a> {
    hour: u32,
    minute: u32,
    second: u32,
    fraction: &'a str,
    zone: Option<(bool, u32, u32)>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        let mut rest = text;
        let year = digits(&mut rest, 4, 4)?;
        rest = rest.strip_prefix('-')?;
        let month = digits(&mut rest, 1, 2)?;
        rest = rest.strip_prefix('-')?;
        let day = digits(&mut rest, 1, 2)?;
        let time = if rest.is_empty() {
            None
        } else {
            Some(Time::of(rest)?)
        };
        Some(Self {
            year: i16::try_from(year).ok()?,
            month: i8::try_from(month).ok()?,
            day: i8::try_from(day).ok()?,
            time,
        })
    }

    fn value(&self) -> Result<Value, String> {
        let date = Date::new(self.year, self.month, self.day)
            .ok()
            .filter(|date| date.year() > 0)
            .ok_or("is not a day of the calendar")?;
        match &self.time {
            None => Ok(Value::Date(date)),
            Some(time) => Ok(Value::Timestamp(format!("{date}T{}", time.to_iso()?).into())),
        }
    }
}

impl<'a> Time<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let blank = |character: char| matches!(character, ' ' | '\t');
        let mut rest = match text.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None if text.starts_with(blank) => text.trim_start_matches(blank),
            None => return None,
        };
        let hour = digits(&mut rest, 1, 2)?;
        rest = rest.strip_prefix(':')?;
        let minute = digits(&mut rest, 2, 2)?;
        rest = rest.strip_prefix(':')?;
        let second = digits(&mut rest, 2, 2)?;
        let mut fraction = "";
        if let Some(after) = rest.strip_prefix('.') {
            let length = after.bytes().take_while(u8::is_ascii_digit).count();
            (fraction, rest) = after.split_at(length);
        }
        let mut zone = None;
        if !rest.is_empty() {
            rest = rest.trim_start_matches(blank);
            if rest == "Z" {
                zone = Some((false, 0, 0));
            } else {
                let negative = rest.starts_with('-');
                rest = rest.strip_prefix(['+', '-'])?;
                let hours = digits(&mut rest, 1, 2)?;
                let minutes = match rest.strip_prefix(':') {
                    Some(after) => {
                        rest = after;
                        digits(&mut rest, 2, 2)?
                    }
                    None => 0,
                };
                if !rest.is_empty() {
                    return None;
                }
                zone = Some((negative, hours, minutes));
            }
        }
        Some(Self {
            hour,
            minute,
            second,
            fraction,
            zone,
        })
    }

    /// The time as Python's `isoformat()` writes it.
    fn to_iso(&self) -> Result<String, String> {
        if self.hour > 23 || self.minute > 59 || self.second > 59 {
            return Err("is not a time of the day".to_owned());
        }
        let mut iso = format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second);
        let micros: String = self.fraction.chars().chain("000000".chars()).take(6).collect();
        if micros != "000000" {
            iso.push('.');
            iso.push_str(&micros);
        }
        if let Some((negative, hours, minutes)) = self.zone {
            let offset = hours * 60 + minutes;
            if offset >= 24 * 60 {
                return Err("has a time zone of a day or more".to_owned());
            }
            let sign = if negative && offset > 0 { '-' } else { '+' };
            let _ = write!(iso, "{sign}{:02}:{:02}", offset / 60, offset % 60);
        }
        Ok(iso)
    }
}

/// Takes a number of some digits from the front.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let (number, after) = rest.split_at(length);
    *rest = after;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        match timestamp(text)? {
            Ok(Value::Timestamp(iso)) => Some(iso.into()),
            Ok(Value::Date(date)) => Some(date.to_string()),
            other => Some(format!("{other:?}")),
        }
    }

    #[test]
    fn times_become_what_python_writes() {
        let cases = [
            ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.100000-05:00"),
            ("2001-12-14 21:59:43.1 -5", "2001-12-14T21:59:43.100000-05:00"),
            ("2025-01-02 00:00:00 +2", "2025-01-02T00:00:00+02:00"),
            ("2025-1-2 3:04:05", "2025-01-02T03:04:05"),
            ("2025-01-02T03:04:05Z", "2025-01-02T03:04:05+00:00"),
            ("2025-01-02T03:04:05.", "2025-01-02T03:04:05"),
            ("2025-01-02", "2025-01-02"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_loose_date_is_text_and_a_false_one_an_error() {
        assert_eq!(read("2025-1-2"), None);
        assert!(is_loose_date("2025-1-2") && !is_loose_date("2025-01-02"));
        assert!(timestamp("2025-02-30").is_some_and(|read| read.is_err()));
        assert!(timestamp("0000-01-01").is_some_and(|read| read.is_err()));
        assert!(timestamp("2025-01-02 24:00:00").is_some_and(|read| read.is_err()));
    }
}
