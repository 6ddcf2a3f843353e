//! GitLab's expressions in `rules:if` and `only:variables` ("Job rules", CI/CD variable expressions).

use regex::{Regex, RegexBuilder};

use super::answer::Answer;
use super::variables::Variables;

/// As deep as parentheses may nest.
const DEEPEST: usize = 50;

/// What one side of an operator comes to.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    /// `null`, or a variable that is not set.
    Null,
    Pattern(Regex),
    Truth(Answer),
}

impl Value {
    fn unknown(why: impl Into<String>) -> Value {
        Value::Truth(Answer::unknown(why))
    }

    /// Whether it is defined and not empty.
    fn truth(&self) -> Answer {
        match self {
            Value::Text(text) => Answer::of(!text.is_empty()),
            Value::Null => Answer::No,
            Value::Pattern(_) => Answer::Yes,
            Value::Truth(answer) => answer.clone(),
        }
    }
}

/// Whether an expression holds.
pub fn holds(text: &str, variables: &Variables) -> Answer {
    let cannot = || Answer::unknown(format!("the rule `{}` is not understood", text.trim()));
    let Some(tokens) = tokens(text) else { return cannot() };
    let mut reading = Reading { tokens: &tokens, at: 0, depth: 0, variables };
    match reading.either() {
        Some(value) if reading.at == tokens.len() => match value.truth() {
            Answer::Unknown(why) => Answer::unknown(format!("`{}`: {why}", text.trim())),
            certain => certain,
        },
        _ => cannot(),
    }
}

/// A pattern as GitLab writes it, `/^v\d/i`, for RE2; none for what is not one.
pub fn pattern(text: &str) -> Option<Regex> {
    let rest = text.strip_prefix('/')?;
    let end = rest.rfind('/')?;
    let (body, flags) = (&rest[..end], &rest[end + 1..]);
    if body.is_empty() || !flags.chars().all(|flag| flag == 'i') {
        return None;
    }
    RegexBuilder::new(&body.replace("\\/", "/")).case_insensitive(!flags.is_empty()).build().ok()
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Variable(String),
    Text(String),
    Pattern(String),
    Null,
    Sign(&'static str),
}

const SIGNS: [&str; 8] = ["&&", "||", "==", "!=", "=~", "!~", "(", ")"];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let word =
            |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let length = match first {
            '$' => {
                let end = 1 + word(&rest[1..]);
                tokens.push(Token::Variable(rest[1..end].to_owned()));
                if end == 1 {
                    return None;
                }
                end
            }
            '"' | '\'' => {
                let end = 1 + rest[1..].find(first)?;
                tokens.push(Token::Text(rest[1..end].to_owned()));
                end + 1
            }
            '/' => {
                let mut escaped = false;
                let close = rest[1..].char_indices().find(|(_, c)| {
                    let closes = *c == '/' && !escaped;
                    escaped = *c == '\\' && !escaped;
                    closes
                })?;
                let end = close.0 + 2;
                let end = end + word(&rest[end..]);
                tokens.push(Token::Pattern(rest[..end].to_owned()));
                end
            }
            _ if rest.starts_with("null") && word(rest) == 4 => {
                tokens.push(Token::Null);
                4
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
                tokens.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

struct Reading<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    variables: &'a Variables,
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
            left = Value::Truth(left.truth().or(self.both()?.truth()));
        }
        Some(left)
    }

    fn both(&mut self) -> Option<Value> {
        let mut left = self.compared()?;
        while self.takes("&&") {
            left = Value::Truth(left.truth().and(self.compared()?.truth()));
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<Value> {
        let left = self.plain()?;
        let sign = ["==", "!=", "=~", "!~"].into_iter().find(|sign| self.takes(sign));
        let Some(sign) = sign else { return Some(left) };
        let right = self.plain()?;
        let answer = if sign.ends_with('~') { matches(&left, &right) } else { equal(&left, &right) };
        Some(Value::Truth(if sign.starts_with('!') { answer.opposite() } else { answer }))
    }

    fn plain(&mut self) -> Option<Value> {
        if self.takes("(") {
            self.depth += 1;
            let value = if self.depth > DEEPEST { None } else { self.either() };
            self.depth -= 1;
            let value = value?;
            return self.takes(")").then_some(value);
        }
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(match token {
            Token::Null => Value::Null,
            Token::Text(text) => Value::Text(text.clone()),
            Token::Pattern(text) => match pattern(text) {
                Some(pattern) => Value::Pattern(pattern),
                None => Value::unknown(format!("the pattern `{text}` is not understood")),
            },
            Token::Variable(name) => match self.variables.get(name) {
                Ok(Some(text)) => Value::Text(text),
                Ok(None) => Value::Null,
                Err(why) => Value::unknown(why),
            },
            Token::Sign(_) => return None,
        })
    }
}

fn equal(left: &Value, right: &Value) -> Answer {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Answer::of(a == b),
        (Value::Null, Value::Null) => Answer::Yes,
        (Value::Null, Value::Text(_)) | (Value::Text(_), Value::Null) => Answer::No,
        _ => why(left, right),
    }
}

fn matches(left: &Value, right: &Value) -> Answer {
    let held;
    let regex = match right {
        Value::Pattern(regex) => regex,
        // A variable may hold the pattern, its slashes included.
        Value::Text(text) => match pattern(text) {
            Some(regex) => {
                held = regex;
                &held
            }
            None => return Answer::unknown(format!("`{text}` is no pattern")),
        },
        _ => return why(left, right),
    };
    match left {
        Value::Text(text) => Answer::of(regex.is_match(text)),
        Value::Null => Answer::No,
        _ => why(left, right),
    }
}

/// The reason that one of the sides has, or that they do not go together.
fn why(left: &Value, right: &Value) -> Answer {
    let unknown = [left, right].into_iter().find_map(|side| match side {
        Value::Truth(Answer::Unknown(why)) => Some(why.clone()),
        _ => None,
    });
    Answer::Unknown(unknown.unwrap_or_else(|| "two sides that can't be compared".to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::event::Pushed;
    use super::*;

    #[test]
    fn rules_of_a_tag() {
        let variables = Variables::of(&Pushed::tag("scheduler-v0.4.0b1", "main"));
        let table = [
            ("$CI_COMMIT_TAG", Some(true)),
            ("$CI_COMMIT_BRANCH", Some(false)),
            ("$CI_COMMIT_TAG =~ /^v/", Some(false)),
            ("$CI_COMMIT_TAG =~ /^scheduler-v[0-9]+\\.[0-9]+/", Some(true)),
            ("$CI_COMMIT_TAG =~ /^SCHEDULER/i", Some(true)),
            ("$CI_COMMIT_TAG !~ /-v/", Some(false)),
            ("$CI_COMMIT_BRANCH =~ /x/", Some(false)),
            ("$CI_COMMIT_BRANCH !~ /x/", Some(true)),
            ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", Some(false)),
            ("$CI_COMMIT_TAG == null", Some(false)),
            ("$CI_COMMIT_BRANCH == null && $CI_PIPELINE_SOURCE == \"push\"", Some(true)),
            ("$CI_COMMIT_BRANCH == ''", Some(false)),
            ("$CI_MERGE_REQUEST_IID || ($CI_COMMIT_TAG && $CI_PIPELINE_SOURCE != 'schedule')", Some(true)),
            ("$DEPLOY", None),
            ("$DEPLOY == 'yes' && $CI_COMMIT_BRANCH", Some(false)),
            ("$DEPLOY || $CI_COMMIT_TAG", Some(true)),
            ("$CI_COMMIT_TAG || $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH", Some(true)),
            ("$CI_COMMIT_TAG =~ /a\\/b/", Some(false)),
            ("$CI_COMMIT_TAG =~ /(?=x)/", None),
            ("$CI_COMMIT_TAG =~ 'x'", None),
            ("!$CI_COMMIT_TAG", None),
            ("$CI_COMMIT_TAG ==", None),
            ("", None),
        ];
        for (text, expected) in table {
            match (holds(text, &variables), expected) {
                (Answer::Unknown(_), None) => {}
                (answer, Some(yes)) => assert_eq!(answer, Answer::of(yes), "{text}"),
                (answer, None) => panic!("{text}: {answer:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn any_rule_has_an_answer(text in "\\PC{0,40}", odd in "[$A-C/()&|=!~'\" ni\\\\+*]{0,40}") {
            let variables = Variables::of(&Pushed::tag("v1", "main"));
            holds(&text, &variables);
            holds(&odd, &variables);
        }
    }
}
