//! Looking through a store without changing anything in it.

use std::collections::HashSet;
use std::path::Path;

use super::{Content, Opening, Store, StoreError};

/// What was looked at in a store that has no damage.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The last revision.
    pub revision: u64,
    /// The format of the store.
    pub format: u8,
    /// How many records there are.
    pub records: usize,
    /// How many versions of records there are with all that they hold.
    pub versions: usize,
    /// How many old versions were dropped.
    pub dropped: usize,
    /// How many texts of documents there are.
    pub documents: usize,
    /// How many links from record to record there are.
    pub links: usize,
    /// How many rows a commit left that never came to its end; the next start takes them away.
    pub unfinished: usize,
}

impl Store {
    /// Looks at every value's checksum and content, compares the log with its head and all values with the log, and follows every
    /// link.
    pub fn verify(folder: &Path) -> Result<Verified, StoreError> {
        if !folder.join("store").join("db").exists() && !folder.join("head").exists() {
            return Err(StoreError::NotThere(folder.to_owned()));
        }
        let mut records = Vec::new();
        let mut opening = Opening::of(folder)?;
        opening.read(Content::Every, &mut |found| records.extend(found.now), &mut || {})?;
        let (log, scan) = (&opening.log, &opening.scan);
        let there: HashSet<_> = records.iter().map(|current| current.record.id()).collect();
        let mut verified = Verified {
            revision: log.head.revision,
            format: log.format,
            records: records.len(),
            versions: scan.versions,
            dropped: scan.dropped,
            documents: scan.documents,
            links: 0,
            unfinished: log.uncommitted.len() + scan.uncommitted.len(),
        };
        for current in &records {
            for link in current.record.links() {
                if !there.contains(&link) {
                    let what = format!("{} names {link}, which is not there", current.record.id());
                    return Err(StoreError::Damaged { folder: folder.to_owned(), what });
                }
                verified.links += 1;
            }
        }
        Ok(verified)
    }
}
