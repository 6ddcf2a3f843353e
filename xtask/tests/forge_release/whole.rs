//! Runs that nothing disturbs.

use std::collections::BTreeMap;

use windlass::io::loopback::{Loopback, Response};

use super::scene::{built, commits, forge_release, github, gitlab, on_github, on_gitlab};

#[test]
fn github_gets_the_newest_final_version_as_the_latest() {
    let server = github();
    server.state(|state| state.publish("tool-v1.0.0").name = "another".into());
    let forge = on_github(&server);
    let dry = forge_release(&forge, &["--tag", "v0.2.0", "--dry-run"]);
    assert_eq!(dry.exit, 0, "{dry:?}");
    let plan = dry.stdout.lines().map(|line| line.split_whitespace().next().unwrap_or_default());
    let plan: Vec<&str> = plan.filter(|word| !word.is_empty()).collect();
    assert_eq!(plan, ["app", "draft", "upload", "upload", "upload", "upload", "publish", "nothing", "$"]);
    assert_eq!(server.state(|state| state.done.clone()), Vec::<String>::new());

    let ended = forge_release(&forge, &["--tag", "v0.2.0"]);
    assert_eq!(ended.exit, 0, "{ended:?}");
    assert!(ended.stdout.contains("published and read back, the latest"), "{}", ended.stdout);
    server.state(|state| {
        let [release] = state.of("v0.2.0")[..] else { panic!("{:?}", state.releases) };
        assert!(!release.draft && !release.prerelease);
        assert_eq!(release.name, "v0.2.0");
        assert_eq!(release.body, "### Added\n\n- A second `thing`.\n");
        assert_eq!(release.target, commits()["v0.2.0"]);
        assert_eq!(state.latest, Some(release.id));
        let assets = release.assets.iter().map(|asset| (asset.name.clone(), asset.bytes.clone()));
        assert_eq!(assets.collect::<BTreeMap<_, _>>(), built("0.2.0"));
        let done = [
            "create v0.2.0",
            "upload v0.2.0 SHA256SUMS",
            "upload v0.2.0 artifacts.json",
            "upload v0.2.0 licences.txt",
            "upload v0.2.0 manual.txt",
            "publish v0.2.0",
        ];
        assert_eq!(state.done, done);
    });

    let again = forge_release(&forge, &["--tag", "v0.2.0", "--format", "json"]);
    assert_eq!((again.exit, again.json()["made"].clone()), (0, serde_json::json!([])), "{again:?}");
    assert_eq!(server.state(|state| state.done.len()), 6);
}

#[test]
fn a_pre_release_has_the_notes_that_wait_and_an_older_line_is_not_the_latest() {
    let server = github();
    let forge = on_github(&server);
    for tag in ["v0.2.0", "v0.3.0-rc.1", "v0.1.1"] {
        let ended = forge_release(&forge, &["--tag", tag]);
        assert_eq!(ended.exit, 0, "{ended:?}");
    }
    server.state(|state| {
        let [newest] = state.of("v0.2.0")[..] else { panic!() };
        let [candidate] = state.of("v0.3.0-rc.1")[..] else { panic!() };
        let [fix] = state.of("v0.1.1")[..] else { panic!() };
        assert_eq!(state.latest, Some(newest.id));
        assert_eq!(
            (candidate.prerelease, candidate.body.as_str()),
            (true, "### Added\n\n- A third thing.\n")
        );
        assert_eq!((fix.prerelease, fix.body.as_str()), (false, "### Fixed\n\n- A fix.\n"));
    });
}

#[test]
fn the_latest_mark_is_mended() {
    let server = github();
    let forge = on_github(&server);
    assert_eq!(forge_release(&forge, &["--tag", "v0.2.0"]).exit, 0);
    server.state(|state| _ = state.publish("other-v1"));
    let ended = forge_release(&forge, &["--tag", "v0.2.0", "--format", "json"]);
    assert_eq!(ended.json()["made"], serde_json::json!([{ "step": "latest" }]), "{ended:?}");
    assert!(server.state(|state| state.latest == Some(state.of("v0.2.0")[0].id)));
}

#[test]
fn immutable_releases_are_whole_when_they_are_published() {
    let server = github();
    server.state(|state| state.freezes = true);
    let forge = on_github(&server);
    assert_eq!(forge_release(&forge, &["--tag", "v0.2.0"]).exit, 0);
    assert!(server.state(|state| state.of("v0.2.0")[0].immutable));
    assert_eq!(forge_release(&forge, &["--tag", "v0.2.0"]).exit, 0);
    assert_eq!(server.state(|state| state.done.len()), 6);
}

/// Without digests the bytes are fetched and compared, from wherever they lie; the token stays at the forge.
#[test]
fn assets_without_a_digest_are_fetched() {
    let store = Loopback::serve(|request| {
        assert_eq!(request.head.field("authorization"), None, "the token left the forge");
        // The fake numbers the release first, then its assets.
        let number = request.path.trim_start_matches(['/', 'x']).parse::<usize>().expect("a number") - 102;
        let files = built("0.2.0");
        let bytes = match request.path.starts_with("/x") {
            true => b"other".to_vec(),
            false => files.values().nth(number).expect("a file").clone(),
        };
        Response::new(200, "application/octet-stream", bytes)
    })
    .expect("a port");
    let of_github = |store: Option<String>| {
        let server = github();
        server.state(|state| (state.digests, state.store) = (false, store));
        (forge_release(&on_github(&server), &["--tag", "v0.2.0"]), server)
    };
    for store in [None, Some(format!("http://{}", store.host()))] {
        let (ended, _server) = of_github(store);
        assert_eq!(ended.exit, 0, "{ended:?}");
    }
    // Other bytes are found out before anything is published.
    let (ended, server) = of_github(Some(format!("http://{}/x", store.host())));
    assert_eq!((ended.exit, ended.code().as_str()), (4, "W0813"), "{ended:?}");
    assert!(server.state(|state| state.of("v0.2.0")[0].draft));

    let server = gitlab();
    server.state(|state| state.digests = false);
    let ended = forge_release(&on_gitlab(&server), &["--tag", "v0.2.0"]);
    assert_eq!(ended.exit, 0, "{ended:?}");
}

#[test]
fn gitlab_gets_files_then_the_entry_with_its_links() {
    let server = gitlab();
    let forge = on_gitlab(&server);
    let dry = forge_release(&forge, &["--tag", "v0.2.0", "--dry-run", "--format", "json"]);
    assert_eq!((dry.exit, dry.json()["left"].as_array().map(Vec::len)), (0, Some(5)), "{dry:?}");
    let ended = forge_release(&forge, &["--tag", "v0.2.0"]);
    assert_eq!(ended.exit, 0, "{ended:?}");
    server.state(|state| {
        let [release] = state.of("v0.2.0")[..] else { panic!("{:?}", state.releases) };
        assert_eq!(
            (release.name.as_str(), release.description.as_str()),
            ("v0.2.0", "### Added\n\n- A second `thing`.\n")
        );
        let files: BTreeMap<_, _> =
            state.files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
        assert_eq!(files, built("0.2.0"));
        assert!(
            state.files.iter().all(|file| (file.package.as_str(), file.version.as_str()) == ("app", "0.2.0"))
        );
        let links: Vec<&str> = release.links.iter().map(|(_, name, ..)| name.as_str()).collect();
        assert_eq!(links, ["SHA256SUMS", "artifacts.json", "licences.txt", "manual.txt"]);
        assert!(release.links.iter().all(|(_, name, url, kind)| {
            url.ends_with(&format!("/packages/generic/app/0.2.0/{name}")) && kind == "package"
        }));
        assert_eq!(state.done.last().map(String::as_str), Some("release v0.2.0"));
    });
    let again = forge_release(&forge, &["--tag", "v0.2.0"]);
    assert!(again.exit == 0 && again.stdout.contains("stands there as it was built"), "{again:?}");
    assert_eq!(server.state(|state| state.done.len()), 5);
}

/// What was lost from an entry of GitLab's is brought back; what other packages hold is left alone.
#[test]
fn gitlab_gets_back_a_link() {
    let server = gitlab();
    let forge = on_gitlab(&server);
    assert_eq!(forge_release(&forge, &["--tag", "v0.2.0"]).exit, 0);
    server.state(|state| {
        state.releases[0].links.retain(|(_, name, ..)| name != "manual.txt");
        let id = state.id();
        let other = |package: &str, name: &str| crate::forge::gitlab_releases::File {
            id,
            package: package.into(),
            version: "0.2.0".into(),
            name: name.into(),
            bytes: b"other".to_vec(),
        };
        state.files.extend([other("app-more", "manual.txt"), other("app", "extra.txt")]);
    });
    let ended = forge_release(&forge, &["--tag", "v0.2.0", "--format", "json"]);
    assert_eq!(
        ended.json()["made"],
        serde_json::json!([{ "step": "link", "asset": "manual.txt" }]),
        "{ended:?}"
    );
    assert_eq!(server.state(|state| state.releases[0].links.len()), 4);
}
