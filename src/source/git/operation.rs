//! The commands that git is asked to run, and the whole of their arguments.
//!
//! A frozen list: what varies is an object id, and stands after the end of options. Starts nothing.

use crate::ids::ObjectId;

/// How the rows of a change are printed.
///
/// Inexact renames are looked for among at most 2,000 files: the search grows with the square (1,500 moved and edited
/// files take 1.6 s). Above that git joins exact renames alone, and the connectors are joined by their identity.
const ROWS: [&str; 8] = [
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--no-color",
    "--ignore-submodules=dirty",
];

/// The fields before the rows of a commit; each ends with a NUL, and no commit message can hold one.
const LOG_FORMAT: &str = "--format=tformat:%H%x00%P%x00%ct%x00%s";

/// A command that git is asked to run; there are no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation<'a> {
    /// Objects by name, asked for and answered over pipes.
    Objects,
    /// Where the repository is and what kind it is.
    Layout,
    /// Whether the history is cut off.
    IsShallow,
    /// The name that `git init` gives the first branch here.
    InitialBranch,
    /// The keys of all filters that the configuration names.
    Filters,
    /// The best common ancestor.
    MergeBase(&'a ObjectId, &'a ObjectId),
    /// What differs between two commits.
    DiffCommits(&'a ObjectId, &'a ObjectId),
    /// What differs between a commit and the working tree, as far as git tracks it.
    DiffWorkingTree(&'a ObjectId),
    /// The files of the working tree that git neither tracks nor ignores.
    Untracked,
    /// The commits of a first-parent chain with their changes, oldest first.
    Log {
        /// The last commit.
        last: &'a ObjectId,
        /// A commit whose ancestors are left out.
        after: Option<&'a ObjectId>,
    },
}

impl Operation<'_> {
    pub(super) fn arguments(&self) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match self {
            Self::Objects => words(&["cat-file", "--batch"]),
            Self::Layout => words(&["rev-parse", "--is-bare-repository", "--show-toplevel"]),
            Self::IsShallow => words(&["rev-parse", "--is-shallow-repository"]),
            Self::InitialBranch => words(&["config", "--get", "init.defaultBranch"]),
            Self::Filters => words(&["config", "-z", "--name-only", "--get-regexp", "^filter\\."]),
            Self::MergeBase(one, other) => {
                words(&["merge-base", "--end-of-options", one.as_str(), other.as_str()])
            }
            Self::DiffCommits(base, head) => [
                words(&["diff-tree", "-r", "-M", "-l2000"]),
                words(&ROWS),
                words(&["--end-of-options", base.as_str(), head.as_str(), "--"]),
            ]
            .concat(),
            Self::DiffWorkingTree(base) => [
                // Joining renames would read the working tree's files through the filters.
                words(&["diff-index", "--no-renames"]),
                words(&ROWS),
                words(&["--end-of-options", base.as_str(), "--"]),
            ]
            .concat(),
            Self::Untracked => words(&["ls-files", "-z", "--others", "--exclude-standard", "--full-name"]),
            Self::Log { last, after } => {
                let mut all = words(&["log", "--first-parent", "--diff-merges=first-parent", "--reverse"]);
                all.extend(words(&[
                    "-M",
                    "-l2000",
                    "--no-show-signature",
                    "--no-notes",
                    "--no-mailmap",
                ]));
                all.extend(words(&["--no-decorate", "--encoding=UTF-8", LOG_FORMAT]));
                all.extend(words(&ROWS));
                all.extend(words(&["--end-of-options", last.as_str()]));
                all.extend(after.map(|after| format!("^{after}")));
                all.push("--".to_owned());
                all
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: &str) -> ObjectId {
        ObjectId::new(&digit.repeat(40)).unwrap()
    }

    #[test]
    fn revisions_come_after_the_end_of_options() {
        let (one, other) = (id("1"), id("2"));
        for operation in [
            Operation::MergeBase(&one, &other),
            Operation::DiffCommits(&one, &other),
            Operation::DiffWorkingTree(&one),
            Operation::Log {
                last: &one,
                after: Some(&other),
            },
        ] {
            let arguments = operation.arguments();
            let end = arguments
                .iter()
                .position(|argument| argument == "--end-of-options")
                .unwrap();
            assert!(
                arguments[..end]
                    .iter()
                    .all(|argument| !argument.contains("1111") && !argument.contains("2222"))
            );
            assert!(arguments[end..].iter().any(|argument| *argument == one.as_str()));
        }
    }
}
