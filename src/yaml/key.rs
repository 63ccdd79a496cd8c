//! When two keys are one key to Python: `1`, `1.0` and `true` are.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Entry, Node, Scalar, Value};

/// The most entries that are compared pair by pair.
const FEW: usize = 12;

/// A scalar in the form in which Python's equality is that of Rust.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Null,
    Int(i64),
    BigInt(Box<str>),
    Float(u64),
    Text(Arc<str>),
    Date(Date),
    Timestamp(Box<str>),
    Instant(i128),
    Binary(Box<[u8]>),
}

impl Key {
    /// The key of a dictionary entry.
    pub(super) fn of(scalar: &Scalar) -> Key {
        match &scalar.value {
            Value::Null => Key::Null,
            Value::Bool(value) => Key::Int(i64::from(*value)),
            Value::Int(value) => Key::Int(*value),
            Value::BigInt(digits) => Key::BigInt(digits.clone()),
            Value::Float(value) => float(*value),
            Value::String => Key::Text(Arc::clone(&scalar.text)),
            Value::Date(date) => Key::Date(*date),
            Value::Timestamp(iso) => match iso.parse::<jiff::Timestamp>() {
                Ok(instant) => Key::Instant(instant.as_nanosecond()),
                Err(_) => Key::Timestamp(iso.clone()),
            },
            Value::Binary(bytes) => Key::Binary(bytes.clone()),
        }
    }
}

fn float(value: f64) -> Key {
    if value.is_finite() && value.fract() == 0.0 {
        let digits = format!("{value:.0}");
        return match digits.parse() {
            Ok(integer) => Key::Int(integer),
            Err(_) => Key::BigInt(digits.into()),
        };
    }
    // Python's loader gives one and the same NaN object, which a dictionary finds by identity.
    Key::Float(if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    })
}

/// Whether Python takes both for one key; lists and maps are no keys.
pub(super) fn equal(left: &Node, right: &Node) -> bool {
    match (left.scalar(), right.scalar()) {
        (Some(left), Some(right)) => match (&left.value, &right.value) {
            (Value::String, Value::String) => left.text == right.text,
            (Value::String, _) | (_, Value::String) => false,
            _ => Key::of(left) == Key::of(right),
        },
        _ => false,
    }
}

/// Marks every entry that a later one overrides; calls back with each such pair: the earliest twin, the later entry.
pub(super) fn shadow(entries: &mut [Entry], mut twins: impl FnMut(usize, usize)) {
    if entries.len() <= FEW {
        for later in 1..entries.len() {
            let mut first = None;
            for earlier in (0..later).rev() {
                if equal(&entries[earlier].key, &entries[later].key) {
                    entries[earlier].shadowed = true;
                    first = Some(earlier);
                }
            }
            if let Some(first) = first {
                twins(first, later);
            }
        }
        return;
    }
    let mut seen: std::collections::HashMap<Key, (usize, usize)> =
        std::collections::HashMap::with_capacity(entries.len());
    for index in 0..entries.len() {
        let Some(scalar) = entries[index].key.scalar() else {
            continue;
        };
        let places = seen.entry(Key::of(scalar)).or_insert((index, index));
        if places.1 != index {
            entries[places.1].shadowed = true;
            places.1 = index;
            twins(places.0, index);
        }
    }
}
