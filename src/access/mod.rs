//! Who may read and write: tokens, of which only hashes are kept.
//!
//! The token of the first start is kept in the open in `admin.token`, for the operator to read; `FUNDGRAPH_ADMIN_TOKEN`
//! replaces it. All others stand as hashes in `tokens.json`. Commands change that file while a server runs, and the server
//! looks at it again when it has changed.

mod admin;
mod error;
mod file;
mod known;
mod secret;
mod token;

#[cfg(test)]
mod tests;

pub use admin::admin_token;
pub use error::{SHORTEST, TokenError};
pub use file::TokenFile;
pub use known::Tokens;
pub use token::{Scope, Token};

/// The name of the operator's own token.
const ADMIN: &str = "admin";
