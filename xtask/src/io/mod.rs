//! The operating system: files, clock, environment, terminal. Only this room and `tool/` touch it.

pub mod clock;
pub mod env;
pub mod exclusive;
pub mod files;
pub mod group;
pub mod http;
pub mod lock;
pub mod loopback;
pub mod port;
pub mod random;
pub mod scratch;
pub mod signals;
pub mod terminal;
pub mod wire;
