//! Reads what a pull request shows.
