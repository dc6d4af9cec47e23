//! The API: names, arguments, pages, error codes.
//!
//! One file a noun, each with its relations, its queries and its mutations, in that order. What a resolver may do stands in
//! [`context`]; what the lists share stands in [`connection`] and [`page`], what the mutations share in [`mutation`]. Nothing here knows of
//! sled, sockets or headers.

mod change;
mod checked;
mod connection;
mod contact;
mod context;
mod cost;
mod cursor;
mod delete;
mod document;
mod engine;
mod error;
mod export;
mod field_change;
mod filter;
mod fingerprint;
mod guard;
mod history;
mod input;
mod known;
mod member_state;
mod mutation;
mod mutation_error;
mod news_item;
mod news_list;
mod node;
mod operation;
mod options;
mod order;
mod page;
mod plan;
mod project;
mod project_list;
mod project_type;
mod records;
mod region;
mod root_field;
mod scalars;
mod search;
mod seed_documents;
mod seed_records;
mod service;
mod source;
mod stream;
mod subscription;
mod token;
mod trusted;
mod validation;
mod weight;
mod words;

pub use async_graphql::parser::types::OperationType;
pub use context::{Caller, Preferred};
pub use engine::{Engine, sdl};
pub use export::{Content, Export, ExportError, Format, Ready};
pub use guard::Guard;
pub use operation::{Answer, Asked, Checked, Text};
pub use records::{Made, NdjsonError, RecordInput};
pub use stream::{Event, Sender, seed as seed_stream};
pub use trusted::Trusted;
