//! The rows of git's raw output (`--raw -z --no-abbrev`).
//!
//! Knows the format alone; starts nothing and reads no object.

use std::io::{self, BufRead, Read};

use crate::changeset::{ChangedFile, Entry, Gap};
use crate::ids::{ObjectId, RepoPath};
use crate::source::tree::kind_of;
use crate::text::escape_controls;

/// The longest field that is read; paths and subjects are far shorter.
const LONGEST_FIELD: u64 = 16 << 20;

/// One row: what stood and stands where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The letter: `A`, `C`, `D`, `M`, `R`, `T`, `U` or `X`.
    pub(super) status: u8,
    /// The path before; for all letters but `C` and `R` the same as after.
    pub(super) from: Vec<u8>,
    /// The path after.
    pub(super) to: Vec<u8>,
    /// The mode and object before.
    pub(super) base: (u32, ObjectId),
    /// The mode and object after; the object is null where only the working tree has the content.
    pub(super) head: (u32, ObjectId),
}

/// A changed file and the objects of its two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangedObjects {
    pub(super) file: ChangedFile,
    pub(super) base: ObjectId,
    pub(super) head: ObjectId,
}

/// Reads the next field, without the NUL that ends it; `None` at the end.
pub(super) fn field(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    if input.by_ref().take(LONGEST_FIELD).read_until(0, &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.pop() == Some(0) {
        Ok(Some(bytes))
    } else {
        Err(malformed("a field of git's output does not end"))
    }
}

/// Reads one row whose first field (from its `:` on) was read already.
pub(super) fn row(first: &[u8], input: &mut impl BufRead) -> io::Result<Row> {
    let columns = parse_columns(first).ok_or_else(|| malformed("a row of git's output cannot be read"))?;
    let (base, head, status) = columns;
    let mut path = || field(input)?.ok_or_else(|| malformed("a row of git's output has no path"));
    let from = path()?;
    let to = if matches!(status, b'R' | b'C') {
        path()?
    } else {
        from.clone()
    };
    Ok(Row {
        status,
        from,
        to,
        base,
        head,
    })
}

/// Reads rows up to the end of the input.
pub(super) fn rows(input: &[u8]) -> io::Result<Vec<Row>> {
    let mut input = input;
    let mut found = Vec::new();
    while let Some(first) = field(&mut input)? {
        found.push(row(&first, &mut input)?);
    }
    Ok(found)
}

type Side = (u32, ObjectId);

fn parse_columns(first: &[u8]) -> Option<(Side, Side, u8)> {
    let text = std::str::from_utf8(first).ok()?.strip_prefix(':')?;
    let mut columns = text.split(' ');
    let mode = |text: &str| u32::from_str_radix(text, 8).ok();
    let base_mode = mode(columns.next()?)?;
    let head_mode = mode(columns.next()?)?;
    let base = ObjectId::new(columns.next()?)?;
    let head = ObjectId::new(columns.next()?)?;
    let status = *columns.next()?.as_bytes().first()?;
    columns
        .next()
        .is_none()
        .then_some(((base_mode, base), (head_mode, head), status))
}

fn malformed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl Row {
    /// The row as a changed file; a row that says what no checkout could hold is a gap.
    pub(super) fn into_changed(self) -> Result<ChangedObjects, Gap> {
        let entry = |bytes: &[u8], mode: u32| {
            let path = RepoPath::new(bytes).map_err(|unsafe_path| Gap {
                path: None,
                why: format!("{unsafe_path}"),
            })?;
            if path.is_root() {
                return Err(Gap {
                    path: None,
                    why: "a changed file has no name".to_owned(),
                });
            }
            match kind_of(mode) {
                Some(kind) => Ok(Entry { path, kind }),
                None => Err(Gap {
                    path: Some(path),
                    why: format!("git knows no file of the mode {mode:o}"),
                }),
            }
        };
        let file = match self.status {
            b'A' | b'C' => ChangedFile::Added(entry(&self.to, self.head.0)?),
            b'D' => ChangedFile::Deleted(entry(&self.from, self.base.0)?),
            b'M' | b'T' => ChangedFile::Modified {
                base: entry(&self.from, self.base.0)?,
                head: entry(&self.to, self.head.0)?,
            },
            b'R' => ChangedFile::Renamed {
                base: entry(&self.from, self.base.0)?,
                head: entry(&self.to, self.head.0)?,
            },
            b'U' => {
                return Err(Gap {
                    path: RepoPath::new(&self.to).ok(),
                    why: "it has an unresolved merge conflict".to_owned(),
                });
            }
            other => {
                return Err(Gap {
                    path: RepoPath::new(&self.to).ok(),
                    why: format!(
                        "git gives it the unknown status `{}`",
                        escape_controls(&char::from(other).to_string())
                    ),
                });
            }
        };
        Ok(ChangedObjects {
            file,
            base: self.base.1,
            head: self.head.1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changeset::FileKind;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    fn raw(modes: &str, status: &str, paths: &[&[u8]]) -> Vec<u8> {
        let mut bytes = format!(":{modes} {ONE} {TWO} {status}\0").into_bytes();
        for path in paths {
            bytes.extend_from_slice(path);
            bytes.push(0);
        }
        bytes
    }

    #[test]
    fn every_letter_has_its_meaning() {
        let change = |modes, status, paths: &[&[u8]]| {
            rows(&raw(modes, status, paths)).unwrap().remove(0).into_changed()
        };
        let added = change("000000 100644", "A", &[b"a\nb"]).unwrap().file;
        assert!(matches!(added, ChangedFile::Added(entry) if entry.path.as_bytes() == b"a\nb"));
        let typed = change("100644 120000", "T", &[b"a"]).unwrap().file;
        assert_eq!(typed.head().map(|entry| entry.kind), Some(FileKind::Symlink));
        let renamed = change("100644 100755", "R079", &[b"a", b"b"]).unwrap().file;
        assert!(matches!(renamed, ChangedFile::Renamed { base, head } if base.path < head.path));
        let copied = change("100644 100644", "C100", &[b"a", b"b"]).unwrap().file;
        assert!(matches!(copied, ChangedFile::Added(entry) if entry.path.as_bytes() == b"b"));
        assert!(
            change("100644 160000", "D", &[b"a"])
                .unwrap()
                .file
                .head()
                .is_none()
        );
    }

    #[test]
    fn what_cannot_be_checked_out_is_a_gap() {
        for (modes, status, path) in [
            ("000000 100644", "A", &b"a/../b"[..]),
            ("000000 100644", "A", b".git/config"),
            ("000000 000777", "A", b"a"),
            ("100644 000000", "U", b"a"),
            ("100644 000000", "X", b"a"),
            ("000000 100644", "A", b""),
        ] {
            let row = rows(&raw(modes, status, &[path])).unwrap().remove(0);
            assert!(row.into_changed().is_err(), "{modes} {status}");
        }
    }

    #[test]
    fn output_that_is_cut_short_is_an_error() {
        let whole = raw("100644 100644", "R100", &[b"a", b"b"]);
        assert_eq!(rows(&whole).unwrap().len(), 1);
        for end in 1..whole.len() {
            assert!(rows(&whole[..end]).is_err(), "{end}");
        }
        assert!(rows(b"text\0a\0").is_err());
    }
}
