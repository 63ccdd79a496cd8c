//! The token is in the header of requests and nowhere else, whatever the server, the log level or the change does.

use serde_json::json;

use super::bot::Bot;
use super::fake::{Fault, Files, World};
use super::scenes::{FILE, GOOD, at, expect, expect_unevaluated, failing, files, quick};

#[test]
fn a_chatty_log_does_not_show_it() {
    for (name, value) in [
        ("RUNNER_DEBUG", "1"),
        ("TIERGUARD_LOG", "debug"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
    ] {
        let world = failing();
        let output = quick(&world)
            .env(name, value)
            .args(&["--status", "--check-run"])
            .on_pull_request(1)
            .run();
        expect(&output, 1, "fail");
        world.finish();
    }
}

#[test]
fn a_chatty_log_counts_the_requests() {
    let world = failing();
    let output = quick(&world).env("RUNNER_DEBUG", "1").on_pull_request(1).run();
    let counts = format!(
        "{} reads and {} writes in all",
        world.reads().len(),
        world.writes().len()
    );
    assert!(output.stderr.contains(&counts), "{counts}: {}", output.stderr);
    world.finish();
}

#[test]
fn a_token_that_no_header_can_carry_is_not_shown() {
    let world = failing();
    for token in [
        "ghs_BADCANARY\nx-evil: 1",
        "ghs_BADCANARY\r\nx: y",
        "ghs_BADCANARY é",
        "ghs_BADCANARY\u{1b}[31m",
        " ghs_BADCANARY",
        "Bearer ghs_BADCANARY",
    ] {
        let bots = [
            quick(&world).token(token),
            quick(&world)
                .without_env("INPUT_TOKEN")
                .env("GITHUB_TOKEN", token),
            quick(&world).args(&["--token", token]),
        ];
        for bot in bots {
            let output = bot.env("RUNNER_DEBUG", "1").on_pull_request(1).run();
            expect_unevaluated(&output);
            let told = format!("{}{}{}", output.stdout, output.stderr, output.step_summary);
            assert!(!told.contains("BADCANARY"), "{told}");
            assert!(told.contains("token"), "{told}");
        }
    }
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn without_a_token_the_run_says_how_to_give_one() {
    let world = failing();
    for bot in [
        quick(&world).without_env("INPUT_TOKEN"),
        quick(&world).input("token", ""),
        quick(&world).args(&["--token", ""]),
    ] {
        let output = bot.on_pull_request(1).run();
        expect_unevaluated(&output);
        assert!(output.stderr.contains("token"), "{}", output.stderr);
    }
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn a_line_break_behind_the_token_does_not_matter() {
    let world = failing();
    let token = format!("{}\n", world.token());
    let output = quick(&world)
        .without_env("INPUT_TOKEN")
        .env("GITHUB_TOKEN", token)
        .on_pull_request(1)
        .run();
    expect(&output, 1, "fail");
    world.finish();
}

#[test]
fn a_server_that_repeats_it_is_not_repeated() {
    for status in [400, 401, 403, 404, 422, 500] {
        let world = failing();
        let echo = format!("you sent Authorization: Bearer {}", world.token());
        let body = json!({"message": echo, "errors": [{"message": echo}], "documentation_url": echo});
        let headers = vec![
            ("x-accepted-github-permissions", world.token().to_owned()),
            ("x-request-id", world.token().to_owned()),
        ];
        world.fault("any", .., Fault::Status(status, headers, body.to_string()));
        let output = quick(&world).env("RUNNER_DEBUG", "1").on_pull_request(1).run();
        expect_unevaluated(&output);
        world.finish();
    }
}

#[test]
fn a_server_that_repeats_it_in_a_refusal_to_write_is_not_repeated() {
    for status in [403, 422, 500] {
        let world = failing();
        let echo = format!("Bearer {}", world.token());
        let body = json!({"message": echo, "errors": [echo]});
        let headers = vec![(
            "x-accepted-github-permissions",
            format!("issues={}", world.token()),
        )];
        world.fault("write", .., Fault::Status(status, headers, body.to_string()));
        let output = quick(&world)
            .env("RUNNER_DEBUG", "1")
            .args(&["--status", "--check-run"])
            .on_pull_request(1)
            .run();
        expect(&output, 1, "fail");
        world.finish();
    }
}

#[test]
fn a_server_that_repeats_it_in_an_answer_is_not_repeated() {
    let world = failing();
    let echo = world.token().to_owned();
    let errors = json!({"data": null, "errors": [{"type": "NOT_FOUND", "message": echo}]});
    world.fault("query *", .., Fault::edit(move |answer| *answer = errors.clone()));
    let output = quick(&world).env("RUNNER_DEBUG", "1").on_pull_request(1).run();
    expect_unevaluated(&output);
    world.finish();
    let world = failing();
    let echo = world.token().to_owned();
    world.fault(
        "query PullRequest",
        ..,
        Fault::edit(move |answer| answer["data"]["repository"]["pullRequest"]["headRefOid"] = json!(echo)),
    );
    let output = quick(&world).env("RUNNER_DEBUG", "1").on_pull_request(1).run();
    expect_unevaluated(&output);
    world.finish();
}

#[test]
fn a_redirect_to_an_address_that_holds_it_is_not_shown() {
    let world = failing();
    let place = format!("https://evil.example/{}", world.token());
    world.fault("GET /compare/*", .., Fault::Redirect(302, place));
    let output = quick(&world).env("RUNNER_DEBUG", "1").on_pull_request(1).run();
    expect_unevaluated(&output);
    world.finish();
}

#[test]
fn a_change_that_holds_it_does_not_get_it_posted() {
    let world = World::new(&files(GOOD));
    let token = world.token().to_owned();
    let text = at("2.0.0").replace("generally_available", &token);
    let number = world.open(&Files::new().file(FILE, text));
    world.change_pull(number, |pull| pull.title = format!("feat: {token}"));
    let output = quick(&world)
        .args(&["--status", "--check-run", "--sarif", "tierguard.sarif"])
        .on_pull_request(number)
        .run();
    expect(&output, 1, "fail");
    assert!(!world.writes().is_empty());
    world.finish();
}

#[test]
fn an_unknown_token_is_refused_by_name() {
    let world = failing();
    world.direct();
    let output = Bot::new(&world)
        .token("ghs_nobodyknowsme0000000000000000000000")
        .on_pull_request(1)
        .run();
    expect_unevaluated(&output);
    assert!(
        output.stderr.contains("401") || output.stdout.contains("401"),
        "{}",
        output.stdout
    );
    world.finish();
}
