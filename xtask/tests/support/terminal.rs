//! A program on a terminal of its own, with somebody who types.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

/// Runs a program whose standard input and error are a terminal without echo; its standard output is a pipe.
///
/// # Errors
/// The system's.
pub fn run(mut command: Command, typed: &[u8]) -> std::io::Result<Output> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(ptsname(&master, Vec::new())?.as_bytes()));
    let terminal = OpenOptions::new().read(true).write(true).open(path)?;
    let mut modes = tcgetattr(&terminal)?;
    modes.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&terminal, OptionalActions::Now, &modes)?;
    let mut screen = std::fs::File::from(master);
    screen.write_all(typed)?;
    let child = command.stdin(terminal.try_clone()?).stderr(terminal).stdout(Stdio::piped()).spawn()?;
    // The terminal lives as long as somebody holds it: from here on only the child does.
    drop(command);
    let reader = std::thread::spawn(move || {
        let mut shown = Vec::new();
        // Ends with an error once the child has let go of the terminal.
        let _ = screen.read_to_end(&mut shown);
        shown
    });
    let mut output = child.wait_with_output()?;
    output.stderr = reader.join().unwrap_or_default();
    Ok(output)
}
