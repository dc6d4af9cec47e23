//! The one place where an error becomes a GraphQL error.
//!
//! A refused input of a mutation is no error here: it stands in the payload's `errors`. What comes here is a missing right, a
//! limit, a list that cannot be paged as asked, and what is our fault: that is logged under an id, and the id is answered.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Error, ErrorExtensions, Response, ServerError};

use crate::config::Limits;

/// `extensions.code` of the errors of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// An argument that cannot be used.
    BadUserInput,
    /// More than the server gives.
    LimitExceeded,
    /// A token is needed.
    Unauthenticated,
    /// The token does not allow it.
    Forbidden,
    /// The query took too long.
    Timeout,
    /// The operator lets only known operations run, and this is none.
    NotTrusted,
    /// The server cannot take the write now; the same request may go through later.
    Unavailable,
    /// The disk has no room for the write.
    StorageFull,
    /// The server's fault.
    Internal,
}

impl Code {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Code::BadUserInput => "BAD_USER_INPUT",
            Code::LimitExceeded => "LIMIT_EXCEEDED",
            Code::Unauthenticated => "UNAUTHENTICATED",
            Code::Forbidden => "FORBIDDEN",
            Code::Timeout => "TIMEOUT",
            Code::NotTrusted => "OPERATION_NOT_TRUSTED",
            Code::Unavailable => "UNAVAILABLE",
            Code::StorageFull => "STORAGE_FULL",
            Code::Internal => "INTERNAL",
        }
    }
}

/// An error of the caller's or of the moment, told as it is.
pub(super) fn refusal(code: Code, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code.as_str()))
}

/// An error of ours: the caller learns the id under which it is logged.
pub(super) fn internal(error: impl Display) -> Error {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let id = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    tracing::error!(error_id = id, %error, "a request failed");
    let message = format!("the server could not do this; its log says why under {id}");
    Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", Code::Internal.as_str());
        extensions.set("errorId", id.as_str());
    })
}

/// The answer to a request that is not run.
pub(super) fn refused(errors: Vec<ServerError>, code: &str) -> Box<Response> {
    let mut response = Response::from_errors(errors);
    add_codes(&mut response, code);
    Box::new(response)
}

/// Gives a code to each error that has none.
pub(super) fn add_codes(response: &mut Response, code: &str) {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
}

/// Keeps the errors of an answer to their number and their length.
pub(super) fn shorten(response: &mut Response, limits: &Limits) {
    response.errors.truncate(limits.errors);
    for error in &mut response.errors {
        if let Some((end, _)) = error.message.char_indices().nth(limits.error_letters) {
            error.message.truncate(end);
            error.message.push('…');
        }
    }
}
