//! A small client for the tests of the fake itself.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::fake::World;

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Sends one request with the world's token; `None` where the connection ends without an answer.
pub(crate) fn try_send(world: &World, method: &str, path: &str, body: Option<&Value>) -> Option<Answer> {
    send_with(world, world.token(), method, path, body)
}

/// Sends one request to a path below the repository, or a whole one that begins with `/`.
pub(crate) fn send(world: &World, method: &str, path: &str, body: Option<&Value>) -> Answer {
    try_send(world, method, path, body).unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

pub(crate) fn get(world: &World, path: &str) -> Answer {
    send(world, "GET", path, None)
}

/// Sends a GraphQL document.
pub(crate) fn graphql(world: &World, query: &str, variables: &Value) -> Value {
    let mut body = json!({"query": query});
    if variables.is_object() {
        body["variables"] = variables.clone();
    }
    send(world, "POST", "/graphql", Some(&body)).json()
}

pub(crate) fn send_with(
    world: &World,
    token: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Option<Answer> {
    let address = world.api_url();
    let host = address.strip_prefix("http://").unwrap();
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/repos/{}/{path}", world.repository())
            .trim_end_matches('/')
            .to_owned()
    };
    let body = body.map(ToString::to_string).unwrap_or_default();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nuser-agent: test\r\n\
         accept: application/vnd.github+json\r\ncontent-length: {}\r\n",
        body.len()
    );
    if !body.is_empty() {
        request.push_str("content-type: application/json\r\n");
    }
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .write_all(format!("{request}\r\n{body}").as_bytes())
        .unwrap();
    let mut bytes = Vec::new();
    let mut part = [0; 16_384];
    // The end of the connection ends an answer early: that is for the caller to see.
    while !is_whole(&bytes) {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let text = if chunked { unchunked(rest) } else { rest.to_owned() };
    Some(Answer {
        status,
        headers,
        text,
    })
}

/// Whether an answer has come to its end, by its own word.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let body = &bytes[end + 4..];
    match head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
    {
        Some(length) => body.len() >= length.trim().parse().unwrap(),
        None if head.contains("transfer-encoding: chunked") => body.ends_with(b"0\r\n\r\n"),
        None => head.starts_with("http/1.1 204"),
    }
}

fn unchunked(mut rest: &str) -> String {
    let mut text = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        if size == 0 || after.len() < size {
            break;
        }
        text.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    text
}
