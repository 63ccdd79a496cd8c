//! The known name that was probably meant by an unknown one.

/// The most characters of an unknown name that are looked at.
const LONGEST: usize = 60;

/// How like a known name another one has to be to be taken for it in a file of a change.
pub const NEAR: f64 = 0.85;

/// The known name that is most like another, if any is at least so like it (Jaro-Winkler, 0 to 1).
///
/// Upper case counts as lower case, and `_` as `-`. Of equally near ones it is the last.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, least: f64) -> Option<&'a str> {
    let plain = |name: &str| -> String {
        let letters = name.chars().take(LONGEST).flat_map(char::to_lowercase);
        letters
            .map(|letter| if letter == '_' { '-' } else { letter })
            .collect()
    };
    let name = plain(name);
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&name, &plain(known)), known))
        .filter(|(likeness, _)| *likeness >= least)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let levels = ["error", "warning", "note", "off"];
        for (word, near) in [
            ("warn", Some("warning")),
            ("Errors", Some("error")),
            ("critical", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, levels, 0.75), near, "{word}");
        }
        assert_eq!(
            nearest("generally-available", ["alpha", "generally_available"], 0.75),
            Some("generally_available")
        );
        assert_eq!(nearest("warn", levels, 0.99), None);
    }
}
