//! Who wrote something, and whether that was us.

/// The account behind the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Its login; that of an app ends with `[bot]`.
    pub login: String,
    /// Its number, where GitHub tells it.
    pub id: Option<u64>,
}

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Author {
    /// The account's number, where GitHub tells it.
    pub id: Option<u64>,
    /// Whether GitHub says that it was the account behind the token.
    pub is_viewer: bool,
}

impl Viewer {
    /// Whether this account wrote something; a login proves nothing, since anybody can have one like it.
    pub fn wrote(&self, author: Author) -> bool {
        match (self.id, author.id) {
            (Some(own), Some(id)) => own == id,
            _ => author.is_viewer,
        }
    }
}
