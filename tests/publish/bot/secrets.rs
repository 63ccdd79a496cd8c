//! Whether a secret is in a text, in whatever dress.

/// How a secret shows: as it is, across lines, in base64 at each of its three beginnings, in hex, percent-encoded.
pub(super) fn shows(secret: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let joined: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let mut dresses = vec![
        secret.to_owned(),
        hex(secret),
        hex(secret).to_uppercase(),
        percent(secret),
    ];
    dresses.extend((0..3).map(|shift| base64_core(secret.as_bytes(), shift)));
    dresses.iter().any(|dress| joined.contains(dress.as_str()))
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The digits that every base64 text has which holds these bytes after `shift` others.
fn base64_core(bytes: &[u8], shift: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // What comes before and after would change the digits at both ends.
    let whole = &bytes[(3 - shift) % 3..];
    whole
        .chunks_exact(3)
        .flat_map(|three| {
            let number = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
            (0..4).map(move |place| char::from(DIGITS[((number >> (18 - 6 * place)) & 63) as usize]))
        })
        .collect()
}
