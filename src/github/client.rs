//! Requests with patience: reads are repeated, writes are paced and never repeated.
//!
//! Every function waits for its answer. Knows limits, errors and the way to stop; knows no endpoint.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::StreamExt;
use http::Method;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::error::shown;
use super::pace::{MOST_WRITES, Pace};
use super::query::Answer;
use super::retry::{self, Limit, MOST_TRIES};
use super::stop::Stop;
use super::transport::{Answered, Transport};
use super::{Addresses, Error, Loudness, Query, Route, Token};

/// How many reads are under way at once; GitHub allows 100.
const SIDE_BY_SIDE: usize = 8;
/// The most redirects of one read; a renamed repository needs one.
const MOST_HOPS: usize = 3;

/// What a client needs.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Where the API is.
    pub addresses: Addresses,
    /// The token; it goes to the API alone.
    pub token: Token,
    /// The time between two writes; three times as long before one that notifies.
    pub pace: Duration,
    /// How long a run may take, waits included.
    pub patience: Duration,
}

/// The requests of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Requests that change nothing, repetitions included.
    pub reads: usize,
    /// Requests that change something.
    pub writes: usize,
}

/// A client of one API with one token.
pub struct Client {
    runtime: Runtime,
    transport: Transport,
    connection: Connection,
    pace: RefCell<Pace>,
    stop: RefCell<Stop>,
    counts: Cell<Counts>,
    clock: Cell<Option<Timestamp>>,
    scopes: RefCell<Option<String>>,
    end: Instant,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("connection", &self.connection)
            .field("counts", &self.counts.get())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Sets up a client; nothing is sent yet.
    pub fn new(connection: Connection) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("starting the runtime")?;
        let (transport, stop) = runtime.block_on(async {
            anyhow::Ok((
                Transport::new(&connection.addresses, &connection.token)?,
                Stop::listen()?,
            ))
        })?;
        Ok(Self {
            transport,
            stop: RefCell::new(stop),
            pace: RefCell::new(Pace::new(connection.pace)),
            counts: Cell::default(),
            clock: Cell::default(),
            scopes: RefCell::default(),
            end: Instant::now() + connection.patience,
            connection,
            runtime,
        })
    }

    /// Where the API and the pages for people are.
    pub fn addresses(&self) -> &Addresses {
        &self.connection.addresses
    }

    /// The requests so far.
    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// The server's clock, as of its first answer; the local one may be wrong.
    pub fn server_time(&self) -> Option<Timestamp> {
        self.clock.get()
    }

    /// The scopes of a classic token, as the last answer names them (`X-OAuth-Scopes`); other kinds have none.
    pub fn scopes(&self) -> Option<String> {
        self.scopes.borrow().clone()
    }

    /// Reads one thing.
    pub fn get<T: DeserializeOwned>(&self, route: &Route) -> Result<T, Error> {
        self.block(route.as_str(), self.read_rest(route))
    }

    /// Reads several things side by side; the answers are in the order of the routes.
    pub fn get_all<T: DeserializeOwned>(&self, routes: &[Route]) -> Result<Vec<Result<T, Error>>, Error> {
        let reads = routes.iter().map(|route| self.read_rest(route));
        let reads = futures_util::stream::iter(reads).buffered(SIDE_BY_SIDE);
        self.block("several reads", async { Ok(reads.collect().await) })
    }

    /// Asks a query; an answer with any error in it is none.
    pub fn query<T: DeserializeOwned>(&self, query: Query, variables: &Value) -> Result<T, Error> {
        self.block(query.name, self.read_graphql(query, variables))
    }

    /// Asks one query with several sets of variables side by side; the answers are in their order.
    pub fn query_all<T: DeserializeOwned>(
        &self,
        query: Query,
        variables: &[Value],
    ) -> Result<Vec<Result<T, Error>>, Error> {
        let reads = variables
            .iter()
            .map(|variables| self.read_graphql(query, variables));
        let reads = futures_util::stream::iter(reads).buffered(SIDE_BY_SIDE);
        self.block(query.name, async { Ok(reads.collect().await) })
    }

    /// Writes once, at the pace; whether it happened all the same after an error, [`Error::may_have_happened`] tells.
    pub fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        route: &Route,
        body: &impl Serialize,
        loudness: Loudness,
    ) -> Result<T, Error> {
        let what = format!("{method} {route}");
        let url = format!("{}{route}", self.connection.addresses.api);
        let body = serde_json::to_vec(body).map_err(|error| malformed(&what, &error))?;
        let answer = self.block(
            &what,
            self.write_once(&what, method.clone(), &url, body, loudness),
        )?;
        // "204 No Content" says as much as `null`.
        let body = if answer.body.is_empty() {
            b"null"
        } else {
            answer.body.as_slice()
        };
        serde_json::from_slice(body).map_err(|error| malformed(&what, &error))
    }

    /// Carries out a mutation once, at the pace.
    pub fn mutate<T: DeserializeOwned>(&self, query: Query, variables: &Value) -> Result<T, Error> {
        let url = self.connection.addresses.graphql.as_str();
        let body = serde_json::to_vec(&json!({ "query": query.text, "variables": variables }))
            .map_err(|error| malformed(query.name, &error))?;
        let write = self.write_once(query.name, Method::POST, url, body, Loudness::Quiet);
        let answer = self.block(query.name, write)?;
        match self.data(query, &answer)? {
            Data::Whole(data) => serde_json::from_value(data).map_err(|error| malformed(query.name, &error)),
            Data::Limited(wait) => Err(Error::RateLimited {
                what: query.name.to_owned(),
                wait,
            }),
            Data::Failed(why) => Err(Error::NoAnswer {
                what: query.name.to_owned(),
                why,
            }),
        }
    }

    /// Waits, as long as the run may still take that long.
    pub fn wait(&self, what: &str, wait: Duration) -> Result<(), Error> {
        self.block(what, self.pause(what, wait))
    }

    /// Waits for an answer, or for the word to stop.
    fn block<T>(&self, what: &str, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut stop = self.stop.borrow_mut();
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = stop.told() => Err(Error::Stopped { what: what.to_owned(), why: "the run was told to stop" }),
                answer = answer => answer,
            }
        })
    }

    async fn read_rest<T: DeserializeOwned>(&self, route: &Route) -> Result<T, Error> {
        let what = format!("GET {route}");
        let mut url = format!("{}{route}", self.connection.addresses.api);
        for _ in 0..=MOST_HOPS {
            let answer = self.read(&what, &Method::GET, &url, None, |_| None).await?;
            if !answer.status.is_redirection() {
                return serde_json::from_slice(&answer.body).map_err(|error| malformed(&what, &error));
            }
            let next = answer
                .header("location")
                .filter(|next| self.connection.addresses.is_own(next));
            url = next.ok_or_else(|| refused_redirect(&what))?.to_owned();
        }
        Err(refused_redirect(&what))
    }

    async fn read_graphql<T: DeserializeOwned>(&self, query: Query, variables: &Value) -> Result<T, Error> {
        let url = self.connection.addresses.graphql.as_str();
        let body = serde_json::to_vec(&json!({ "query": query.text, "variables": variables }))
            .map_err(|error| malformed(query.name, &error))?;
        let again = |answer: &Answered| match self.data(query, answer) {
            Ok(Data::Failed(why)) => Some(Again::Soon(why)),
            Ok(Data::Limited(wait)) => Some(Again::After(wait)),
            Ok(Data::Whole(_)) | Err(_) => None,
        };
        let answer = self
            .read(query.name, &Method::POST, url, Some(&body), again)
            .await?;
        match self.data(query, &answer)? {
            Data::Whole(data) => serde_json::from_value(data).map_err(|error| malformed(query.name, &error)),
            Data::Limited(_) | Data::Failed(_) => Err(malformed(query.name, &"an error in place of data")),
        }
    }

    /// Reads with patience; `again` finds what makes an answer with a good status worth another try.
    async fn read(
        &self,
        what: &str,
        method: &Method,
        url: &str,
        body: Option<&[u8]>,
        again: impl Fn(&Answered) -> Option<Again>,
    ) -> Result<Answered, Error> {
        let mut limited = 0;
        let mut tried = 0;
        loop {
            tried += 1;
            let outcome = self
                .send(what, method, url, body.map(<[u8]>::to_vec), false)
                .await;
            let next = match outcome {
                Err(why) => Again::Soon(why),
                Ok(answer) => match (retry::limit(&answer, limited), answer.status.as_u16()) {
                    (Limit::Wait(wait), _) => Again::After(wait),
                    (Limit::None, 500..) => {
                        Again::Soon(format!("GitHub answered {}", answer.status.as_u16()))
                    }
                    (Limit::None, 200..=399) => match again(&answer) {
                        None => return Ok(answer),
                        Some(next) => next,
                    },
                    (Limit::None, _) => return Err(self.refused(what, &answer)),
                },
            };
            match next {
                Again::After(wait) => {
                    limited += 1;
                    if limited > MOST_TRIES {
                        return Err(Error::RateLimited {
                            what: what.to_owned(),
                            wait,
                        });
                    }
                    self.pause(what, wait).await?;
                }
                Again::Soon(why) if tried >= MOST_TRIES => {
                    return Err(Error::NoAnswer {
                        what: what.to_owned(),
                        why,
                    });
                }
                Again::Soon(why) => {
                    tracing::debug!("{what}: {why}; trying again");
                    let step = self.connection.pace / 2;
                    self.pause(what, retry::back_off(step, tried - 1, chance()))
                        .await?;
                }
            }
        }
    }

    async fn write_once(
        &self,
        what: &str,
        method: Method,
        url: &str,
        body: Vec<u8>,
        loudness: Loudness,
    ) -> Result<Answered, Error> {
        if self.counts.get().writes >= MOST_WRITES {
            return Err(Error::Stopped {
                what: what.to_owned(),
                why: "this run has made as many changes as one run may",
            });
        }
        let wait = self.pace.borrow_mut().wait(loudness, Instant::now());
        self.pause(what, wait).await?;
        let answer = self
            .send(what, &method, url, Some(body), true)
            .await
            .map_err(|why| Error::NoAnswer {
                what: what.to_owned(),
                why,
            })?;
        match (retry::limit(&answer, 0), answer.status.as_u16()) {
            (Limit::Wait(wait), _) => Err(Error::RateLimited {
                what: what.to_owned(),
                wait,
            }),
            (Limit::None, 200..=299) => Ok(answer),
            (Limit::None, 400..=499) => Err(self.refused(what, &answer)),
            (Limit::None, status) => Err(Error::NoAnswer {
                what: what.to_owned(),
                why: format!("GitHub answered {status}"),
            }),
        }
    }

    async fn send(
        &self,
        what: &str,
        method: &Method,
        url: &str,
        body: Option<Vec<u8>>,
        is_write: bool,
    ) -> Result<Answered, String> {
        let mut counts = self.counts.get();
        match is_write {
            true => counts.writes += 1,
            false => counts.reads += 1,
        }
        self.counts.set(counts);
        let started = Instant::now();
        let outcome = self.transport.send(method.clone(), url, body).await;
        let elapsed = started.elapsed().as_millis();
        match outcome {
            Ok(answer) => {
                if self.clock.get().is_none() {
                    self.clock.set(answer.header("date").and_then(retry::moment));
                }
                if let Some(scopes) = answer.header("x-oauth-scopes") {
                    let scopes = shown(&self.connection.token.redact(scopes));
                    self.scopes.replace(Some(scopes));
                }
                tracing::debug!("{what}: {} in {elapsed} ms", answer.status.as_u16());
                Ok(answer)
            }
            Err(why) => {
                let why = self.connection.token.redact(&why);
                tracing::debug!("{what}: {why} after {elapsed} ms");
                Err(why)
            }
        }
    }

    async fn pause(&self, what: &str, wait: Duration) -> Result<(), Error> {
        if wait > self.end.saturating_duration_since(Instant::now()) {
            return Err(Error::RateLimited {
                what: what.to_owned(),
                wait,
            });
        }
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn refused(&self, what: &str, answer: &Answered) -> Error {
        #[derive(serde::Deserialize)]
        struct Said {
            #[serde(default)]
            message: String,
            #[serde(default)]
            errors: Option<Value>,
        }
        let said: Option<Said> = serde_json::from_slice(&answer.body).ok();
        let message = said.map_or_else(String::new, |said| match said.errors {
            Some(errors) => format!("{}: {errors}", said.message),
            None => said.message,
        });
        Error::Refused {
            what: what.to_owned(),
            status: answer.status.as_u16(),
            message: shown(&self.connection.token.redact(&message)),
            accepted_permissions: answer
                .header("x-accepted-github-permissions")
                .map(|accepted| shown(&self.connection.token.redact(accepted))),
        }
    }

    /// Reads GraphQL's answer; what GitHub refuses there has the meaning that a status has elsewhere.
    fn data(&self, query: Query, answer: &Answered) -> Result<Data, Error> {
        let read: Answer =
            serde_json::from_slice(&answer.body).map_err(|error| malformed(query.name, &error))?;
        let Some(fault) = read.errors.first() else {
            return match read.data {
                Some(data) if !data.is_null() => Ok(Data::Whole(data)),
                _ => Err(malformed(query.name, &"it has no data")),
            };
        };
        let message = shown(&self.connection.token.redact(&fault.message));
        let status = match fault.kind.as_deref() {
            Some("RATE_LIMITED") => {
                return Ok(Data::Limited(match retry::limit(answer, 0) {
                    Limit::Wait(wait) => wait,
                    Limit::None => Duration::from_secs(60),
                }));
            }
            Some("NOT_FOUND") => 404,
            Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => 403,
            Some("UNPROCESSABLE") => 422,
            _ => return Ok(Data::Failed(format!("GitHub answered with an error: {message}"))),
        };
        Err(Error::Refused {
            what: query.name.to_owned(),
            status,
            message,
            accepted_permissions: answer.header("x-accepted-github-permissions").map(shown),
        })
    }
}

/// Why a read is tried again.
enum Again {
    Soon(String),
    After(Duration),
}

/// What an answer of GraphQL holds.
enum Data {
    Whole(Value),
    Limited(Duration),
    Failed(String),
}

fn malformed(what: &str, why: &impl fmt::Display) -> Error {
    Error::Malformed {
        what: what.to_owned(),
        why: shown(&why.to_string()),
    }
}

fn refused_redirect(what: &str) -> Error {
    Error::Malformed {
        what: what.to_owned(),
        why: "it points to another place, which is not followed".to_owned(),
    }
}

/// A number that nobody can foresee; retries of many runs must not meet.
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}
