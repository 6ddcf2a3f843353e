//! Calls side by side, each with its time; whoever waits hears of an interrupt.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::io::http::{Client, Fault, Request, Response};
use crate::io::signals::Interrupt;

/// An answer or why there is none, and how long it took.
pub type Answer = (Result<Response, Fault>, Duration);

/// Sends requests, at most `most` at a time, and hands each answer on as it comes with the
/// number of its request. Ends early on an interrupt; calls under way are left to their limits.
pub fn send(
    client: &Client,
    requests: Vec<Request>,
    most: usize,
    interrupt: &Interrupt,
    each: &mut dyn FnMut(usize, Answer),
) {
    let count = requests.len();
    let waiting: VecDeque<(usize, Request)> = requests.into_iter().enumerate().collect();
    let waiting = Arc::new(Mutex::new(waiting));
    let (sender, answers) = mpsc::channel();
    for _ in 0..most.min(count) {
        let (client, waiting, sender) = (client.clone(), Arc::clone(&waiting), sender.clone());
        thread::spawn(move || {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((number, request)) = next else { return };
                let began = Instant::now();
                let answer = client.send(&request);
                if sender.send((number, (answer, began.elapsed()))).is_err() {
                    return;
                }
            }
        });
    }
    let mut left = count;
    while left > 0 && !interrupt.came() {
        match answers.recv_timeout(Duration::from_millis(50)) {
            Ok((number, answer)) => {
                left -= 1;
                each(number, answer);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// One request; none when somebody asked to stop.
pub fn one(client: &Client, request: Request, interrupt: &Interrupt) -> Option<Answer> {
    let mut got = None;
    send(client, vec![request], 1, interrupt, &mut |_, answer| got = Some(answer));
    got
}
