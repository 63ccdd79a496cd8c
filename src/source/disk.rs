//! Files of a folder, read without following a link.
//!
//! Knows the file system; knows no git and no connector. Between the look at a file and its reading the file may
//! change: who can do that owns the folder and needs no trick.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::changeset::{Fetched, FileKind};
use crate::ids::RepoPath;

/// Reads what stands at a path below a folder, at most `limit` bytes of it.
///
/// A path through a symlink is that symlink; a path through a regular file leads to nothing.
pub(crate) fn read(root: &Path, path: &RepoPath, limit: u64) -> io::Result<Fetched> {
    let Some(whole) = on_disk(root, path) else {
        return Ok(Fetched::Absent);
    };
    let mut walked = root.to_owned();
    let segments: Vec<&[u8]> = path.as_bytes().split(|byte| *byte == b'/').collect();
    for segment in &segments[..segments.len().saturating_sub(1)] {
        let Some(name) = name_on_disk(segment) else {
            return Ok(Fetched::Absent);
        };
        walked.push(name);
        match kind_at(&walked)? {
            Some(FileKind::Directory) => {}
            None | Some(FileKind::Regular) => return Ok(Fetched::Absent),
            Some(other) => return Ok(Fetched::NotRegular(other)),
        }
    }
    match kind_at(&whole)? {
        None => return Ok(Fetched::Absent),
        Some(FileKind::Regular) => {}
        Some(other) => return Ok(Fetched::NotRegular(other)),
    }
    let file = File::open(&whole)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(Fetched::TooLarge { bytes: size });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    let read = file.take(limit + 1).read_to_end(&mut bytes)?;
    if read as u64 > limit {
        return Ok(Fetched::TooLarge { bytes: read as u64 });
    }
    Ok(Fetched::File(bytes.into()))
}

/// What stands at a path; pipes, sockets and devices are an error, for no repository can hold them.
pub(crate) fn kind_at(path: &Path) -> io::Result<Option<FileKind>> {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let kind = metadata.file_type();
    if kind.is_symlink() {
        Ok(Some(FileKind::Symlink))
    } else if kind.is_dir() {
        Ok(Some(FileKind::Directory))
    } else if kind.is_file() {
        Ok(Some(FileKind::Regular))
    } else {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "it is neither a file nor a folder nor a link",
        ))
    }
}

/// Where a path lies on the disk; `None` for a name that this file system cannot hold.
pub(crate) fn on_disk(root: &Path, path: &RepoPath) -> Option<PathBuf> {
    let mut whole = root.to_owned();
    for segment in path
        .as_bytes()
        .split(|byte| *byte == b'/')
        .filter(|segment| !segment.is_empty())
    {
        whole.push(name_on_disk(segment)?);
    }
    Some(whole)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name may not fit")]
fn name_on_disk(segment: &[u8]) -> Option<&std::ffi::OsStr> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(segment))
}

#[cfg(not(unix))]
fn name_on_disk(segment: &[u8]) -> Option<&std::ffi::OsStr> {
    // A `\`, a drive or a stream would lead elsewhere than the same name in git.
    let strange = segment.iter().any(|byte| matches!(byte, b'\\' | b':'));
    std::str::from_utf8(segment)
        .ok()
        .filter(|_| !strange)
        .map(std::ffi::OsStr::new)
}

/// The bytes of a name on the disk.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a name may not fit")]
pub(crate) fn name_bytes(name: &std::ffi::OsStr) -> Option<&[u8]> {
    use std::os::unix::ffi::OsStrExt;
    Some(name.as_bytes())
}

/// The bytes of a name on the disk; `None` where it is no Unicode.
#[cfg(not(unix))]
pub(crate) fn name_bytes(name: &std::ffi::OsStr) -> Option<&[u8]> {
    name.to_str().map(str::as_bytes)
}

/// A whole path as git prints it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a path may not fit")]
pub(crate) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

/// A whole path as git prints it; `None` where it is no Unicode.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text.as_bytes()).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("real")).unwrap();
        std::fs::write(root.join("real/f"), "x").unwrap();
        std::os::unix::fs::symlink("real", root.join("link")).unwrap();
        std::os::unix::fs::symlink("real/f", root.join("f")).unwrap();
        for (name, expected) in [
            ("real/f", Fetched::File(b"x"[..].into())),
            ("real", Fetched::NotRegular(FileKind::Directory)),
            ("link/f", Fetched::NotRegular(FileKind::Symlink)),
            ("f", Fetched::NotRegular(FileKind::Symlink)),
            ("real/f/g", Fetched::Absent),
            ("none/f", Fetched::Absent),
        ] {
            assert_eq!(read(root, &path(name), 9).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn a_large_file_is_measured_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("f"), "0123456789").unwrap();
        assert_eq!(
            read(folder.path(), &path("f"), 9).unwrap(),
            Fetched::TooLarge { bytes: 10 }
        );
    }
}
