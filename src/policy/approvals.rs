//! Which approvals a policy asks for, whatever rule asks.

use super::tree::{Content, Tree};
use super::{BUILT_IN, Origin, Policy};
use crate::finding::Level;

/// The key under which the options of a rule, of a transition and of a wish ask for approvals.
const KEY: &str = "approvals";

/// So many approvals of a team, or of people who are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedApproval {
    /// The team, as `organisation/team`.
    pub team: Option<String>,
    /// The logins of people who may approve as well.
    pub users: Vec<String>,
    /// How many are needed.
    pub count: usize,
    /// Where it stands.
    pub origin: Origin,
}

impl Policy {
    /// The approvals that rules which are on ask for, in the order of the policy.
    pub fn approvals(&self) -> Vec<AskedApproval> {
        let mut asked = Vec::new();
        let entries = self.tree.get("rules").map(Tree::entries).unwrap_or_default();
        for rule in self.rules.iter().filter(|rule| rule.level != Level::Off) {
            let entry = entries.iter().find(|entry| entry.key == rule.definition.id);
            if let Some(options) = entry.and_then(|entry| entry.value.get("options")) {
                collect(options, &mut asked);
            }
        }
        asked
    }
}

impl Policy {
    /// The teams that are asked for the review of a topic, each with its place, where a file says so: of those that the
    /// built-in policy names nobody here has thought. Empty where no review is asked for.
    pub fn topic_teams(&self) -> Vec<(String, Origin)> {
        let topics = self.tree.get("teams").map(Tree::entries).unwrap_or_default();
        let mut teams = Vec::new();
        for topic in topics.iter().filter(|_| self.settings.publish.request_reviews) {
            let Content::List(items) = &topic.value.content else {
                continue;
            };
            let own = items.iter().filter(|item| &*item.origin.file != BUILT_IN);
            teams.extend(own.filter_map(|item| {
                let name = item.text()?;
                Some((name.trim_start_matches('@').to_owned(), item.origin.clone()))
            }));
        }
        teams
    }
}

fn collect(tree: &Tree, asked: &mut Vec<AskedApproval>) {
    match &tree.content {
        Content::Scalar(_) => {}
        Content::List(items) => items.iter().for_each(|item| collect(item, asked)),
        Content::Map(entries) => {
            for entry in entries {
                match &entry.value.content {
                    Content::List(items) if entry.key == KEY => asked.extend(items.iter().map(approval)),
                    _ => collect(&entry.value, asked),
                }
            }
        }
    }
}

/// An entry that the rule has read already, so that its form is right.
fn approval(item: &Tree) -> AskedApproval {
    let bare = |name: &str| name.trim_start_matches('@').to_owned();
    let users = match item.get("users").map(|users| &users.content) {
        Some(Content::List(users)) => users.iter().filter_map(Tree::text).map(bare).collect(),
        _ => Vec::new(),
    };
    let count = item.get("count").and_then(|count| count.to_json().as_u64());
    AskedApproval {
        team: item.get("team").and_then(Tree::text).map(bare),
        users,
        count: count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
        origin: item.origin.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn teams(text: &str) -> Vec<(Option<String>, usize, usize)> {
        let policy = Policy::load(Some(("p.yml", text.as_bytes()))).unwrap();
        let asked = policy.approvals().into_iter();
        asked
            .map(|asked| (asked.team, asked.users.len(), asked.count))
            .collect()
    }

    #[test]
    fn the_approvals_of_options_of_transitions_and_of_wishes_are_found() {
        let text = "rules:
  breaking-change-in-stable-connector: { options: { approvals: [{ team: '@o/a' }, { users: [x, y], count: 2 }] } }
  support-level-changed:
    options:
      transitions: [{ from: [certified], to: [community], level: error, approvals: [{ team: o/b, users: [x] }] }]
  approval-required-when: { options: { wishes: [{ fields: [data.name], approvals: [{ team: o/c }], because: It matters. }] } }
";
        let mut found = teams(text);
        found.sort();
        let team = |name: &str| Some(name.to_owned());
        assert_eq!(
            found,
            [
                (None, 2, 2),
                (team("o/a"), 0, 1),
                (team("o/b"), 1, 1),
                (team("o/c"), 0, 1)
            ]
        );
    }

    #[test]
    fn the_teams_of_topics_are_those_that_a_file_names() {
        let topics = |text: &str| {
            let policy = Policy::load(Some(("p.yml", text.as_bytes()))).unwrap();
            let teams = policy.topic_teams().into_iter();
            teams
                .map(|(team, origin)| format!("{team} {origin}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(topics("version: 1\n"), Vec::<String>::new());
        let own = "teams:\n  support-level:\n    - '@o/a'\n";
        assert_eq!(topics(own), ["o/a p.yml:3"]);
        let silent = format!("{own}publish: {{ request-reviews: false }}\n");
        assert_eq!(topics(&silent), Vec::<String>::new());
    }

    #[test]
    fn a_rule_that_is_off_asks_for_nothing() {
        assert_eq!(teams("version: 1\n"), []);
        let off = "rules: { connector-removed: { level: off, options: { approvals: [{ team: o/a }] } } }";
        assert_eq!(teams(off), []);
    }
}
