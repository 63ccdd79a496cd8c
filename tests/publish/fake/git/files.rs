//! What a commit of a test holds: paths, contents and kinds.

use super::Git;

/// Changes to a tree, in order: what is written, linked or removed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(Vec<Change>);

#[derive(Debug, Clone)]
enum Change {
    Write {
        mode: &'static str,
        path: Vec<u8>,
        content: Vec<u8>,
    },
    Submodule {
        path: Vec<u8>,
        id: String,
    },
    Remove {
        path: Vec<u8>,
    },
    Rename {
        from: Vec<u8>,
        to: Vec<u8>,
    },
}

impl Files {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn write(mut self, mode: &'static str, path: &[u8], content: &[u8]) -> Self {
        self.0.push(Change::Write {
            mode,
            path: path.to_vec(),
            content: content.to_vec(),
        });
        self
    }

    /// An ordinary file.
    pub(crate) fn file(self, path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        self.write("100644", path.as_ref(), content.as_ref())
    }

    /// A file that may be run.
    pub(crate) fn program(self, path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        self.write("100755", path.as_ref(), content.as_ref())
    }

    /// A symbolic link.
    pub(crate) fn link(self, path: impl AsRef<[u8]>, target: &str) -> Self {
        self.write("120000", path.as_ref(), target.as_bytes())
    }

    /// A submodule at a commit that need not exist.
    pub(crate) fn submodule(mut self, path: impl AsRef<[u8]>, id: &str) -> Self {
        self.0.push(Change::Submodule {
            path: path.as_ref().to_vec(),
            id: id.to_owned(),
        });
        self
    }

    /// Takes away a file or a folder.
    pub(crate) fn remove(mut self, path: impl AsRef<[u8]>) -> Self {
        self.0.push(Change::Remove {
            path: path.as_ref().to_vec(),
        });
        self
    }

    /// Moves a file or a folder.
    pub(crate) fn rename(mut self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Self {
        self.0.push(Change::Rename {
            from: from.as_ref().to_vec(),
            to: to.as_ref().to_vec(),
        });
        self
    }
}

impl Git {
    /// Commits changes on top of a commit, or as a first one; the commit's id.
    pub(crate) fn commit_files(&self, parent: Option<&str>, files: &Files, message: &str) -> String {
        let who = self.someone();
        let mut stream = Vec::new();
        let mut line = |text: &str| {
            stream.extend_from_slice(text.as_bytes());
            stream.push(b'\n');
        };
        line(&format!("commit refs/made/{}", self.next()));
        line("mark :1");
        line(&format!("author {who}"));
        line(&format!("committer {who}"));
        line(&format!("data {}", message.len()));
        line(message);
        if let Some(parent) = parent {
            line(&format!("from {parent}"));
        }
        for change in &files.0 {
            match change {
                Change::Write { mode, path, content } => {
                    stream.extend_from_slice(format!("M {mode} inline {}\n", quoted(path)).as_bytes());
                    stream.extend_from_slice(format!("data {}\n", content.len()).as_bytes());
                    stream.extend_from_slice(content);
                    stream.push(b'\n');
                }
                Change::Submodule { path, id } => {
                    stream.extend_from_slice(format!("M 160000 {id} {}\n", quoted(path)).as_bytes());
                }
                Change::Remove { path } => {
                    stream.extend_from_slice(format!("D {}\n", quoted(path)).as_bytes());
                }
                Change::Rename { from, to } => {
                    stream.extend_from_slice(format!("R {} {}\n", quoted(from), quoted(to)).as_bytes());
                }
            }
        }
        stream.extend_from_slice(b"\nget-mark :1\ndone\n");
        let output = self.run(&["fast-import", "--quiet", "--done", "--force"], &stream);
        String::from_utf8(output).unwrap().trim_end().to_owned()
    }
}

/// A path as `git fast-import` reads it: in quotes, special bytes in octal.
fn quoted(path: &[u8]) -> String {
    let mut text = String::from("\"");
    for &byte in path {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(char::from(byte));
            }
            0x20..=0x7e => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text.push('"');
    text
}
