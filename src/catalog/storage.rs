//! The open store, which is opened again behind the writer when the disk refused a write.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::{Duration, Instant};

use crate::store::{Store, StoreError};

/// How long those who read may take to let go of a store that is to be opened again.
const LET_GO: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Storage {
    folder: PathBuf,
    keep: Option<NonZeroUsize>,
    /// None where it could not be opened again yet.
    current: RwLock<Option<Arc<Store>>>,
}

impl Storage {
    pub(super) fn new(folder: &Path, keep: Option<NonZeroUsize>, store: Store) -> Storage {
        Storage { folder: folder.to_owned(), keep, current: RwLock::new(Some(Arc::new(store))) }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The store. Whoever has it lets go of it soon: a store that is to be opened again waits for them.
    pub(super) fn get(&self) -> Result<Arc<Store>, StoreError> {
        self.read().clone().ok_or(StoreError::Closed)
    }

    /// Opens the store again as it was at a revision: what was written after it was never acknowledged, and goes.
    pub(super) fn reopen(&self, revision: u64) -> Result<(), StoreError> {
        Store::has_room(&self.folder)?;
        let mut current = self.closed()?;
        let (mut store, mut last) = self.open()?;
        if last > revision {
            store.take_back(revision)?;
            drop(store);
            (store, last) = self.open()?;
        }
        if last != revision {
            return Err(store.lost(revision));
        }
        *current = Some(Arc::new(store));
        Ok(())
    }

    /// Closes the store, once nobody else has it. Whoever asks for it waits as long as the answer is held.
    fn closed(&self) -> Result<RwLockWriteGuard<'_, Option<Arc<Store>>>, StoreError> {
        let begun = Instant::now();
        loop {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            match current.take().map(Arc::try_unwrap) {
                None => return Ok(current),
                Some(Ok(store)) => {
                    drop(store);
                    return Ok(current);
                }
                Some(Err(store)) => *current = Some(store),
            }
            drop(current);
            if begun.elapsed() > LET_GO {
                return Err(StoreError::Closed);
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn open(&self) -> Result<(Store, u64), StoreError> {
        let (mut store, revision) = Store::open_again(&self.folder)?;
        if let Some(newest) = self.keep {
            store.keep_versions(newest)?;
        }
        Ok((store, revision))
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Arc<Store>>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }
}
