//! The question before a release, asked and answered in a real terminal.

#![cfg(unix)]

mod support;

use std::time::Duration;

use expectrl::session::OsSession;
use expectrl::{Eof, Expect as _, Session};
use support::sandbox::Sandbox;

const QUESTION: &str = "q leaves: ";

/// windlass in a pseudo-terminal, at its first question.
fn ask(sandbox: &Sandbox) -> OsSession {
    let mut command = sandbox.command_in_terminal("windlass");
    command.args(["release", "minor", "--color", "never"]);
    let mut session = Session::spawn(command).expect("a pseudo-terminal");
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.expect("0.1.0 → 0.2.0").expect("the plan");
    session.expect(QUESTION).expect("the question");
    session
}

fn sandbox() -> Sandbox {
    Sandbox::with(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/release/minor/in"))
}

#[test]
fn enter_cuts_the_release() {
    let sandbox = sandbox();
    let mut session = ask(&sandbox);
    session.send_line("").expect("Enter");
    session.expect("Released app 0.2.0").expect("the outcome");
    session.expect(Eof).expect("the end");
    assert_eq!(sandbox.git(&["tag", "--list"]), "v0.2.0");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn another_version_plans_again_and_asks_again() {
    let sandbox = sandbox();
    let mut session = ask(&sandbox);
    session.send_line("maybe").expect("a word");
    session.expect("`maybe` is neither a version nor a bump").expect("an explanation");
    session.expect(QUESTION).expect("the question again");
    session.send_line("0.1.1").expect("a version");
    session.expect("0.1.0 → 0.1.1").expect("another plan");
    session.expect(QUESTION).expect("the question again");
    assert_eq!(sandbox.git(&["tag", "--list"]), "");
    session.send_line("").expect("Enter");
    session.expect("Released app 0.1.1").expect("the outcome");
    session.expect(Eof).expect("the end");
    assert_eq!(sandbox.git(&["tag", "--list"]), "v0.1.1");
}

#[test]
fn q_leaves_everything_as_it_was() {
    let sandbox = sandbox();
    let before = (sandbox.files(), sandbox.git(&["for-each-ref"]));
    let mut session = ask(&sandbox);
    session.send_line("q").expect("q");
    session.expect("Nothing was written.").expect("a word of comfort");
    session.expect(Eof).expect("the end");
    assert_eq!((sandbox.files(), sandbox.git(&["for-each-ref"])), before);
}

#[test]
fn a_plan_that_no_longer_holds_is_shown_again() {
    let sandbox = sandbox();
    let mut session = ask(&sandbox);
    std::fs::write(sandbox.work().join("package.json"), "{\"name\": \"app\", \"version\": \"0.1.0\"}\n")
        .expect("a file");
    session.send_line("").expect("Enter");
    session.expect("The repository changed meanwhile").expect("a notice");
    session.expect("W0202").expect("the condition that broke");
    session.expect(Eof).expect("the end");
    assert_eq!(sandbox.git(&["tag", "--list"]), "");
}
