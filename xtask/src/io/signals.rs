//! Being asked to stop: Ctrl-C, a closed terminal, a service manager.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set once somebody asks this process to stop; asked again, it stops at once.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from here on.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<Interrupt> {
        let interrupt = Interrupt::default();
        for signal in asking() {
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupt.0))?;
            signal_hook::flag::register(signal, Arc::clone(&interrupt.0))?;
        }
        Ok(interrupt)
    }

    pub fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Stays when asked to stop: for the process that cleans up after this one.
///
/// # Errors
/// The system's.
pub fn stay() -> io::Result<()> {
    let nobody = Arc::new(AtomicBool::new(false));
    asking()
        .into_iter()
        .try_for_each(|signal| signal_hook::flag::register(signal, Arc::clone(&nobody)).map(drop))
}

fn asking() -> Vec<i32> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    #[cfg(unix)]
    return vec![SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
    #[cfg(not(unix))]
    vec![SIGINT, SIGTERM]
}
