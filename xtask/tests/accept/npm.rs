//! `npm ci` installs what the lock says, if that is what the manifests require; any entry that is not
//! up to date `npm install --package-lock-only` would write again.

use super::room::Room;

const CI: &str = "npm ci --ignore-scripts";
const RELOCK: &str = "npm install --package-lock-only --ignore-scripts";

/// No package, with a lock of its own.
const DEMO: &str = "examples/demo";

#[test]
fn takes_the_lock_as_it_was_written() {
    let mut room = Room::new("npm");
    room.passes("vendor", "npm pack ./left");
    room.passes("", RELOCK);
    room.passes(DEMO, RELOCK);
    room.begin();
    for words in ["minor alpha", "release", "major"] {
        room.release(words);
        room.passes("", RELOCK);
        room.passes(DEMO, RELOCK);
        assert_eq!(room.touched(), "", "after {words}");
        if words == "minor alpha" {
            assert_eq!(room.changes(), ALPHA);
        }
    }
    room.passes("", CI);
    let linked = room.passes("", "npm ls --all --parseable --long");
    assert!(linked.contains("@example/client@1.0.0"), "{linked}");
    // The control: a pin on the version before, then the lock as it was before.
    room.replace("packages/web/package.json", "client\": \"1.0.0\"", "client\": \"0.2.0\"");
    room.refuses("", "npm ls", "invalid: \"0.2.0\" from packages/web");
    // It would have to ask a registry.
    room.refuses("", CI, "ENOTCACHED");
    room.restore();
    room.sandbox.git(&["checkout", "--quiet", "HEAD~", "--", "package-lock.json"]);
    assert_eq!(room.touched(), "M  package-lock.json");
    room.passes("", RELOCK);
    assert_eq!(room.touched(), "MM package-lock.json");
    assert_eq!(room.sandbox.git(&["diff", "HEAD", "--stat"]), "", "npm comes to what windlass wrote");
}

/// Written by hand.
const ALPHA: &[&str] = &[
    r#"examples/demo/package-lock.json: /packages/../../packages/ui/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"examples/demo/package-lock.json: /packages/../../packages/ui/peerDependencies/@example/client "^0.1.0" -> "^0.2.0-alpha.1""#,
    r#"package-lock.json: /version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages//version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/client/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/docs/dependencies/@example/client "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/ui/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/ui/peerDependencies/@example/client "^0.1.0" -> "^0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/web/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/web/dependencies/@example/client "0.1.0" -> "0.2.0-alpha.1""#,
    r#"package-lock.json: /packages/packages/web/dependencies/@example/ui "~0.1.0" -> "~0.2.0-alpha.1""#,
    r#"package.json: /version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"packages/client/package.json: /version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"packages/docs/package.json: /dependencies/@example/client "0.1.0" -> "0.2.0-alpha.1""#,
    r#"packages/ui/package.json: /version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"packages/ui/package.json: /peerDependencies/@example/client "^0.1.0" -> "^0.2.0-alpha.1""#,
    r#"packages/web/package.json: /version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"packages/web/package.json: /dependencies/@example/client "0.1.0" -> "0.2.0-alpha.1""#,
    r#"packages/web/package.json: /dependencies/@example/ui "~0.1.0" -> "~0.2.0-alpha.1""#,
];
