//! Two outputs of a connector, `spec` or `discover` of the Airbyte protocol, and what breaks between them.

mod file;
mod protocol;

use crate::change::contract::{Compatibility, compare};
use crate::cli::{Colour, Compat, CompatFormat};
use crate::render;

pub use protocol::{Message, contract};

pub(super) fn run(arguments: &Compat, colour: Colour) -> anyhow::Result<u8> {
    let base = file::read(&arguments.base, arguments.of.into())?;
    let head = file::read(&arguments.head, arguments.of.into())?;
    let diff = compare(&base, &head);
    let text = match arguments.format {
        CompatFormat::Terminal => render::compat::terminal(&diff, super::wants_colour(colour)),
        CompatFormat::Json => render::compat::json(&diff),
    };
    super::print(&text)?;
    Ok(match diff.compatibility {
        Compatibility::Compatible => 0,
        Compatibility::Breaking => 1,
        Compatibility::CannotTell => 2,
    })
}
