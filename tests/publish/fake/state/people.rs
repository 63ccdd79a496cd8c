//! People, bots and what they may do.

use super::State;

/// Whether an account is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Bot,
}

/// What somebody may do in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

impl Role {
    /// The role's own name, as `role_name` says it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The older four words, as `permission` says it.
    pub(crate) fn permission(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read | Self::Triage => "read",
            Self::Write | Self::Maintain => "write",
            Self::Admin => "admin",
        }
    }
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: u64,
    /// As REST says it: a bot's ends with `[bot]`.
    pub(crate) login: String,
    pub(crate) kind: Kind,
    pub(crate) role: Role,
}

impl Person {
    /// As GraphQL says it: without `[bot]`.
    pub(crate) fn short_login(&self) -> &str {
        self.login.strip_suffix("[bot]").unwrap_or(&self.login)
    }

    /// Says how somebody stands to the repository.
    pub(crate) fn association(&self) -> &'static str {
        match (self.kind, self.role) {
            (Kind::Bot, _) | (_, Role::None) => "NONE",
            (_, Role::Read) => "CONTRIBUTOR",
            (_, Role::Admin) => "OWNER",
            _ => "MEMBER",
        }
    }
}

impl State {
    /// The account of a login, made with a role where there is none; `…[bot]` is a bot.
    pub(crate) fn person(&mut self, login: &str) -> Person {
        if let Some(person) = self.people.get(login) {
            return person.clone();
        }
        let known = [
            ("github-actions[bot]", 41_898_282),
            ("dependabot[bot]", 49_699_333),
        ];
        let id = known.iter().find(|(name, _)| *name == login).map_or_else(
            || {
                // The same login has the same id in every world.
                login
                    .bytes()
                    .fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 90_000_000)
                    + 1_000
            },
            |(_, id)| *id,
        );
        let kind = if login.ends_with("[bot]") {
            Kind::Bot
        } else {
            Kind::User
        };
        let person = Person {
            id,
            login: login.to_owned(),
            kind,
            role: Role::Read,
        };
        self.people.insert(login.to_owned(), person.clone());
        person
    }

    /// Gives a role to somebody.
    pub(crate) fn set_role(&mut self, login: &str, role: Role) {
        let mut person = self.person(login);
        person.role = role;
        self.people.insert(login.to_owned(), person);
    }
}
