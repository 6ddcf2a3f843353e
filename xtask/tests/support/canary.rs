//! Credentials that can be recognised, and the search for them where nobody may find them: outputs, files, command
//! lines, each as it is, in JSON, in URLs and in base64.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A credential of this run alone, for what a variable's name says.
pub fn credential(name: &str) -> String {
    static RUN: OnceLock<String> = OnceLock::new();
    let run =
        RUN.get_or_init(|| windlass::io::random::secret().expect("randomness").expose()[..16].to_owned());
    format!("canary-{}-{run}", name.to_ascii_lowercase().replace('_', "-"))
}

/// The credentials of a test, each known by a name that may be shown.
#[derive(Clone, Default)]
pub struct Canary {
    needles: Vec<Needle>,
}

#[derive(Clone)]
struct Needle {
    name: String,
    form: &'static str,
    text: String,
}

/// A credential that was found; what it is stays out of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    pub name: String,
    /// `plain`, `json`, `url`, `base64`.
    pub form: &'static str,
    /// An output, a file, `a command line`.
    pub place: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) in {}", self.name, self.form, self.place)
    }
}

impl Canary {
    /// Shorter texts are in everything by chance.
    const SHORTEST: usize = 10;

    /// Watches a credential that exists already; what is too short to be recognised is none.
    pub fn watch(&mut self, name: &str, secret: &str) {
        if secret.len() < Canary::SHORTEST {
            return;
        }
        let json = serde_json::Value::from(secret).to_string();
        let mut forms = vec![("plain", secret.to_owned()), ("json", json.trim_matches('"').to_owned())];
        forms.extend([true, false].map(|upper| ("url", percent_encoded(secret, upper))));
        for alignment in 0..3 {
            let text = encoded(secret, alignment);
            forms.push(("base64", text.replace('+', "-").replace('/', "_")));
            forms.push(("base64", text));
        }
        let mut seen = BTreeSet::new();
        for (form, text) in forms {
            if seen.insert(text.clone()) {
                self.needles.push(Needle { name: name.to_owned(), form, text });
            }
        }
    }

    /// Makes a credential for a variable, and watches it.
    pub fn make(&mut self, name: &str) -> String {
        let secret = credential(name);
        self.watch(name, &secret);
        secret
    }

    /// What is found in some bytes.
    pub fn in_bytes(&self, place: &str, bytes: &[u8]) -> Vec<Leak> {
        let text = String::from_utf8_lossy(bytes);
        let found = self.needles.iter().filter(|needle| text.contains(&needle.text));
        found
            .map(|needle| Leak { name: needle.name.clone(), form: needle.form, place: place.to_owned() })
            .collect()
    }

    /// What is found below a folder: in files, in their names, in what links lead to. Folders are named from there.
    pub fn below(&self, folder: &Path) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for entry in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path()).display().to_string();
            leaks.extend(self.in_bytes("the name of a file", path.as_bytes()));
            let bytes = match std::fs::read_link(entry.path()) {
                Ok(target) => target.display().to_string().into_bytes(),
                Err(_) if entry.file_type().is_file() => std::fs::read(entry.path()).unwrap_or_default(),
                Err(_) => continue,
            };
            leaks.extend(self.in_bytes(&path, &bytes));
        }
        leaks
    }

    /// Does something, and watches meanwhile what every process of this machine was started with.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<Leak>) {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| {
                let mut leaks = BTreeSet::new();
                loop {
                    // Once more after the end: even the shortest work is looked at.
                    let last = over.load(Ordering::Acquire);
                    leaks.extend(self.in_command_lines());
                    if last {
                        return leaks;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            // What fails ends the watch too: the scope waits for it.
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            over.store(true, Ordering::Release);
            let leaks = watching.join().expect("the watch").into_iter().collect();
            match done {
                Ok(done) => (done, leaks),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Runs a program to its end: what is found in its output, in command lines meanwhile, and then below a folder.
    pub fn run(&self, command: &mut Command, folder: &Path) -> (Output, Vec<Leak>) {
        let (output, mut leaks) = self.during(|| command.output().expect("a program"));
        leaks.extend(self.in_bytes("stdout", &output.stdout));
        leaks.extend(self.in_bytes("stderr", &output.stderr));
        leaks.extend(self.below(folder));
        leaks.sort();
        (output, leaks)
    }

    /// What is found in command lines at this moment.
    pub fn in_command_lines(&self) -> Vec<Leak> {
        command_lines().iter().flat_map(|line| self.in_bytes("a command line", line)).collect()
    }

    /// # Panics
    /// When something was found.
    #[track_caller]
    pub fn silent(leaks: &[Leak]) {
        let lines: Vec<String> = leaks.iter().map(Leak::to_string).collect();
        assert!(leaks.is_empty(), "a credential shows:\n{}", lines.join("\n"));
    }
}

/// The command lines of all processes, their words apart from each other.
fn command_lines() -> Vec<Vec<u8>> {
    if cfg!(target_os = "linux") {
        let processes = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        return processes.filter_map(|one| std::fs::read(one.path().join("cmdline")).ok()).collect();
    }
    let shown = Command::new("ps").args(["-A", "-ww", "-o", "args="]).output();
    shown
        .map(|shown| shown.stdout.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect())
        .unwrap_or_default()
}

/// What base64 makes of a text that begins after so many bytes of others, of the characters that it alone decides:
/// so `user:token` is found by its token.
fn encoded(text: &str, before: usize) -> String {
    let bytes = [vec![0; before], text.as_bytes().to_vec()].concat();
    let all = STANDARD.encode(&bytes);
    all[(before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()
}

/// As URLs spell it: everything but what RFC 3986 calls unreserved.
fn percent_encoded(text: &str, upper: bool) -> String {
    let spell = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if upper => format!("%{byte:02X}"),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(spell).collect()
}
