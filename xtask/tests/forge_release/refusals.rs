//! What is refused before the forge hears of it.

use super::scene::{forge_release, github, on_github, with_token};

const RUN: [&str; 2] = ["--tag", "v0.2.0"];

#[test]
fn without_a_forge_or_a_token() {
    let ended = with_token("", &RUN, None, "");
    assert_eq!((ended.exit, ended.code().as_str()), (1, "W0810"), "{ended:?}");
    let server = github();
    let ended = with_token(&on_github(&server), &RUN, None, "");
    assert_eq!((ended.exit, ended.code().as_str()), (1, "W0801"), "{ended:?}");
    assert_eq!(server.count(), 0);
    let ended = with_token(&on_github(&server), &RUN, Some("another"), "");
    assert_eq!((ended.exit, ended.code().as_str()), (1, "W0801"), "{ended:?}");
    assert!(server.state(|state| state.done.is_empty()));
}

#[test]
fn before_everything_is_published() {
    let server = github();
    let more = "[[targets]]\npackage = \"app\"\nkind = \"image\"\nname = \"127.0.0.1:1/example/app\"\ntags = [\"{version}\"]\n";
    let ended = with_token(&on_github(&server), &RUN, Some("another"), more);
    assert_ne!(ended.exit, 0, "{ended:?}");
    assert_eq!(server.count(), 0, "{ended:?}");
}

#[test]
fn an_unknown_tag() {
    let server = github();
    let ended = forge_release(&on_github(&server), &["--tag", "other-1"]);
    assert_eq!((ended.exit, ended.code().as_str()), (2, "W0763"), "{ended:?}");
    let ended = forge_release(&on_github(&server), &["--tag", "v9.9.9"]);
    assert_eq!((ended.exit, ended.code().as_str()), (1, "W0762"), "{ended:?}");
    assert_eq!(server.count(), 0);
}
