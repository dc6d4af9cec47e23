//! What was changed, as a partner follows it: read from the log, a bounded piece at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::storage::Storage;
use super::{Catalog, Change, ChangePlace, Snapshot};
use crate::domain::NodeKind;
use crate::store::{LogEntry, StoreError};

/// How many entries of the log one piece looks through at most.
const ENTRIES: u64 = 1_000;
/// How many changes one piece looks at before it comes to its end, wanted or not.
const LOOKED_AT: usize = 10_000;
/// How many changes a follower holds at most.
const HELD: usize = 32;
/// How many entries stay decoded: those at the end, which all who follow read at once.
const RECENT: usize = 4;

/// A piece of the log.
#[derive(Debug, Default)]
pub struct Changes {
    /// The changes of the wanted kinds, in the order in which they were made.
    pub changes: Vec<Change>,
    /// How far the log was looked through, changes of other kinds too: where the next piece begins. None where there is no log.
    pub reached: Option<ChangePlace>,
    /// Whether the log goes on behind this piece. Where kinds are named, maybe with none of them.
    pub more: bool,
}

impl Catalog {
    /// The changes after one, in the order in which they were made, up to a revision: at most `most` of some kinds, or of all
    /// where none is named. A piece ends early where it had to look at too many others.
    pub fn changes(
        &self,
        after: Option<ChangePlace>,
        up_to: u64,
        kinds: &[NodeKind],
        most: usize,
    ) -> Result<Changes, StoreError> {
        let mut piece = Changes { reached: after, ..Changes::default() };
        let start = after.map_or(1, |place| place.revision.max(1));
        let mut looked_at = 0;
        for revision in start..=up_to {
            if looked_at >= LOOKED_AT || revision - start >= ENTRIES {
                piece.more = true;
                break;
            }
            let entry = self.log.entry(revision)?;
            let behind = after.filter(|after| after.revision == revision).map_or(0, |after| after.position.saturating_add(1));
            for (position, logged) in entry.changes.iter().enumerate().skip(behind) {
                if kinds.is_empty() || kinds.contains(&logged.id.kind) {
                    if piece.changes.len() == most {
                        piece.more = true;
                        return Ok(piece);
                    }
                    piece.changes.push(Change::logged(&entry, position, logged));
                }
                piece.reached = Some(ChangePlace { revision, position });
                looked_at += 1;
            }
            // A request with a key is in the log although it changed nothing: it must be left behind too.
            if entry.changes.is_empty() {
                piece.reached = Some(ChangePlace { revision, position: 0 });
            }
        }
        Ok(piece)
    }

    /// Follows the changes after one, for ever: what [`Catalog::changes`] gives, and then each new one once it is there.
    pub fn follow(self: &Arc<Self>, after: Option<ChangePlace>, kinds: Vec<NodeKind>) -> Follower {
        let revisions = self.revisions.clone();
        Follower { catalog: Arc::clone(self), revisions, place: after, kinds, held: VecDeque::new() }
    }
}

/// Somebody who follows the changes. It reads the log when it is asked for the next one, so who asks slowly takes no memory.
#[derive(Debug)]
pub struct Follower {
    catalog: Arc<Catalog>,
    revisions: watch::Receiver<u64>,
    /// How far the log was looked through.
    place: Option<ChangePlace>,
    kinds: Vec<NodeKind>,
    /// Read, and not given yet.
    held: VecDeque<Change>,
}

impl Follower {
    /// The newest snapshot: it has every change that was given.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.catalog.snapshot()
    }

    /// The next change, once there is one; none when the catalog is closed.
    pub async fn next(&mut self) -> Result<Option<Change>, StoreError> {
        loop {
            if let Some(change) = self.held.pop_front() {
                return Ok(Some(change));
            }
            let revision = *self.revisions.borrow_and_update();
            let piece = self.catalog.changes(self.place, revision, &self.kinds, HELD)?;
            self.place = piece.reached;
            self.held.extend(piece.changes);
            if !self.held.is_empty() {
                continue;
            }
            if piece.more {
                // A long log of other kinds is no reason to keep the thread.
                tokio::task::yield_now().await;
            } else if self.revisions.changed().await.is_err() {
                return Ok(None);
            }
        }
    }
}

/// The entries of the log, the latest of them kept decoded.
#[derive(Debug)]
pub(super) struct Log {
    storage: Arc<Storage>,
    recent: Mutex<VecDeque<Arc<LogEntry>>>,
}

impl Log {
    pub(super) fn of(storage: Arc<Storage>) -> Log {
        Log { storage, recent: Mutex::default() }
    }

    /// The entry of a revision that there is.
    fn entry(&self, revision: u64) -> Result<Arc<LogEntry>, StoreError> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = recent.iter().find(|entry| entry.revision == revision) {
            return Ok(Arc::clone(entry));
        }
        let store = self.storage.get()?;
        let entry = Arc::new(store.entry(revision)?.ok_or_else(|| store.lost(revision))?);
        // Whoever reads the past does not drive out what all others read.
        if recent.back().is_none_or(|last| last.revision < revision) {
            if recent.len() == RECENT {
                recent.pop_front();
            }
            recent.push_back(Arc::clone(&entry));
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ChangeSet, Idempotency, Keyed, Proposal};
    use crate::domain::{Language, Localized, Project, ProjectText, Record, Region, RegionCode};

    fn catalog(folder: &std::path::Path) -> Arc<Catalog> {
        Arc::new(Catalog::open(folder, Arc::new(jiff::Timestamp::now)).unwrap())
    }

    fn put(catalog: &Catalog, records: Vec<Record>) {
        let proposal = Proposal::new("test", |_| {
            let mut change_set = ChangeSet::default();
            records.into_iter().for_each(|record| change_set.put(record));
            change_set
        });
        catalog.commit_blocking(proposal).unwrap();
    }

    fn project(code: String) -> Record {
        let text = ProjectText { title: "Un titre".to_owned(), description: None };
        Record::from(Project { texts: Localized::one(Language::Fr, text), ..Project::new(code) })
    }

    fn region(name: &str) -> Record {
        let mut region = Region::new(RegionCode::Africa);
        region.names = Localized::one(Language::Fr, name.to_owned());
        Record::from(region)
    }

    #[test]
    fn the_place_moves_on_over_changes_that_nobody_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = catalog(folder.path());
        for round in 0..5 {
            let [first, second] = [0, 1].map(|number| project(format!("P.{round}{number}")));
            put(&catalog, vec![first, region(&format!("Afrique {round}")), second]);
        }
        let piece = catalog.changes(None, 5, &[NodeKind::Contact], 10).unwrap();
        assert!(piece.changes.is_empty() && !piece.more);
        assert_eq!(piece.reached, Some(ChangePlace { revision: 5, position: 2 }));

        let regions = catalog.changes(None, 5, &[NodeKind::Region], 2).unwrap();
        assert_eq!(regions.changes.iter().map(|change| change.revision).collect::<Vec<_>>(), [1, 2]);
        assert!(regions.more);
        let rest = catalog.changes(regions.reached, 5, &[NodeKind::Region], 10).unwrap();
        assert_eq!(rest.changes.iter().map(|change| change.revision).collect::<Vec<_>>(), [3, 4, 5]);
        assert!(!rest.more);
        assert_eq!(catalog.changes(rest.reached, 5, &[], 10).unwrap().reached, piece.reached);
    }

    #[test]
    fn requests_that_changed_nothing_are_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = catalog(folder.path());
        let nothing = |number: u64| {
            let idempotency = Idempotency { key: number.to_string(), input: String::new() };
            let keyed = Keyed { idempotency, shown: Vec::new() };
            catalog.enqueue(Proposal::new("test", |_| ChangeSet::default()).keyed(Some(keyed))).unwrap()
        };
        let answers: Vec<_> = (0..ENTRIES).map(nothing).collect();
        answers.into_iter().for_each(|answer| assert!(answer.blocking_recv().unwrap().is_ok()));
        put(&catalog, vec![project("P".to_owned())]);
        let mut place = None;
        let found = (0..3).find_map(|_| {
            let piece = catalog.changes(place, ENTRIES + 1, &[], 10).unwrap();
            place = piece.reached;
            piece.changes.into_iter().next()
        });
        assert_eq!(found.unwrap().place(), ChangePlace { revision: ENTRIES + 1, position: 0 });
    }

    #[test]
    fn a_piece_looks_through_a_bounded_part_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = catalog(folder.path());
        for round in 0..3 {
            put(&catalog, (0..6_000).map(|number| project(format!("P.{round}.{number}"))).collect());
        }
        put(&catalog, vec![region("Afrique")]);
        let piece = catalog.changes(None, 4, &[NodeKind::Region], 10).unwrap();
        assert_eq!(piece.reached, Some(ChangePlace { revision: 2, position: 5_999 }));
        assert!(piece.changes.is_empty() && piece.more);
        let piece = catalog.changes(piece.reached, 4, &[NodeKind::Region], 10).unwrap();
        assert_eq!((piece.changes.len(), piece.more), (1, false));
    }

    #[test]
    fn a_follower_gets_what_there_was_and_then_what_comes() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = catalog(folder.path());
        put(&catalog, (0..100).map(|number| project(format!("P.{number:03}"))).collect());
        let mut follower = catalog.follow(Some(ChangePlace { revision: 1, position: 9 }), vec![NodeKind::Project]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut next = || runtime.block_on(follower.next()).unwrap().unwrap();
        for number in 10..100 {
            assert_eq!(next().id.key, format!("P.{number:03}"));
        }
        std::thread::scope(|scope| {
            scope.spawn(|| {
                put(&catalog, vec![region("Afrique")]);
                put(&catalog, vec![project("P.100".to_owned())]);
            });
            assert_eq!(next().place(), ChangePlace { revision: 3, position: 0 });
        });
    }
}
