//! The repository itself, who asks, and who may do what.

use serde_json::json;

use super::super::http::Response;
use super::super::permission::{Access, Scope};
use super::super::state::Role;
use super::{Call, Reply, error, missing, shape};

pub(super) fn repository(call: &Call<'_>) -> Reply {
    call.require(&[(Scope::Metadata, Access::Read)])?;
    let mut state = call.state();
    let mut value = shape::repository(call.site, &mut state, &call.site.owner, false);
    shape::extend(&mut value, json!({"network_count": 0, "subscribers_count": 0}));
    Ok(Response::json(200, &value))
}

pub(super) fn user(call: &Call<'_>) -> Reply {
    if call.caller.integration {
        return Err(error(403, "Resource not accessible by integration", None));
    }
    let person = call.state().person(&call.caller.login);
    let mut value = shape::person(&person);
    shape::extend(
        &mut value,
        json!({
            "name": null, "company": null, "blog": "", "location": null, "email": null, "hireable": null,
            "bio": null, "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
            "created_at": "2020-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }),
    );
    Ok(Response::json(200, &value))
}

pub(super) fn rate_limit(call: &Call<'_>) -> Response {
    let state = call.state();
    let limit = json!({
        "limit": 1_000, "remaining": 1_000_u64.saturating_sub(state.spent), "used": state.spent,
        "reset": state.now().as_second() + 3_600,
    });
    Response::json(
        200,
        &json!({"resources": {"core": limit, "search": limit, "graphql": limit}, "rate": limit}),
    )
}

pub(super) fn team(call: &Call<'_>, owner: &str, team: &str) -> Reply {
    if !call.state().knobs.teams_readable {
        call.require(&[(Scope::Members, Access::Read)])?;
    }
    let members = call.state().teams.get(team).map(std::collections::BTreeSet::len);
    let Some(members) = members.filter(|_| owner == call.site.owner) else {
        return Err(missing());
    };
    let url = format!("{}/orgs/{owner}/teams/{team}", shape::API);
    let organization = json!({
        "login": owner, "id": 1, "node_id": "O_1", "url": format!("{}/orgs/{owner}", shape::API),
        "repos_url": format!("{}/orgs/{owner}/repos", shape::API), "events_url": format!("{}/orgs/{owner}/events", shape::API),
        "hooks_url": format!("{}/orgs/{owner}/hooks", shape::API), "issues_url": format!("{}/orgs/{owner}/issues", shape::API),
        "members_url": format!("{}/orgs/{owner}/members{{/member}}", shape::API),
        "public_members_url": format!("{}/orgs/{owner}/public_members{{/member}}", shape::API),
        "avatar_url": "https://avatars.githubusercontent.com/u/1", "description": null, "has_organization_projects": true,
        "has_repository_projects": true, "public_repos": 1, "public_gists": 0, "followers": 0, "following": 0,
        "html_url": format!("{}/{owner}", shape::WEB), "type": "Organization", "archived_at": null,
        "created_at": "2020-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    });
    Ok(Response::json(
        200,
        &json!({
            "id": 77, "node_id": "T_77", "url": url, "html_url": format!("{}/orgs/{owner}/teams/{team}", shape::WEB),
            "type": "organization", "name": team, "slug": team, "description": null, "privacy": "closed", "permission": "push",
            "notification_setting": "notifications_enabled", "parent": null,
            "members_url": format!("{url}/members{{/member}}"), "repositories_url": format!("{url}/repos"),
            "members_count": members, "repos_count": 1, "organization": organization,
            "created_at": "2020-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }),
    ))
}

pub(super) fn membership(call: &Call<'_>, owner: &str, team: &str, login: &str) -> Reply {
    if !call.state().knobs.teams_readable {
        call.require(&[(Scope::Members, Access::Read)])?;
    }
    let state = call.state();
    let member = owner == call.site.owner
        && state
            .teams
            .get(team)
            .is_some_and(|members| members.contains(login));
    if !member {
        return Err(missing());
    }
    let url = format!("{}/orgs/{owner}/teams/{team}/memberships/{login}", shape::API);
    Ok(Response::json(
        200,
        &json!({"url": url, "role": "member", "state": "active"}),
    ))
}

pub(super) fn permission(call: &Call<'_>, login: &str) -> Reply {
    call.require(&[(Scope::Metadata, Access::Read)])?;
    let mut state = call.state();
    if !state.people.contains_key(login) {
        return Err(missing());
    }
    let person = state.person(login);
    let role = person.role;
    let mut user = shape::person(&person);
    shape::extend(
        &mut user,
        json!({
            "permissions": {
                "admin": role >= Role::Admin, "maintain": role >= Role::Maintain, "push": role >= Role::Write,
                "triage": role >= Role::Triage, "pull": role >= Role::Read,
            },
            "role_name": role.name(),
        }),
    );
    Ok(Response::json(
        200,
        &json!({"permission": role.permission(), "role_name": role.name(), "user": user}),
    ))
}

pub(super) fn rules(call: &Call<'_>, branch: &str) -> Reply {
    call.require(&[(Scope::Metadata, Access::Read)])?;
    let state = call.state();
    let Some(contexts) = state.required.get(branch) else {
        return Ok(call.page(&[]));
    };
    let checks: Vec<_> = contexts
        .iter()
        .map(|context| json!({"context": context}))
        .collect();
    let rule = json!({
        "type": "required_status_checks", "ruleset_source_type": "Repository",
        "ruleset_source": call.site.repository(), "ruleset_id": 42,
        "parameters": {"strict_required_status_checks_policy": false, "do_not_enforce_on_create": false, "required_status_checks": checks},
    });
    Ok(call.page(&[rule]))
}

pub(super) fn branch(call: &Call<'_>, branch: &str) -> Reply {
    call.require(&[(Scope::Contents, Access::Read)])?;
    let state = call.state();
    let commit = state
        .branches
        .get(branch)
        .and_then(|id| call.site.git.commit(id))
        .ok_or_else(missing)?;
    let contexts = state.required.get(branch).cloned();
    let url = format!(
        "{}/branches/{}",
        shape::repository_url(call.site),
        shape::encoded(branch)
    );
    let required = json!({
        "enforcement_level": if contexts.is_some() { "non_admins" } else { "off" },
        "contexts": contexts.clone().unwrap_or_default(), "checks": [],
    });
    Ok(Response::json(
        200,
        &json!({
            "name": branch, "commit": shape::commit(call.site, &commit),
            "_links": {"self": url, "html": format!("{}/{}/tree/{}", shape::WEB, call.site.repository(), shape::encoded(branch))},
            "protected": contexts.is_some(), "protection_url": format!("{url}/protection"),
            "protection": {"enabled": contexts.is_some(), "required_status_checks": required},
        }),
    ))
}
