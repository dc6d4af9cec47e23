//! The versions of one record, found by its key: the log is not looked through for them.

use std::ops::Bound;

use super::{Store, StoreError, pieces, tables};
use crate::domain::{NodeId, Record};

/// A record as one of its revisions left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub revision: u64,
    /// None for a deletion.
    pub record: Option<Record>,
}

impl Store {
    /// A record as it stood at a revision; none where it had no version by then, [`StoreError::Dropped`] where that version is not
    /// kept any more.
    pub fn version_at(&self, id: &NodeId, revision: u64) -> Result<Option<Kept>, StoreError> {
        let Some(made) = self.written(id, revision).next() else { return Ok(None) };
        let (revision, _) = made?;
        Ok(Some(Kept { revision, record: self.version(id, revision)? }))
    }

    /// The versions of a record, of those that are kept, that were written up to a revision: the newest first, at most `limit` of
    /// them.
    pub fn versions(&self, id: &NodeId, up_to: u64, limit: usize) -> Result<Vec<Kept>, StoreError> {
        let mut versions = Vec::new();
        for revision in self.revisions(id, up_to).take(limit) {
            let revision = revision?;
            match self.version(id, revision) {
                Ok(record) => versions.push(Kept { revision, record }),
                // So are all that are older.
                Err(StoreError::Dropped { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(versions)
    }

    /// How many versions of a record, of those that are kept, were written up to a revision.
    pub fn count_versions(&self, id: &NodeId, up_to: u64) -> Result<usize, StoreError> {
        self.revisions(id, up_to).try_fold(0, |count, revision| revision.map(|_| count + 1))
    }

    /// The revisions up to one that changed a record, the newest first, as far as their versions are kept.
    fn revisions(&self, id: &NodeId, up_to: u64) -> impl Iterator<Item = Result<u64, StoreError>> {
        let kept = self.written(id, up_to).take_while(|row| !matches!(row, Ok((_, piece)) if pieces::is_stub(piece)));
        kept.map(|row| row.map(|(revision, _)| revision))
    }

    /// The revisions up to one that changed a record, the newest first, each with the first piece of its version.
    fn written(&self, id: &NodeId, up_to: u64) -> impl Iterator<Item = Result<(u64, sled::IVec), StoreError>> {
        let prefix = tables::versions(id);
        // Behind the pieces of the last version that may count.
        let end = match up_to.checked_add(1) {
            Some(next) => Bound::Excluded(tables::version(id, next)),
            None => Bound::Included([prefix.as_slice(), &[u8::MAX; 10]].concat()),
        };
        let rows = self.tree.range::<Vec<u8>, _>((Bound::Included(prefix.clone()), end)).rev();
        rows.filter_map(move |row| match row {
            Ok((key, piece)) => {
                let (revision, number) = key.get(prefix.len()..)?.split_first_chunk::<8>()?;
                (number == [0, 0]).then(|| Ok((u64::from_be_bytes(*revision), piece)))
            }
            Err(error) => Some(Err(error.into())),
        })
    }
}
