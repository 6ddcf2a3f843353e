//! Versions that are numbers to YAML.

use super::{Scalar, Text};
use crate::model::problem::{Code, Problem};

/// The problem of a token that is a number to YAML (`W0312`): one without quotes and with a fraction (YAML 1.2.2,
/// section 10.3.2). Its text as a version is not what others read: 1.10 is the number 1.1.
pub fn check(text: &Text<'_>, name: &str, token: &Scalar) -> Option<Problem> {
    let before = text.before(token);
    let is_text = before.ends_with(['"', '\'']) || before.trim_end().ends_with("!!str");
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = token.text.split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest));
    (is_number && !is_text).then(|| {
        Problem::new(Code::W0312, format!("`{name}` in `{}` is a number, not a string", text.path))
            .at_line(text.path, token.line)
            .why("a version of two numbers without quotes is one number to YAML: 1.10 is 1.1")
            .help(format!("Write it in quotes: `\"{}\"`.", token.text))
    })
}
