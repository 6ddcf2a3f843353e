//! Other entries: nothing is overwritten, and the exit code asks for a person.

use super::scene::{commits, forge_release, github, gitlab, on_github, on_gitlab};
use crate::forge::github_releases::{Asset, Github};
use crate::forge::gitlab_releases::{File, Gitlab};

const RUN: [&str; 2] = ["--tag", "v0.2.0"];

/// A whole entry, then something else is made of it.
fn on_changed_github(change: impl Fn(&mut Github)) -> (i32, String, String) {
    let server = github();
    let forge = on_github(&server);
    assert_eq!(forge_release(&forge, &RUN).exit, 0);
    server.state(|state| {
        change(state);
        state.done.clear();
    });
    let ended = forge_release(&forge, &RUN);
    assert_eq!(
        server.state(|state| state.done.clone()),
        Vec::<String>::new(),
        "something was made: {ended:?}"
    );
    (ended.exit, ended.code(), ended.stderr)
}

fn asset(name: &str, bytes: &[u8]) -> Asset {
    Asset { id: 7, name: name.into(), state: "uploaded", bytes: bytes.to_vec() }
}

#[test]
fn of_github() {
    type Change = fn(&mut Github);
    let table: [(&str, Change, &str); 9] = [
        ("another title", |state| state.releases[0].name = "0.2".into(), "title: `v0.2.0` here, `0.2` there"),
        (
            "other notes",
            |state| state.releases[0].body = String::new(),
            "notes: `### Added…` here, none there",
        ),
        (
            "a pre-release",
            |state| state.releases[0].prerelease = true,
            "kind: `final` here, `pre-release` there",
        ),
        (
            "other bytes",
            |state| state.releases[0].assets[3].bytes = b"x".to_vec(),
            "asset manual.txt: `sha256:",
        ),
        ("a stranger", |state| state.releases[0].assets.push(asset("x.txt", b"x")), "asset x.txt"),
        (
            "a stranger in a draft",
            |state| {
                state.releases[0].draft = true;
                state.releases[0].assets.push(asset("x.txt", b"x"));
            },
            "asset x.txt",
        ),
        (
            "an unfinished upload, published",
            |state| state.releases[0].assets[3].state = "starter",
            "its upload did not end, and the entry is published",
        ),
        (
            "immutable without an asset",
            |state| {
                state.releases[0].immutable = true;
                state.releases[0].assets.pop();
            },
            "missing, and the entry is immutable",
        ),
        (
            "two drafts",
            |state| {
                state.releases[0].draft = true;
                let mut second = state.releases[0].clone();
                second.id = 9;
                state.releases.push(second);
            },
            "number of entries",
        ),
    ];
    for (what, change, said) in table {
        let (exit, code, stderr) = on_changed_github(change);
        assert_eq!((exit, code.as_str()), (4, "W0813"), "{what}: {stderr}");
        assert!(stderr.replace("\n  ", " ").contains(said), "{what}: {stderr}");
    }
}

#[test]
fn of_gitlab() {
    type Change = fn(&mut Gitlab);
    let table: [(&str, Change, &str); 4] = [
        ("other notes", |state| state.releases[0].description = "Other.".into(), "notes"),
        (
            "another link",
            |state| state.releases[0].links[0].2 = "https://example.org/x".into(),
            "asset SHA256SUMS",
        ),
        (
            "a link to more",
            |state| {
                let link = (9, "manual.pdf".into(), "https://example.org/manual.pdf".into(), "other".into());
                state.releases[0].links.push(link);
            },
            "asset manual.pdf",
        ),
        (
            "the same file with other bytes",
            |state| {
                let (package, version) = ("app".into(), "0.2.0".into());
                state.files.push(File {
                    id: 9,
                    package,
                    version,
                    name: "manual.txt".into(),
                    bytes: b"x".to_vec(),
                });
            },
            "asset manual.txt",
        ),
    ];
    for (what, change, said) in table {
        let server = gitlab();
        let forge = on_gitlab(&server);
        assert_eq!(forge_release(&forge, &RUN).exit, 0);
        server.state(|state| {
            change(state);
            state.done.clear();
        });
        let ended = forge_release(&forge, &RUN);
        assert_eq!((ended.exit, ended.code().as_str()), (4, "W0813"), "{what}: {ended:?}");
        assert!(ended.stderr.contains(said), "{what}: {ended:?}");
        assert_eq!(server.state(|state| state.done.clone()), Vec::<String>::new(), "{what}");
    }
}

/// Neither forge is ever brought to make a tag.
#[test]
fn of_the_tag() {
    let (github, gitlab) = (github(), gitlab());
    let other = commits()["v0.1.0"].clone();
    for there in [None, Some(other)] {
        let put = |tags: &mut std::collections::BTreeMap<String, String>| match &there {
            None => _ = tags.remove("v0.2.0"),
            Some(commit) => _ = tags.insert("v0.2.0".into(), commit.clone()),
        };
        github.state(|state| put(&mut state.tags));
        gitlab.state(|state| put(&mut state.tags));
        for forge in [on_github(&github), on_gitlab(&gitlab)] {
            let ended = forge_release(&forge, &RUN);
            let exit = if there.is_none() { 1 } else { 4 };
            assert_eq!((ended.exit, ended.code().as_str()), (exit, "W0811"), "{ended:?}");
        }
    }
    assert!(github.state(|state| state.releases.is_empty() && state.done.is_empty()));
    assert!(gitlab.state(|state| state.files.is_empty() && state.done.is_empty()));
}

/// GitHub leaves an empty asset where an upload failed on its side: it is removed from the draft and sent again.
#[test]
fn an_unfinished_upload_of_a_draft_is_replaced() {
    let server = github();
    server.state(|state| state.leaves = Some("starter"));
    let ended = forge_release(&on_github(&server), &RUN);
    assert_eq!(ended.exit, 0, "{ended:?}");
    let done = server.state(|state| state.done.clone());
    assert_eq!(done[1..3], ["delete starter asset of draft SHA256SUMS", "upload v0.2.0 SHA256SUMS"]);
    assert_eq!(done.len(), 7, "{done:?}");
}
