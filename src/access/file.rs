//! The file of the tokens: each by its hash.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::secret::{hash, new_secret};
use super::{ADMIN, Scope, Token, TokenError};

/// The tokens of a data folder, changed under a lock.
#[derive(Debug)]
pub struct TokenFile {
    pub(super) path: PathBuf,
}

impl TokenFile {
    pub fn of(folder: &Path) -> TokenFile {
        TokenFile { path: folder.join("tokens.json") }
    }

    /// The tokens there are.
    pub fn list(&self) -> Result<Vec<Token>, TokenError> {
        match fs::read(&self.path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|reason| TokenError::Broken { path: self.path.clone(), reason })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(reason) => Err(self.failed(reason)),
        }
    }

    /// Makes a token and answers it; it is shown this once.
    pub fn create(
        &self,
        name: &str,
        scope: Scope,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<String, TokenError> {
        let secret = new_secret()?;
        self.change(|tokens| {
            check(tokens, name, created_at, expires_at)?;
            tokens.push(Token { name: name.to_owned(), scope, created_at, expires_at, hash: hash(&secret) });
            Ok(())
        })?;
        Ok(secret)
    }

    /// Whether a token could be made.
    pub fn try_create(&self, name: &str, created_at: Timestamp, expires_at: Option<Timestamp>) -> Result<(), TokenError> {
        check(&self.list()?, name, created_at, expires_at)
    }

    /// The token of a name.
    pub fn named(&self, name: &str) -> Result<Token, TokenError> {
        let found = self.list()?.into_iter().find(|token| token.name == name);
        found.ok_or_else(|| TokenError::Unknown(name.to_owned()))
    }

    /// Takes a token away: from now on it opens nothing.
    pub fn revoke(&self, name: &str) -> Result<(), TokenError> {
        self.change(|tokens| {
            let before = tokens.len();
            tokens.retain(|token| token.name != name);
            if tokens.len() == before { Err(TokenError::Unknown(name.to_owned())) } else { Ok(()) }
        })
    }

    /// Changes the file as a whole: another process sees it as it was or as it is.
    fn change(&self, edit: impl FnOnce(&mut Vec<Token>) -> Result<(), TokenError>) -> Result<(), TokenError> {
        let failed = |reason| self.failed(reason);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::options().write(true).create(true).truncate(false).open(self.path.with_extension("lock"));
        let lock = lock.map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut tokens = self.list()?;
        edit(&mut tokens)?;
        let text = serde_json::to_vec_pretty(&tokens).map_err(|error| failed(error.into()))?;
        replace(&self.path, &text).map_err(failed)
    }

    fn failed(&self, reason: io::Error) -> TokenError {
        TokenError::File { path: self.path.clone(), reason }
    }
}

/// Whether a token may be added to those there are.
fn check(tokens: &[Token], name: &str, created_at: Timestamp, expires_at: Option<Timestamp>) -> Result<(), TokenError> {
    // The name stands in the log as who made a change, and `admin` is the operator there.
    if name.trim() != name
        || name.is_empty()
        || name.len() > LONGEST_NAME
        || name.chars().any(char::is_control)
        || name == ADMIN
    {
        return Err(TokenError::Name(name.to_owned()));
    }
    if let Some(end) = expires_at.filter(|end| *end <= created_at) {
        return Err(TokenError::Ended(end));
    }
    if tokens.iter().any(|token| token.name == name) {
        return Err(TokenError::Taken(name.to_owned()));
    }
    Ok(())
}

/// How long the name of a token is at most, in bytes: it stands in every entry of the log that its bearer makes.
const LONGEST_NAME: usize = 100;

/// Puts a file for its owner alone in the place of what stands there, whole or not at all.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_added_extension("new");
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes).and_then(|()| file.sync_all())?;
    fs::rename(&draft, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
