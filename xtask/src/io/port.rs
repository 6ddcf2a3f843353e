//! Ports of this machine's loopback address.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// Ports that nobody listens on, all different, each found by binding to port 0.
///
/// # Errors
/// The system's.
pub fn free(count: usize) -> std::io::Result<Vec<u16>> {
    let bind = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    // All are held until the last is found, so none is given twice.
    let listeners: Vec<TcpListener> = (0..count).map(bind).collect::<Result<_, _>>()?;
    listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}

/// Whether somebody listens on a port of this machine. Binding alone would not tell everywhere:
/// some systems allow it beside a listener on all addresses.
pub fn is_taken(port: u16) -> bool {
    let address = (Ipv4Addr::LOCALHOST, port).into();
    TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok()
        || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_free_from_taken() {
        let ports = free(5).unwrap();
        assert_eq!(ports.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        assert!(is_taken(listener.local_addr().unwrap().port()));
    }
}
