//! A list of a pull request that is asked for page by page.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::GitHubSource;
use crate::github::{Error, Query};

#[derive(Deserialize)]
struct Answer<T> {
    repository: Option<Repository<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository<T> {
    pull_request: Option<T>,
}

impl GitHubSource<'_> {
    /// One page of what a query asks of a pull request, from a place of the list on; `None` where GitHub shows none such.
    pub(super) fn ask_page<T: DeserializeOwned>(
        &self,
        query: Query,
        number: u64,
        cursor: &str,
        place: Option<&String>,
    ) -> Result<Option<T>, Error> {
        let mut variables = self.trees.api.variables();
        variables.insert("number".to_owned(), json!(number));
        variables.insert(cursor.to_owned(), json!(place));
        let answer: Answer<T> = self.trees.api.client.query(query, &Value::Object(variables))?;
        Ok(answer.repository.and_then(|repository| repository.pull_request))
    }
}
