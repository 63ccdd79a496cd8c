//! Real pull requests, reviewed on the day they were merged: what a person would have read there.
//!
//! Each is kept as `tests/reviews/<name>.md`. `TIERGUARD_REVIEWS=write` writes them anew, to be read before they are
//! committed.

use std::path::{Path, PathBuf};

use super::bot::Bot;
use super::fake::World;
use super::source::history;

/// The file's name, the commit, the day it was merged, and the exit code.
const REVIEWS: [(&str, &str, &str, i32); 13] = [
    (
        "breaking-change-of-a-certified-source",
        "c615e50c91127580432aae4dda0bb849f75e8c5f",
        "2025-02-20",
        1,
    ),
    (
        "promotion-to-certified",
        "4e2306ff7e0dbc2a9fccab2ed71e798f7a3e05b3",
        "2024-10-29",
        1,
    ),
    (
        "general-availability-in-a-major-version",
        "b173e3f6779c1e38c11a2c5e853574242ae00e8e",
        "2024-03-07",
        1,
    ),
    (
        "demotion-of-many",
        "9a05fb77776994ea0ebc081ef8af2ef7514135b3",
        "2023-09-08",
        1,
    ),
    (
        "archiving",
        "2daf439dd369c33d3b761c38fee82f752a4936a0",
        "2024-09-04",
        1,
    ),
    (
        "return-from-the-archive",
        "bb1c568edcb409a23417de2b655fabebcfee8a7e",
        "2024-03-06",
        0,
    ),
    (
        "removal-of-a-certified-source",
        "7549a6ece9a6a5f17aa4830ffe24099bfb8d9529",
        "2023-10-06",
        1,
    ),
    (
        "move-to-another-folder",
        "b683178474385aa6f21102dab1b5ae04f1b22e1b",
        "2025-01-08",
        1,
    ),
    (
        "sweep-with-nothing-to-say",
        "7cff49fe23dc0639fcd39ef0426f4ec4f758d1a8",
        "2024-08-13",
        0,
    ),
    (
        "levels-for-hundreds",
        "603179150c799eca1e82438148699cfca678c6e8",
        "2023-08-01",
        1,
    ),
    (
        "lower-version",
        "995823eac24327733d6c523210b776025ed28a91",
        "2024-10-14",
        1,
    ),
    (
        "file-that-readers-disagree-on",
        "02c421c81eb3222cac43680f169b5a4c1393688f",
        "2024-06-27",
        1,
    ),
    (
        "everything-at-once",
        "a5dd38abdd10146fc29f3da9f34ac4cfadd923d2",
        "2025-03-11",
        1,
    ),
];

#[test]
#[ignore = "needs the clone of a real history, named by TIERGUARD_HISTORY"]
fn real_pull_requests_read_as_they_are_kept() {
    let clone = history::clone();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reviews");
    let mut wrong = Vec::new();
    for (name, commit, today, code) in REVIEWS {
        let world = World::over(Path::new(&clone), &format!("{commit}^"), commit);
        let run = || {
            Bot::new(&world)
                .on_pull_request(1)
                .args(&["--pace", "5", "--today", today])
                .run()
        };
        let first = run();
        let shown = world.shown(1);
        let writes = world.writes().len();
        let second = run();
        if (first.code, second.code) != (code, code) {
            wrong.push(format!(
                "{name}: ended with {} and {}, not {code}",
                first.code, second.code
            ));
        }
        if world.writes().len() != writes {
            wrong.push(format!("{name}: the second run writes"));
        }
        wrong.extend(compared(&folder.join(format!("{name}.md")), &shown));
        world.finish();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a kept review, or nothing; writes it where that is asked for.
#[expect(clippy::disallowed_methods, reason = "a person asks by the environment")]
fn compared(file: &PathBuf, shown: &str) -> Option<String> {
    if std::env::var("TIERGUARD_REVIEWS").is_ok_and(|word| word == "write") {
        std::fs::write(file, shown).unwrap();
        return None;
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(&kept, shown);
    (kept != shown).then(|| {
        format!(
            "{} reads otherwise now:\n{}",
            file.display(),
            difference.unified_diff().context_radius(1)
        )
    })
}
