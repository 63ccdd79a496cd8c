//! GitHub's API: the only module that names octocrab.
//!
//! [`Client`] sends one request after the other (reads side by side), repeats reads, paces writes and never repeats one.
//! Requests and answers are small structs of the caller's. Knows HTTP, limits and errors; knows no connector.

mod address;
mod answer;
mod client;
mod command;
mod error;
pub mod event;
mod exchange;
mod pace;
mod query;
mod repository;
mod retry;
mod route;
mod stop;
mod transport;

pub use address::{Address, Addresses};
pub use client::{Client, Connection, Counts};
pub use command::Command;
pub use error::Error;
pub use pace::Loudness;
pub use query::Query;
pub use repository::RepositoryName;
pub use route::Route;
pub use transport::Token;
