//! GitHub's expressions, as far as a job's `if:` needs them to say whether it runs for a push ("Evaluate
//! expressions in workflows and actions"). What only a run knows is unknown.

use super::answer::Answer;
use super::event::{Pushed, RefKind};

/// As deep as brackets may nest.
const DEEPEST: usize = 50;

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Switch(bool),
    Null,
    /// Its truth alone, certain or not; what it is else is not known.
    Truth(Answer),
}

impl Value {
    fn unknown(why: impl Into<String>) -> Value {
        Value::Truth(Answer::unknown(why))
    }

    fn truth(&self) -> Answer {
        match self {
            Value::Text(text) => Answer::of(!text.is_empty()),
            Value::Switch(switch) => Answer::of(*switch),
            Value::Null => Answer::No,
            Value::Truth(answer) => answer.clone(),
        }
    }

    /// Texts are compared without regard to case; values of two types are never guessed about.
    fn equals(&self, other: &Value) -> Answer {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => Answer::of(a.to_lowercase() == b.to_lowercase()),
            (Value::Switch(a), Value::Switch(b)) => Answer::of(a == b),
            (Value::Null, Value::Null) => Answer::Yes,
            (Value::Truth(Answer::Unknown(why)), _) | (_, Value::Truth(Answer::Unknown(why))) => {
                Answer::unknown(why.clone())
            }
            _ => Answer::unknown("two values of different types are compared"),
        }
    }
}

/// Whether a condition asks how the jobs before ended, so that a skipped one does not skip it too.
pub fn asks_for_status(text: &str) -> bool {
    ["always(", "failure(", "cancelled("].iter().any(|name| text.replace(' ', "").contains(name))
}

/// Whether a condition holds when a ref is pushed and all jobs before have succeeded.
pub fn holds(text: &str, pushed: &Pushed) -> Answer {
    let text = text.trim();
    let inside = match text.strip_prefix("${{") {
        Some(rest) => rest.strip_suffix("}}").filter(|inside| !inside.contains("${{")),
        None => (!text.contains("${{")).then_some(text),
    };
    let cannot = || Answer::unknown(format!("the condition `{text}` is not understood"));
    let Some(tokens) = inside.and_then(tokens) else { return cannot() };
    let mut reading = Reading { tokens: &tokens, at: 0, depth: 0, pushed };
    match reading.either() {
        Some(value) if reading.at == tokens.len() => match value.truth() {
            Answer::Unknown(why) => Answer::unknown(format!("`{text}`: {why}")),
            certain => certain,
        },
        _ => cannot(),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Text(String),
    /// A literal, a context with its dots, or a function's name.
    Word(String),
    Sign(&'static str),
}

const SIGNS: [&str; 13] = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", ",", "["];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let mut literal = String::new();
            rest = &rest[1..];
            loop {
                let end = rest.find('\'')?;
                literal.push_str(&rest[..end]);
                rest = &rest[end + 1..];
                match rest.strip_prefix('\'') {
                    Some(after) => {
                        literal.push('\'');
                        rest = after;
                    }
                    None => break,
                }
            }
            tokens.push(Token::Text(literal));
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '+');
            let end = rest.find(|c: char| !word(c)).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

struct Reading<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    pushed: &'a Pushed,
}

impl Reading<'_> {
    fn takes(&mut self, sign: &'static str) -> bool {
        let there = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    fn either(&mut self) -> Option<Value> {
        let mut left = self.both()?;
        while self.takes("||") {
            let right = self.both()?;
            left = match left.truth() {
                Answer::Yes => left,
                Answer::No => right,
                unknown => Value::Truth(unknown.or(right.truth())),
            };
        }
        Some(left)
    }

    fn both(&mut self) -> Option<Value> {
        let mut left = self.compared()?;
        while self.takes("&&") {
            let right = self.compared()?;
            left = match left.truth() {
                Answer::Yes => right,
                Answer::No => left,
                unknown => Value::Truth(unknown.and(right.truth())),
            };
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<Value> {
        let left = self.plain()?;
        if self.takes("==") {
            return Some(Value::Truth(left.equals(&self.plain()?)));
        }
        if self.takes("!=") {
            return Some(Value::Truth(left.equals(&self.plain()?).opposite()));
        }
        for sign in ["<=", ">=", "<", ">"] {
            if self.takes(sign) {
                self.plain()?;
                return Some(Value::unknown(format!("`{sign}` is not evaluated")));
            }
        }
        Some(left)
    }

    fn plain(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let value = self.nested();
        self.depth -= 1;
        value
    }

    fn nested(&mut self) -> Option<Value> {
        if self.takes("!") {
            return Some(Value::Truth(self.plain()?.truth().opposite()));
        }
        if self.takes("(") {
            let value = self.either()?;
            return self.takes(")").then_some(value);
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Text(text) => Some(Value::Text(text)),
            Token::Word(word) if self.takes("(") => {
                let mut given = Vec::new();
                while !self.takes(")") {
                    given.push(self.either()?);
                    if !self.takes(",") && self.tokens.get(self.at) != Some(&Token::Sign(")")) {
                        return None;
                    }
                }
                Some(called(&word, &given))
            }
            Token::Word(word) => Some(self.context(&word)),
            Token::Sign(_) => None,
        }
    }

    fn context(&self, word: &str) -> Value {
        let pushed = self.pushed;
        let text = |text: &str| Value::Text(text.to_owned());
        match word.to_lowercase().as_str() {
            "true" => Value::Switch(true),
            "false" => Value::Switch(false),
            "null" => Value::Null,
            "github.event_name" => text("push"),
            "github.ref" | "github.event.ref" => Value::Text(pushed.full()),
            "github.ref_name" => text(&pushed.name),
            "github.ref_type" if pushed.kind == RefKind::Tag => text("tag"),
            "github.ref_type" => text("branch"),
            "github.head_ref" | "github.base_ref" => text(""),
            "github.event.repository.default_branch" => text(&pushed.default_branch),
            "github.event.deleted" => Value::Switch(false),
            known if known.starts_with("github.event.pull_request") => Value::Null,
            known if known.starts_with("github.event.inputs") => Value::Null,
            _ => Value::unknown(format!("`{word}` is known to a run alone")),
        }
    }
}

fn called(name: &str, given: &[Value]) -> Value {
    let name = name.to_lowercase();
    match (name.as_str(), given) {
        ("always" | "success", []) => Value::Switch(true),
        ("failure" | "cancelled", []) => Value::Switch(false),
        ("startswith" | "endswith" | "contains", [Value::Text(whole), Value::Text(part)]) => {
            let (whole, part) = (whole.to_lowercase(), part.to_lowercase());
            Value::Switch(match name.as_str() {
                "startswith" => whole.starts_with(&part),
                "endswith" => whole.ends_with(&part),
                _ => whole.contains(&part),
            })
        }
        _ => Value::unknown(format!("`{name}(…)` is not evaluated")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn conditions_of_release_jobs() {
        let tag = Pushed::tag("v1.2.3-rc.1", "main");
        let table = [
            ("startsWith(github.ref, 'refs/tags/v')", Some(true)),
            ("${{ github.ref_type == 'tag' && !contains(github.ref_name, '-') }}", Some(false)),
            ("github.event_name == 'PUSH'", Some(true)),
            ("github.event_name == 'pull_request' || github.ref == 'refs/tags/v1.2.3-rc.1'", Some(true)),
            ("github.ref == format('refs/heads/{0}', github.event.repository.default_branch)", None),
            ("github.event.pull_request.merged == true", None),
            ("github.event.pull_request", Some(false)),
            ("always()", Some(true)),
            ("failure() && true", Some(false)),
            ("vars.PUBLISH == 'yes'", None),
            ("vars.PUBLISH == 'yes' && github.ref_type == 'branch'", Some(false)),
            ("vars.PUBLISH == 'yes' || github.ref_type == 'tag'", Some(true)),
            ("endsWith(github.ref, 'it''s')", Some(false)),
            ("(github.ref_name && 'a' || 'b') == 'a'", Some(true)),
            ("github.ref ==", None),
            ("matrix['os'] == 'x'", None),
            ("needs.a.outputs.b", None),
            ("", None),
        ];
        for (text, expected) in table {
            match (holds(text, &tag), expected) {
                (Answer::Unknown(_), None) => {}
                (answer, Some(yes)) => assert_eq!(answer, Answer::of(yes), "{text}"),
                (answer, None) => panic!("{text}: {answer:?}"),
            }
        }
        assert_eq!(holds("github.ref == 'refs/heads/main'", &Pushed::branch("main", "main")), Answer::Yes);
        assert!(asks_for_status("always( ) && x") && !asks_for_status("success()"));
    }

    proptest! {
        #[test]
        fn any_condition_has_an_answer(text in "\\PC{0,40}", odd in "[a-c'()!&|=,<> .${}\\[]{0,40}") {
            holds(&text, &Pushed::tag("v1", "main"));
            holds(&odd, &Pushed::tag("v1", "main"));
        }
    }
}
