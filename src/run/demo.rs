//! The main job with nothing to set up: a small repository with a pull request, and the review it gets.

use jiff::civil::date;

use super::rendered;
use crate::changeset::{Revision, Revisions};
use crate::cli::{Colour, Demo};
use crate::evaluate::{Options, evaluate};
use crate::policy::Policy;
use crate::source::directory::DirectorySource;

/// The files of both sides: path, text at base, text at head; an empty text means that the side has no such file.
const FILES: [(&str, &str, &str); 3] = [
    (
        "airbyte-integrations/connectors/source-shop/metadata.yaml",
        include_str!("demo/source-shop.base.yaml"),
        include_str!("demo/source-shop.head.yaml"),
    ),
    (
        "airbyte-integrations/connectors/source-toy/metadata.yaml",
        include_str!("demo/source-toy.base.yaml"),
        include_str!("demo/source-toy.head.yaml"),
    ),
    (
        "docs/integrations/sources/shop-migrations.md",
        "",
        "# Shop Migration Guide\n\n## Upgrading to 2.0.0\n\nNew keys.\n",
    ),
];

pub(super) fn run(arguments: &Demo, colour: Colour) -> anyhow::Result<u8> {
    let folder = tempfile::tempdir()?;
    for (path, base, head) in FILES {
        for (side, text) in [("base", base), ("head", head)] {
            if !text.is_empty() {
                let file = folder.path().join(side).join(path);
                std::fs::create_dir_all(file.parent().expect("every path of the demo has a folder"))?;
                std::fs::write(file, text)?;
            }
        }
    }
    let mut source = DirectorySource::open(&folder.path().join("base"), &folder.path().join("head"))?;
    let policy = Policy::built_in();
    // A fixed day, so that the review is the same on every day that somebody tries it.
    let super::Reading { mut set, diffs } = super::read(&mut source, &policy, date(2026, 11, 23))?;
    // The folder's own name is different on every run and means nothing to anybody.
    let named = |name: &str| Revision::Folder(name.to_owned());
    set.revisions = Revisions {
        base: named("base"),
        head: named("head"),
        target: named("base"),
    };
    let report = evaluate(&set, &diffs, &policy, Options::default());
    super::print(&rendered(
        &report,
        &set,
        arguments.format,
        super::wants_colour(colour),
    ))?;
    Ok(0)
}
