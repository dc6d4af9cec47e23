//! What can go wrong with tokens.

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

/// The shortest token that an operator may choose, in bytes.
pub const SHORTEST: usize = 16;

/// Why tokens could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("{} cannot be used: {reason}", path.display())]
    File { path: PathBuf, reason: io::Error },
    #[error("{} holds no list of tokens ({reason}): put a copy of it back, or move it away and make the tokens anew", path.display())]
    Broken { path: PathBuf, reason: serde_json::Error },
    #[error("there is a token named “{0}” already: revoke it first, or choose another name")]
    Taken(String),
    #[error("there is no token named “{0}”: see `fundgraph token list`")]
    Unknown(String),
    #[error("the admin token is shorter than {SHORTEST} characters: choose a longer one")]
    Weak,
    #[error("{} holds no whole token: delete it, and the next start makes a new one", .0.display())]
    Cut(PathBuf),
    #[error("“{0}” is no name for a token: write a word of at most 100 bytes that is not “admin”")]
    Name(String),
    #[error("a token that ends at {0} has ended already: choose a later time")]
    Ended(Timestamp),
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}
