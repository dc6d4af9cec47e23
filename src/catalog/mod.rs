//! The one door to the records: commit a change set, take a snapshot, follow what relates.
//!
//! Every write is a proposal that goes through [`Catalog::commit`]: it looks at the newest [`Snapshot`] and says what should
//! change; the change is checked, written to disk as one revision, and published as the next snapshot before it is
//! acknowledged. Everything in a snapshot is derived from the records, so it cannot disagree with the disk.

mod apply;
mod archive;
mod as_of;
mod backup;
mod change_set;
mod changes;
mod checkpoint;
mod fault;
mod history;
mod links;
mod list;
mod lookups;
mod opening;
mod packed;
mod proposal;
mod recent;
mod relations;
mod repeat;
mod replacement;
mod rows;
mod search;
mod snapshot;
mod storage;
mod stored;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use crate::store::StoreError;
use archive::Archive;
use checkpoint::Keeper;
use opening::Opened;
use storage::Storage;
use writer::{Answer, Reply};

pub use crate::store::{BackupError, BackupSummary, Idempotency, StreamPlace, Verified, check as check_backup, restore};
pub use backup::verify;
pub use change_set::{Change, ChangePlace, ChangeSet};
pub use changes::{Changes, Follower};
pub use fault::{CommitError, Fault};
pub use history::Revision;
pub use list::{
    Compare, Direction, Filter, Found, Group, InOrder, List, Listed, NewsOrderField, NewsTest, Nulls, Order, Ordered,
    ProjectDimension, ProjectOrderField, ProjectTest, ProjectTotals, Scope, Scores, ShareRule, reading_before, relevance_name,
    relevance_reading,
};
pub use lookups::Lookups;
pub use opening::Watch;
pub use proposal::{Committed, Keyed, Proposal, View};
pub use relations::{Keys, Reason, ReasonKind, Related, RelatedPage, RelatedPlace, RelationIndex};
pub use replacement::Replacement;
pub use rows::{RowSet, Rows};
pub use search::{Highlight, Hit, Hits, Numbering, Reading, SearchIndex, SearchQuery, document};
pub use snapshot::Snapshot;
pub use stored::{Noun, Stored, Table, Tables};

/// The time, so that a test can say what it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How many proposals may wait for the writer; callers beyond them are turned away.
const QUEUE: usize = 1024;

/// The records of one data folder, open for reading and writing.
pub struct Catalog {
    storage: Arc<Storage>,
    archive: Arc<Archive>,
    log: changes::Log,
    snapshot: Arc<ArcSwap<Snapshot>>,
    /// Tells of each new revision, once its snapshot is published.
    revisions: watch::Receiver<u64>,
    queue: Option<SyncSender<writer::Job>>,
    writer: Option<JoinHandle<()>>,
    /// Whether the store failed a write.
    broken: Arc<AtomicBool>,
    /// None once the catalog is closed.
    keeper: Option<Keeper>,
}

impl Catalog {
    /// Opens the catalog of a data folder.
    pub fn open(folder: &Path, clock: Clock) -> Result<Catalog, StoreError> {
        Catalog::open_keeping(folder, clock, None, &|_, _| {})
    }

    /// Opens the catalog of a data folder, and keeps only the newest versions of each record, where there is a number of them.
    /// `watch` is told how far the reading has come.
    pub fn open_keeping(
        folder: &Path,
        clock: Clock,
        newest: Option<NonZeroUsize>,
        watch: Watch<'_>,
    ) -> Result<Catalog, StoreError> {
        let Opened { mut store, snapshot, archive, is_kept } = Opened::of(folder, watch)?;
        if let Some(newest) = newest {
            store.keep_versions(newest)?;
        }
        let last = store.entry(snapshot.revision())?.map_or(Timestamp::MIN, |entry| entry.at);
        let storage = Arc::new(Storage::new(folder, newest, store));
        archive.read_from(Arc::clone(&storage));
        let log = changes::Log::of(Arc::clone(&storage));
        let (published, revisions) = writer::Published::of(snapshot);
        let snapshot = Arc::clone(&published.snapshot);
        let (queue, jobs) = std::sync::mpsc::sync_channel(QUEUE);
        let broken = Arc::default();
        let keeper = Some(Keeper::start(Arc::clone(&storage), Arc::clone(&snapshot), is_kept)?);
        let writer = writer::start(jobs, Arc::clone(&storage), published, clock, last, Arc::clone(&broken))?;
        Ok(Catalog { storage, archive, log, snapshot, revisions, queue: Some(queue), writer: Some(writer), broken, keeper })
    }

    /// The records as the newest revision left them. It never changes: a query that holds it sees one revision throughout.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The newest revision.
    pub fn revision(&self) -> u64 {
        self.snapshot.load().revision()
    }

    /// How often a record was in memory, and had not to be read from the disk.
    pub fn lookups(&self) -> &Lookups {
        &self.archive.lookups
    }

    /// Commits what a proposal wants changed. What is answered is on disk.
    pub async fn commit(&self, proposal: Proposal) -> Result<Committed, CommitError> {
        let shown = proposal.keyed.as_ref().map(|keyed| keyed.shown.clone()).unwrap_or_default();
        match self.enqueue(proposal)?.await.unwrap_or(Err(CommitError::Closed))? {
            Answer::Done(committed) => Ok(committed),
            Answer::Repeat(revision) => {
                let (store, snapshot) = (self.storage.get()?, self.snapshot());
                let repeat = tokio::task::spawn_blocking(move || repeat::first_answer(&store, &snapshot, revision, shown));
                repeat.await.unwrap_or(Err(CommitError::Bug))
            }
        }
    }

    /// As [`Catalog::commit`], outside of an async runtime.
    pub fn commit_blocking(&self, proposal: Proposal) -> Result<Committed, CommitError> {
        let shown = proposal.keyed.as_ref().map(|keyed| keyed.shown.clone()).unwrap_or_default();
        match self.enqueue(proposal)?.blocking_recv().unwrap_or(Err(CommitError::Closed))? {
            Answer::Done(committed) => Ok(committed),
            Answer::Repeat(revision) => repeat::first_answer(&*self.storage.get()?, &self.snapshot(), revision, shown),
        }
    }

    /// Whether the store still waits for its first seeding: it is empty, or the seeding was broken off.
    pub fn wants_seeding(&self) -> Result<bool, StoreError> {
        Ok(self.snapshot().revision() == 0 || self.storage.get()?.is_seeding()?)
    }

    /// Notes that the first seeding begins or has come to its end.
    pub fn set_seeding(&self, seeding: bool) -> Result<(), StoreError> {
        self.storage.get()?.set_seeding(seeding)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.storage.folder()
    }

    /// Whether writes are taken; false once the store failed one, until it could be opened again.
    pub fn takes_writes(&self) -> bool {
        !self.broken.load(Ordering::Relaxed)
    }

    /// The text of a document that some record was read from.
    pub fn document(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        self.storage.get()?.document(sha256)
    }

    /// How far a stream of an actor came; none where nothing of it was ever stored.
    pub fn stream_place(&self, actor: &str, key: &str) -> Result<Option<StreamPlace>, StoreError> {
        self.storage.get()?.stream(actor, key)
    }

    /// A file without a name in the data folder, gone when it is closed.
    pub fn scratch(&self) -> io::Result<File> {
        self.storage.get().map_err(io::Error::other)?.scratch()
    }

    fn enqueue(&self, proposal: Proposal) -> Result<oneshot::Receiver<Reply>, CommitError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(CommitError::Closed)?;
        queue.try_send(writer::Job { proposal, reply }).map_err(|error| match error {
            TrySendError::Full(_) => CommitError::Busy,
            TrySendError::Disconnected(_) => CommitError::Closed,
        })?;
        Ok(answer)
    }
}

/// What waits is still written before the catalog is gone.
impl Drop for Catalog {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the writer thread ended in a panic");
        }
        drop(self.keeper.take());
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Catalog").field("revision", &self.snapshot().revision()).finish_non_exhaustive()
    }
}
