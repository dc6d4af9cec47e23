//! Opening: what a store holds becomes a snapshot.
//!
//! Where the store has a checkpoint, what was derived from the records is read from it, and what the log says since is made up for.
//! Else all is derived from the records. Either way the store itself is read whole and compared with its log.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;

use super::archive::Archive;
use super::relations::RelationIndex;
use super::search::{SearchIndex, document};
use super::snapshot::Snapshot;
use crate::domain::Record;
use crate::store::{Checkpoint, Content, Found, Opening, Standing, Store, StoreError, Unfit};

/// How many changed records are made up for at a time: more cost less each, and take more memory meanwhile.
const MADE_UP: usize = if cfg!(test) { 16 } else { 1 << 14 };
/// How many records the reading of the store may be ahead of the search.
const AHEAD: usize = 1024;
/// After how many versions it is said how far the reading has come.
const STEP: usize = 1000;

/// Who is told how far the opening has come: so many versions of records are read, of so many.
pub type Watch<'a> = &'a (dyn Fn(usize, usize) + 'a);

/// A catalog's store as it was opened.
pub(super) struct Opened {
    pub(super) store: Store,
    pub(super) snapshot: Snapshot,
    pub(super) archive: Arc<Archive>,
    /// Whether the snapshot comes from a checkpoint.
    pub(super) is_kept: bool,
}

impl Opened {
    pub(super) fn of(folder: &Path, watch: Watch<'_>) -> Result<Opened, StoreError> {
        let archive = Arc::default();
        let mut opening = Opening::of(folder)?;
        let kept = match opening.checkpoint() {
            Ok(Some(checkpoint)) => kept(&mut opening, checkpoint, &archive, watch)?.map(Some),
            Ok(None) => Ok(None),
            Err(unfit) => Err(unfit),
        };
        let kept = kept.unwrap_or_else(|unfit| {
            tracing::info!("the checkpoint is left aside, and all is derived from the records: {unfit}");
            None
        });
        let is_kept = kept.is_some();
        let snapshot = match kept {
            Some(snapshot) => snapshot,
            None => derived(&mut opening, &archive, watch)?,
        };
        Ok(Opened { store: opening.finish()?, snapshot, archive, is_kept })
    }
}

/// The snapshot of a checkpoint, with what changed since; why the checkpoint is no use, where it is none.
///
/// What changed is made up for as it is read, some records at a time, for all of it may be more than the memory has room for. Only at
/// the end it is known whether the checkpoint held the records of this store.
fn kept(
    opening: &mut Opening,
    checkpoint: Checkpoint,
    archive: &Arc<Archive>,
    watch: Watch<'_>,
) -> Result<Result<Snapshot, Unfit>, StoreError> {
    let content = Content::After(checkpoint.revision());
    let (to_make_up, changed) = mpsc::sync_channel::<Vec<Found>>(1);
    let (caught_up, standing) = thread::scope(|scope| {
        let catching_up = scope.spawn(move || {
            let mut snapshot = checkpoint.read::<Snapshot>()?;
            let standing = snapshot.standing();
            snapshot.set_archive(archive);
            changed.iter().for_each(|changed| make_up(&mut snapshot, changed));
            Ok((snapshot, standing))
        });
        let mut changed = Vec::new();
        let mut each = |found: Found| {
            changed.push(found);
            if changed.len() == MADE_UP {
                // Where nobody takes them any more, the checkpoint is no use: that is met below.
                let _ = to_make_up.send(std::mem::take(&mut changed));
            }
        };
        let standing = read(opening, content, &mut each, watch);
        let _ = to_make_up.send(changed);
        drop(to_make_up);
        (catching_up.join().unwrap_or(Err(Unfit::Damaged)), standing)
    });
    let standing = standing?;
    Ok(match caught_up {
        Ok((mut snapshot, known)) if known == standing => {
            snapshot.set_revision(opening.revision());
            Ok(snapshot)
        }
        Ok(_) => Err(Unfit::OtherRecords),
        Err(unfit) => Err(unfit),
    })
}

/// Makes up for what changed of some records.
fn make_up(snapshot: &mut Snapshot, mut changed: Vec<Found>) {
    for found in &mut changed {
        found.before.take().into_iter().for_each(|record| snapshot.hold(record));
    }
    let before = snapshot.tables_alone();
    for Found { id, now, .. } in changed {
        match now {
            Some(current) => snapshot.put(current.record, current.revision, current.updated_at),
            None if snapshot.contains(&id) => snapshot.remove(&id),
            None => {}
        }
    }
    snapshot.settle_after(&before);
    snapshot.let_go();
}

/// The snapshot of all records, each of which is looked into.
fn derived(opening: &mut Opening, archive: &Arc<Archive>, watch: Watch<'_>) -> Result<Snapshot, StoreError> {
    let empty = Snapshot::new(archive);
    let mut snapshot = empty.clone();
    // The records are too many to have all of them at once: the search and the relations read each as it comes.
    let (to_search, words) = mpsc::sync_channel::<(u32, Record)>(AHEAD);
    let (to_relations, marked) = mpsc::sync_channel::<(u32, Record)>(AHEAD);
    thread::scope(|scope| {
        let search = scope.spawn(move || SearchIndex::of(words));
        let relations = scope.spawn(move || RelationIndex::of(marked.into_iter()));
        let mut each = |found: Found| {
            let Some(current) = found.now else { return };
            let (kind, row) = (current.record.kind(), snapshot.list(&current));
            let record = current.record;
            // Where one of them is gone, it ended in a panic that is met below.
            let _ = to_search.send((document(kind, row), record.clone()));
            let _ = to_relations.send((row, record));
        };
        let standing = read(opening, Content::Newest, &mut each, watch);
        drop((to_search, to_relations));
        snapshot.settle_lists(&empty);
        let search = search.join().unwrap_or_else(|panic| resume_unwind(panic));
        let relations = relations.join().unwrap_or_else(|panic| resume_unwind(panic));
        standing?;
        snapshot.complete(search, relations, opening.revision());
        Ok(snapshot)
    })
}

/// Reads the store, and tells how far it has come.
fn read(
    opening: &mut Opening,
    content: Content,
    each: &mut dyn FnMut(Found),
    watch: Watch<'_>,
) -> Result<Standing, StoreError> {
    let (all, mut read) = (opening.versions(), 0_usize);
    opening.read(content, each, &mut || {
        read += 1;
        if read.is_multiple_of(STEP) || read == all {
            watch(read, all);
        }
    })
}
