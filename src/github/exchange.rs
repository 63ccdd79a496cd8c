//! The way of one request: tries, waits, redirects.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{Data, data, malformed, refused};
use super::error::shown;
use super::pace::MOST_WRITES;
use super::retry::{self, Limit, MOST_TRIES};
use super::transport::Answered;
use super::{Client, Error, Loudness, Query, Route};

/// The most redirects of one read; a renamed repository needs one.
const MOST_HOPS: usize = 3;

/// Why a read is tried again.
enum Again {
    Soon(String),
    After(Duration),
}

impl Client {
    pub(super) async fn read_rest<T: DeserializeOwned>(&self, route: &Route) -> Result<T, Error> {
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

    pub(super) async fn read_graphql<T: DeserializeOwned>(
        &self,
        query: Query<'_>,
        variables: &Value,
    ) -> Result<T, Error> {
        let url = self.connection.addresses.graphql.as_str();
        let body = serde_json::to_vec(&json!({ "query": query.text, "variables": variables }))
            .map_err(|error| malformed(query.name, &error))?;
        let again = |answer: &Answered| match data(query, answer, &self.connection.token) {
            Ok(Data::Failed(why)) => Some(Again::Soon(why)),
            Ok(Data::Limited(wait)) => Some(Again::After(wait)),
            Ok(Data::Whole(_)) | Err(_) => None,
        };
        let answer = self
            .read(query.name, &Method::POST, url, Some(&body), again)
            .await?;
        match data(query, &answer, &self.connection.token)? {
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
            let most = self.most_reads.get();
            if most.is_some_and(|most| self.counts.get().reads >= most) {
                return Err(Error::Spent {
                    what: what.to_owned(),
                });
            }
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
                    (Limit::None, _) => return Err(refused(what, &answer, &self.connection.token)),
                },
            };
            match next {
                Again::After(wait) => {
                    limited += 1;
                    self.limit.set(Some(Instant::now() + wait));
                    let may_wait = limited <= MOST_TRIES && most.is_none();
                    if !may_wait || self.pause(what, wait).await.is_err() {
                        return Err(Error::RateLimited {
                            what: what.to_owned(),
                            wait,
                        });
                    }
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

    pub(super) async fn write_once(
        &self,
        what: &str,
        method: Method,
        url: &str,
        body: Option<Vec<u8>>,
        loudness: Loudness,
    ) -> Result<Answered, Error> {
        if self.counts.get().writes >= self.written_before.get() + MOST_WRITES {
            return Err(Error::Spent {
                what: what.to_owned(),
            });
        }
        let wait = self.pace.borrow_mut().wait(loudness, Instant::now());
        self.pause(what, wait).await?;
        let answer = self
            .send(what, &method, url, body, true)
            .await
            .map_err(|why| Error::NoAnswer {
                what: what.to_owned(),
                why,
            })?;
        match (retry::limit(&answer, 0), answer.status.as_u16()) {
            (Limit::Wait(wait), _) => {
                self.limit.set(Some(Instant::now() + wait));
                Err(Error::RateLimited {
                    what: what.to_owned(),
                    wait,
                })
            }
            (Limit::None, 200..=299) => Ok(answer),
            (Limit::None, 400..=499) => Err(refused(what, &answer, &self.connection.token)),
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

    pub(super) async fn pause(&self, what: &str, wait: Duration) -> Result<(), Error> {
        if wait > self.end.get().saturating_duration_since(Instant::now()) {
            return Err(Error::Late {
                what: what.to_owned(),
            });
        }
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }
}

fn refused_redirect(what: &str) -> Error {
    malformed(what, &"it points to another place, which is not followed")
}

/// A number that nobody can foresee; retries of many runs must not meet.
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}
