//! The variables of the process, of which a runner hands over the action's inputs.

use std::collections::BTreeMap;
use std::fmt;

/// The environment of the process, read once.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads the variables of this process; one that is not Unicode has no meaning to the program.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os();
        Self(
            variables
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The action's input of a name, as the runner hands it to a container; none outside of a workflow.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.get(&format!("INPUT_{}", name.to_ascii_uppercase()))
            .filter(|_| self.is_runner())
    }

    /// Whether a runner of GitHub Actions started the program.
    pub fn is_runner(&self) -> bool {
        self.get("GITHUB_ACTIONS") == Some("true")
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A value may be a secret.
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
