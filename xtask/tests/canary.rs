//! The search for credentials finds what was leaked on purpose, in each way in which it could be leaked.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::canary::{Canary, Leak, credential};

/// A program that leaks what its environment holds.
const LEAKING: &str = r#"
import base64, json, os, sys, urllib.parse
token, way = os.environ["TOKEN"], sys.argv[1]
pair = ("user:" + token).encode()
if way == "nothing":
    print(len(token))
elif way == "plain":
    print("sent with", token, "to", "host")
elif way == "error":
    sys.stderr.write(token)
elif way == "json":
    json.dump({"token": token}, sys.stdout)
elif way == "url":
    print("https://" + urllib.parse.quote(token, safe="") + "@example.org/")
elif way == "basic":
    print("Authorization: Basic", base64.b64encode(pair).decode())
elif way == "urlsafe":
    print(base64.urlsafe_b64encode(b"x" + token.encode()).decode().rstrip("="))
elif way == "file":
    os.makedirs("a/b")
    open("a/b/journal.json", "w").write(token)
elif way == "binary":
    open("image.bin", "wb").write(b"\xff\x00\xfe" + token.encode() + b"\xff")
elif way == "encoded-file":
    open("config.json", "w").write(base64.b64encode(b"xy" + pair).decode())
elif way == "name":
    open(token.replace("/", "_"), "w").close()
elif way == "link":
    os.symlink(token, "to")
"#;

fn program(dir: &Path, way: &str, secret: &str) -> Command {
    let mut command = Command::new("python3");
    command.args(["-I", "-c", LEAKING, way]).current_dir(dir).env("TOKEN", secret);
    command
}

fn found(way: &str, secret: &str) -> Vec<String> {
    let mut canary = Canary::default();
    canary.watch("TOKEN", secret);
    let folder = tempfile::tempdir().expect("a folder");
    let (output, leaks) = canary.run(&mut program(folder.path(), way, secret), folder.path());
    assert!(output.status.success(), "{way}: {}", String::from_utf8_lossy(&output.stderr).lines().count());
    leaks.iter().map(Leak::to_string).collect()
}

#[test]
fn every_planted_leak_is_found() {
    // What JSON, URLs and base64's two alphabets spell differently.
    let odd = format!("{}\"%~\\é>>>???", credential("odd"));
    let table: &[(&str, &[&str])] = &[
        ("nothing", &[]),
        ("plain", &["TOKEN (plain) in stdout"]),
        ("error", &["TOKEN (plain) in stderr"]),
        ("url", &["TOKEN (url) in stdout"]),
        ("basic", &["TOKEN (base64) in stdout"]),
        ("urlsafe", &["TOKEN (base64) in stdout"]),
        ("file", &["TOKEN (plain) in a/b/journal.json"]),
        ("binary", &["TOKEN (plain) in image.bin"]),
        ("encoded-file", &["TOKEN (base64) in config.json"]),
        ("name", &["TOKEN (plain) in the name of a file"]),
        ("link", &["TOKEN (plain) in to"]),
    ];
    for (way, expected) in table {
        assert_eq!(&found(way, &odd), expected, "{way}");
    }
    // JSON escapes what is not ASCII where its writer likes to.
    let plain = format!("{}\"\\", credential("plain"));
    assert_eq!(found("json", &plain), ["TOKEN (json) in stdout"]);
    assert_eq!(found("nothing", &plain), [""; 0]);
}

#[test]
fn base64_is_found_wherever_the_secret_begins() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let mut canary = Canary::default();
    let secret = canary.make("TOKEN");
    for before in ["", "u", "us", "user", "user:", "a-user:"] {
        for after in ["", "\n", "\",", "xyz"] {
            let text = format!("{before}{secret}{after}");
            for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                assert!(!canary.in_bytes("x", encoded.as_bytes()).is_empty(), "{before:?} {after:?}");
            }
        }
    }
    assert!(canary.in_bytes("x", STANDARD.encode(&secret[1..]).as_bytes()).is_empty());
}

#[test]
fn an_argument_is_found_while_its_process_lives() {
    let mut canary = Canary::default();
    let secret = canary.make("TOKEN");
    let wait = "import sys; sys.stdin.read()";
    let (seen, leaks) = canary.during(|| {
        let mut child = Command::new("python3")
            .args(["-I", "-c", wait, &format!("--token={secret}")])
            .stdin(Stdio::piped())
            .spawn()
            .expect("python3");
        let until = Instant::now() + Duration::from_secs(30);
        while canary.in_command_lines().is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let seen = !canary.in_command_lines().is_empty();
        drop(child.stdin.take());
        child.wait().expect("an end");
        seen
    });
    assert!(seen);
    let expected = Leak { name: "TOKEN".into(), form: "plain", place: "a command line".into() };
    assert_eq!(leaks, [expected]);
    assert_eq!(canary.in_command_lines(), []);
}
