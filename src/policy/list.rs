//! Files that lie beside a policy and are lists, such as its examples: read with the places of their faults.

use serde::de::DeserializeOwned;

use super::error::PolicyError;
use super::read::read;
use super::tree::{Content, Origin};
use super::typed::typed;

/// Reads a list whose items are of one type, each with its place; the error is every fault of the file, in its order.
pub fn list<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<Vec<(Origin, T)>, Vec<PolicyError>> {
    let mut errors = Vec::new();
    let Some(tree) = read(file, bytes, &mut errors) else {
        return Err(errors);
    };
    let mut made = Vec::new();
    match &tree.content {
        Content::List(items) => {
            for item in items {
                let one = typed(item, None, serde_json::from_value::<T>, &mut errors);
                made.extend(one.map(|one| (item.origin.clone(), one)));
            }
        }
        _ => errors.push(PolicyError::new(
            &tree.origin,
            format!("the file is a list, not {}", tree.noun()),
        )),
    }
    match errors.is_empty() {
        true => Ok(made),
        false => Err(errors),
    }
}
