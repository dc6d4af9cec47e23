//! fundgraph: the projects of the IOM Development Fund as one GraphQL graph, from one binary with its database inside.
//!
//! The rooms, from the outside in; each names only those after it:
//!
//! | room | owns |
//! |---|---|
//! | [`cli`] | putting the rooms together, one command a file |
//! | [`http`] | routes, negotiation, tokens, pages, health, shutdown |
//! | [`graphql`] | names, arguments, pages, error codes |
//! | [`seeding`] | documents and records on their way into the graph |
//! | [`access`] | who may read and write: tokens |
//! | [`catalog`] | the one door: commit a change set, take a snapshot, find what relates |
//! | [`store`] | what lies on disk: sled, keys, codec, log |
//! | [`documents`] | page text to what it says: layouts, labels, names in three languages |
//! | [`domain`] | the five nouns and the values they are made of |
//!
//! [`config`] holds every limit.

#![forbid(unsafe_code)]

pub mod access;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod documents;
pub mod domain;
pub mod graphql;
pub mod http;
pub mod seeding;
pub mod store;
