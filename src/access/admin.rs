//! The operator's own token.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::TokenError;
use super::error::SHORTEST;
use super::file::replace;
use super::secret::new_secret;

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
