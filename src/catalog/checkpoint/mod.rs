//! The checkpoint: a snapshot written down now and then, and when the catalog is closed, so that the next start need not derive it.

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::snapshot::Snapshot;
use super::storage::Storage;
use crate::store::{StoreError, write_checkpoint};

/// How often it is looked whether a checkpoint is due.
const LOOK: Duration = Duration::from_secs(1);
/// A checkpoint is due while the catalog is open once so many records changed, and one in so many of all. A start after a kill makes up
/// for them at about 50 µs of a processor each; to write a checkpoint takes about 2 µs for each record there is.
const LEAST: u64 = 20_000;
const SHARE: u64 = 16;
/// One in how many of all makes it due when the catalog is closed.
const LAST_SHARE: u64 = 1024;
/// How much longer than it took to write a checkpoint none is written: while much changes, that takes at most a quarter of a core.
const REST: u32 = 3;

/// For how long none is tried after one could not be written.
const FAILED: Duration = Duration::from_secs(60);

/// The thread that writes checkpoints.
pub(super) struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts the thread. `is_kept` says whether the snapshot that is published now comes from a checkpoint.
    pub(super) fn start(storage: Arc<Storage>, published: Arc<ArcSwap<Snapshot>>, is_kept: bool) -> io::Result<Keeper> {
        let (stop, stopped) = mpsc::channel();
        let written = is_kept.then_some(0);
        let mut keeping = Keeping { storage, published, written, not_before: Instant::now() };
        let thread = thread::Builder::new().name("checkpoint".to_owned()).spawn(move || keeping.run(&stopped))?;
        Ok(Keeper { stop: Some(stop), thread: Some(thread) })
    }
}

/// The last checkpoint is written when nothing is published any more.
impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes checkpoints ended in a panic");
        }
    }
}

struct Keeping {
    storage: Arc<Storage>,
    published: Arc<ArcSwap<Snapshot>>,
    /// How many records had been changed when the last checkpoint was written; none where there is no checkpoint.
    written: Option<u64>,
    not_before: Instant,
}

impl Keeping {
    fn run(&mut self, stopped: &Receiver<()>) {
        while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            if Instant::now() >= self.not_before {
                self.look(|changed, all| changed > LEAST && changed > all / SHARE);
            }
        }
        self.look(|changed, all| changed > all / LAST_SHARE);
    }

    /// Writes the published snapshot down, where so many changes to so many records make that due.
    fn look(&mut self, is_due: impl Fn(u64, u64) -> bool) {
        let snapshot = self.published.load_full();
        let all = snapshot.len() as u64;
        let changed = self.written.map_or(snapshot.edits().max(all), |written| snapshot.edits() - written);
        if !is_due(changed, all) {
            return;
        }
        let begun = Instant::now();
        let mut rest = Duration::ZERO;
        match self.write(&snapshot) {
            Ok(true) => {
                self.written = Some(snapshot.edits());
                tracing::debug!(revision = snapshot.revision(), took = ?begun.elapsed(), "a checkpoint was written");
            }
            // The writer is between the store and the snapshot: the next look finds it elsewhere.
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "no checkpoint could be written; without one the next start takes longer");
                rest = FAILED;
            }
        }
        self.not_before = Instant::now() + rest.max(begun.elapsed() * REST);
    }

    /// Writes a snapshot down; not where the store is at another revision already.
    fn write(&self, snapshot: &Snapshot) -> Result<bool, StoreError> {
        // Nobody may keep the store for long.
        let head = self.storage.get()?.head();
        if head.revision() != snapshot.revision() {
            return Ok(false);
        }
        write_checkpoint(self.storage.folder(), head, snapshot).map(|()| true)
    }
}
