//! What a token allows, and what is kept of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a token allows. Each scope allows what those before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum, async_graphql::Enum)]
#[graphql(name = "TokenScope")]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Reading.
    Read,
    /// Reading and writing records.
    Seed,
    /// Everything.
    Admin,
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Scope::Read => "read",
            Scope::Seed => "seed",
            Scope::Admin => "admin",
        })
    }
}

/// A token as it is kept: everything but the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub name: String,
    pub scope: Scope,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// SHA-256 of the token, URL-safe Base64. Tokens are 256 random bits, so no slow hash is needed.
    pub(super) hash: String,
}

impl Token {
    /// Whether the token has come to its end.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}
