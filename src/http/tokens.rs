//! Who may write: tokens, of which only hashes are kept.
//!
//! The token of the first start is kept in the open in `admin.token`, for the operator to read; `FUNDGRAPH_ADMIN_TOKEN`
//! replaces it. All others stand as hashes in `tokens.json`. Commands change that file while a server runs, and the server
//! looks at it again when it has changed.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The name of the operator's own token.
const ADMIN: &str = "admin";
/// The shortest token that an operator may choose.
const SHORTEST: usize = 16;

/// What a token allows. Each scope allows what those before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
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
    hash: String,
}

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
    #[error("“{0}” is no name for a token: write a word that is not “admin”")]
    Name(String),
    #[error("a token that ends at {0} has ended already: choose a later time")]
    Ended(Timestamp),
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// The tokens of a data folder, changed under a lock.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
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
        // The name stands in the log as who made a change, and `admin` is the operator there.
        if name.trim().is_empty() || name.chars().any(char::is_control) || name == ADMIN {
            return Err(TokenError::Name(name.to_owned()));
        }
        if let Some(end) = expires_at.filter(|end| *end <= created_at) {
            return Err(TokenError::Ended(end));
        }
        let secret = new_secret()?;
        self.change(|tokens| {
            if tokens.iter().any(|token| token.name == name) {
                return Err(TokenError::Taken(name.to_owned()));
            }
            tokens.push(Token { name: name.to_owned(), scope, created_at, expires_at, hash: hash(&secret) });
            Ok(())
        })?;
        Ok(secret)
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

/// The token of the operator: the one given, else the one in `admin.token`, made where there is none yet.
///
/// Also answers the path of the file, where the token comes from it.
pub fn admin_token(folder: &Path, given: Option<String>) -> Result<(String, Option<PathBuf>), TokenError> {
    if let Some(token) = given {
        return if token.trim().len() < SHORTEST { Err(TokenError::Weak) } else { Ok((token.trim().to_owned(), None)) };
    }
    let path = folder.join("admin.token");
    let failed = |reason| TokenError::File { path: path.clone(), reason };
    let token = match fs::read_to_string(&path) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = new_secret()?;
            replace(&path, format!("{token}\n").as_bytes()).map_err(failed)?;
            token
        }
        Err(error) => return Err(failed(error)),
    };
    if token.len() < SHORTEST {
        return Err(TokenError::Cut(path));
    }
    Ok((token, Some(path)))
}

/// Puts a file for its owner alone in the place of what stands there, whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_added_extension("new");
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes).and_then(|()| file.sync_all())?;
    fs::rename(&draft, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

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

fn new_secret() -> Result<String, TokenError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(TokenError::Random)?;
    Ok(format!("fg_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

fn hash(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn the_admin_token_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (token, path) = admin_token(folder.path(), None).unwrap();
        let path = path.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(admin_token(folder.path(), None).unwrap().0, token);
        let chosen = admin_token(folder.path(), Some("a-token-of-our-own".to_owned())).unwrap();
        assert_eq!(chosen, ("a-token-of-our-own".to_owned(), None));
        assert!(matches!(admin_token(folder.path(), Some(" ".to_owned())), Err(TokenError::Weak)));
    }

    #[test]
    fn a_token_opens_until_it_ends_or_is_revoked() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::of(folder.path());
        let tokens = Tokens::new(folder.path(), "the-admin-token!").unwrap();
        assert_eq!(tokens.find("the-admin-token!", NOW), Some(("admin".to_owned(), Scope::Admin)));

        let end = Timestamp::from_second(60).unwrap();
        let secret = file.create("ministry", Scope::Seed, NOW, Some(end)).unwrap();
        assert!(!fs::read_to_string(&file.path).unwrap().contains(&secret));
        assert_eq!(tokens.find(&secret, NOW), Some(("ministry".to_owned(), Scope::Seed)));
        assert_eq!(tokens.find(&secret, end), None);
        assert!(matches!(file.create("ministry", Scope::Read, NOW, None), Err(TokenError::Taken(_))));

        for name in ["", "admin", "a\tb"] {
            assert!(matches!(file.create(name, Scope::Read, NOW, None), Err(TokenError::Name(_))), "{name}");
        }
        assert!(matches!(file.create("late", Scope::Read, end, Some(NOW)), Err(TokenError::Ended(_))));

        file.revoke("ministry").unwrap();
        assert_eq!(tokens.find(&secret, NOW), None, "a server that runs sees it at once");
        assert!(matches!(file.revoke("ministry"), Err(TokenError::Unknown(_))));
    }
}
