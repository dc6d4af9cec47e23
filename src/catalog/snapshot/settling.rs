//! Settling: what is derived from the records is brought up to date once somebody asks for it.
//!
//! Of the snapshots that one flush writes the last alone is published, and few callers ask of the others more than the records that
//! they wrote. So each goes on from the last settled one with all that changed since.

use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};
use std::thread;

use super::{AllPicks, Snapshot};
use crate::catalog::Replacement;
use crate::catalog::search::document;
use crate::catalog::stored::{Noun, Table};
use crate::domain::{Contact, MemberState, NewsItem, NodeKind, Project, Region};

/// From how many changed records on a snapshot is settled by whoever made it; search, relations and lists beside one another, each by a
/// thread of its own.
const MANY: usize = if cfg!(test) { 64 } else { 512 };

/// What an unsettled snapshot goes by.
#[derive(Debug, Clone)]
pub(super) struct Unsettled {
    /// The snapshot from which it was made.
    before: Arc<Snapshot>,
    /// The same records settled, once somebody asked for what is derived from them.
    settled: OnceLock<Box<Snapshot>>,
}

impl Snapshot {
    /// A copy to be changed, which is settled when somebody asks for what is derived from its records.
    pub(in crate::catalog) fn after(before: &Arc<Snapshot>) -> Snapshot {
        let unsettled = Unsettled { before: Arc::clone(before), settled: OnceLock::new() };
        Snapshot { unsettled: Some(unsettled), ..Snapshot::clone(before) }
    }

    /// Settles it for all who ask from now on.
    pub(in crate::catalog) fn settle(&mut self) {
        self.settled();
        if let Some(settled) = self.unsettled.take().and_then(|unsettled| unsettled.settled.into_inner()) {
            *self = *settled;
        }
    }

    /// Settles it where so much changed that nobody who asks should have to wait for it.
    pub(in crate::catalog) fn settle_many(&mut self) {
        let changed = |kind| of_kind!(kind, T => T::table(&self.tables).changed.len());
        if NodeKind::ALL.into_iter().map(changed).sum::<usize>() >= MANY {
            self.settle();
        }
    }

    /// The same records with all that is derived from them.
    pub(in crate::catalog) fn settled(&self) -> &Snapshot {
        let Some(Unsettled { before, settled }) = &self.unsettled else { return self };
        settled.get_or_init(|| {
            let before = before.last_settled();
            let (relations, search) = (before.relations.clone(), before.search.clone());
            let mut settled = Snapshot { relations, search, unsettled: None, ..self.clone() };
            settled.settle_after(before);
            Box::new(settled)
        })
    }

    /// The last snapshot up to this one that is settled.
    fn last_settled(&self) -> &Snapshot {
        let Some(Unsettled { before, settled }) = &self.unsettled else { return self };
        settled.get().map(Box::as_ref).unwrap_or_else(|| before.last_settled())
    }

    /// Notes that a record is put or taken away.
    pub(super) fn touch(&mut self) {
        self.edits += 1;
        if let Some(unsettled) = &mut self.unsettled {
            unsettled.settled.take();
        }
    }

    /// Puts what changed where it belongs in the relations, the search and the orders of lists: for many records at once that costs
    /// less. `before` is an earlier snapshot that is settled, whose relations and search this one has still.
    pub(in crate::catalog) fn settle_after(&mut self, before: &Snapshot) {
        let replacements = self.replacements(before);
        let Snapshot { tables, relations, search, .. } = self;
        let mut relate = || relations.replace_all(&replacements, &before.tables, tables);
        let mut search = || search.replace_all(&replacements);
        let settle_lists = || tables.settled(&before.tables);
        let settled = if replacements.len() < MANY {
            relate();
            search();
            settle_lists()
        } else {
            // None of them needs the others.
            thread::scope(|scope| {
                let (search, settled) = (scope.spawn(search), scope.spawn(settle_lists));
                relate();
                search.join().unwrap_or_else(|panic| resume_unwind(panic));
                settled.join().unwrap_or_else(|panic| resume_unwind(panic))
            })
        };
        self.tables.go_by(settled);
        self.picks = AllPicks::default();
    }

    /// The records that changed since a snapshot, in the order of their numbers.
    fn replacements(&self, before: &Snapshot) -> Vec<Replacement> {
        let mut replacements = Vec::new();
        for kind in NodeKind::ALL {
            of_kind!(kind, T => {
                let (table, table_before) = (T::table(&self.tables), T::table(&before.tables));
                let record = |table: &Table<T>, row| table.rows.at(row).map(|stored| stored.record.record());
                let replacement = |row| {
                    let (before, after) = (record(table_before, row), record(table, row));
                    Replacement { document: document(kind, row), before, after }
                };
                let changed = table.changed.iter().map(replacement);
                replacements.extend(changed.filter(|replacement| replacement.before != replacement.after));
            });
        }
        replacements.sort_unstable_by_key(|replacement| replacement.document);
        replacements
    }
}
