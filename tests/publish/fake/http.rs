//! HTTP/1.1 as bytes: requests in, answers out.
//!
//! By hand, so that a fault can be exact to the byte. Knows framing; knows no GitHub.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// The longest head and the longest body of a request.
const LONGEST_HEAD: u64 = 256 * 1024;
const LONGEST_BODY: u64 = 64 * 1024 * 1024;

/// One request, read whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path as it was sent, without the query.
    pub(crate) path: String,
    /// The parts of the path, percent-decoded one by one.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `null` for what is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The token of the `Authorization` header.
    pub(crate) fn token(&self) -> Option<&str> {
        let value = self.header("authorization")?;
        let (scheme, token) = value.split_once(' ')?;
        ["bearer", "token"]
            .contains(&scheme.to_ascii_lowercase().as_str())
            .then_some(token.trim())
    }
}

/// One answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![(
                "content-type".to_owned(),
                "application/json; charset=utf-8".to_owned(),
            )],
            body: serde_json::to_vec(body).unwrap(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Replaces a header.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
    }

    /// The head of the answer, with the length of its body.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.status != 204 && self.status != 304 {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    pub(crate) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.body);
        stream.write_all(&bytes)?;
        stream.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

/// Reads the next request of a connection; `None` when the other side is done.
pub(crate) fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut lines = Vec::new();
    let mut left = LONGEST_HEAD;
    loop {
        let mut line = Vec::new();
        let read = stream.by_ref().take(left).read_until(b'\n', &mut line)?;
        left -= read as u64;
        if !line.ends_with(b"\n") {
            return if lines.is_empty() && line.is_empty() {
                Ok(None)
            } else {
                Err(broken("the head ends early or is too long"))
            };
        }
        let line = String::from_utf8(line).map_err(|_| broken("the head is not UTF-8"))?;
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        match (line.is_empty(), lines.is_empty()) {
            (true, true) => {}
            (true, false) => break,
            _ => lines.push(line),
        }
    }
    let mut words = lines[0].split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Err(broken("there is no request line"));
    };
    let mut request = Request {
        method: method.to_owned(),
        ..Request::default()
    };
    for line in &lines[1..] {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| broken("a header has no colon"))?;
        let header = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
        request.headers.push(header);
    }
    read_target(&mut request, target)?;
    if request.header("expect").is_some() {
        stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    request.body = read_body(stream, &request)?;
    Ok(Some(request))
}

fn read_target(request: &mut Request, target: &str) -> io::Result<()> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    path.clone_into(&mut request.path);
    let segments = path.trim_matches('/').split('/').filter(|part| !part.is_empty());
    request.segments = segments.map(decoded).collect::<io::Result<_>>()?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| decoded(&text.replace('+', " "));
        request.query.push((plain(name)?, plain(value)?));
    }
    Ok(())
}

fn decoded(text: &str) -> io::Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            return Err(broken("a percent sign stands alone"));
        };
        bytes.push(u8::try_from(high * 16 + low).unwrap());
    }
    String::from_utf8(bytes).map_err(|_| broken("the target is not UTF-8"))
}

fn read_body(stream: &mut BufReader<TcpStream>, request: &Request) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if request
        .header("transfer-encoding")
        .is_some_and(|value| value.contains("chunked"))
    {
        loop {
            let size = read_line(stream)?;
            let size = size.split(';').next().unwrap_or_default().trim().to_owned();
            let size = u64::from_str_radix(&size, 16).map_err(|_| broken("a chunk has no size"))?;
            if body.len() as u64 + size > LONGEST_BODY {
                return Err(broken("the body is too long"));
            }
            stream.by_ref().take(size).read_to_end(&mut body)?;
            let after = read_line(stream)?;
            if size == 0 {
                return Ok(body);
            }
            if !after.is_empty() {
                return Err(broken("a chunk is longer than it says"));
            }
        }
    }
    let Some(length) = request.header("content-length") else {
        return Ok(body);
    };
    let length: u64 = length.parse().map_err(|_| broken("the length is no number"))?;
    if length > LONGEST_BODY {
        return Err(broken("the body is too long"));
    }
    stream.by_ref().take(length).read_to_end(&mut body)?;
    if body.len() as u64 != length {
        return Err(broken("the body ends early"));
    }
    Ok(body)
}

fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.by_ref().take(1_024).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
