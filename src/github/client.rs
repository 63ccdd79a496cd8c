//! Requests with patience: reads are repeated, writes are paced and never repeated.
//!
//! Every function waits for its answer. Knows limits, errors and the way to stop; knows no endpoint.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::StreamExt;
use http::Method;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::answer::{Data, data, malformed};
use super::pace::Pace;
use super::stop::Stop;
use super::transport::Transport;
use super::{Addresses, Error, Loudness, Query, Route, Token};

/// How many reads are under way at once; GitHub allows 100.
const SIDE_BY_SIDE: usize = 8;

/// What a client needs.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Where the API is.
    pub addresses: Addresses,
    /// The token; it goes to the API alone.
    pub token: Token,
    /// The time between two writes; three times as long before one that notifies.
    pub pace: Duration,
    /// How long a run may take for one pull request, waits included.
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
    pub(super) transport: Transport,
    pub(super) connection: Connection,
    pub(super) pace: RefCell<Pace>,
    stop: RefCell<Stop>,
    pub(super) counts: Cell<Counts>,
    /// The count of reads from which on none is sent, while there is one.
    pub(super) most_reads: Cell<Option<usize>>,
    pub(super) clock: Cell<Option<Timestamp>>,
    pub(super) scopes: RefCell<Option<String>>,
    pub(super) end: Cell<Instant>,
    /// The count of writes when the present pull request was begun.
    pub(super) written_before: Cell<usize>,
    /// Until when GitHub last asked to wait.
    pub(super) limit: Cell<Option<Instant>>,
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
            most_reads: Cell::default(),
            clock: Cell::default(),
            scopes: RefCell::default(),
            end: Cell::new(Instant::now() + connection.patience),
            written_before: Cell::default(),
            limit: Cell::default(),
            connection,
            runtime,
        })
    }

    /// Begins another pull request, with time and writes of its own; the distance between writes is kept.
    ///
    /// The error is a limit of GitHub's that lasts longer than a pull request may take: asking all the same is of no use.
    pub fn begin(&self, what: &str) -> Result<(), Error> {
        let now = Instant::now();
        self.end.set(now + self.connection.patience);
        self.written_before.set(self.counts.get().writes);
        let wait = self.limit.get().map(|until| until.saturating_duration_since(now));
        match wait.filter(|wait| *wait > self.connection.patience) {
            None => Ok(()),
            Some(wait) => Err(Error::RateLimited {
                what: what.to_owned(),
                wait,
            }),
        }
    }

    /// Where the API and the pages for people are.
    pub fn addresses(&self) -> &Addresses {
        &self.connection.addresses
    }

    /// The requests so far.
    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// Does something that may send so many reads, repetitions included, and never waits for GitHub's limits: more of
    /// them are the error [`Error::Spent`].
    pub fn with_most_reads<T>(&self, most: usize, work: impl FnOnce() -> T) -> T {
        let before = self.most_reads.replace(Some(self.counts.get().reads + most));
        let done = work();
        self.most_reads.set(before);
        done
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

    /// Asks several queries with their variables side by side; the answers are in their order.
    pub fn query_all<T: DeserializeOwned>(
        &self,
        queries: &[(Query, Value)],
    ) -> Result<Vec<Result<T, Error>>, Error> {
        let reads = queries
            .iter()
            .map(|(query, variables)| self.read_graphql(*query, variables));
        let reads = futures_util::stream::iter(reads).buffered(SIDE_BY_SIDE);
        self.block("several queries", async { Ok(reads.collect().await) })
    }

    /// Writes once, at the pace; whether it happened all the same after an error, [`Error::may_have_happened`] tells.
    pub fn write<T: DeserializeOwned>(
        &self,
        method: &Method,
        route: &Route,
        body: &impl Serialize,
        loudness: Loudness,
    ) -> Result<T, Error> {
        let what = format!("{method} {route}");
        let url = format!("{}{route}", self.connection.addresses.api);
        let body = serde_json::to_string(body).map_err(|error| malformed(&what, &error))?;
        // A change could hold the token on purpose, to have it posted.
        let body = self.connection.token.redact(&body).into_bytes();
        // A request that says nothing has no body: GitHub describes none for a DELETE.
        let body = Some(body).filter(|body| body != b"null");
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
        let write = self.write_once(query.name, Method::POST, url, Some(body), Loudness::Quiet);
        let answer = self.block(query.name, write)?;
        match data(query, &answer, &self.connection.token)? {
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
                answer = answer => answer.map_err(|error| error.without(&self.connection.token)),
            }
        })
    }
}
