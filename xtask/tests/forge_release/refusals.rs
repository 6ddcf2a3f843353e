//! What is refused before the forge hears of it.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use windlass::io::loopback::{Loopback, Response};

use super::scene::{
    LIMIT, add_image, forge_release, github, on_github, token, watched, with_changed_file, with_token,
};
use crate::support::canary::credential;

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

/// An image's registry that shows nothing, other bytes, nothing at all, and at last what was built.
#[test]
fn before_everything_is_published() {
    let (ours, other) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
    let shown = Arc::new(Mutex::new(None::<(u16, String)>));
    let registry = Loopback::serve({
        let shown = shown.clone();
        move |_| match &*shown.lock().expect("a lock") {
            Some((status, digest)) => Response::text(*status, "").field("Docker-Content-Digest", digest),
            None => Response::text(404, ""),
        }
    })
    .expect("a port");
    let name = format!("{}/example/app", registry.host());
    add_image(&name, &ours);
    let target = format!(
        "[[targets]]\npackage = \"app\"\nkind = \"image\"\nname = \"{name}\"\ntags = [\"{{version}}\"]\n"
    );
    let server = github();
    let run = || with_token(&on_github(&server), &["--tag", "v0.1.0"], Some(&token()), &target);
    for (state, said) in [
        (None, "nothing of it is published"),
        (Some((200, other)), "other bytes stand at a registry"),
        (Some((418, String::new())), "a registry did not say what stands there"),
    ] {
        *shown.lock().expect("a lock") = state;
        let ended = run();
        assert_eq!((ended.exit, ended.code().as_str()), (1, "W0812"), "{ended:?}");
        assert!(ended.stderr.contains(said), "{ended:?}");
        assert!(ended.stderr.contains("$ cargo xtask status --tag v0.1.0"), "{ended:?}");
        assert_eq!(server.count(), 0);
    }
    *shown.lock().expect("a lock") = Some((200, ours.clone()));
    let ended = run();
    assert_eq!(ended.exit, 0, "{ended:?}");
    server.state(|state| {
        let [release] = state.of("v0.1.0")[..] else { panic!("{:?}", state.releases) };
        let notes = format!("### Added\n\n- The first.\n\n### Images\n\n- `{name}:0.1.0@{ours}`\n");
        assert_eq!(release.body, notes);
        assert!(!release.assets.iter().any(|asset| asset.name.contains("oci")));
        assert_eq!(state.latest, None, "a newer final version has a tag");
    });
}

#[test]
fn what_was_built_has_changed() {
    let server = github();
    let ended = with_changed_file(|| forge_release(&on_github(&server), &["--tag", "v0.1.2"]));
    assert_eq!((ended.exit, ended.code().as_str()), (1, "W0757"), "{ended:?}");
    assert_eq!(server.count(), 0);
}

#[test]
fn a_version_without_a_section() {
    let server = github();
    let config = "[changelogs.other]\nfile = \"docs/manual.txt\"\n";
    let ended = with_token(&on_github(&server), &RUN, Some(&token()), config);
    assert_eq!((ended.exit, ended.code().as_str()), (1, "W0411"), "{ended:?}");
    assert_eq!(server.count(), 0);
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

/// The search of every run here would find a token that shows: in what is printed, in a file. (That it finds one in a
/// command line is shown where a process waits to be seen: this one may be gone between two looks.)
#[test]
fn a_leak_that_is_planted_is_found() {
    let planted = credential("planted");
    let kept = format!("# {}", base64::engine::general_purpose::STANDARD.encode(&planted));
    let (ended, leaks) = watched("", &["--tag", &planted], Some(&planted), &kept, LIMIT);
    assert_ne!(ended.exit, 0, "{ended:?}");
    let found =
        |form: &str, place: &str| leaks.iter().any(|leak| leak.form == form && leak.place.starts_with(place));
    assert!(found("plain", "stderr"), "{leaks:?}");
    assert!(found("base64", "config-"), "{leaks:?}");
}
