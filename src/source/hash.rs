//! The names that git gives to content.
//!
//! Knows how an object is hashed; reads nothing but the bytes that it is given.

use std::io::{self, Read};

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::tree::{TreeEntry, hexadecimal};
use crate::changeset::FileKind;
use crate::ids::ObjectId;

/// The digits of an id in a repository of SHA-256.
const LONG: usize = 64;

/// The name of an object of `length` bytes; `digits` tells SHA-1 (40) from SHA-256 (64).
pub(super) fn object_id(
    kind: &str,
    length: u64,
    content: &mut impl Read,
    digits: usize,
) -> io::Result<String> {
    let header = format!("{kind} {length}\0");
    if digits == LONG {
        hash::<Sha256>(&header, content)
    } else {
        hash::<Sha1>(&header, content)
    }
}

fn hash<D: Digest>(header: &str, content: &mut impl Read) -> io::Result<String> {
    let mut digest = D::new();
    digest.update(header);
    let mut block = vec![0; 64 << 10];
    loop {
        let read = content.read(&mut block)?;
        if read == 0 {
            break;
        }
        digest.update(&block[..read]);
    }
    Ok(hexadecimal(&digest.finalize()))
}

/// Whether bytes are the blob of a name.
pub(super) fn is_blob(id: &ObjectId, bytes: &[u8]) -> bool {
    is_object(id, "blob", bytes)
}

/// Whether entries are those of the tree of a name, in the order in which they are given or in git's.
pub(super) fn is_tree(id: &ObjectId, entries: &[TreeEntry]) -> bool {
    if entries
        .iter()
        .any(|entry| entry.id.as_str().len() != id.as_str().len())
    {
        return false;
    }
    let mut sorted: Vec<&TreeEntry> = entries.iter().collect();
    let is_it = |entries: &[&TreeEntry]| {
        // Old programs wrote the modes of folders with a zero in front, and git still reads them.
        [5, 6]
            .into_iter()
            .any(|digits| is_object(id, "tree", &tree_object(entries, digits)))
    };
    if is_it(&sorted) {
        return true;
    }
    sorted.sort_by_cached_key(|entry| {
        let mut key = entry.name.to_vec();
        // A folder stands where its path with a slash would.
        if super::tree::kind_of(entry.mode) == Some(FileKind::Directory) {
            key.push(b'/');
        }
        key
    });
    is_it(&sorted)
}

fn is_object(id: &ObjectId, kind: &str, mut bytes: &[u8]) -> bool {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    object_id(kind, length, &mut bytes, id.as_str().len()).is_ok_and(|found| found == id.as_str())
}

/// The bytes of a tree; modes have at least so many digits.
fn tree_object(entries: &[&TreeEntry], digits: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(format!("{:0digits$o} ", entry.mode).as_bytes());
        bytes.extend_from_slice(&entry.name);
        bytes.push(0);
        let digits = entry.id.as_str().as_bytes().chunks_exact(2);
        bytes.extend(digits.map(|pair| (digit(pair[0]) << 4) | digit(pair[1])));
    }
    bytes
}

/// The value of a lower-case hexadecimal digit.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte.wrapping_sub(b'a') & 15).wrapping_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ObjectId {
        ObjectId::new(text).unwrap()
    }

    fn entry(mode: u32, name: &str, blob: &str) -> TreeEntry {
        TreeEntry {
            name: name.as_bytes().into(),
            mode,
            id: id(blob),
        }
    }

    const EMPTY_BLOB: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    #[test]
    fn a_blob_has_the_name_that_git_gives_it() {
        assert!(is_blob(&id(EMPTY_BLOB), b""));
        assert!(is_blob(
            &id("ce013625030ba8dba906f756967f9e9ca394464a"),
            b"hello\n"
        ));
        assert!(!is_blob(
            &id("ce013625030ba8dba906f756967f9e9ca394464a"),
            b"hello\r\n"
        ));
        let long = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";
        assert!(is_blob(&id(long), b""));
    }

    #[test]
    fn a_tree_is_known_by_its_entries_in_any_order_and_by_no_others() {
        assert!(is_tree(&id(EMPTY_TREE), &[]));
        // `git mktree` of a file `a.b`, a folder `a` and a file `a0`: the folder stands between them.
        let tree = id(MIXED);
        let mut entries = vec![
            entry(0o40_000, "a", EMPTY_TREE),
            entry(0o100_644, "a.b", EMPTY_BLOB),
            entry(0o100_755, "a0", EMPTY_BLOB),
        ];
        assert!(is_tree(&tree, &entries));
        entries.reverse();
        assert!(is_tree(&tree, &entries));
        assert!(
            is_tree(&id(PADDED), &entries[2..]),
            "`040000` in place of `40000`"
        );
        entries[0].mode = 0o100_644;
        assert!(!is_tree(&tree, &entries));
        entries.pop();
        assert!(!is_tree(&tree, &entries));
    }

    const MIXED: &str = "be19adf6ac776049829f5dce490880f4c36d162f";
    const PADDED: &str = "4d8e2ffebc504eba732c788de932a70cb8335f55";
}
