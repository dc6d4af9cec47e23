//! The one page that says what lies where in sled's tree.
//!
//! | table | key | value |
//! |---|---|---|
//! | `r` records | kind, key, NUL, revision | the record as that revision left it; nothing for a deletion |
//! | `l` log | revision | who changed what, when (see [`super::LogEntry`]) |
//! | `d` documents | SHA-256 of the text | the text that records were read from |
//! | `k` keys | SHA-256 of an actor and its idempotency key | the revision that the request made; read out of the log |
//! | `s` streams | SHA-256 of an actor and its name for a stream | the last revision that the stream made; read out of the log |
//! | `m` meta | `format` | the format byte of the newest writer |
//! | | `migrating` | the format that the store had; stands there while it gets a newer one |
//! | | `seeding` | nothing; stands there while the first start's seeding goes on |
//!
//! Revisions are big-endian, so a scan runs through the versions of a record from old to new. To every key of records, log and
//! documents the number of a piece is added (see [`super::pieces`]).

use sha2::{Digest, Sha256};

use crate::domain::{NodeId, NodeKind};

pub(super) const RECORDS: u8 = b'r';
pub(super) const LOG: u8 = b'l';
pub(super) const DOCUMENTS: u8 = b'd';
pub(super) const KEYS: u8 = b'k';
pub(super) const STREAMS: u8 = b's';
pub(super) const FORMAT: &[u8] = b"mformat";
pub(super) const MIGRATING: &[u8] = b"mmigrating";
pub(super) const SEEDING: &[u8] = b"mseeding";

/// The key of a record's version.
pub(super) fn version(id: &NodeId, revision: u64) -> Vec<u8> {
    let mut key = versions(id);
    key.extend(revision.to_be_bytes());
    key
}

/// How the keys of all versions of a record begin.
pub(super) fn versions(id: &NodeId) -> Vec<u8> {
    let mut key = vec![RECORDS, kind_byte(id.kind)];
    key.extend(id.key.as_bytes());
    key.push(0);
    key
}

/// The record and revision of a version's key.
pub(super) fn parse_version(key: &[u8]) -> Option<(NodeId, u64)> {
    let (head, revision) = key.split_last_chunk::<8>()?;
    let [RECORDS, kind, name @ .., 0] = head else { return None };
    let kind = NodeKind::ALL.into_iter().find(|&known| kind_byte(known) == *kind)?;
    Some((NodeId::new(kind, std::str::from_utf8(name).ok()?), u64::from_be_bytes(*revision)))
}

/// The key of an entry of the log.
pub(super) fn log(revision: u64) -> Vec<u8> {
    let mut key = vec![LOG];
    key.extend(revision.to_be_bytes());
    key
}

/// The revision of a log entry's key.
pub(super) fn parse_log(key: &[u8]) -> Option<u64> {
    let [LOG, revision @ ..] = key else { return None };
    revision.try_into().ok().map(u64::from_be_bytes)
}

/// The key of a document's text.
pub(super) fn document(sha256: &str) -> Vec<u8> {
    let mut key = vec![DOCUMENTS];
    key.extend(sha256.as_bytes());
    key
}

/// The key of an actor's idempotency key.
pub(super) fn idempotency(actor: &str, key: &str) -> Vec<u8> {
    named(KEYS, actor, key)
}

/// The key of an actor's stream.
pub(super) fn stream(actor: &str, key: &str) -> Vec<u8> {
    named(STREAMS, actor, key)
}

/// The key of what an actor named. Both are of any length, so their hash stands for them.
fn named(table: u8, actor: &str, name: &str) -> Vec<u8> {
    let hash = Sha256::new().chain_update((actor.len() as u64).to_be_bytes()).chain_update(actor).chain_update(name).finalize();
    [&[table], &hash[..]].concat()
}

fn kind_byte(kind: NodeKind) -> u8 {
    match kind {
        NodeKind::Project => b'p',
        NodeKind::MemberState => b's',
        NodeKind::Region => b'r',
        NodeKind::NewsItem => b'n',
        NodeKind::Contact => b'c',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_record_and_revision() {
        for kind in NodeKind::ALL {
            let id = NodeId::new(kind, "RR.0147 é");
            assert_eq!(parse_version(&version(&id, 258)), Some((id, 258)));
        }
        assert_eq!(parse_log(&log(7)), Some(7));
        assert_eq!(parse_version(b"rp"), None);
    }

    #[test]
    fn idempotency_keys_of_different_actors_differ() {
        assert_eq!(idempotency("a", "key"), idempotency("a", "key"));
        assert_ne!(idempotency("a", "key"), idempotency("ak", "ey"));
    }

    #[test]
    fn versions_sort_by_record_then_revision() {
        let [one, ten] = [NodeId::new(NodeKind::Project, "A"), NodeId::new(NodeKind::Project, "A1")];
        let keys = [version(&one, 1), version(&one, 256), version(&ten, 1)];
        assert!(keys.is_sorted());
    }
}
