//! What partners, explorers, integrators and operators do, done with the real binary over real HTTP.

// A test that meets what it does not expect should end there.
#![allow(clippy::unwrap_used)]

mod app;
mod attacks;
mod backup;
mod budgets;
mod chance;
mod clock;
mod command_line;
mod damage;
mod deleting;
mod event_streams;
mod export;
mod following;
mod full_disk;
mod fuzz;
mod history;
mod house;
mod idempotency;
mod kept;
mod kills;
mod lists;
mod memory;
mod metrics;
mod pages;
mod persisted;
mod preview;
mod questions;
mod readme;
mod relations;
mod schema;
mod search;
mod security;
mod slow;
mod socket;
mod sockets;
mod starting;
mod stream;
mod streaming;
mod telemetry;
mod tokens;
mod transport;
mod walkthroughs;
mod writing;
