//! What holds after every run.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Bot, Output, markdown, secrets};
use crate::fake::{Entry, Kind};

/// The outputs of the action.
const OUTPUTS: [&str; 7] = [
    "verdict",
    "findings",
    "errors",
    "warnings",
    "connectors",
    "report",
    "summary-url",
];
/// The commands that a run may give to the runner.
const COMMANDS: [&str; 7] = [
    "notice", "warning", "error", "debug", "group", "endgroup", "add-mask",
];

type Tree = BTreeMap<String, Vec<u8>>;

/// What does not hold, one line for each.
pub(super) fn broken(
    bot: &Bot<'_>,
    output: &Output,
    before: &Tree,
    after: &Tree,
    requests: &[Entry],
) -> Vec<String> {
    let mut broken = fail_closed(output, requests);
    broken.extend(no_secret(bot, output, after, requests));
    broken.extend(no_stray_file(bot, before, after));
    broken.extend(runner_channels(output));
    broken.extend(outputs(output));
    broken.extend(bodies(bot, output, requests));
    broken
}

/// What was not evaluated is published as no success.
fn fail_closed(output: &Output, requests: &[Entry]) -> Vec<String> {
    let mut broken = Vec::new();
    for entry in requests
        .iter()
        .filter(|entry| entry.kind == Kind::Write && entry.operation.is_none())
    {
        let conclusion = entry.body["conclusion"].as_str().unwrap_or_default();
        let status = entry
            .path
            .contains("/statuses/")
            .then(|| entry.body["state"].as_str().unwrap_or_default());
        if ["neutral", "skipped"].contains(&conclusion) {
            broken.push(format!(
                "{} concludes {conclusion}, which counts as passing",
                entry.name()
            ));
        }
        if output.code == 2 && (conclusion == "success" || status == Some("success")) {
            broken.push(format!(
                "{} says success although the run ends with 2",
                entry.name()
            ));
        }
    }
    if ![0, 1, 2].contains(&output.code) && output.code > 0 {
        broken.push(format!("the exit code {}", output.code));
    }
    broken
}

/// The token is in the header of requests and nowhere else.
fn no_secret(bot: &Bot<'_>, output: &Output, after: &Tree, requests: &[Entry]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut look = |place: String, bytes: &[u8]| {
        if secrets::shows(&bot.token, bytes) {
            broken.push(format!("the token is in {place}"));
        }
    };
    // The runner itself has to be told what to mask.
    let masked: String = output
        .stdout
        .lines()
        .filter(|line| !line.starts_with("::add-mask::"))
        .map(|line| format!("{line}\n"))
        .collect();
    look("stdout".to_owned(), masked.as_bytes());
    look("stderr".to_owned(), output.stderr.as_bytes());
    for (name, content) in after.iter().filter(|(name, _)| *name != "event.json") {
        look(format!("the file {name}"), content);
        look(format!("the name of {name}"), name.as_bytes());
    }
    for entry in requests {
        look(
            format!("the address of {}", entry.name()),
            format!("{}{:?}", entry.path, entry.query).as_bytes(),
        );
        look(
            format!("the body of {}", entry.name()),
            entry.body.to_string().as_bytes(),
        );
        for (name, value) in entry.headers.iter().filter(|(name, _)| name != "authorization") {
            look(format!("the header {name} of {}", entry.name()), value.as_bytes());
        }
    }
    broken
}

fn no_stray_file(bot: &Bot<'_>, before: &Tree, after: &Tree) -> Vec<String> {
    let mut broken = Vec::new();
    for name in ["env", "path"] {
        if after.get(name).is_none_or(|content| !content.is_empty()) {
            broken.push(format!("GITHUB_{} was written", name.to_uppercase()));
        }
    }
    if after.contains_key("git-was-run") {
        broken.push("git was run".to_owned());
    }
    let named = |option: &str, otherwise: Option<&str>| {
        let place = bot.arguments.iter().position(|argument| argument == option);
        let argument = place.and_then(|place| bot.arguments.get(place + 1)).cloned();
        let input = bot.variable(&format!(
            "INPUT_{}",
            option.trim_start_matches('-').to_uppercase()
        ));
        let input = input.filter(|value| !value.is_empty()).map(str::to_owned);
        argument.or(input).or(otherwise.map(str::to_owned))
    };
    let allowed: Vec<String> = [
        named("--report", Some("tierguard-report.json")),
        named("--sarif", None),
    ]
    .into_iter()
    .flatten()
    .map(|path| format!("workspace/{path}"))
    .chain(["output".to_owned(), "summary".to_owned()])
    .collect();
    for (name, content) in after {
        let changed = before.get(name) != Some(content);
        if changed
            && !allowed.contains(name)
            && !name.starts_with("temp/")
            && !["env", "path", "git-was-run"].contains(&name.as_str())
        {
            broken.push(format!("the file {name} was written"));
        }
    }
    broken.extend(
        before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .map(|name| format!("the file {name} is gone")),
    );
    broken
}

fn runner_channels(output: &Output) -> Vec<String> {
    let foreign = output
        .commands
        .iter()
        .filter(|command| command.legacy || !COMMANDS.contains(&command.name.as_str()));
    foreign
        .map(|command| format!("the runner would carry out {command:?}"))
        .collect()
}

fn outputs(output: &Output) -> Vec<String> {
    let mut broken = Vec::new();
    if output.outputs.is_empty() || output.code < 0 {
        return broken;
    }
    let mut keys: Vec<&str> = output.outputs.keys().map(String::as_str).collect();
    let mut documented = OUTPUTS.to_vec();
    keys.sort_unstable();
    documented.sort_unstable();
    if keys != documented {
        broken.push(format!("the outputs {keys:?} instead of {documented:?}"));
    }
    let get = |name: &str| output.outputs.get(name).map_or("", String::as_str);
    let verdict = match output.code {
        0 => "pass",
        1 => "fail",
        _ => "could-not-evaluate",
    };
    // Nobody has to heed the verdict of a run that cannot enforce it, but 2 is 2.
    if get("verdict") != verdict && (output.code == 2 || get("verdict") == "could-not-evaluate") {
        broken.push(format!(
            "the verdict {} with the exit code {}",
            get("verdict"),
            output.code
        ));
    }
    for name in ["findings", "errors", "warnings"] {
        if get(name).parse::<u64>().is_err() {
            broken.push(format!("{name} is {:?}", get(name)));
        }
    }
    let plain = |id: &Value| {
        let id = id.as_str().unwrap_or_default();
        !id.is_empty()
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let connectors: Value = serde_json::from_str(get("connectors")).unwrap_or_default();
    if !connectors.as_array().is_some_and(|ids| ids.iter().all(plain)) {
        broken.push(format!("connectors is {:?}", get("connectors")));
    }
    broken
}

/// Every text that was posted or stands in the job summary, as GitHub would show it.
fn bodies(bot: &Bot<'_>, output: &Output, requests: &[Entry]) -> Vec<String> {
    let mut links = bot.links.clone();
    links.extend([
        format!("https://github.com/{}/", bot.world.repository()),
        "https://github.com/tierguard/tierguard".to_owned(),
        "https://docs.airbyte.com/".to_owned(),
        "https://docs.github.com/en/pull-requests/".to_owned(),
    ]);
    let mut broken = Vec::new();
    let mut look = |place: &str, body: &str| {
        for fault in markdown::faults(body, &links) {
            broken.push(format!("{place}: {fault}"));
        }
    };
    look("the job summary", &output.step_summary);
    for entry in requests.iter().filter(|entry| entry.kind == Kind::Write) {
        for (field, body) in texts_of(&entry.body) {
            look(&format!("{} of {}", field, entry.name()), &body);
        }
    }
    broken
}

/// The texts of a request that GitHub reads as Markdown.
fn texts_of(body: &Value) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut add = |field: &str, value: &Value| {
        if let Some(text) = value.as_str() {
            texts.push((field.to_owned(), text.to_owned()));
        }
    };
    add("body", &body["body"]);
    add("input.body", &body["variables"]["input"]["body"]);
    add("variables.body", &body["variables"]["body"]);
    for field in ["summary", "text"] {
        add(field, &body["output"][field]);
    }
    for comment in body["comments"].as_array().into_iter().flatten() {
        add("comments[].body", &comment["body"]);
    }
    texts
}
