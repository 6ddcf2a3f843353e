//! Real registries on loopback, for rehearsals: started from nothing, with throw-away data and credentials,
//! and stopped with the value that holds them.
//!
//! | kind | what runs |
//! |---|---|
//! | pypi | devpi-server, one index of one user, versions that stay |
//! | npm | verdaccio: packages of our own stay here, all others come from npm's configured registry |
//! | oci | the distribution registry, Debian's or built by go |
//! | crates | a sparse registry of our own, in this process |
//! | go | a module proxy of our own over a repository's tags, in this process |
//!
//! [`toolbox`] installs the foreign ones into a private folder, from lock files with hashes.

pub mod crates;
pub mod toolbox;
