//! `uv lock --check` fails where it would write the lock again.

use super::room::Room;

const CHECK: &str = "uv lock --check";

/// No package, with a lock of its own.
const TRY: &str = "examples/try";

/// Somebody else's package, at our version: an empty wheel.
const WHEEL: &str = "import os, zipfile; os.mkdir('vendor'); wheel = zipfile.ZipFile('vendor/left-0.1.0-py3-none-any.whl', 'w'); \
    [wheel.writestr(zipfile.ZipInfo('left-0.1.0.dist-info/' + name), text) for name, text in \
    [('METADATA', 'Metadata-Version: 2.1\\nName: left\\nVersion: 0.1.0\\n'), \
    ('WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'), ('RECORD', '')]]; wheel.close()";

#[test]
fn takes_the_lock_as_it_was_written() {
    let mut room = Room::new("uv");
    room.python(WHEEL);
    room.passes("", "uv lock");
    room.passes(TRY, "uv lock");
    room.begin();
    for words in ["minor alpha", "rc", "release", "major"] {
        room.release(words);
        room.passes("", CHECK);
        room.passes(TRY, CHECK);
        if words == "minor alpha" {
            assert_eq!(room.changes(), ALPHA);
        }
    }
    // The control: one package's version as it was before.
    for name in ["api", "scheduler", "suite"] {
        let entry = |version: &str| format!("name = \"{name}\"\nversion = \"{version}\"");
        room.replace("uv.lock", &entry("1.0.0"), &entry("0.2.0"));
        room.refuses("", CHECK, "needs to be updated");
        room.restore();
    }
    room.passes("", CHECK);
}

/// Written by hand.
const ALPHA: &[&str] = &[
    r#"examples/try/pyproject.toml: /project/dependencies/0 "scheduler==0.1.0" -> "scheduler==0.2.0a1""#,
    r#"examples/try/uv.lock: /package/1/version "0.1.0" -> "0.2.0a1""#,
    r#"packages/api/pyproject.toml: /project/version "0.1.0" -> "0.2.0a1""#,
    r#"packages/api/pyproject.toml: /project/dependencies/0 "scheduler>=0.1.0,<0.2" -> "scheduler>=0.2.0a1,<0.3""#,
    r#"packages/api/pyproject.toml: /project/optional-dependencies/all/0 "scheduler ~= 0.1.0 ; python_version >= '3.11'" -> "scheduler ~= 0.2.0a1 ; python_version >= '3.11'""#,
    r#"packages/api/pyproject.toml: /dependency-groups/dev/0 "scheduler==0.1.0" -> "scheduler==0.2.0a1""#,
    r#"packages/scheduler/pyproject.toml: /project/version "0.1.0" -> "0.2.0a1""#,
    r#"pyproject.toml: /project/version "0.1.0" -> "0.2.0a1""#,
    r#"uv.lock: /package/0/version "0.1.0" -> "0.2.0a1""#,
    r#"uv.lock: /package/2/version "0.1.0" -> "0.2.0a1""#,
    r#"uv.lock: /package/3/version "0.1.0" -> "0.2.0a1""#,
];
