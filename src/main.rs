//! The process edge: arguments, colour, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tierguard::cli::{Cli, Environment};
use tierguard::run;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|information| {
        if tierguard::yaml::parser_is_guarded() {
            return;
        }
        // A fixed form: the message could quote foreign text, which a runner would read as commands.
        let place = information
            .location()
            .map(|place| format!(" ({}:{})", place.file(), place.line()));
        let _ = writeln!(
            std::io::stderr(),
            "tierguard: internal error{}; please report it",
            place.unwrap_or_default()
        );
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    let environment = Environment::of_process();
    run::log::start(&environment);
    match std::panic::catch_unwind(|| run::run(cli, &environment)) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(error)) => {
            let _ = writeln!(
                std::io::stderr(),
                "tierguard: {}",
                run::log::line(&format!("{error:#}"))
            );
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}
