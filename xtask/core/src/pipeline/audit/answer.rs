//! Three answers: a pipeline file may depend on what only its forge knows, and then nothing is guessed.

/// Whether something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// What would have to be known, as a sentence without a final stop.
    Unknown(String),
}

impl Answer {
    pub fn unknown(why: impl Into<String>) -> Answer {
        Answer::Unknown(why.into())
    }

    pub fn of(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }

    /// Both; a certain no decides whatever the other is.
    #[must_use]
    pub fn and(self, other: Answer) -> Answer {
        match (self, other) {
            (Answer::No, _) | (_, Answer::No) => Answer::No,
            (Answer::Yes, other) => other,
            (unknown, _) => unknown,
        }
    }

    /// At least one; a certain yes decides whatever the other is.
    #[must_use]
    pub fn or(self, other: Answer) -> Answer {
        match (self, other) {
            (Answer::Yes, _) | (_, Answer::Yes) => Answer::Yes,
            (Answer::No, other) => other,
            (unknown, _) => unknown,
        }
    }

    /// The opposite.
    #[must_use]
    pub fn opposite(self) -> Answer {
        match self {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            unknown => unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_decides() {
        let unknown = || Answer::unknown("x");
        assert_eq!(unknown().and(Answer::No), Answer::No);
        assert_eq!(unknown().and(Answer::Yes), unknown());
        assert_eq!(unknown().or(Answer::Yes), Answer::Yes);
        assert_eq!(unknown().or(Answer::No), unknown());
        assert_eq!(unknown().opposite(), unknown());
        assert_eq!(Answer::of(true).opposite(), Answer::No);
    }
}
