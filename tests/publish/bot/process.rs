//! The running process: its streams, its end, and its end by force.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Bot, Output, commands, files_below, invariants, parse_outputs};

/// A run that has begun.
pub(crate) struct Running<'b, 'w> {
    bot: &'b Bot<'w>,
    child: Arc<Mutex<Child>>,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
    began: Instant,
    before: BTreeMap<String, Vec<u8>>,
    requests_before: usize,
}

impl<'b, 'w> Running<'b, 'w> {
    pub(super) fn start(bot: &'b Bot<'w>) -> Self {
        let before = files_below(bot.sandbox.path());
        let requests_before = bot.world.requests().len();
        let mut child = command(bot).spawn().unwrap();
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        let child = Arc::new(Mutex::new(child));
        if let Some(writes) = bot.kill_after {
            let child = Arc::clone(&child);
            bot.world.after_mutation(writes, move |_| end(&child));
        }
        Self {
            bot,
            child,
            stdout,
            stderr,
            began: Instant::now(),
            before,
            requests_before,
        }
    }

    /// The process, for signals.
    pub(crate) fn id(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    /// Ends the process as a cancelled workflow does: `SIGTERM`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the standard library sends no other signal than SIGKILL"
    )]
    pub(crate) fn terminate(&self) {
        let id = self.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(status.success());
    }

    /// Ends the process by force.
    pub(crate) fn kill(&self) {
        end(&self.child);
    }

    /// Waits for the end and checks the invariants.
    pub(crate) fn wait(self) -> Output {
        let in_time = loop {
            if self.child.lock().unwrap().try_wait().unwrap().is_some() {
                break true;
            }
            if self.began.elapsed() > self.bot.patience {
                end(&self.child);
                break false;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let took = self.began.elapsed();
        let status = self.child.lock().unwrap().wait().unwrap();
        let text =
            |stream: JoinHandle<Vec<u8>>| String::from_utf8_lossy(&stream.join().unwrap()).into_owned();
        let (stdout, stderr) = (text(self.stdout), text(self.stderr));
        assert!(in_time, "not done after {took:?}\n{stdout}\n{stderr}");
        let after = files_below(self.bot.sandbox.path());
        let read =
            |name: &str| String::from_utf8_lossy(after.get(name).map_or(&[][..], Vec::as_slice)).into_owned();
        let files = after
            .iter()
            .filter(|(name, content)| self.before.get(*name) != Some(content))
            .filter_map(|(name, content)| {
                let name = name.strip_prefix("workspace/")?;
                Some((name.to_owned(), String::from_utf8_lossy(content).into_owned()))
            })
            .collect();
        let output = Output {
            code: status.code().unwrap_or_else(|| -status.signal().unwrap()),
            outputs: parse_outputs(&read("output")),
            step_summary: read("summary"),
            commands: [commands(&stdout), commands(&stderr)].concat(),
            stdout,
            stderr,
            files,
            took,
        };
        if self.bot.checked {
            let requests = self.bot.world.requests();
            let requests = requests.get(self.requests_before..).unwrap_or(&requests).to_vec();
            let faults = invariants::broken(self.bot, &output, &self.before, &after, &requests);
            assert!(
                faults.is_empty(),
                "broken invariants:\n{}\nexit {}\n--- stdout\n{}\n--- stderr\n{}",
                faults.join("\n"),
                output.code,
                output.stdout,
                output.stderr
            );
        }
        output
    }
}

fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap();
    let _ = child.kill();
    let _ = child.wait();
}

#[expect(clippy::disallowed_methods, reason = "the program under test is a process")]
fn command(bot: &Bot<'_>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierguard"));
    command
        .args(&bot.arguments)
        .current_dir(bot.path("workspace"))
        .env_clear()
        .envs(&bot.environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Where a measurement of coverage collects its counts.
    if let Ok(profile) = std::env::var("LLVM_PROFILE_FILE") {
        command.env("LLVM_PROFILE_FILE", profile);
    }
    command
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        bytes
    })
}
