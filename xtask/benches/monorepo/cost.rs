//! What a command costs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one command cost.
#[derive(Clone, Copy)]
pub struct Cost {
    pub seconds: f64,
    /// User and system time of the command and of all that it started.
    pub cpu: f64,
    /// Peak resident memory of the largest process, MiB.
    pub memory: f64,
}

pub fn sum(costs: &[Cost]) -> Cost {
    Cost {
        seconds: costs.iter().map(|cost| cost.seconds).sum(),
        cpu: costs.iter().map(|cost| cost.cpu).sum(),
        memory: costs.iter().map(|cost| cost.memory).fold(0.0, f64::max),
    }
}

/// The run with the median wall time.
pub fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    costs[costs.len() / 2]
}

/// Runs several things in turn, `runs` times over, so that what else the machine does meets all of
/// them; the median of each.
pub fn in_turn<const N: usize>(runs: usize, mut things: [&mut dyn FnMut() -> Cost; N]) -> [Cost; N] {
    let mut costs = [const { Vec::new() }; N];
    for _ in 0..runs.max(1) {
        for (thing, costs) in things.iter_mut().zip(&mut costs) {
            costs.push(thing());
        }
    }
    costs.map(median)
}

/// The wall and CPU time of something done in this process.
pub fn here(what: impl FnOnce()) -> Cost {
    let (started, before) = (Instant::now(), own_cpu());
    what();
    Cost { seconds: started.elapsed().as_secs_f64(), cpu: own_cpu() - before, memory: 0.0 }
}

fn own_cpu() -> f64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is to a local that outlives the call.
    assert_eq!(unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) }, 0);
    // SAFETY: getrusage succeeded and filled it in.
    cpu(&unsafe { usage.assume_init() })
}

fn cpu(usage: &libc::rusage) -> f64 {
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

pub fn git(dir: &Path) -> Command {
    quiet("git", dir)
}

pub fn windlass(dir: &Path) -> Command {
    quiet(env!("CARGO_BIN_EXE_windlass"), dir)
}

pub fn quiet(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::null());
    for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")] {
        command.env(name, value);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.org");
    }
    command
}

/// Wall time, CPU time and peak memory of one command.
#[expect(clippy::zombie_processes, reason = "wait4 reaps it")]
pub fn cost(command: &mut Command) -> Cost {
    // The child is its own group, so that its usage can be told from earlier children's.
    command.process_group(0);
    let started = Instant::now();
    let child = command.spawn().expect("started");
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    let mut status = 0;
    let pid = i32::try_from(child.id()).expect("a pid");
    // SAFETY: both pointers are to locals that outlive the call, and the child is ours to wait for.
    let waited = unsafe { libc::wait4(pid, &mut status, 0, usage.as_mut_ptr()) };
    let seconds = started.elapsed().as_secs_f64();
    assert!(waited == pid && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{command:?}");
    // SAFETY: wait4 succeeded and filled it in.
    let usage = unsafe { usage.assume_init() };
    Cost { seconds, cpu: cpu(&usage), memory: usage.ru_maxrss as f64 / 1024.0 }
}

/// How often a command of windlass starts git.
pub fn calls(folder: &Path, repository: &Path, args: &[&str]) -> usize {
    let shims = folder.join("shims");
    let log = folder.join("calls");
    fs::create_dir_all(&shims).expect("a folder");
    let _ = fs::remove_file(&log);
    let path = std::env::var("PATH").unwrap_or_default();
    let real =
        std::env::split_paths(&path).map(|dir| dir.join("git")).find(|git| git.is_file()).expect("git");
    fs::write(
        shims.join("git"),
        format!("#!/bin/sh\necho 1 >> '{}'\nexec '{}' \"$@\"\n", log.display(), real.display()),
    )
    .expect("a shim");
    fs::set_permissions(shims.join("git"), fs::Permissions::from_mode(0o755)).expect("executable");
    let status = windlass(repository).args(args).env("PATH", format!("{}:{path}", shims.display())).status();
    assert!(status.expect("windlass").success());
    fs::read_to_string(&log).unwrap_or_default().lines().count()
}
