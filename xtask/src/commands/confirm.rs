//! The question before a release: Enter accepts, another version re-plans, `q` leaves.

use super::release::can_ask;
use crate::app::{App, Channel, Refusal};
use crate::io::terminal;
use crate::model::problem::{Code, Problem};
use crate::model::request::Bump;

/// What a person answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Accept,
    Version(Bump),
    Quit,
}

/// Asks until the answer is one.
///
/// # Errors
/// `W0512` when there is nobody to ask.
pub fn ask(app: &mut App<'_>) -> Result<Answer, Refusal> {
    if !can_ask() {
        return Err(Refusal::refused(vec![
            Problem::new(Code::W0512, "standard input is no terminal, so nobody can confirm the plan")
                .why("a release is never cut without somebody having seen its plan")
                .help("to confirm it beforehand: --yes, or WINDLASS_YES=1"),
        ]));
    }
    loop {
        (app.print)(
            Channel::Progress,
            "\nEnter cuts this release, another version or bump plans again, q leaves: ",
        );
        let line = terminal::read_line().unwrap_or(None);
        match line.as_deref().map(read) {
            None => return Ok(Answer::Quit),
            Some(Ok(answer)) => return Ok(answer),
            Some(Err(why)) => (app.print)(Channel::Progress, &format!("{why}\n")),
        }
    }
}

fn read(line: &str) -> Result<Answer, String> {
    match line.trim() {
        "" => Ok(Answer::Accept),
        "q" | "Q" | "quit" => Ok(Answer::Quit),
        text => {
            let words: Vec<&str> = text.split_whitespace().collect();
            Bump::parse(&words)
                .map(Answer::Version)
                .map_err(|_| format!("`{text}` is neither a version nor a bump"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        assert_eq!(read(""), Ok(Answer::Accept));
        assert_eq!(read("q"), Ok(Answer::Quit));
        assert!(matches!(read("0.3.0"), Ok(Answer::Version(Bump::Exact(_)))));
        assert!(matches!(read("minor  rc"), Ok(Answer::Version(Bump::Series(..)))));
        assert!(read("yes please").is_err());
    }
}
