//! fundgraph: the projects of the IOM Development Fund as one GraphQL graph.

pub mod catalog;
pub mod config;
pub mod documents;
pub mod domain;
pub mod graphql;
pub mod http;
pub mod seeding;
pub mod store;
