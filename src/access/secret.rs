//! Secrets and what is kept of them.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::TokenError;

/// A new token: 256 random bits.
pub(super) fn new_secret() -> Result<String, TokenError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(TokenError::Random)?;
    Ok(format!("fg_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// SHA-256 of a token, URL-safe Base64.
pub(super) fn hash(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}
