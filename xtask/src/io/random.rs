//! Throw-away credentials.

use std::io;

use crate::model::secret::Secret;

/// A fresh secret of 128 random bits, in hexadecimal.
///
/// # Errors
/// When the system gives no randomness.
pub fn secret() -> io::Result<Secret> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}
