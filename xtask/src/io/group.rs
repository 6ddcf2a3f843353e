//! A group of processes that is ended as one (POSIX, "process group").

#[cfg(unix)]
mod system {
    use std::os::unix::process as unix;

    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

    /// A group, named after the process that leads it.
    #[derive(Clone, Copy, Debug)]
    pub struct Group(i32);

    impl Group {
        /// The group of the leader with this process id.
        pub fn of(leader: u32) -> Group {
            Group(i32::try_from(leader).unwrap_or(0))
        }

        pub fn id(self) -> u32 {
            self.0.unsigned_abs()
        }

        /// Lets a program that is about to start lead a group of its own.
        pub fn lead(command: &mut impl unix::CommandExt) {
            command.process_group(0);
        }

        /// Lets a program that is about to start belong to this group.
        pub fn join(self, command: &mut impl unix::CommandExt) {
            command.process_group(self.0);
        }

        /// Asks all of it to end.
        pub fn terminate(self) {
            self.signal(Signal::TERM);
        }

        /// Ends all of it.
        pub fn kill(self) {
            self.signal(Signal::KILL);
        }

        /// Whether any process of it is left, one included that ended and was not yet taken note of.
        pub fn is_left(self) -> bool {
            Pid::from_raw(self.0).is_some_and(|pid| test_kill_process_group(pid).is_ok())
        }

        fn signal(self, signal: Signal) {
            // 1 would mean every process there is.
            if self.0 > 1
                && let Some(pid) = Pid::from_raw(self.0)
            {
                let _ = kill_process_group(pid, signal);
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    /// Without groups of processes: each is ended by the handle that started it.
    #[derive(Clone, Copy, Debug)]
    pub struct Group(u32);

    impl Group {
        pub fn of(leader: u32) -> Group {
            Group(leader)
        }

        pub fn id(self) -> u32 {
            self.0
        }

        pub fn lead<T>(_: &mut T) {}

        pub fn join<T>(self, _: &mut T) {}

        pub fn terminate(self) {}

        pub fn kill(self) {}

        pub fn is_left(self) -> bool {
            false
        }
    }
}

pub use system::Group;
