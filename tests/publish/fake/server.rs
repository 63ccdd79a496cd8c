//! The one server of the process: connections, tokens, and the order in which a request is judged.
//!
//! Logged, hooks, faults, the work, hooks, the answer. Knows no endpoint.

use std::collections::HashMap;
use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::json;

use super::fault::Fault;
use super::http::{Request, Response, read_request};
use super::ledger::{Entry, Kind};
use super::permission::Caller;
use super::site::{Site, lock};
use super::{graphql, rest};

/// How long a silent connection is held at most; a client has to give up earlier.
const LONGEST_SILENCE: Duration = Duration::from_mins(3);

/// The server of this process.
pub(super) struct Server {
    pub(super) port: u16,
    sites: Mutex<HashMap<String, Arc<Site>>>,
    /// The world whose state `GET /_state` shows.
    shown: Mutex<Option<Arc<Site>>>,
}

/// Where the server listens, when the process says so before its first world.
static ADDRESS: OnceLock<(String, u16)> = OnceLock::new();

/// Chooses the address of the server; in time only before the first world.
pub(crate) fn listen_on(host: &str, port: u16) {
    assert!(
        ADDRESS.set((host.to_owned(), port)).is_ok(),
        "the address is chosen once"
    );
}

/// Starts the server with the first world.
pub(super) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let (host, port) = ADDRESS.get_or_init(|| {
            let port = variable("TIERGUARD_FAKE_PORT").map_or(0, |text| text.parse().unwrap());
            ("127.0.0.1".to_owned(), port)
        });
        let listener = TcpListener::bind((host.as_str(), *port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || converse(stream));
            }
        });
        Server {
            port,
            sites: Mutex::default(),
            shown: Mutex::default(),
        }
    })
}

/// A variable of the process's environment, empty ones left out.
#[expect(
    clippy::disallowed_methods,
    reason = "the harness is told its ports by its environment"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

impl Server {
    pub(super) fn register(&self, token: &str, site: &Arc<Site>) {
        lock(&self.sites).insert(token.to_owned(), Arc::clone(site));
    }

    pub(super) fn unregister(&self, site: &Arc<Site>) {
        lock(&self.sites).retain(|_, other| !Arc::ptr_eq(other, site));
    }

    /// Shows a world's state at `GET /_state`.
    pub(super) fn show(&self, site: &Arc<Site>) {
        *lock(&self.shown) = Some(Arc::clone(site));
    }

    fn find(&self, request: &Request) -> Option<(Arc<Site>, Caller)> {
        let token = request.token()?;
        let site = lock(&self.sites).get(token).cloned()?;
        let caller = site.caller(token)?;
        Some((site, caller))
    }
}

fn converse(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let Ok(mut output) = stream.try_clone() else {
        return;
    };
    let mut input = BufReader::new(stream);
    while let Ok(Some(request)) = read_request(&mut input) {
        if !answer(&request, &mut output) {
            break;
        }
        if request
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
        {
            break;
        }
    }
    let _ = output.shutdown(Shutdown::Both);
}

/// Answers one request; whether the connection goes on.
fn answer(request: &Request, output: &mut TcpStream) -> bool {
    let server = server();
    if request.path.starts_with("/_") {
        return private(request, server).write(output).is_ok();
    }
    let Some((site, caller)) = server.find(request) else {
        let body = json!({"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"});
        return Response::json(401, &body).write(output).is_ok();
    };
    let entry = Entry::new(request);
    let number = site.log(entry.clone());
    site.run_hooks(&entry);
    let fault = site.take_fault(&entry);
    // Killed before its first write: then that write never arrived.
    if entry.kind == Kind::Write && site.before_first_mutation() {
        return false;
    }
    let handled = match &fault {
        Some(fault) if !fault.commits() => Response::empty(200),
        _ => handle(&site, &caller, request, &entry),
    };
    let commits = fault.as_ref().is_none_or(Fault::commits);
    if entry.kind == Kind::Write && commits && carried_out(&entry, &handled) {
        site.commit(number);
    }
    let now = site.state().now().as_second();
    let mut answer = match &fault {
        Some(fault) => fault.answer(&handled, now),
        None => handled,
    };
    site.add_headers(&entry, &mut answer);
    if !matches!(
        fault,
        Some(
            Fault::CloseBeforeHandling
                | Fault::Hang
                | Fault::CommitThenClose
                | Fault::CommitThenHang
                | Fault::Raw(_)
        )
    ) {
        site.answered(number, answer.status);
    }
    send(fault.as_ref(), &answer, output, &site)
}

fn handle(site: &Arc<Site>, caller: &Caller, request: &Request, entry: &Entry) -> Response {
    let work = || {
        if entry.operation.is_some() {
            graphql::handle(site, caller, &entry.body)
        } else {
            rest::handle(site, caller, request)
        }
    };
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        site.unexpected(format!("the fake panicked at {}", entry.name()));
        Response::json(
            500,
            &json!({"message": "the fake panicked", "documentation_url": "", "status": "500"}),
        )
    })
}

fn carried_out(entry: &Entry, answer: &Response) -> bool {
    let refused = entry.operation.is_some()
        && serde_json::from_slice::<serde_json::Value>(&answer.body)
            .is_ok_and(|body| body.get("errors").is_some());
    answer.status < 400 && !refused
}

/// What scripts ask: the state of the world that is shown, or only whether anybody is there.
fn private(request: &Request, server: &Server) -> Response {
    let site = lock(&server.shown).clone();
    match (request.path.as_str(), site) {
        ("/_state", Some(site)) => Response::json(200, &site.dump()),
        ("/_shown", Some(site)) => {
            let mut answer = Response::empty(200).with("content-type", "text/markdown; charset=utf-8");
            answer.body = site.shown_all().into_bytes();
            answer
        }
        ("/_ready", _) => Response::json(200, &json!({"ready": true})),
        _ => Response::empty(404),
    }
}

fn send(fault: Option<&Fault>, answer: &Response, output: &mut TcpStream, site: &Site) -> bool {
    match fault {
        Some(Fault::CloseBeforeHandling | Fault::CommitThenClose) => false,
        Some(Fault::Hang | Fault::CommitThenHang) => {
            be_silent(output, site);
            false
        }
        Some(Fault::Raw(bytes)) => {
            let _ = output.write_all(bytes);
            false
        }
        Some(Fault::TruncatedBody) => {
            let _ = output.write_all(&answer.head());
            let _ = output.write_all(&answer.body[..answer.body.len() / 2]);
            false
        }
        Some(Fault::SlowBytes(pause)) => {
            let mut going = output.write_all(&answer.head()).is_ok();
            for byte in &answer.body {
                if !going || site.has_ended() {
                    return false;
                }
                std::thread::sleep(*pause);
                going = output.write_all(&[*byte]).is_ok();
            }
            going
        }
        Some(Fault::HugeBody(bytes)) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n\"\r\n";
            let mut going = output.write_all(head.as_bytes()).is_ok();
            let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 0x1_0000], b"\r\n"].concat();
            let mut sent = 0;
            while going && sent < *bytes {
                going = output.write_all(&chunk).is_ok();
                sent += 0x1_0000;
            }
            going && output.write_all(b"1\r\n\"\r\n0\r\n\r\n").is_ok()
        }
        _ => answer.write(output).is_ok(),
    }
}

fn be_silent(stream: &mut TcpStream, site: &Site) {
    let started = std::time::Instant::now();
    let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
    while !site.has_ended() && started.elapsed() < LONGEST_SILENCE {
        // A client that has given up closes its side.
        if matches!(stream.read(&mut [0]), Ok(0)) {
            return;
        }
    }
}
