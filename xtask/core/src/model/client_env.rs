//! The environment variables that bring a client to a registry.

use super::secret::Secret;

/// Variables for a client: plain ones, and secrets that no listing shows. Later settings win.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientEnv {
    variables: Vec<(String, Variable)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Variable {
    Plain(String),
    Hidden(Secret),
}

impl ClientEnv {
    #[must_use]
    pub fn plain(mut self, name: &str, value: impl Into<String>) -> ClientEnv {
        self.set(name, Variable::Plain(value.into()));
        self
    }

    #[must_use]
    pub fn hidden(mut self, name: &str, value: Secret) -> ClientEnv {
        self.set(name, Variable::Hidden(value));
        self
    }

    /// Both together; where they disagree the other one wins.
    #[must_use]
    pub fn and(mut self, other: &ClientEnv) -> ClientEnv {
        for (name, value) in &other.variables {
            self.set(name, value.clone());
        }
        self
    }

    /// Names and values, for the one place that starts the client.
    pub fn expose(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| {
            let value = match value {
                Variable::Plain(value) => value.as_str(),
                Variable::Hidden(secret) => secret.expose(),
            };
            (name.as_str(), value)
        })
    }

    /// What must be masked in whatever the client prints.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.variables.iter().filter_map(|(_, value)| match value {
            Variable::Hidden(secret) => Some(secret),
            Variable::Plain(_) => None,
        })
    }

    /// A variable's value, unless it is a secret.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find_map(|(known, value)| match value {
            Variable::Plain(value) if known == name => Some(value.as_str()),
            _ => None,
        })
    }

    fn set(&mut self, name: &str, value: Variable) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_setting_wins_and_no_secret_is_shown() {
        let env = ClientEnv::default().plain("A", "1").hidden("T", Secret::new("geheim")).plain("A", "2");
        let env = env.and(&ClientEnv::default().plain("B", "3"));
        assert_eq!(env.expose().collect::<Vec<_>>(), [("T", "geheim"), ("A", "2"), ("B", "3")]);
        assert!(!format!("{env:?}").contains("geheim"));
        assert_eq!((env.get("A"), env.get("T")), (Some("2"), None));
    }
}
