//! What every mutation may ask for beside its change: a dry run, one answer for all repeats, nothing unseen overwritten.

use async_graphql::InputObject;

use crate::catalog::{ChangeSet, View};
use crate::domain::{NodeId, Problem};

/// What every change of one record may ask for.
#[derive(Debug, Clone, Default, InputObject)]
pub struct WriteOptions {
    /// Checks everything and answers what would change, and stores nothing.
    #[graphql(default_with = "Some(false)")]
    pub(super) dry_run: Option<bool>,
    /// A name of the caller's own for this request, best a random one. The same request with the same key is done once, and gets
    /// the first answer each time, also after a restart; another input under the key is refused. A refused input and a dry run
    /// keep no key.
    pub(super) idempotency_key: Option<String>,
    /// The `revision` at which the caller last saw the record, 0 for none: if it changed since, the input is refused, and the
    /// error holds the record as it stands.
    pub(super) expected_revision: Option<i64>,
}

impl WriteOptions {
    /// Whether a record is still where the caller last saw it.
    pub(super) fn check(&self, view: &View<'_>, id: &NodeId) -> Result<(), Vec<Problem>> {
        let current = view.snapshot.revision_of(id).unwrap_or(0);
        match self.expected_revision {
            Some(expected) if u64::try_from(expected) != Ok(current) => Err(vec![view.stale(id.clone(), expected)]),
            _ => Ok(()),
        }
    }
}

/// What every change of many records may ask for.
#[derive(Debug, Clone, Default, InputObject)]
pub struct SeedOptions {
    /// Checks everything and answers what would change, and stores nothing.
    #[graphql(default_with = "Some(false)")]
    pub(super) dry_run: Option<bool>,
    /// A name of the caller's own for this request, best a random one. The same request with the same key is done once, and gets
    /// the first answer each time, also after a restart; another input under the key is refused. A refused input and a dry run
    /// keep no key.
    pub(super) idempotency_key: Option<String>,
    /// The revision of the store (`service { revision }`) at which the caller last looked: if any record that the input is about
    /// changed or was deleted since, the whole input is refused, and each such record is named.
    pub(super) expected_revision: Option<i64>,
}

impl SeedOptions {
    /// Lets a change set be made only if none of its records changed since the caller looked.
    pub(super) fn guard(&self, mut change_set: ChangeSet) -> ChangeSet {
        if let Some(expected) = self.expected_revision {
            change_set.unless_changed_since(expected.max(0).unsigned_abs());
        }
        change_set
    }
}
