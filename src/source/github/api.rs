//! How GitHub is asked for objects: many in one query, and one by one where that fails.
//!
//! Knows how a query is multiplied and what an error means for the run; knows neither trees nor files.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::github::{Client, Error, Query, RepositoryName, Route};
use crate::ids::ObjectId;

/// The most objects that one query names.
pub(super) const MOST_OBJECTS: usize = 200;

/// The most objects of a run that are read one by one, after a query did not give them; a token of a workflow has
/// 1,000 requests an hour.
const MOST_SINGLE: usize = 100;

/// The API of one repository.
#[derive(Debug)]
pub(super) struct Api<'c> {
    pub(super) client: &'c Client,
    pub(super) repository: RepositoryName,
    single: Cell<usize>,
}

/// The objects that one query names, by the letter of their alias: `o` by id, `e` a folder and `f` a file by
/// `<commit>:<path>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) objects: Vec<ObjectId>,
    pub(super) folders: Vec<String>,
    pub(super) files: Vec<String>,
}

/// What a query with multiplied lines answers.
#[derive(Debug, Deserialize)]
pub(super) struct Found<T> {
    repository: Option<BTreeMap<String, Option<T>>>,
}

impl<T> Found<T> {
    /// Takes the object of an alias; `None` where GitHub has none.
    pub(super) fn take(&mut self, letter: char, index: usize) -> Option<T> {
        let found = self.repository.as_mut()?;
        found.get_mut(&format!("{letter}{index}"))?.take()
    }
}

impl Batch {
    /// How many objects it names.
    pub(super) fn len(&self) -> usize {
        self.objects.len() + self.folders.len() + self.files.len()
    }

    fn lines(&self) -> [(char, usize); 3] {
        [
            ('o', self.objects.len()),
            ('e', self.folders.len()),
            ('f', self.files.len()),
        ]
    }

    /// The document for this batch: each line of the pattern that has a numbered alias once for each object.
    pub(super) fn document(&self, pattern: &str) -> String {
        let mut document = String::with_capacity(pattern.len() + self.len() * 90);
        for line in pattern.lines() {
            let alias = self
                .lines()
                .into_iter()
                .find(|(letter, _)| line.contains(&format!("${letter}0")));
            match alias {
                None => {
                    document.push_str(line);
                    document.push('\n');
                }
                Some((letter, count)) => {
                    for index in 0..count {
                        document.push_str(&line.replace(&format!("{letter}0"), &format!("{letter}{index}")));
                        document.push('\n');
                    }
                }
            }
        }
        document
    }

    fn put_into(&self, variables: &mut Map<String, Value>) {
        for (index, id) in self.objects.iter().enumerate() {
            variables.insert(format!("o{index}"), json!(id.as_str()));
        }
        for (letter, texts) in [('e', &self.folders), ('f', &self.files)] {
            for (index, text) in texts.iter().enumerate() {
                variables.insert(format!("{letter}{index}"), json!(text));
            }
        }
    }
}

impl<'c> Api<'c> {
    pub(super) fn new(client: &'c Client, repository: &RepositoryName) -> Self {
        Self {
            client,
            repository: repository.clone(),
            single: Cell::new(0),
        }
    }

    /// The variables that every query has.
    pub(super) fn variables(&self) -> Map<String, Value> {
        let mut variables = Map::new();
        variables.insert("owner".to_owned(), json!(self.repository.owner));
        variables.insert("name".to_owned(), json!(self.repository.name));
        variables
    }

    /// A path below the repository.
    pub(super) fn route(&self) -> Route {
        Route::of(&self.repository)
    }

    /// Asks for batches side by side; an error of one is its own, unless the run cannot go on.
    pub(super) fn ask<T: serde::de::DeserializeOwned>(
        &self,
        name: &'static str,
        pattern: &'static str,
        batches: &[Batch],
    ) -> Result<Vec<Result<Found<T>, Error>>, Error> {
        let documents: Vec<String> = batches.iter().map(|batch| batch.document(pattern)).collect();
        let queries: Vec<_> = batches
            .iter()
            .zip(&documents)
            .map(|(batch, text)| {
                let mut variables = self.variables();
                batch.put_into(&mut variables);
                (Query { name, text }, Value::Object(variables))
            })
            .collect();
        let answers = self.client.query_all(&queries)?;
        if let Some(error) = answers.iter().find_map(|answer| fatal(answer.as_ref().err()?)) {
            return Err(error);
        }
        Ok(answers)
    }

    /// Reads objects one by one, side by side: the answers of as many as the run may still read so, in their order.
    pub(super) fn each<T: serde::de::DeserializeOwned>(
        &self,
        kind: &'static str,
        ids: &[ObjectId],
    ) -> Result<Vec<Result<T, Error>>, Error> {
        let spare = MOST_SINGLE.saturating_sub(self.single.get()).min(ids.len());
        if spare == 0 {
            return Ok(Vec::new());
        }
        self.single.set(self.single.get() + spare);
        let routes: Vec<Route> = ids[..spare]
            .iter()
            .map(|id| self.route().word("git").word(kind).part(id))
            .collect();
        let answers: Vec<Result<T, Error>> = self.client.get_all(&routes)?;
        if let Some(error) = answers.iter().find_map(|answer| fatal(answer.as_ref().err()?)) {
            return Err(error);
        }
        Ok(answers)
    }
}

/// The error itself, where no other request will fare better.
fn fatal(error: &Error) -> Option<Error> {
    let ends_the_run = error.is_forbidden()
        || matches!(
            error,
            Error::RateLimited { .. } | Error::Late { .. } | Error::Spent { .. } | Error::Stopped { .. }
        );
    ends_the_run.then(|| error.clone())
}

/// Why an object that was to be read one by one was not read.
pub(super) fn unread(id: &ObjectId, answer: Option<Error>) -> String {
    match answer {
        Some(error) if error.is_missing() => {
            format!("GitHub has no object {id}, or none that the token may read")
        }
        Some(error) => format!("object {id} could not be read: {error}"),
        None => format!(
            "object {id} could not be read in one query with others, and {MOST_SINGLE} were read one by one already"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_once_for_each_object_and_not_at_all_for_none() {
        let id = ObjectId::new(&"1".repeat(40)).unwrap();
        let batch = Batch {
            objects: vec![id.clone(), id],
            folders: vec!["x:a".to_owned()],
            files: Vec::new(),
        };
        let pattern = "query Q(\n  $o0: A!\n  $e0: B!\n  $f0: B!\n) {\n  o0: object(oid: $o0)\n  e0: object(expression: $e0)\n  \
                       f0: object(expression: $f0)\n}";
        assert_eq!(
            batch.document(pattern),
            "query Q(\n  $o0: A!\n  $o1: A!\n  $e0: B!\n) {\n  o0: object(oid: $o0)\n  o1: object(oid: $o1)\n  e0: \
             object(expression: $e0)\n}\n"
        );
        let mut variables = Map::new();
        batch.put_into(&mut variables);
        assert_eq!(variables.keys().collect::<Vec<_>>(), ["o0", "o1", "e0"]);
    }

    #[test]
    fn what_the_token_may_not_do_ends_the_run_and_a_missing_object_does_not() {
        let refused = |status| Error::Refused {
            what: "x".to_owned(),
            status,
            message: String::new(),
            accepted_permissions: None,
        };
        assert!(fatal(&refused(401)).is_some() && fatal(&refused(403)).is_some());
        assert!(fatal(&refused(404)).is_none());
    }
}
