//! An end for programs of tests that wait for servers and other programs: one that hangs says so, and ends.

use std::process::{Command, exit};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// Ends this program after so many minutes (four times as many for the nightly suites), and shows what runs then.
pub fn minutes(minutes: u64) {
    let minutes = if std::env::var_os("WINDLASS_NIGHTLY").is_some() { 4 * minutes } else { minutes };
    spawn(move || {
        sleep(Duration::from_secs(60 * minutes));
        let running = Command::new("ps").args(["-A", "-o", "pid,ppid,etime,args"]).output();
        let running = running.map(|ps| String::from_utf8_lossy(&ps.stdout).into_owned()).unwrap_or_default();
        eprintln!("the tests did not end within {minutes} minutes; what runs:\n{running}");
        exit(101);
    });
}
