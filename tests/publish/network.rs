//! Where requests go, and where they do not: redirects, proxies, addresses, TLS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::bot::{Bot, Output};
use super::fake::{Fault, Kind, World};
use super::scenes::{expect, expect_unevaluated, failing, passing, quick};

/// A place that notes what it is sent and answers one thing.
struct Stranger {
    port: u16,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Stranger {
    fn new(answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                let mut bytes = vec![0; 64 * 1024];
                let count = stream.read(&mut bytes).unwrap_or(0);
                bytes.truncate(count);
                notes.lock().unwrap().push(bytes);
                let _ = stream.write_all(answer);
            }
        });
        Self { port, heard }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn heard(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

fn elsewhere(stranger: &Stranger) -> Vec<String> {
    vec![
        stranger.url("/repos/octo/connectors"),
        "https://api.github.com/repos/octo/connectors".to_owned(),
        "http://localhost:1/x".to_owned(),
        "//evil.example/x".to_owned(),
        "/relative".to_owned(),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        String::new(),
    ]
}

#[test]
fn a_read_is_not_redirected_to_another_place() {
    let stranger = Stranger::new(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    for (status, place) in [301, 302, 303, 307, 308]
        .into_iter()
        .flat_map(|status| elsewhere(&stranger).into_iter().map(move |place| (status, place)))
        .step_by(3)
    {
        let world = passing();
        world.fault("GET /compare/*", .., Fault::Redirect(status, place));
        expect_unevaluated(&quick(&world).on_pull_request(1).run());
        world.finish();
    }
    assert_eq!(stranger.heard(), Vec::<String>::new());
}

#[test]
fn a_query_is_redirected_nowhere() {
    let stranger = Stranger::new(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    for status in [301, 302, 307, 308] {
        for own in [true, false] {
            let world = passing();
            let place = if own {
                world.graphql_url()
            } else {
                stranger.url("/graphql")
            };
            world.fault("query PullRequest", .., Fault::Redirect(status, place));
            expect_unevaluated(&quick(&world).on_pull_request(1).run());
            world.finish();
        }
    }
    assert_eq!(stranger.heard(), Vec::<String>::new());
}

#[test]
fn a_write_is_redirected_nowhere() {
    let stranger = Stranger::new(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}");
    for status in [302, 307, 308] {
        for own in [true, false] {
            let world = failing();
            world.direct();
            let place = match own {
                true => format!("{}/repos/octo/connectors/issues/1/comments", world.api_url()),
                false => stranger.url("/"),
            };
            world.fault("write", .., Fault::Redirect(status, place));
            let output = quick(&world).on_pull_request(1).args(&["--status"]).run();
            expect(&output, 1, "fail");
            assert!(world.requests().iter().all(|entry| !entry.committed));
            assert!(output.commands.iter().any(|command| command.name == "notice"));
            world.finish();
        }
    }
    assert_eq!(stranger.heard(), Vec::<String>::new());
}

#[test]
fn a_renamed_repository_is_read_at_its_new_place() {
    let world = passing();
    world.direct();
    let main = world.tip("main").unwrap();
    let place = format!(
        "{}/repos/octo/connectors/compare/{main}...{}?per_page=1&page=1",
        world.api_url(),
        world.head(1)
    );
    world.fault("GET /compare/*", 1, Fault::Redirect(301, place));
    let output = quick(&world).on_pull_request(1).run();
    expect(&output, 0, "pass");
    let compared = world
        .reads()
        .into_iter()
        .filter(|entry| entry.path.contains("/compare/"));
    assert_eq!(compared.count(), 2);
    world.finish();
}

#[test]
fn redirects_that_go_round_come_to_an_end() {
    let world = passing();
    world.direct();
    let place = format!("{}/repos/octo/connectors/compare/a...b", world.api_url());
    world.fault("GET /compare/*", .., Fault::Redirect(302, place));
    expect_unevaluated(&quick(&world).on_pull_request(1).run());
    assert!(world.requests().len() < 10);
    world.finish();
}

#[test]
fn a_link_header_leads_nowhere() {
    let stranger = Stranger::new(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]");
    let links = [
        format!("<{}>; rel=\"next\"", stranger.url("/next")),
        "</relative>; rel=\"next\"".to_owned(),
        "<https://api.github.com@evil.example/x>; rel=\"next\"".to_owned(),
        "<>; rel=next, ,,;;<".to_owned(),
    ];
    for link in links {
        let world = failing();
        world.fault("any", .., Fault::EvilLinkHeader(link));
        let output = quick(&world).on_pull_request(1).run();
        expect(&output, 1, "fail");
        world.finish();
    }
    assert_eq!(stranger.heard(), Vec::<String>::new());
}

#[test]
fn a_header_of_a_megabyte_is_no_answer() {
    let world = passing();
    let link = format!("<{}>; rel=\"next\"", "x".repeat(1 << 20));
    world.fault("GET /compare/*", .., Fault::EvilLinkHeader(link));
    expect_unevaluated(&quick(&world).on_pull_request(1).run());
    world.finish();
}

#[test]
fn the_token_is_for_https_or_this_machine() {
    let world = failing();
    world.direct();
    let port = world.api_url().rsplit(':').next().unwrap().to_owned();
    for address in [
        format!("http://localhost:{port}"),
        format!("http://0.0.0.0:{port}"),
        format!("http://127.0.0.1.evil.example:{port}"),
        format!("http://u@127.0.0.1:{port}"),
        format!("http://u:p@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}?x"),
        format!("http://127.0.0.1:{port}#x"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        "http://[fd00::1]".to_owned(),
        "http://api.github.com".to_owned(),
        "https://u@api.github.com".to_owned(),
        "ftp://127.0.0.1".to_owned(),
        "api.github.com".to_owned(),
        "https://\u{1b}[31m".to_owned(),
    ] {
        let output = quick(&world)
            .on_pull_request(1)
            .env("GITHUB_API_URL", address.as_str())
            .without_env("GITHUB_GRAPHQL_URL")
            .run();
        expect_unevaluated(&output);
        assert!(
            output.stderr.contains("GITHUB_API_URL"),
            "{address}: {}",
            output.stderr
        );
    }
    let output = quick(&world)
        .on_pull_request(1)
        .env(
            "GITHUB_GRAPHQL_URL",
            "https://api.github.com.evil.example/graphql",
        )
        .run();
    expect_unevaluated(&output);
    assert!(output.stderr.contains("GITHUB_GRAPHQL_URL"));
    assert!(world.requests().is_empty());
    world.finish();
}

/// A run against a host that exists nowhere.
fn of_another_host(world: &World) -> Bot<'_> {
    quick(world)
        .on_pull_request(1)
        .env("GITHUB_API_URL", "https://github.example.invalid/api/v3")
        .env("GITHUB_GRAPHQL_URL", "https://github.example.invalid/api/graphql")
        .env("GITHUB_SERVER_URL", "https://github.example.invalid")
}

fn expect_no_token(world: &World, heard: &[String]) {
    for bytes in heard {
        let lower = bytes.to_ascii_lowercase();
        assert!(
            !lower.contains("authorization") && !bytes.contains(world.token()),
            "{bytes}"
        );
    }
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_and_told_nothing() {
    let world = failing();
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy =
            Stranger::new(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let output = of_another_host(&world).env(variable, proxy.url("")).run();
        expect_unevaluated(&output);
        let heard = proxy.heard();
        assert!(!heard.is_empty(), "{variable} is not heeded");
        assert!(
            heard
                .iter()
                .all(|bytes| bytes.starts_with("CONNECT github.example.invalid:443 ")),
            "{heard:?}"
        );
        expect_no_token(&world, &heard);
    }
    assert!(world.requests().is_empty());
    world.finish();
}

#[test]
fn a_host_can_be_excepted_from_the_proxy() {
    let world = failing();
    let proxy = Stranger::new(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let output = of_another_host(&world)
        .env("HTTPS_PROXY", proxy.url(""))
        .env("NO_PROXY", "example.invalid")
        .run();
    expect_unevaluated(&output);
    assert_eq!(proxy.heard(), Vec::<String>::new());
    world.finish();
}

#[test]
fn a_password_of_the_proxy_is_not_shown() {
    let world = failing();
    let proxy = Stranger::new(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    let output = of_another_host(&world)
        .env(
            "HTTPS_PROXY",
            format!("http://user:hunter2secret@127.0.0.1:{}", proxy.port),
        )
        .env("RUNNER_DEBUG", "1")
        .run();
    expect_unevaluated(&output);
    let told = format!("{}{}{}", output.stdout, output.stderr, output.step_summary);
    assert!(!told.contains("hunter2secret"), "{told}");
    world.finish();
}

#[test]
fn what_is_on_this_machine_is_asked_without_a_proxy() {
    let world = failing();
    let proxy = Stranger::new(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let bot = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"]
        .into_iter()
        .fold(quick(&world), |bot, name| bot.env(name, proxy.url("")));
    let output = bot.on_pull_request(1).run();
    expect_no_token(&world, &proxy.heard());
    assert_eq!(
        proxy.heard(),
        Vec::<String>::new(),
        "plain http would show the token to the proxy"
    );
    expect(&output, 1, "fail");
    world.finish();
}

#[test]
fn https_is_not_given_up() {
    let world = failing();
    let plain = Stranger::new(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    let output = quick(&world)
        .on_pull_request(1)
        .env("GITHUB_API_URL", format!("https://127.0.0.1:{}", plain.port))
        .env(
            "GITHUB_GRAPHQL_URL",
            format!("https://127.0.0.1:{}/graphql", plain.port),
        )
        .run();
    expect_unevaluated(&output);
    assert!(!plain.heard().is_empty());
    expect_no_token(&world, &plain.heard());
    world.finish();
}

#[test]
fn nothing_switches_the_check_of_certificates_off() {
    let world = failing();
    for command in ["review", "doctor"] {
        let help: Output = Bot::new(&world).subcommand(command).args(&["--help"]).run();
        let text = help.stdout.to_ascii_lowercase();
        for word in ["insecure", "verify", "tls", "certificate", "skip"] {
            assert!(!text.contains(word), "{command} --help speaks of `{word}`");
        }
    }
    world.finish();
}

#[test]
fn every_request_is_one_of_ours() {
    let world = failing();
    quick(&world)
        .on_pull_request(1)
        .args(&["--status", "--check-run"])
        .run();
    for entry in world.requests() {
        let header = |name: &str| entry.headers.iter().find(|(other, _)| other == name);
        assert!(header("x-github-api-version").is_some(), "{}", entry.name());
        assert!(header("cookie").is_none() && header("referer").is_none());
        assert!(entry.kind == Kind::Read || entry.status.is_some());
    }
    world.finish();
}
