//! Queries that are known by their hash: a caller sends the text once, and from then on its SHA-256 alone, short enough for an
//! address that caches can keep. The protocol is that of Apollo's automatic persisted queries.

use std::sync::Arc;

use axum::http::StatusCode;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::graphql::Refusal;

/// `extensions.persistedQuery` of a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PersistedQuery {
    version: u32,
    /// The SHA-256 of the text, in hexadecimal.
    pub(super) sha256_hash: String,
}

/// The texts that are known, bounded by their bytes.
#[derive(Debug)]
pub(super) struct PersistedQueries {
    texts: Cache<[u8; 32], Arc<str>, Length>,
}

/// Bytes of a text, about.
const COMMON: usize = 400;

/// Weighs texts by their bytes.
#[derive(Debug, Clone)]
struct Length;

impl Weighter<[u8; 32], Arc<str>> for Length {
    fn weight(&self, _: &[u8; 32], text: &Arc<str>) -> u64 {
        text.len() as u64
    }
}

impl PersistedQueries {
    pub(super) fn new(bytes: u64) -> PersistedQueries {
        PersistedQueries { texts: Cache::with_weighter(bytes as usize / COMMON, bytes, Length) }
    }

    /// The text that a request means: the one that it sends, which must have the hash that it names, or the one that is known by
    /// the hash.
    pub(super) fn text(&self, sent: Option<String>, named: Option<&PersistedQuery>) -> Result<Option<String>, Refusal> {
        let Some(named) = named else { return Ok(sent) };
        if named.version != 1 {
            return Err(Refusal::bad("only version 1 of `persistedQuery` is spoken here"));
        }
        let Some(hash) = hash(&named.sha256_hash) else {
            return Err(Refusal::bad("`persistedQuery.sha256Hash` is no SHA-256 in hexadecimal"));
        };
        match sent {
            Some(text) if <[u8; 32]>::from(Sha256::digest(&text)) == hash => Ok(Some(text)),
            Some(_) => Err(Refusal::bad("`persistedQuery.sha256Hash` is not the SHA-256 of the `query` that is sent")),
            None => match self.texts.get(&hash) {
                Some(text) => Ok(Some(text.as_ref().to_owned())),
                // The words that clients look for before they send the text.
                None => Err(Refusal::new(StatusCode::OK, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")),
            },
        }
    }

    /// Remembers the text of a request that may run.
    pub(super) fn keep(&self, text: &str) {
        self.texts.insert(Sha256::digest(text).into(), text.into());
    }
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_in_one_way() {
        assert_eq!(hash(&"0F".repeat(32)), Some([15; 32]));
        for text in ["", "0f", &"0".repeat(63), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(hash(text), None, "{text}");
        }
    }
}
