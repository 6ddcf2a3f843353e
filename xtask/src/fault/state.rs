//! What the proxy remembers: the fault, how far it is, the account, pages as they were before an upload.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::recognise::Role;
use crate::io::loopback::Closer;
use crate::io::wire::Head;
use crate::model::fault::{Delay, Fault, FaultKind};
use crate::model::registry::RegistryKind;

/// How many attempts in a row meet a burst of errors.
const BURST: u32 = 2;

/// One request that came to the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub method: String,
    /// With the query.
    pub target: String,
    pub role: Role,
    /// What an upload publishes.
    pub artifact: Option<String>,
    /// What the registry answered; none when it was not asked, or did not answer.
    pub status: Option<u16>,
    /// What the client heard; none when it heard nothing.
    pub heard: Option<u16>,
}

impl Entry {
    /// Whether it is an upload that the registry took.
    pub fn accepted(&self) -> bool {
        self.role == Role::Upload && self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// As `Pass`, and no connection is taken afterwards.
    PassAndClose,
    DropBefore,
    DropDuring,
    DropAfter,
    Answer(u16),
    Silence,
}

/// A page as the registry showed it.
#[derive(Clone, Debug)]
pub struct Page {
    pub head: Head,
    pub body: Vec<u8>,
}

/// What a late index does with a look at a page.
#[derive(Clone, Debug)]
pub enum Look {
    /// Shows what the registry says.
    Fresh,
    /// Shows the page as it was; none is a page that was not there.
    Stale(Option<Page>),
}

#[derive(Debug)]
pub struct State {
    kind: RegistryKind,
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    fault: Option<Fault>,
    /// Uploads so far; before a module proxy, requests.
    count: u32,
    /// Nothing is answered any more.
    silent: bool,
    closer: Option<Closer>,
    closed: bool,
    log: Vec<Entry>,
    /// The last upload that was accepted.
    uploaded: Option<Instant>,
    /// Pages as they were last shown, and the looks at each since the last upload.
    pages: BTreeMap<String, Page>,
    looks: BTreeMap<String, u32>,
}

impl State {
    pub fn new(kind: RegistryKind, fault: Option<Fault>) -> State {
        let inner = Inner { fault, ..Inner::default() };
        State { kind, inner: Mutex::new(inner), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens to a request that has just come.
    pub fn judge(&self, role: Role) -> Verdict {
        let mut inner = self.lock();
        if inner.silent {
            return Verdict::Silence;
        }
        if role != Role::Upload && self.kind != RegistryKind::Go {
            return Verdict::Pass;
        }
        inner.count += 1;
        let count = inner.count;
        let Some(fault) = inner.fault else { return Verdict::Pass };
        let (now, from_now, burst) =
            (count == fault.at, count >= fault.at, (fault.at..fault.at + BURST).contains(&count));
        match fault.kind {
            FaultKind::Refuse if count + 1 == fault.at => Verdict::PassAndClose,
            FaultKind::DropBefore if now => Verdict::DropBefore,
            FaultKind::DropDuring if now => Verdict::DropDuring,
            FaultKind::DropAfter if now => Verdict::DropAfter,
            FaultKind::RateLimit if now => Verdict::Answer(429),
            FaultKind::Error500 if burst => Verdict::Answer(500),
            FaultKind::Error503 if burst => Verdict::Answer(503),
            FaultKind::Unauthorized if from_now => Verdict::Answer(401),
            FaultKind::Forbidden if from_now => Verdict::Answer(403),
            FaultKind::Silent if from_now => {
                inner.silent = true;
                Verdict::Silence
            }
            _ => Verdict::Pass,
        }
    }

    /// Whether the index is late at times, so that pages have to be remembered.
    pub fn delay(&self) -> Option<Delay> {
        match self.lock().fault?.kind {
            FaultKind::Late(delay) => Some(delay),
            _ => None,
        }
    }

    /// What a look at a page shows. Before a module proxy, which sees no upload, the first look begins the wait.
    pub fn look(&self, key: &str) -> Look {
        let mut inner = self.lock();
        let Some(FaultKind::Late(delay)) = inner.fault.map(|fault| fault.kind) else { return Look::Fresh };
        if self.kind == RegistryKind::Go && inner.uploaded.is_none() {
            inner.uploaded = Some(Instant::now());
        }
        let Some(uploaded) = inner.uploaded else { return Look::Fresh };
        let looks = inner.looks.entry(key.to_owned()).or_default();
        *looks += 1;
        let stale = match delay {
            Delay::Looks(most) => *looks <= most,
            Delay::Time(time) => uploaded.elapsed() < time,
        };
        if stale { Look::Stale(inner.pages.get(key).cloned()) } else { Look::Fresh }
    }

    /// Remembers a page as the registry shows it.
    pub fn remember(&self, key: &str, page: Page) {
        self.lock().pages.insert(key.to_owned(), page);
    }

    /// Notes a request that has ended.
    pub fn note(&self, entry: Entry) {
        let mut inner = self.lock();
        if entry.accepted() {
            inner.uploaded = Some(Instant::now());
            inner.looks.clear();
        }
        inner.log.push(entry);
    }

    pub fn log(&self) -> Vec<Entry> {
        self.lock().log.clone()
    }

    /// Waits until the silence is over.
    pub fn wait_in_silence(&self) {
        let mut inner = self.lock();
        while inner.silent {
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn opened(&self, closer: Closer) {
        let mut inner = self.lock();
        inner.closer = Some(closer);
        inner.closed = false;
    }

    /// Closes the port.
    pub fn close(&self) {
        let closer = {
            let mut inner = self.lock();
            inner.closed = true;
            inner.closer.clone()
        };
        if let Some(closer) = closer {
            closer.close();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub fn heal(&self) {
        let mut inner = self.lock();
        inner.fault = None;
        inner.silent = false;
        self.changed.notify_all();
    }
}
