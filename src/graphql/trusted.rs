//! The operations that alone may run, where an operator gives a list of them.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// A list of operations, by the ids that callers may send in the place of their texts.
#[derive(Debug, Clone, Default)]
pub struct Trusted {
    by_id: HashMap<String, String>,
    hashes: HashSet<[u8; 32]>,
}

/// The two shapes in which tools write such a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum List {
    /// Apollo's manifest.
    Manifest { operations: Vec<Operation> },
    /// Relay's: each text by its id.
    Texts(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl Trusted {
    /// Reads a list: `{"operations": [{"id": …, "body": …}]}`, or `{"id": "text"}`.
    pub fn from_json(text: &str) -> Result<Trusted, serde_json::Error> {
        let by_id: HashMap<String, String> = match serde_json::from_str(text)? {
            List::Manifest { operations } => operations.into_iter().map(|operation| (operation.id, operation.body)).collect(),
            List::Texts(texts) => texts,
        };
        let hashes = by_id.values().map(|text| Sha256::digest(text).into()).collect();
        Ok(Trusted { by_id, hashes })
    }

    /// The text of an id.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(String::as_str)
    }

    /// All ids with their texts.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_id.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }

    pub(super) fn holds(&self, text: &str) -> bool {
        self.hashes.contains(&<[u8; 32]>::from(Sha256::digest(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read() {
        let manifest = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "name": "A", "type": "query", "body": "{ a }"}]}"#;
        for text in [manifest, r#"{"a": "{ a }"}"#] {
            let trusted = Trusted::from_json(text).unwrap();
            assert_eq!(trusted.text("a"), Some("{ a }"));
            assert!(trusted.holds("{ a }") && !trusted.holds("{ b }"));
        }
        assert!(Trusted::from_json("[]").is_err() && Trusted::from_json(r#"{"a": 1}"#).is_err());
    }
}
