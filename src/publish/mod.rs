//! Makes a pull request show exactly one report: observe → plan → apply.
//!
//! [`observe`] reads what the pull request shows, the plan is a pure function of that and of what it should show, and
//! [`apply`] is the only code that writes to it. Knows comments and markers; knows no rule.

pub mod apply;
pub mod observe;
