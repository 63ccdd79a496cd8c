//! Report → text, one file for each output.
//!
//! Everything here is pure: the same report gives the same bytes. Each sink escapes in its own way; raw text from a
//! change reaches none of them. Knows reports; knows no rule's reasons, no file and no server.

pub mod annotations;
pub mod check;
pub mod compat;
pub mod job_summary;
pub mod json;
pub mod links;
pub mod markdown;
pub mod outputs;
pub mod page;
pub mod review;
pub mod reviewed_json;
pub mod runner;
pub mod sarif;
pub mod several;
pub mod summary;
pub mod terminal;

mod alike;
mod aside;
mod connector;
mod contract_json;
mod excerpt;
mod finding;
pub(crate) mod footer;
mod headline;
mod json_finding;
mod json_shape;
mod json_text;
mod linkable;
mod merged;
mod part;
mod plain;
mod promise;
mod proposed;
mod requirement;
mod sections;
mod since;
mod standing;
mod sweep;
mod waived;
mod words;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod markdown_oracle;
#[cfg(test)]
mod sample;
