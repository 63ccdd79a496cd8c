//! The log, on the standard error.
//!
//! The runner reads that stream too, so that every line of it passes through the escape of its commands.

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::Environment;
use crate::render::runner::inert;
use crate::text::escape_controls;

/// Starts the log: warnings, or all of it where the runner or the user asks (`RUNNER_DEBUG=1`, `TIERGUARD_LOG=debug`).
///
/// Only the program's own words are shown: a library's could hold headers.
pub fn start(environment: &Environment) {
    let is_asked =
        environment.get("RUNNER_DEBUG") == Some("1") || environment.get("TIERGUARD_LOG") == Some("debug");
    let level = if is_asked { Level::DEBUG } else { Level::WARN };
    let format = tracing_subscriber::fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_target(false)
        .with_writer(Lines::default);
    let only_own = Targets::new().with_target("tierguard", level);
    // An error means that a log was started before, by a test in the same process.
    let _ = tracing_subscriber::registry()
        .with(only_own)
        .with(format)
        .try_init();
}

/// A message as one line that no runner reads as a command.
pub fn line(message: &str) -> String {
    inert(&escape_controls(message)).into_owned()
}

/// Collects one event and writes it escaped.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.0);
        // A log that cannot be written is no reason to stop.
        let _ = writeln!(io::stderr(), "{}", line(text.trim_end()));
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_message_stays_one_line_without_a_command() {
        assert_eq!(
            line("a\n::error::b ##[warning]c"),
            "a\\n::error::b ##\\[warning]c"
        );
        assert_eq!(line("::stop-commands::x"), "\\::stop-commands::x");
    }
}
