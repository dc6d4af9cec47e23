//! The tokens that a server takes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Mutex;
use std::time::SystemTime;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::secret::hash;
use super::{ADMIN, Scope, Token, TokenError, TokenFile};

/// The tokens that a server takes.
#[derive(Debug)]
pub struct Tokens {
    admin: [u8; 32],
    file: TokenFile,
    /// The list as it was when the file last changed.
    known: Mutex<(Option<Stamp>, Vec<Token>)>,
}

impl Tokens {
    pub fn new(folder: &Path, admin: &str) -> Result<Tokens, TokenError> {
        let file = TokenFile::of(folder);
        let known = (stamp(&file.path), file.list()?);
        Ok(Tokens { admin: Sha256::digest(admin).into(), file, known: Mutex::new(known) })
    }

    /// The file of the tokens, to list and to change them.
    pub fn file(&self) -> &TokenFile {
        &self.file
    }

    /// The name and scope of a token; none where it is unknown, revoked or out of date.
    pub fn find(&self, secret: &str, now: Timestamp) -> Option<(String, Scope)> {
        if bool::from(self.admin.ct_eq(&Sha256::digest(secret)[..])) {
            return Some((ADMIN.to_owned(), Scope::Admin));
        }
        let hash = hash(secret);
        let mut known = self.known.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let changed = stamp(&self.file.path);
        if changed != known.0 {
            match self.file.list() {
                Ok(tokens) => *known = (changed, tokens),
                Err(error) => tracing::error!(%error, "the tokens stay as they were"),
            }
        }
        let mut found = None;
        for token in &known.1 {
            if bool::from(token.hash.as_bytes().ct_eq(hash.as_bytes())) && token.expires_at.is_none_or(|end| now < end) {
                found = Some((token.name.clone(), token.scope));
            }
        }
        found
    }
}

/// What differs between one state of a file and the next: it is another file each time, changed at another time.
type Stamp = (u64, u64, SystemTime);

fn stamp(path: &Path) -> Option<Stamp> {
    let file = fs::metadata(path).ok()?;
    Some((file.ino(), file.len(), file.modified().ok()?))
}
