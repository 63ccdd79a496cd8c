//! What somebody may do in a repository, as the API says it now.

use serde::Deserialize;

use crate::changeset::Role;
use crate::github::{Client, Error, RepositoryName, Route};

#[derive(Deserialize)]
struct Permission {
    /// `admin`, `write`, `read` or `none`: of a role that an organisation made, what it comes to.
    permission: String,
    /// The role's own name.
    #[serde(default)]
    role_name: String,
}

/// Reads what a login may do; whoever the repository does not know may read at most.
pub fn role(client: &Client, repository: &RepositoryName, login: &str) -> Result<Role, Error> {
    let route = Route::of(repository)
        .word("collaborators")
        .part(login)
        .word("permission");
    let read: Permission = client.get(&route)?;
    Ok(match (read.permission.as_str(), read.role_name.as_str()) {
        ("admin", _) => Role::Admin,
        ("maintain", _) | ("write", "maintain") => Role::Maintain,
        ("write", _) => Role::Write,
        _ => Role::Reader,
    })
}
