//! Who may publish to npm, as the gate `credentials` says it: npm itself before an answerer of our own, which
//! speaks as the public registry does (the shapes are those that npm reads).

use std::collections::BTreeMap;
use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use windlass::io::loopback::{Loopback, Response};

use super::scene::{Scene, trial};
use crate::support::canary::credential;
use crate::support::sandbox::Sandbox;

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![
        trial(scene, "npm_says_who_may_publish_a_name", |_| who_may()),
        trial(scene, "an_identity_of_the_run_moves_no_dist_tag", |_| by_identity()),
        trial(scene, "a_registry_that_does_not_say_is_told_to_a_person", untold),
    ]
}

/// A registry that gives these answers by path, and 404 for every other.
fn registry(answers: &[(&str, u16, Value)]) -> Loopback {
    let answers = answers.iter().map(|(path, status, body)| (plain(path), (*status, body.clone())));
    let answers: BTreeMap<String, (u16, Value)> = answers.collect();
    let serve = move |path: &str| match answers.get(&plain(path)) {
        Some((status, body)) => Response::json(*status, body),
        None => Response::json(404, &json!({ "error": "Not found" })),
    };
    Loopback::serve(move |asked| serve(&asked.path)).expect("a server")
}

/// A path whose scope is spelled with a slash.
fn plain(path: &str) -> String {
    path.replace("%2f", "/").replace("%2F", "/")
}

/// A tagged release of `@suite/web` whose npm is set to a registry.
fn repository(host: &str, version: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let write = |path: &str, text: String| std::fs::write(sandbox.path().join(path), text).expect("a file");
    write("work/package.json", json!({ "name": "@suite/web", "version": version }).to_string());
    write("work/CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n".into());
    let config = "[packages.web]\npath = \".\"\n[[targets]]\npackage = \"web\"\nkind = \"npm\"\n";
    write("work/windlass.toml", config.into());
    write("home/.npmrc", format!("registry=http://{host}/\n"));
    sandbox.begin(true);
    let tag = format!("v{version}");
    sandbox.git(&["tag", "-a", &tag, "-m", &format!("Release {tag}")]);
    sandbox.git(&["push", "--quiet", "origin", &tag]);
    sandbox
}

/// Side by side: npm takes its time.
fn each<T: Sync>(table: &[T], check: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        let check = &check;
        let cases: Vec<_> = table.iter().map(|case| scope.spawn(move || check(case))).collect();
        cases
            .into_iter()
            .for_each(|case| case.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    });
}

/// The gate's verdict, what it saw, and what it reminds of besides the setup page.
fn credentials(sandbox: &Sandbox, env: &[(&str, &str)]) -> (String, String, Vec<String>) {
    let mut command = sandbox.command("windlass");
    command.args(["preflight", "--for", "publish", "--format", "json"]).envs(env.iter().copied());
    let output = command.output().expect("windlass");
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let gates = shown["gates"].as_array().expect("gates");
    let gate = gates.iter().find(|gate| gate["gate"] == "credentials").expect("the gate");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reminders = gate["reminders"].as_array().into_iter().flatten().map(text);
    let own = reminders.filter(|line| !line.contains("two-factor")).collect();
    (text(&gate["verdict"]), text(&gate["seen"]), own)
}

fn packument() -> (&'static str, u16, Value) {
    let version = json!({ "name": "@suite/web", "version": "0.9.0", "dist": {} });
    let tags = json!({ "latest": "0.9.0" });
    let body = json!({ "name": "@suite/web", "dist-tags": tags, "versions": { "0.9.0": version } });
    ("/@suite%2fweb", 200, body)
}

const COLLABORATORS: &str = "/-/package/@suite%2fweb/collaborators";
const PACKAGES: &str = "/-/user/ada/package";
const MEMBERS: &str = "/-/org/suite/user";

fn who_may() {
    let ada = || ("/-/whoami", 200, json!({ "username": "ada" }));
    let collaborators = |body: Value| (COLLABORATORS, 200, body);
    let packages = |body: Value| (PACKAGES, 200, body);
    let unsaid = |what: &str, why: &str| {
        format!("web/npm: whether ada may publish {what}: the registry does not say ({why})")
    };
    type Case = (Vec<(&'static str, u16, Value)>, &'static str, &'static str, Option<String>);
    let table: Vec<Case> = vec![
        (vec![ada(), packument(), collaborators(json!({ "ada": "write" }))], "pass", "web/npm as ada", None),
        // A team's right shows in the second list alone.
        (
            vec![
                ada(),
                packument(),
                collaborators(json!({ "bob": "write" })),
                packages(json!({ "@suite/web": "write" })),
            ],
            "pass",
            "web/npm as ada",
            None,
        ),
        (
            vec![
                ada(),
                packument(),
                collaborators(json!({ "bob": "write" })),
                packages(json!({ "other": "write" })),
            ],
            "fail",
            "web/npm is refused",
            None,
        ),
        (
            vec![
                ada(),
                packument(),
                collaborators(json!({ "ada": "read" })),
                packages(json!({ "@suite/web": "read" })),
            ],
            "fail",
            "web/npm is refused",
            None,
        ),
        (vec![ada(), packument()], "pass", "web/npm as ada", Some(unsaid("@suite/web", "E404"))),
        (
            vec![ada(), packument(), (COLLABORATORS, 403, json!({}))],
            "pass",
            "web/npm as ada",
            Some(unsaid("@suite/web", "E403")),
        ),
        // The first publication: the scope's organisation tells.
        (vec![ada(), (MEMBERS, 200, json!({ "ada": "developer" }))], "pass", "web/npm as ada", None),
        (vec![ada(), (MEMBERS, 200, json!({ "bob": "owner" }))], "fail", "web/npm is refused", None),
        (vec![ada()], "pass", "web/npm as ada", Some(unsaid("under @suite", "E404"))),
        (vec![("/-/whoami", 401, json!({}))], "fail", "web/npm is refused", None),
    ];
    let token = credential("NPM_TOKEN");
    each(&table, |(answers, verdict, seen, reminder)| {
        let server = registry(answers);
        let sandbox = repository(&server.host(), "1.0.0");
        let (found, saw, reminders) = credentials(&sandbox, &[("NPM_TOKEN", &token)]);
        let said = Vec::from_iter(reminder.clone());
        assert_eq!((found.as_str(), saw.as_str(), reminders), (*verdict, *seen, said), "{answers:?}");
    });
}

/// Without a token: `latest` is moved after the upload, and only a token moves it.
fn by_identity() {
    const PYPI: (&str, &str) = ("PYPI_ID_TOKEN", "canary");
    const NPM: (&str, &str) = ("NPM_ID_TOKEN", "canary");
    const GITHUB: (&str, &str) = ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:9/");
    let server = registry(&[packument()]);
    let needs = |tag: &str| {
        format!("web/npm: needs NPM_TOKEN for the dist-tag `{tag}`, which the run's own identity cannot move")
    };
    let table = [
        ("1.0.0", vec![], "fail", "web/npm: needs NPM_TOKEN".to_owned()),
        // Another registry's identity is none.
        ("1.0.0", vec![PYPI], "fail", "web/npm: needs NPM_TOKEN".to_owned()),
        ("1.0.0", vec![PYPI, ("NPM_TOKEN", "")], "fail", "web/npm: needs NPM_TOKEN".to_owned()),
        ("1.0.0", vec![NPM], "fail", needs("latest")),
        ("1.0.0", vec![GITHUB, ("NPM_TOKEN", "")], "fail", needs("latest")),
        ("1.0.0-rc.1", vec![GITHUB], "fail", needs("next")),
        // No tag moves: a fix of an older line.
        ("0.8.1", vec![GITHUB], "pass", "web/npm present".to_owned()),
    ];
    each(&table, |(version, env, verdict, seen)| {
        let sandbox = repository(&server.host(), version);
        let (found, saw, _) = credentials(&sandbox, env);
        assert_eq!((found.as_str(), saw.as_str()), (*verdict, seen.as_str()), "{version} {env:?}");
    });
}

/// verdaccio knows the user, and neither of the lists.
fn untold(scene: &Scene) {
    let release =
        super::release::Release::new(scene, "rights", &[windlass::model::target::TargetKind::Npm], None);
    let ran = release.run(&["publish", "--dry-run", "--format", "json"]).ended(0);
    assert!(ran.stdout.contains("the registry does not say (E404)"), "{}", ran.stdout);
}
