//! tierguard.

pub mod changeset;
pub mod ids;
pub mod text;
pub mod yaml;
