//! How fast the program is, measured from outside: processes, as users start them.
//!
//! `cargo bench --bench speed [-- [--history DIR] [--enforce]]` prints a table. `--history` names a clone of a long
//! history to replay; `--enforce` makes a figure above its limit an error. The other repositories are generated here.
//! Memory is the high-water mark of the program itself, without the git that it reads from.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints its figures"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark starts the program and git")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// Connectors of the repository that a typical pull request is made in.
const SMALL: usize = 40;
/// Connectors that the large commit touches.
const LARGE: usize = 384;
/// Lines of the longest known manifest.
const MANIFEST_LINES: usize = 56_000;
/// How often the memory of a process is looked at.
const POLL: Duration = Duration::from_millis(2);

fn main() -> ExitCode {
    match measured() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("speed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every figure is within its limit, or nobody asked.
fn measured() -> anyhow::Result<bool> {
    let arguments = Arguments::read()?;
    let mut table = Table::default();
    let folder = tempfile::tempdir()?;

    let small = repository(&folder.path().join("small"), SMALL, 1)?;
    table.add(
        "check, a typical pull request",
        milliseconds(median(20, || check(&small))?),
        30.0,
        "ms",
    );
    let large = repository(&folder.path().join("large"), LARGE, LARGE)?;
    table.add(
        "check, 384 connectors changed",
        milliseconds(median(5, || check(&large))?),
        300.0,
        "ms",
    );
    let (base, head) = manifests(folder.path())?;
    table.add(
        "check, a manifest of 56,000 lines",
        milliseconds(median(10, || compared(&base, &head))?),
        150.0,
        "ms",
    );
    match &arguments.history {
        Some(history) => {
            let mut memory = 0;
            let time = median(3, || replay(history, &mut memory))?;
            table.add("replay, the whole history", time.as_secs_f64(), 8.0, "s");
            match memory {
                0 => println!("memory is not measured: there is no /proc here"),
                #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
                kibibytes => table.add("replay, peak memory", kibibytes as f64 / 1024.0, 512.0, "MiB"),
            }
        }
        None => println!("replay is not measured: name a clone by `-- --history DIR`"),
    }
    print!("{}", table.text);
    Ok(!arguments.enforce || !table.is_over)
}

#[derive(Default)]
struct Arguments {
    history: Option<PathBuf>,
    enforce: bool,
}

impl Arguments {
    fn read() -> anyhow::Result<Self> {
        let mut read = Self::default();
        let mut words = std::env::args_os().skip(1);
        while let Some(word) = words.next() {
            match word.to_str() {
                // Cargo adds it.
                Some("--bench") => {}
                Some("--enforce") => read.enforce = true,
                Some("--history") => {
                    read.history = Some(words.next().context("--history needs a folder")?.into());
                }
                _ => bail!(
                    "unknown argument {}; known are --history DIR and --enforce",
                    word.display()
                ),
            }
        }
        Ok(read)
    }
}

#[derive(Default)]
struct Table {
    text: String,
    is_over: bool,
}

impl Table {
    fn add(&mut self, figure: &str, median: f64, limit: f64, unit: &str) {
        if self.text.is_empty() {
            let _ = writeln!(self.text, "{:<32} | {:>12} | {:>9}", "figure", "median", "limit");
        }
        let over = if median > limit { "  OVER" } else { "" };
        let _ = writeln!(
            self.text,
            "{figure:<32} | {:>12} | {:>9}{over}",
            format!("{median:.1} {unit}"),
            format!("{limit} {unit}")
        );
        self.is_over |= median > limit;
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The median of some runs, after one that warms the caches.
fn median(runs: usize, mut run: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<Duration> {
    run()?;
    let mut times = (0..runs).map(|_| run()).collect::<anyhow::Result<Vec<_>>>()?;
    times.sort();
    Ok(times[times.len() / 2])
}

fn check(repository: &Path) -> anyhow::Result<Duration> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierguard"));
    command
        .args([
            "check", "--base", "main", "--head", "proposed", "--format", "json", "--repo",
        ])
        .arg(repository);
    command.stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let elapsed = started.elapsed();
    // A run that could not evaluate would be fast for the wrong reason.
    ensure!(matches!(status.code(), Some(0 | 1)), "check ended with {status}");
    Ok(elapsed)
}

/// Two folders of one connector whose manifest of 56,000 lines loses a field.
fn manifests(folder: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let whole = manifest();
    let (lines, bytes) = (whole.lines().count(), whole.len());
    ensure!(
        lines >= MANIFEST_LINES && bytes >= 1_250_000,
        "the manifest has {lines} lines and {bytes} bytes"
    );
    let broken = whole.replacen("field_07", "field_7", 1);
    let sides = [("base", whole), ("head", broken)].map(|(side, manifest)| {
        let connector = folder
            .join(side)
            .join("airbyte-integrations/connectors/source-bench-0");
        std::fs::create_dir_all(&connector)?;
        std::fs::write(
            connector.join("metadata.yaml"),
            metadata(0, "1.4.2", "", "certified"),
        )?;
        std::fs::write(connector.join("manifest.yaml"), manifest)?;
        anyhow::Ok(folder.join(side))
    });
    let [base, head] = sides;
    Ok((base?, head?))
}

/// A declarative manifest as long as the longest known one: 1.25 MB in 56,000 lines.
fn manifest() -> String {
    let mut text = String::from("version: 6.0.0\ntype: DeclarativeSource\nstreams:\n");
    let mut lines = 3;
    let mut stream = 0;
    while lines < MANIFEST_LINES {
        let _ = write!(
            text,
            "  - type: DeclarativeStream
    name: stream_{stream}
    primary_key: [id]
    retriever:
      type: SimpleRetriever
      requester:
        $ref: '#/definitions/requester'
        path: /v1/stream_{stream}
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
"
        );
        lines += 13;
        for field in 0..48 {
            let _ = write!(
                text,
                "          field_{field:02}:
            type:
              - 'null'
              - string
            description: About field {field}
"
            );
            lines += 5;
        }
        stream += 1;
    }
    text.push_str(
        "definitions:\n  requester:\n    type: HttpRequester\n    url_base: https://bench.example.org\n",
    );
    text
}

fn compared(base: &Path, head: &Path) -> anyhow::Result<Duration> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierguard"));
    command
        .args(["check", "--format", "json", "--base-dir"])
        .arg(base)
        .arg("--head-dir")
        .arg(head);
    command.stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let elapsed = started.elapsed();
    // The lost field has to be found.
    ensure!(status.code() == Some(1), "check ended with {status}");
    Ok(elapsed)
}

fn replay(history: &Path, memory: &mut u64) -> anyhow::Result<Duration> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierguard"));
    command
        .args(["replay", "--format", "jsonl", "--repo"])
        .arg(history);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let status = loop {
        *memory = (*memory).max(high_water_mark(&child).unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(POLL);
    };
    let elapsed = started.elapsed();
    ensure!(status.success(), "replay ended with {status}");
    Ok(elapsed)
}

/// The most memory that a process had so far, in KiB, as the kernel counts it.
fn high_water_mark(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// A bare repository with connectors on `main`, and some of them changed on `proposed`.
fn repository(folder: &Path, connectors: usize, changed: usize) -> anyhow::Result<PathBuf> {
    let mut stream = String::new();
    commit(
        &mut stream,
        "main",
        None,
        (0..connectors).map(|number| (number, metadata(number, "1.4.2", "", "community"))),
    );
    let entry = "  releases:\n    breakingChanges:\n      2.0.0:\n        message: \"The keys of `orders` changed.\"\n        \
                 upgradeDeadline: \"2027-03-01\"\n";
    let proposed = (0..changed).map(|number| (number, metadata(number, "2.0.0", entry, "certified")));
    commit(&mut stream, "proposed", Some("main"), proposed);
    stream.push_str("done\n");

    let mut init = Command::new("git");
    init.args(["init", "--quiet", "--bare", "--initial-branch=main"])
        .arg(folder);
    ensure!(
        init.status().context("starting git")?.success(),
        "git init failed"
    );
    let mut import = Command::new("git");
    import
        .arg("-C")
        .arg(folder)
        .args(["fast-import", "--quiet", "--done"])
        .stdin(Stdio::piped());
    let mut child = import.spawn()?;
    child
        .stdin
        .take()
        .context("the pipe was asked for")?
        .write_all(stream.as_bytes())?;
    ensure!(child.wait()?.success(), "git fast-import failed");
    Ok(folder.to_owned())
}

fn commit(
    stream: &mut String,
    branch: &str,
    parent: Option<&str>,
    files: impl Iterator<Item = (usize, String)>,
) {
    let _ = write!(
        stream,
        "commit refs/heads/{branch}\ncommitter Bench <bench@example.org> 1790000000 +0000\n"
    );
    let _ = write!(stream, "data {}\n{branch}\n", branch.len());
    if let Some(parent) = parent {
        let _ = writeln!(stream, "from refs/heads/{parent}");
    }
    for (number, text) in files {
        let _ = writeln!(
            stream,
            "M 100644 inline airbyte-integrations/connectors/source-bench-{number}/metadata.yaml"
        );
        let _ = write!(stream, "data {}\n{text}\n", text.len());
    }
    stream.push('\n');
}

/// A file of the usual length.
fn metadata(number: usize, version: &str, releases: &str, level: &str) -> String {
    format!(
        "data:
  ab_internal:
    ql: 400
    sl: 200
  allowedHosts:
    hosts:
      - api.bench-{number}.example.org
      - \"${{subdomain}}.example.org\"
  connectorBuildOptions:
    baseImage: docker.io/airbyte/python-connector-base:4.0.2@sha256:9fdb1888c4264cf6fee473649ecb593f56f58e5d0096a87ee0b231777e2e3e73
  connectorSubtype: api
  connectorType: source
  definitionId: 00000000-0000-4000-8000-{number:012}
  dockerImageTag: {version}
  dockerRepository: airbyte/source-bench-{number}
  documentationUrl: https://docs.airbyte.com/integrations/sources/bench-{number}
  githubIssueLabel: source-bench-{number}
  icon: bench.svg
  license: ELv2
  maxSecondsBetweenMessages: 7200
  name: Bench {number}
  registryOverrides:
    cloud:
      enabled: true
    oss:
      enabled: true
  releaseDate: 2023-05-01
  releaseStage: generally_available
{releases}  suggestedStreams:
    streams:
      - orders
      - customers
  supportLevel: {level}
  tags:
    - language:manifest-only
    - cdk:low-code
  connectorTestSuitesOptions:
    - suite: liveTests
      testConnections:
        - name: bench_{number}_config
          id: 00000000-0000-4000-9000-{number:012}
    - suite: unitTests
metadataSpecVersion: \"1.0\"
"
    )
}
