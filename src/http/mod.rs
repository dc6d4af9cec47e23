//! What a browser and a partner's program meet first: routes, negotiation, tokens, pages, health, shutdown.
//!
//! The rooms below it answer questions; this one decides who may ask, how much at once, and in which form they get the answer.

mod answers;
mod asset;
mod at_once;
mod backup;
mod connections;
mod cors;
mod event_stream;
mod export;
mod flights;
mod front;
mod graphiql;
mod graphql;
mod health;
mod kept;
mod lines;
mod metrics;
mod named;
mod outgoing;
mod page;
mod parameters;
mod patient;
mod peeked;
mod persisted;
mod pipe;
mod rate;
mod request_body;
mod routes;
mod security;
mod seed;
mod server;
mod socket;
mod spool;
mod start_page;
mod tag;
mod traces;

pub use server::Server;
