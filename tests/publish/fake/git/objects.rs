//! Blobs, trees and commits, read by one `git cat-file` and written one by one.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::Arc;

use super::{Git, command};

/// One object with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) id: String,
    /// `blob`, `tree`, `commit` or `tag`.
    pub(crate) kind: String,
    pub(crate) size: u64,
    pub(crate) content: Vec<u8>,
}

/// One entry of a tree, as its bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    /// As git writes it: `100644`, `40000` …
    pub(crate) mode: String,
    pub(crate) name: Vec<u8>,
    pub(crate) id: String,
}

impl TreeEntry {
    /// The kind of the object that the mode promises.
    pub(crate) fn kind(&self) -> &'static str {
        match self.mode.as_str() {
            "40000" => "tree",
            "160000" => "commit",
            _ => "blob",
        }
    }
}

/// Who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) name: String,
    pub(crate) email: String,
    /// Seconds since 1970.
    pub(crate) seconds: i64,
}

/// A commit's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) id: String,
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) author: Signature,
    pub(crate) committer: Signature,
    pub(crate) message: String,
}

/// A running `git cat-file --batch-command`.
pub(super) struct Batch {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Batch {
    fn ask(&mut self, what: &str, id: &str) -> Option<Object> {
        writeln!(self.input, "{what} {id}").unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let words: Vec<&str> = line.trim_end().rsplitn(3, ' ').collect();
        let [size, kind, id] = words[..] else { return None };
        let size: u64 = size.parse().ok()?;
        let mut object = Object {
            id: id.to_owned(),
            kind: kind.to_owned(),
            size,
            content: Vec::new(),
        };
        if what == "contents" {
            self.output
                .by_ref()
                .take(size)
                .read_to_end(&mut object.content)
                .unwrap();
            self.output.read_exact(&mut [0]).unwrap();
        }
        Some(object)
    }
}

impl Git {
    fn ask(&self, what: &str, id: &str) -> Option<Object> {
        // The protocol is one line for one question.
        if id.contains('\n') || id.is_empty() {
            return None;
        }
        let mut batch = self.batch.lock().unwrap();
        let batch = batch.get_or_insert_with(|| {
            let mut child = command(self.path())
                .args(["cat-file", "--batch-command"])
                .spawn()
                .unwrap();
            Batch {
                input: child.stdin.take().unwrap(),
                output: BufReader::new(child.stdout.take().unwrap()),
                child,
            }
        });
        batch.ask(what, id)
    }

    /// An object by its id.
    pub(crate) fn object(&self, id: &str) -> Option<Arc<Object>> {
        // One query asks for several fields of the same object.
        let last = self.last.lock().unwrap().clone();
        if let Some(last) = last.filter(|last| last.id == id) {
            return Some(last);
        }
        let object = Arc::new(self.ask("contents", id)?);
        *self.last.lock().unwrap() = Some(Arc::clone(&object));
        Some(object)
    }

    /// An object by its id, without its content.
    pub(crate) fn facts(&self, id: &str) -> Option<Object> {
        self.ask("info", id)
    }

    /// The entries of a tree, in the order of its bytes; hostile ones as they are.
    pub(crate) fn entries(&self, tree: &str) -> Option<Vec<TreeEntry>> {
        let object = self.object(tree).filter(|object| object.kind == "tree")?;
        let mut entries = Vec::new();
        let mut rest = object.content.as_slice();
        while !rest.is_empty() {
            let space = rest.iter().position(|&byte| byte == b' ')?;
            let end = rest.iter().position(|&byte| byte == 0)?;
            let id = rest.get(end + 1..end + 21)?;
            entries.push(TreeEntry {
                mode: String::from_utf8_lossy(&rest[..space]).into_owned(),
                name: rest[space + 1..end].to_vec(),
                id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
            });
            rest = &rest[end + 21..];
        }
        Some(entries)
    }

    /// What stands at a path below a tree.
    pub(crate) fn entry_at(&self, tree: &str, path: &[u8]) -> Option<TreeEntry> {
        let mut tree = tree.to_owned();
        let mut parts = path
            .split(|&byte| byte == b'/')
            .filter(|part| !part.is_empty())
            .peekable();
        loop {
            let name = parts.next()?;
            let entry = self
                .entries(&tree)?
                .into_iter()
                .find(|entry| entry.name == name)?;
            if parts.peek().is_none() {
                return Some(entry);
            }
            tree = entry.id;
        }
    }

    /// A commit by its id.
    pub(crate) fn commit(&self, id: &str) -> Option<Commit> {
        let object = self.object(id).filter(|object| object.kind == "commit")?;
        let text = String::from_utf8_lossy(&object.content).into_owned();
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut commit = Commit {
            id: object.id.clone(),
            tree: String::new(),
            parents: Vec::new(),
            author: signature(""),
            committer: signature(""),
            message: message.trim_end().to_owned(),
        };
        for line in head.lines() {
            match line.split_once(' ') {
                Some(("tree", id)) => id.clone_into(&mut commit.tree),
                Some(("parent", id)) => commit.parents.push(id.to_owned()),
                Some(("author", who)) => commit.author = signature(who),
                Some(("committer", who)) => commit.committer = signature(who),
                _ => {}
            }
        }
        Some(commit)
    }

    /// Writes a blob; its id.
    pub(crate) fn blob(&self, content: &[u8]) -> String {
        let output = self.run(&["hash-object", "-w", "--stdin"], content);
        String::from_utf8(output).unwrap().trim_end().to_owned()
    }

    /// Writes a tree of any entries (mode, name, id) in their order; git itself checks nothing.
    pub(crate) fn tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            let pairs = (0..id.len()).step_by(2);
            bytes.extend(pairs.map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()));
        }
        let arguments = ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"];
        let output = self.run(&arguments, &bytes);
        String::from_utf8(output).unwrap().trim_end().to_owned()
    }

    /// Writes a commit of a tree; its id.
    pub(crate) fn commit_tree(&self, tree: &str, parents: &[&str], message: &str) -> String {
        let mut content = format!("tree {tree}\n");
        for parent in parents {
            content.push_str(&format!("parent {parent}\n"));
        }
        let who = self.someone();
        content.push_str(&format!("author {who}\ncommitter {who}\n\n{message}\n"));
        let output = self.run(
            &["hash-object", "-t", "commit", "-w", "--stdin"],
            content.as_bytes(),
        );
        String::from_utf8(output).unwrap().trim_end().to_owned()
    }

    /// The same commit by others (`login`, or a whole address); its id.
    pub(crate) fn by(&self, commit: &str, author: &str, committer: &str) -> String {
        let content = self.object(commit).unwrap().content.clone();
        let text = String::from_utf8(content).unwrap();
        let (head, message) = text.split_once("\n\n").unwrap();
        let signed = |who: &str| {
            let seconds = 1_795_000_000 + self.next();
            let address = match who.contains('@') {
                true => who.to_owned(),
                false => format!("{who}@users.noreply.example.org"),
            };
            format!("{who} <{address}> {seconds} +0000")
        };
        let lines: Vec<String> = head
            .lines()
            .map(|line| match line.split(' ').next() {
                Some("author") => format!("author {}", signed(author)),
                Some("committer") => format!("committer {}", signed(committer)),
                _ => line.to_owned(),
            })
            .collect();
        let content = format!("{}\n\n{message}", lines.join("\n"));
        let output = self.run(
            &["hash-object", "-t", "commit", "-w", "--stdin"],
            content.as_bytes(),
        );
        String::from_utf8(output).unwrap().trim_end().to_owned()
    }

    /// The author of everything that tests write, one second after the last time.
    pub(super) fn someone(&self) -> String {
        let seconds = 1_795_000_000 + self.next();
        format!("Ada Author <ada@users.noreply.example.org> {seconds} +0000")
    }
}

fn signature(text: &str) -> Signature {
    let (name, rest) = text.split_once(" <").unwrap_or((text, ""));
    let (email, rest) = rest.split_once("> ").unwrap_or((rest, ""));
    let seconds = rest.split(' ').next().unwrap_or_default();
    Signature {
        name: name.to_owned(),
        email: email.to_owned(),
        seconds: seconds.parse().unwrap_or_default(),
    }
}
