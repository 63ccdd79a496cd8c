//! Another server, where nobody should ask: it notes who does.

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::http::{Request, read_request};
use super::site::lock;

/// A server on a port of its own; every request to it is noted and answered with an empty object.
pub(crate) struct Trap {
    port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Trap {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let Ok(copy) = stream.try_clone() else { continue };
                if let Ok(Some(request)) = read_request(&mut BufReader::new(copy)) {
                    lock(&noted).push(request);
                }
                let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { port, seen }
    }

    /// Its address, on the same machine and another port.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Who asked: method and path, and whether an `Authorization` header came along.
    pub(crate) fn seen(&self) -> Vec<(String, bool)> {
        let seen = lock(&self.seen);
        let entry = |request: &Request| {
            let name = format!("{} {}", request.method, request.path);
            (name, request.header("authorization").is_some())
        };
        seen.iter().map(entry).collect()
    }
}
