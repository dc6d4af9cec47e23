//! What a resolver may do: look at the request's snapshot, and write if the caller may.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Context, Result};

use super::error::{Code, refusal};
use crate::access::Tokens;
use crate::catalog::{Catalog, Snapshot};
use crate::config::Limits;
use crate::domain::Language;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Anybody: may read.
    Anonymous,
    /// The bearer of a token for reading, by the token's name.
    Reader(String),
    /// The bearer of a token for writing, by the token's name.
    Writer(String),
    /// The bearer of a token for everything, by the token's name.
    Admin(String),
}

/// The language that a caller prefers to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferred(pub Option<Language>);

/// What resolvers go by that is the request's own. It is one thing, so that a context is asked once for it.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) preferred: Preferred,
    /// The one snapshot that is read.
    pub(super) snapshot: Arc<Snapshot>,
    /// When the answer must be there.
    pub(super) until: Instant,
}

/// The house's own questions to a resolver's context.
pub(super) trait ContextExt {
    /// The one snapshot that this request reads.
    fn snapshot(&self) -> &Arc<Snapshot>;
    fn catalog(&self) -> &Arc<Catalog>;
    fn limits(&self) -> &Limits;
    /// The language that is asked for, else the one that the caller prefers.
    fn language(&self, asked: Option<Language>) -> Option<Language>;
    fn tokens(&self) -> &Arc<Tokens>;
    /// When the answer must be there, if that is known.
    fn until(&self) -> Option<Instant>;
    /// Refuses to go on once the request has taken too long. Every list asks before it begins, so that a query ends soon after.
    fn in_time(&self) -> Result<()>;
    /// The name of the caller, who may write; else the refusal.
    fn writer(&self) -> Result<&str>;
    /// The name of the caller, who may manage tokens; else the refusal.
    fn admin(&self) -> Result<&str>;
}

impl ContextExt for Context<'_> {
    fn snapshot(&self) -> &Arc<Snapshot> {
        &self.data_unchecked::<Asking>().snapshot
    }

    fn catalog(&self) -> &Arc<Catalog> {
        self.data_unchecked()
    }

    fn limits(&self) -> &Limits {
        self.data_unchecked()
    }

    fn language(&self, asked: Option<Language>) -> Option<Language> {
        asked.or_else(|| self.data_unchecked::<Asking>().preferred.0)
    }

    fn tokens(&self) -> &Arc<Tokens> {
        self.data_unchecked()
    }

    fn admin(&self) -> Result<&str> {
        match self.data_unchecked::<Caller>() {
            Caller::Admin(name) => Ok(name),
            Caller::Reader(name) | Caller::Writer(name) => Err(refusal(
                Code::Forbidden,
                format!("the token “{name}” may not manage tokens: that needs one with the scope admin"),
            )),
            Caller::Anonymous => Err(refusal(
                Code::Unauthenticated,
                "managing tokens needs a token with the scope admin: send it in the header “Authorization: Bearer TOKEN”",
            )),
        }
    }

    fn until(&self) -> Option<Instant> {
        self.data_opt::<Asking>().map(|asking| asking.until)
    }

    fn in_time(&self) -> Result<()> {
        match self.until() {
            Some(end) if Instant::now() >= end => {
                let most = self.limits().query_time;
                let message = format!("the query took longer than {most:?}: ask for smaller pages, or for less at once");
                Err(refusal(Code::Timeout, message))
            }
            _ => Ok(()),
        }
    }

    fn writer(&self) -> Result<&str> {
        match self.data_unchecked::<Caller>() {
            Caller::Writer(name) | Caller::Admin(name) => Ok(name),
            Caller::Reader(name) => Err(refusal(
                Code::Forbidden,
                format!("the token “{name}” is for reading: writing needs one with the scope seed"),
            )),
            Caller::Anonymous => Err(refusal(
                Code::Unauthenticated,
                "writing needs a token: send it in the header “Authorization: Bearer TOKEN”",
            )),
        }
    }
}
