//! The name of a set-up.

use std::fmt;

/// The longest name.
const LONGEST: usize = 40;

/// The name that keeps two set-ups on one pull request apart: 1 to 40 of `a` to `z`, `0` to `9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance(String);

impl Instance {
    /// The name of the only one.
    pub const DEFAULT: &'static str = "default";

    /// Reads a name; `None` where it has another form.
    pub fn new(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let well_formed = (1..=LONGEST).contains(&name.len()) && name.bytes().all(plain);
        well_formed.then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of this instance's check and status.
    pub fn check_name(&self) -> String {
        match self.0.as_str() {
            Self::DEFAULT => "tierguard".to_owned(),
            name => format!("tierguard ({name})"),
        }
    }
}

impl Default for Instance {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
