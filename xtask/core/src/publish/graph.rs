//! The order of uploads: a graph that hands out what may start.
//!
//! An upload is handed out once, after all that it waits for was confirmed by its registry. When one
//! fails, what waits for it, directly or not, is never handed out.

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not handed out yet.
    Waiting,
    /// Handed out.
    Taken,
    /// Seen at its registry.
    Confirmed,
    Failed,
    /// Not to be made by this run; nothing waits for it.
    LeftOut,
}

/// Uploads by number, each with those that it waits for.
#[derive(Clone, Debug)]
pub struct Graph {
    after: Vec<Vec<usize>>,
    states: Vec<State>,
    stopped: bool,
}

impl Graph {
    /// A graph of `after.len()` uploads; numbers in `after` that name none are ignored.
    ///
    /// # Errors
    /// The uploads that wait for each other in a circle.
    pub fn new(after: Vec<Vec<usize>>) -> Result<Graph, Vec<usize>> {
        let count = after.len();
        let known = |wanted: Vec<usize>| wanted.into_iter().filter(|one| *one < count).collect();
        let after: Vec<Vec<usize>> = after.into_iter().map(known).collect();
        let graph = Graph { after, states: vec![State::Waiting; count], stopped: false };
        let mut trial = graph.clone();
        loop {
            let ready = trial.take_ready(usize::MAX);
            if ready.is_empty() {
                break;
            }
            ready.into_iter().for_each(|one| trial.mark_confirmed(one));
        }
        let circle: Vec<usize> = trial.in_state(State::Waiting).collect();
        if circle.is_empty() { Ok(graph) } else { Err(circle) }
    }

    /// At most `most` uploads that may start, lowest number first; each is handed out once.
    pub fn take_ready(&mut self, most: usize) -> Vec<usize> {
        if self.stopped {
            return Vec::new();
        }
        let past = |one: &usize| matches!(self.states[*one], State::Confirmed | State::LeftOut);
        let ready = |one: &usize| self.states[*one] == State::Waiting && self.after[*one].iter().all(past);
        let ready: Vec<usize> = (0..self.states.len()).filter(ready).take(most).collect();
        ready.iter().for_each(|one| self.states[*one] = State::Taken);
        ready
    }

    /// The registry shows it.
    pub fn mark_confirmed(&mut self, one: usize) {
        self.states[one] = State::Confirmed;
    }

    pub fn mark_failed(&mut self, one: usize) {
        self.states[one] = State::Failed;
    }

    /// It failed or need not be made, and holds nobody up.
    pub fn leave_out(&mut self, one: usize) {
        self.states[one] = State::LeftOut;
    }

    /// Nothing more is handed out.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    pub fn state(&self, one: usize) -> State {
        self.states[one]
    }

    /// Whether all are confirmed.
    pub fn is_complete(&self) -> bool {
        self.states.iter().all(|state| *state == State::Confirmed)
    }

    pub fn in_state(&self, state: State) -> impl Iterator<Item = usize> {
        self.states.iter().enumerate().filter(move |(_, one)| **one == state).map(|(index, _)| index)
    }

    /// What `one` waits for.
    pub fn after(&self, one: usize) -> &[usize] {
        &self.after[one]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hands_out_in_order_and_holds_what_waits_for_a_failure() {
        let mut graph = Graph::new(vec![vec![], vec![0], vec![1], vec![]]).unwrap();
        assert_eq!(graph.take_ready(1), [0]);
        assert_eq!(graph.take_ready(9), [3]);
        assert!(graph.take_ready(9).is_empty());
        graph.mark_confirmed(0);
        assert_eq!(graph.take_ready(9), [1]);
        graph.mark_failed(1);
        assert!(graph.take_ready(9).is_empty());
        assert_eq!(graph.in_state(State::Waiting).collect::<Vec<_>>(), [2]);
        assert!(!graph.is_complete());
    }

    #[test]
    fn what_is_left_out_holds_nobody_up() {
        let mut graph = Graph::new(vec![vec![], vec![0], vec![0, 1]]).unwrap();
        assert_eq!(graph.take_ready(9), [0]);
        graph.leave_out(0);
        graph.leave_out(1);
        assert_eq!(graph.take_ready(9), [2]);
        assert!(!graph.is_complete());
    }

    #[test]
    fn names_a_circle() {
        assert_eq!(Graph::new(vec![vec![], vec![2, 0], vec![1]]).unwrap_err(), [1, 2]);
    }

    /// What happens to an upload that was handed out.
    #[derive(Clone, Copy, Debug)]
    enum Outcome {
        Confirmed,
        Failed,
        /// Failed, and everything stops.
        Stop,
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            6 => Just(Outcome::Confirmed),
            1 => Just(Outcome::Failed),
            1 => Just(Outcome::Stop)
        ]
    }

    proptest! {
        /// Whatever the order of answers: each is handed out once at most, none before what it waits
        /// for is confirmed, and without failures all of them.
        #[test]
        fn any_order_of_outcomes(
            edges in prop::collection::vec(prop::collection::vec(0usize..12, 0..4), 1..12),
            outcomes in prop::collection::vec(outcome(), 12),
            pace in prop::collection::vec((1usize..4, any::<prop::sample::Index>()), 64),
        ) {
            // An edge to a lower number can't make a circle.
            let after: Vec<Vec<usize>> = edges.iter().enumerate()
                .map(|(one, wanted)| wanted.iter().copied().filter(|other| *other < one).collect()).collect();
            let mut graph = Graph::new(after.clone()).unwrap();
            let (mut running, mut started, mut stopped) = (Vec::new(), vec![false; after.len()], false);
            for (most, pick) in pace {
                for one in graph.take_ready(most) {
                    prop_assert!(!started[one] && !stopped);
                    prop_assert!(after[one].iter().all(|other| graph.state(*other) == State::Confirmed));
                    started[one] = true;
                    running.push(one);
                }
                if running.is_empty() { break; }
                let one = running.remove(pick.index(running.len()));
                match outcomes[one] {
                    Outcome::Confirmed => graph.mark_confirmed(one),
                    Outcome::Failed => graph.mark_failed(one),
                    Outcome::Stop => { graph.mark_failed(one); graph.stop(); stopped = true; }
                }
            }
            prop_assert!(running.is_empty());
            let failures = graph.in_state(State::Failed).count();
            prop_assert_eq!(graph.is_complete(), failures == 0);
        }
    }
}
