//! `status` where nothing was built: the release's entry says what was.

use serde_json::{Value, json};
use windlass::io::loopback::{Loopback, Response};

use crate::forge::github_releases as github;
use crate::forge::gitlab_releases::{self as gitlab, File};
use crate::forge::server::Server;
use crate::support::sandbox::Sandbox;

/// A repository with a tag, and an image at a registry.
struct Scene {
    sandbox: Sandbox,
    commit: String,
    digest: String,
    registry: Loopback,
}

impl Scene {
    fn new() -> Scene {
        let sandbox = Sandbox::new();
        let digest = format!("sha256:{}", "a".repeat(64));
        let shown = digest.clone();
        let registry =
            Loopback::serve(move |_| Response::text(200, "").field("Docker-Content-Digest", &shown));
        let registry = registry.expect("a port");
        std::fs::write(sandbox.work().join("package.json"), "{\"version\": \"0.1.0\"}\n").unwrap();
        sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "--quiet", "-m", "one"]);
        sandbox.git(&["tag", "-a", "-m", "one", "v0.1.0"]);
        let commit = sandbox.git(&["rev-parse", "HEAD"]);
        Scene { sandbox, commit, digest, registry }
    }

    fn image(&self) -> String {
        format!("{}/example/app", self.registry.host())
    }

    /// The list of what was built.
    fn list(&self, commit: &str) -> Vec<u8> {
        let list = json!({
            "format": 1, "group": "app", "version": "0.1.0", "commit": commit, "epoch": 0,
            "artifacts": [{
                "package": "app", "target": "image", "kind": "image", "path": "app.oci", "size": 1,
                "sha256": self.digest.trim_start_matches("sha256:"),
                "coordinate": { "name": self.image(), "version": "0.1.0" },
            }],
        });
        list.to_string().into_bytes()
    }

    /// The verdict, and what was said beside it.
    fn status(&self, kind: &str, api: &str, project: &str) -> (String, i32, String) {
        let config = format!(
            "[packages.app]\npath = \".\"\n[[targets]]\npackage = \"app\"\nkind = \"image\"\nname = \"{}\"\n\
             [forge]\nkind = \"{kind}\"\napi = \"{api}\"\nproject = \"{project}\"\ntoken = \"TOKEN\"\n",
            self.image()
        );
        std::fs::write(self.sandbox.work().join("windlass.toml"), config).unwrap();
        let mut command = self.sandbox.command("windlass");
        command.args(["status", "--tag", "v0.1.0", "--format", "json"]);
        let output = command.env("WINDLASS_LOCAL_PATIENCE", "0").output().expect("windlass");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        (shown["verdict"].as_str().unwrap_or_default().to_owned(), output.status.code().unwrap_or(-1), said)
    }
}

#[test]
fn github_has_the_list() {
    let scene = Scene::new();
    let tags = [("v0.1.0".to_owned(), scene.commit.clone())].into();
    let server = Server::start(github::Github::new(tags));
    let status = || scene.status("github", &server.api(), github::PROJECT);
    assert_eq!(status().0, "unproven", "there is no entry");
    let offer = |name: &str, state: &'static str, bytes: Vec<u8>| {
        server.state(|forge| {
            let id = forge.id();
            forge.releases.clear();
            forge.publish("v0.1.0").assets.push(github::Asset { id, name: name.into(), state, bytes });
        });
    };
    offer("other.json", "uploaded", scene.list(&scene.commit));
    assert_eq!(status().0, "unproven", "it offers no list");
    offer("artifacts.json", "starter", scene.list(&scene.commit));
    assert_eq!(status().0, "unproven", "the list is not whole");
    offer("artifacts.json", "uploaded", scene.list(&scene.commit));
    assert_eq!((status().0.as_str(), status().1), ("complete", 0));
    server.state(|forge| forge.releases[0].draft = true);
    assert_eq!(status().0, "unproven", "a draft is not published");

    for (bytes, expected) in [
        (scene.list(&"b".repeat(40)), "is of the commit bbbbbbbbbb"),
        (b"{\"format\": 9}".to_vec(), "format"),
        (Vec::new(), "artifacts.json"),
    ] {
        offer("artifacts.json", "uploaded", bytes);
        let (verdict, exit, said) = status();
        assert_eq!((verdict.as_str(), exit), ("unproven", 1), "{said}");
        assert!(said.contains("warning W0") && said.contains(expected), "{said}");
    }
}

#[test]
fn gitlab_has_the_list() {
    let scene = Scene::new();
    let tags = [("v0.1.0".to_owned(), scene.commit.clone())].into();
    let server = Server::start(gitlab::Gitlab::new(tags));
    let status = || scene.status("gitlab", &server.api(), gitlab::PROJECT).0;
    let url = |project: &str| {
        let project = project.replace('/', "%2F");
        format!("{}/projects/{project}/packages/generic/app/0.1.0/artifacts.json", server.api())
    };
    server.state(|forge| {
        let bytes = scene.list(&scene.commit);
        let (package, version, name) = ("app".into(), "0.1.0".into(), "artifacts.json".into());
        forge.files.push(File { id: 1, package, version, name, bytes });
    });
    assert_eq!(status(), "unproven", "there is no entry");
    let link = |to: String| {
        server.state(|forge| {
            let links = vec![(2, "artifacts.json".to_owned(), to, "package".to_owned())];
            let (tag, name) = ("v0.1.0".to_owned(), "v0.1.0".to_owned());
            forge.releases = vec![gitlab::Release { tag, name, description: String::new(), links }];
        });
    };
    link(url("example/other"));
    assert_eq!(status(), "unproven", "the link leads elsewhere");
    link(url(gitlab::PROJECT));
    assert_eq!(status(), "complete");
}
