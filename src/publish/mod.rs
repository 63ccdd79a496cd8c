//! Makes a pull request show exactly one report: observe → plan → apply.
//!
//! [`observe`] reads what the pull request shows ([`observed`]), the [`plan`] is a pure function of that and of what it
//! should show ([`desired`]), and [`apply`] is the only code that writes to it. A write is repeated only by way of
//! reading again that it did not happen. Knows comments and markers; knows no rule.

pub mod account;
pub mod apply;
pub mod body;
pub mod check;
pub mod desired;
pub mod history;
pub mod marker;
pub mod observe;
pub mod observed;
pub mod plan;
