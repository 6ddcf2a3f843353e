//! A stage: this program once more, in the clone, with one of its commands.

use std::cell::RefCell;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::io::env::own_program;
use crate::io::files;
use crate::io::group::Group;
use crate::io::signals::Interrupt;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::secret::Mask;
use crate::tool::supervised::{Program, Supervised};

/// No stage takes longer: whatever it starts has limits of its own.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Where stages run.
pub struct Stages<'a> {
    pub work: &'a Path,
    /// Where their words are kept.
    pub logs: &'a Path,
    pub group: Group,
    pub interrupt: &'a Interrupt,
}

/// How a stage ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    /// What it printed as results, each a JSON document.
    pub documents: Vec<Value>,
    /// The last lines that it said.
    pub said: Vec<String>,
    pub took: Duration,
    pub interrupted: bool,
}

impl Ended {
    /// The last document; null where there is none.
    pub fn result(&self) -> &Value {
        self.documents.last().unwrap_or(&Value::Null)
    }

    /// The problems that it named, without the advice, which is for a real release.
    pub fn problems(&self) -> Problems {
        let lists = self.documents.iter().filter_map(|document| {
            document.get("problems").or_else(|| document.get("unmet")).and_then(Value::as_array)
        });
        let read = |one: &Value| serde_json::from_value::<Problem>(one.clone()).ok();
        let found = lists.flatten().filter_map(read);
        let plain = |problem: Problem| Problem { help: Vec::new(), ..problem };
        found.map(plain).collect()
    }
}

impl Stages<'_> {
    /// Runs one command of this program to its end; `say` gets each line that it says meanwhile.
    ///
    /// # Errors
    /// `W0783` when it can't be started.
    pub fn run(
        &self,
        name: &str,
        args: &[String],
        env: &[(String, String)],
        mask: &Mask,
        say: &mut dyn FnMut(&str),
    ) -> Result<Ended, Problem> {
        let own =
            own_program().ok_or_else(|| Problem::new(Code::W0783, "this program's own path is unknown"))?;
        let words = std::iter::once(own).chain(args.iter().cloned());
        let words =
            words.chain(["--format".into(), "json".into(), "--color".into(), "never".into()]).collect();
        self.program(name, words, env, mask, say)
    }

    /// Runs a program of the repository's own in the clone.
    ///
    /// # Errors
    /// `W0783` when it can't be started.
    pub fn program(
        &self,
        name: &str,
        words: Vec<String>,
        env: &[(String, String)],
        mask: &Mask,
        say: &mut dyn FnMut(&str),
    ) -> Result<Ended, Problem> {
        let began = Instant::now();
        let log = self.logs.join(format!("{name}.log"));
        let results = self.logs.join(format!("{name}.json"));
        let program = Program { words, dir: self.work.to_owned(), env: env.to_vec() };
        let unable = |failure: crate::tool::failure::Failure| {
            failure.problem(Code::W0783, "a stage of the rehearsal could not start")
        };
        let running = program.start(self.group, &log, Some(&results)).map_err(unable)?;
        let tail = RefCell::new(Tail::of(&log));
        let code = {
            let mut said = |line: &str| say(&mask.cover(line));
            let said = RefCell::new(&mut said);
            let watch = || {
                tail.borrow_mut().lines(&mut **said.borrow_mut());
                self.interrupt.came()
            };
            let code = finish(&running, &watch);
            tail.borrow_mut().lines(&mut **said.borrow_mut());
            code
        };
        let text = files::read(&results).ok().flatten().unwrap_or_default();
        let documents = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
        Ok(Ended {
            code,
            documents: documents.map_while(Result::ok).collect(),
            said: running.said().iter().map(|line| mask.cover(line)).collect(),
            took: began.elapsed(),
            interrupted: self.interrupt.came(),
        })
    }
}

/// Its exit code; 130 where it was stopped, 1 where it died otherwise.
fn finish(running: &Supervised, watch: &dyn Fn() -> bool) -> i32 {
    match running.finish(LONGEST, watch) {
        Ok(()) => 0,
        Err(failure) => failure.code.unwrap_or(if watch() { 130 } else { 1 }),
    }
}

/// What has been added to a file since the last look.
struct Tail {
    file: Option<std::fs::File>,
    at: u64,
    rest: Vec<u8>,
}

impl Tail {
    fn of(path: &Path) -> Tail {
        Tail { file: files::open(path).ok(), at: 0, rest: Vec::new() }
    }

    /// Whole lines alone.
    fn lines(&mut self, say: &mut dyn FnMut(&str)) {
        let Some(file) = &mut self.file else { return };
        let from = self.rest.len();
        if file.seek(SeekFrom::Start(self.at)).is_err() || file.read_to_end(&mut self.rest).is_err() {
            return;
        }
        self.at += (self.rest.len() - from) as u64;
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            say(String::from_utf8_lossy(&line).trim_end());
        }
    }
}
