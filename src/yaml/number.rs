//! Numbers as YAML 1.1 writes them and as `PyYAML` reads them.

use std::fmt::Write;

use super::Value;

/// The most characters of an integer that is not written in decimals.
const LONGEST: usize = 512;
/// The most digits of a decimal integer; Python refuses more.
const MOST_DIGITS: usize = 4300;
/// The most parts of a float in base 60: beyond, Python's exact powers and floating ones part.
const MOST_PARTS: usize = 13;

/// Reads a plain scalar as an integer; `None` where it is none, an error where `PyYAML` fails on it.
pub(super) fn integer(text: &str) -> Option<Result<Value, String>> {
    is_integer(text.as_bytes()).then(|| read_integer(text))
}

/// Reads a plain scalar as a float; `None` where it is none.
pub(super) fn float(text: &str) -> Option<Result<Value, String>> {
    is_float(text.as_bytes()).then(|| read_float(text))
}

fn unsigned(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    }
}

fn is_integer(bytes: &[u8]) -> bool {
    match unsigned(bytes) {
        [b'0'] => true,
        [b'0', b'b', digits @ ..] => all(digits, |digit| matches!(digit, b'0' | b'1' | b'_')),
        [b'0', b'x', digits @ ..] => all(digits, |digit| digit.is_ascii_hexdigit() || digit == b'_'),
        [b'0', digits @ ..] => all(digits, |digit| matches!(digit, b'0'..=b'7' | b'_')),
        digits @ [b'1'..=b'9', ..] => {
            let end = run(digits);
            end == digits.len() || sexagesimal(&digits[end..]) == Some(digits.len() - end)
        }
        _ => false,
    }
}

fn is_float(bytes: &[u8]) -> bool {
    let is_signed = matches!(bytes, [b'+' | b'-', ..]);
    match unsigned(bytes) {
        b".inf" | b".Inf" | b".INF" => true,
        b".nan" | b".NaN" | b".NAN" => !is_signed,
        [b'.', rest @ ..] => {
            !is_signed
                && rest.first().is_some_and(u8::is_ascii_digit)
                && is_exponent_or_end(&rest[run(rest)..])
        }
        rest @ [b'0'..=b'9', ..] => match &rest[run(rest)..] {
            [b'.', rest @ ..] => is_exponent_or_end(&rest[run(rest)..]),
            rest @ [b':', ..] => sexagesimal(rest)
                .is_some_and(|end| matches!(&rest[end..], [b'.', rest @ ..] if run(rest) == rest.len())),
            _ => false,
        },
        _ => false,
    }
}

fn all(bytes: &[u8], accepts: impl Fn(u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| accepts(*byte))
}

/// The length of a run of digits and underscores.
fn run(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'_')
        .count()
}

/// The length of one or more `:` with a number below 60 each.
fn sexagesimal(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    while bytes.get(end) == Some(&b':') {
        end += match &bytes[end + 1..] {
            [b'0'..=b'5', b'0'..=b'9', ..] => 3,
            [b'0'..=b'9', ..] => 2,
            _ => break,
        };
    }
    (end > 0).then_some(end)
}

fn is_exponent_or_end(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [b'e' | b'E', b'+' | b'-', digits @ ..] => all(digits, |digit| digit.is_ascii_digit()),
        _ => false,
    }
}

/// Reads what [`integer`] accepts, as `construct_yaml_int` does.
fn read_integer(text: &str) -> Result<Value, String> {
    let plain = text.replace('_', "");
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (base, parts) = match digits.as_bytes() {
        [b'0'] => (10, digits),
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', ..] => (8, &digits[1..]),
        _ if digits.contains(':') => (60, digits),
        _ => (10, digits),
    };
    if parts.is_empty() {
        return Err("has no digits".to_owned());
    }
    if base == 10 && parts.len() > MOST_DIGITS || base != 10 && parts.len() > LONGEST {
        return Err("is too long a number".to_owned());
    }
    if let Some(magnitude) = small(parts, base) {
        let value = if negative { -magnitude } else { magnitude };
        return Ok(i64::try_from(value).map_or_else(|_| Value::BigInt(value.to_string().into()), Value::Int));
    }
    let magnitude = if base == 10 {
        parts.to_owned()
    } else {
        big(parts, base)
    };
    let digits = if negative {
        format!("-{magnitude}")
    } else {
        magnitude
    };
    Ok(Value::BigInt(digits.into()))
}

fn small(parts: &str, base: u32) -> Option<i128> {
    if base != 60 {
        return i128::from_str_radix(parts, base).ok();
    }
    parts.split(':').try_fold(0_i128, |value, part| {
        value.checked_mul(60)?.checked_add(part.parse().ok()?)
    })
}

/// Decimal digits of a number in another base.
fn big(parts: &str, base: u32) -> String {
    const LIMB: u64 = 1_000_000_000;
    let mut limbs: Vec<u64> = vec![0];
    let mut push = |factor: u64, digit: u64| {
        let mut carry = digit;
        for limb in &mut limbs {
            let value = *limb * factor + carry;
            *limb = value % LIMB;
            carry = value / LIMB;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    };
    if base == 60 {
        for (index, part) in parts.split(':').enumerate() {
            for (place, digit) in part.bytes().enumerate() {
                let factor = match (index, place) {
                    (0, _) => 10,
                    (_, 0) if part.len() == 2 => 6,
                    (_, 0) => 60,
                    _ => 10,
                };
                push(factor, u64::from(digit - b'0'));
            }
        }
    } else {
        for digit in parts.chars() {
            push(u64::from(base), u64::from(digit.to_digit(base).unwrap_or(0)));
        }
    }
    let mut digits = String::new();
    for (index, limb) in limbs.iter().rev().enumerate() {
        if index == 0 {
            digits.push_str(&limb.to_string());
        } else {
            let _ = write!(digits, "{limb:09}");
        }
    }
    digits
}

/// Reads a float as `construct_yaml_float` does, which also takes integers when a tag asks for it.
pub(super) fn read_float(text: &str) -> Result<Value, String> {
    let plain = text.replace('_', "").to_ascii_lowercase();
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let magnitude = match digits {
        ".inf" => f64::INFINITY,
        ".nan" => return Ok(Value::Float(f64::NAN)),
        _ if digits.contains(':') => {
            if digits.split(':').count() > MOST_PARTS {
                return Err("is too long a number".to_owned());
            }
            let mut value = 0.0;
            let mut base = 1.0;
            for part in digits.rsplit(':') {
                value += decimal(part)? * base;
                base *= 60.0;
            }
            value
        }
        _ => decimal(digits)?,
    };
    Ok(Value::Float(sign * magnitude))
}

fn decimal(text: &str) -> Result<f64, String> {
    let is_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'+' | b'-'));
    let number = if is_number { text.parse().ok() } else { None };
    number.ok_or_else(|| "is not a number".to_owned())
}

/// Whether readers of YAML 1.2 (core schema) see a number in a plain scalar.
pub(super) fn is_number_in_1_2(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes {
        [b'0', b'o', digits @ ..] => return all(digits, |digit| matches!(digit, b'0'..=b'7')),
        [b'0', b'x', digits @ ..] => return all(digits, |digit| digit.is_ascii_hexdigit()),
        b".nan" | b".NaN" | b".NAN" => return true,
        _ => {}
    }
    let rest = unsigned(bytes);
    if matches!(rest, b".inf" | b".Inf" | b".INF") {
        return true;
    }
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(rest);
    let mut rest = &rest[whole..];
    let mut fraction = 0;
    if let [b'.', after @ ..] = rest {
        fraction = digits(after);
        rest = &after[fraction..];
    }
    if whole + fraction == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', power @ ..] | [b'e' | b'E', power @ ..] => {
            all(power, |digit| digit.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Value> {
        float(text).or_else(|| integer(text)).and_then(Result::ok)
    }

    #[test]
    fn integers_are_read_in_every_base() {
        assert_eq!(read("010"), Some(Value::Int(8)));
        assert_eq!(read("1:30"), Some(Value::Int(90)));
        assert_eq!(read("-0x_1F"), Some(Value::Int(-31)));
        assert_eq!(read("0b1_0"), Some(Value::Int(2)));
        assert_eq!(read("1_000"), Some(Value::Int(1000)));
        assert_eq!(read("08"), None);
        assert!(integer("0b_").is_some_and(|read| read.is_err()));
    }

    #[test]
    fn integers_beyond_64_bits_keep_all_digits() {
        assert_eq!(read("-9223372036854775808"), Some(Value::Int(i64::MIN)));
        let beyond = "9223372036854775808";
        assert_eq!(read(beyond), Some(Value::BigInt(beyond.into())));
        let hex = format!("0x{}", "f".repeat(40));
        let expected = "1461501637330902918203684832716283019655932542975";
        assert_eq!(read(&hex), Some(Value::BigInt(expected.into())));
        let sixty = format!("1{}", ":00".repeat(25));
        let expected = "284303023118069760000000000000000000000000";
        let Some(Value::BigInt(digits)) = read(&sixty) else {
            panic!("{:?}", read(&sixty))
        };
        assert_eq!(digits.len(), 45, "{digits} {expected}");
    }

    #[test]
    fn floats_need_a_point_and_a_signed_exponent() {
        assert_eq!(read("1.10"), Some(Value::Float(1.1)));
        assert_eq!(read("1:30.5"), Some(Value::Float(90.5)));
        assert_eq!(read("1.5e+3"), Some(Value::Float(1500.0)));
        assert_eq!(read(".5"), Some(Value::Float(0.5)));
        for text in ["1e3", "1.5e3", "-.5", "1.2.3", ".", "_1.0", "1.0a"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn newer_readers_see_other_numbers() {
        for text in ["1e3", "1.5e3", "0o17", "08", "-.5"] {
            assert!(is_number_in_1_2(text), "{text}");
        }
        for text in ["1.2.3", "1_0", "0o8", "e3", ".", "-", "+", "0x"] {
            assert!(!is_number_in_1_2(text), "{text}");
        }
    }
}
