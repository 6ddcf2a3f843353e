//! Every read, each of its requests, every fault: what is told, and how often it was asked.

use windlass::forge::Forge;
use windlass::model::forge::{Ci, ForgeKind, Milestone, Trouble};

use super::fakes::api::{Api, Reply};
use super::fakes::github::{self, validation};
use super::fakes::gitlab;
use super::fakes::server::{Fault, Harm, Server};
use super::world::{self, commit, forge, other, token};

/// What comes of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The same answer as without the fault.
    Same,
    Credentials,
    Denied,
    Limited,
    Unknown,
}

/// A fault, what it comes to when it happens once, and when it stays.
struct Case {
    name: &'static str,
    harm: Harm,
    once: End,
    always: End,
    /// How often the request is sent when the fault stays.
    tries: usize,
}

fn case(name: &'static str, harm: Harm, once: End, always: End, tries: usize) -> Case {
    Case { name, harm, once, always, tries }
}

/// Answers with a status, its body as the forge words it.
fn cases(refusal: fn(u16, &str) -> Reply) -> Vec<Case> {
    let answer = |status: u16, message: &str| Harm::Answer(refusal(status, message));
    let now = windlass::io::clock::now();
    let field = |reply: Reply, name: &str, value: i64| reply.field(name, value.to_string());
    let spent = |reset: i64| {
        let reply = refusal(403, "API rate limit exceeded for user ID 1.");
        Harm::Answer(field(field(reply, "X-RateLimit-Remaining", 0), "X-RateLimit-Reset", now + reset))
    };
    let html =
        Reply { status: 200, fields: Vec::new(), body: b"<!doctype html><title>Sign in</title>".to_vec() };
    let plain = Reply { status: 429, fields: Vec::new(), body: b"Retry later\n".to_vec() };
    use End::*;
    vec![
        case("401", answer(401, "Bad credentials"), Credentials, Credentials, 1),
        case("403", answer(403, "Resource not accessible by integration"), Denied, Denied, 1),
        case("422", Harm::Answer(validation("Issue", "milestone", "invalid")), Unknown, Unknown, 1),
        case("400", answer(400, "Bad Request"), Unknown, Unknown, 1),
        case("500", answer(500, "Server Error"), Same, Unknown, 3),
        case("502", Harm::Answer(Reply { status: 502, ..html.clone() }), Same, Unknown, 3),
        case("503", Harm::Answer(answer_after(refusal(503, "Unavailable"), 7)), Same, Unknown, 3),
        case(
            "503 for an hour",
            Harm::Answer(answer_after(refusal(503, "Unavailable"), 3600)),
            Unknown,
            Unknown,
            1,
        ),
        case("429", Harm::Answer(answer_after(refusal(429, "Too Many Requests"), 5)), Same, Limited, 3),
        case("429 in plain text", Harm::Answer(plain), Same, Limited, 3),
        case(
            "429 for an hour",
            Harm::Answer(answer_after(refusal(429, "Slow down"), 3600)),
            Limited,
            Limited,
            1,
        ),
        case("403, a spent limit", spent(9), Same, Limited, 3),
        case("403, a spent limit for an hour", spent(3600), Limited, Limited, 1),
        case(
            "403, a secondary limit",
            answer(403, "You have exceeded a secondary rate limit."),
            Same,
            Limited,
            3,
        ),
        case("cut before", Harm::Cut { carried_out: false }, Same, Unknown, 3),
        case("cut after", Harm::Cut { carried_out: true }, Same, Unknown, 3),
        case("truncated", Harm::Truncated, Same, Unknown, 3),
        case("half of a JSON", Harm::Body(|body| body[..body.len() / 2].to_vec()), Unknown, Unknown, 1),
        case("no JSON", Harm::Answer(html), Unknown, Unknown, 1),
        case("another JSON", Harm::Body(|_| b"\"green\"".to_vec()), Unknown, Unknown, 1),
        case("an empty body", Harm::Body(|_| Vec::new()), Unknown, Unknown, 1),
    ]
}

fn answer_after(reply: Reply, seconds: u32) -> Reply {
    reply.field("Retry-After", seconds.to_string())
}

/// A read's answer, to be compared.
type Told = Result<(Option<Ci>, Option<Milestone>), Trouble>;
type Read = fn(&dyn Forge) -> Told;

const READS: [(&str, Read); 2] = [
    ("ci", |forge| forge.ci(&commit()).map(|ci| (Some(ci), None))),
    ("milestone", |forge| forge.milestone("0.2").map(|milestone| (None, milestone))),
];

fn end(told: &Told, clean: &Told) -> End {
    match told {
        Err(Trouble::Credentials { .. }) => End::Credentials,
        Err(Trouble::Denied { .. }) => End::Denied,
        Err(Trouble::Limited { .. }) => End::Limited,
        Err(Trouble::Unknown { .. }) => End::Unknown,
        Ok(_) => {
            assert_eq!(told, clean);
            End::Same
        }
    }
}

fn every_fault<A: Api>(kind: ForgeKind, server: &Server<A>, refusal: fn(u16, &str) -> Reply) {
    let forge = forge(kind, &server.api());
    for (read, ask) in READS {
        server.reset();
        let clean = ask(&*forge);
        assert!(clean.is_ok(), "{read}: {clean:?}");
        let requests = server.requests();
        assert!(requests.len() >= 4, "{read}: more than one page, more than one list");
        for nth in 1..=requests.len() {
            for case in cases(refusal) {
                let at = format!("{kind} {read}, request {nth} of {}: {}", requests.len(), case.name);
                // Whether a name is a tag's is told by the status alone, so any JSON will do.
                let by_status = requests[nth - 1].target.contains("/git/ref/tags/");
                let lax = by_status && matches!(case.harm, Harm::Body(_));

                server.reset();
                server.fault(Fault::at(nth, case.harm.clone()));
                let told = ask(&*forge);
                if !lax {
                    assert_eq!(end(&told, &clean), case.once, "{at}, once: {told:?}");
                }

                server.reset();
                server.fault(Fault::from(nth, case.harm.clone()));
                let told = ask(&*forge);
                if !lax {
                    assert_eq!(end(&told, &clean), case.always, "{at}, always: {told:?}");
                    assert_eq!(server.count(), nth - 1 + case.tries, "{at}");
                }
                if let Err(trouble) = &told {
                    assert!(!trouble.why().contains(&token()), "{at}: {trouble:?}");
                }
            }
        }
    }
}

fn filled_github() -> Server<github::Github> {
    let sha = commit().to_string();
    world::github(|github| {
        for number in 1..=3 {
            github.run(number, number, "main", &sha, "completed", "success");
        }
        github.run(4, 1, "v0.2.0", &sha, "in_progress", "");
        github.tags.push(("v0.2.0".into(), other()));
        for (number, title) in [(1, "0.1"), (2, "0.3"), (3, "0.2")] {
            github.milestone(number, title, "open");
        }
        for number in 1..=3 {
            github.issue(number, 3, "open", number == 2);
        }
    })
}

fn filled_gitlab() -> Server<gitlab::Gitlab> {
    let sha = commit().to_string();
    world::gitlab(|gitlab| {
        gitlab.pipeline(1, "push", "main", false, &sha, "success");
        for id in 2..=4 {
            gitlab.pipeline(id, "push", "v0.2.0", true, &sha, "running");
        }
        gitlab.milestone(3, "0.2");
        for iid in 1..=3 {
            gitlab.issue(iid, "0.2", "opened");
            gitlab.merge_request(iid + 10, "0.2", "opened");
        }
    })
}

#[test]
fn every_read_of_github_with_every_fault() {
    every_fault(ForgeKind::Github, &filled_github(), github::refusal);
}

#[test]
fn every_read_of_gitlab_with_every_fault() {
    every_fault(ForgeKind::Gitlab, &filled_gitlab(), gitlab::refusal);
}

/// A 404 has a meaning of its own in one place only: a name that is no tag's.
#[test]
fn a_project_that_is_hidden_is_denied() {
    let (github, gitlab) = (filled_github(), filled_gitlab());
    github.fault(Fault::at(1, Harm::Answer(github::refusal(404, "Not Found"))));
    gitlab.fault(Fault::at(1, Harm::Answer(gitlab::refusal(404, "404 Project Not Found"))));
    for forge in [forge(ForgeKind::Github, &github.api()), forge(ForgeKind::Gitlab, &gitlab.api())] {
        let told = forge.ci(&commit());
        assert!(matches!(&told, Err(Trouble::Denied { why }) if why.contains("FORGE_TOKEN")), "{told:?}");
    }
}
