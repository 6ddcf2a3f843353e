//! Both halves of a forge's fake behind one port: what it says of CI, and its release entries.

use crate::forge::api::{Api, Asked, Reply};

/// The halves call the project by names of their own; a request is passed on under the right one.
pub struct Whole<R, E> {
    pub reads: R,
    pub entries: E,
    /// What the reading half answers for: a part of the path.
    pub of_reads: &'static [&'static str],
    pub names: [&'static str; 2],
}

impl<R: Api, E: Api> Api for Whole<R, E> {
    const BASE: &'static str = E::BASE;

    fn stranger(&self) -> Reply {
        self.entries.stranger()
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        if !asked.path.iter().any(|part| self.of_reads.contains(&part.as_str())) {
            return self.entries.answer(asked);
        }
        let [own, other] = self.names;
        let path = asked.path.join("\n").replace(&own.replace('/', "\n"), &other.replace('/', "\n"));
        let path = path.replace(own, other).split('\n').map(str::to_owned).collect();
        self.reads.answer(&Asked { path, ..asked.clone() })
    }
}
