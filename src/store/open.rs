//! Opening a data folder: everything is read and compared before anything is served.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::head::{Head, HeadFile};
use super::{Idempotency, LogEntry, Store, StoreError, StreamPlace, codec, pieces, tables};
use crate::domain::{NodeId, Record};

/// What sled may keep in memory: records are served from the catalog, so this only has to serve writes.
const CACHE_BYTES: u64 = 64 << 20;
/// How long sled's threads may take to let go of its lock.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// What an opened store holds.
#[derive(Debug)]
pub struct Contents {
    /// The last revision; 0 for an empty store.
    pub revision: u64,
    /// Every record there is, in the order of their kinds and keys.
    pub records: Vec<Current>,
}

/// A record as it stands.
#[derive(Debug)]
pub struct Current {
    pub record: Record,
    /// The revision that last changed it.
    pub revision: u64,
    /// When that was.
    pub updated_at: Timestamp,
}

impl Store {
    /// Opens the store of a data folder, making both where they are not there yet.
    ///
    /// The whole log and all versions are read. A store that holds less than its head file promises, a value whose checksum is
    /// wrong, a version that the log does not know or that is missing: each refuses the whole store. One of an older format is
    /// brought to the newest, after a backup of it was made.
    pub fn open(folder: &Path) -> Result<(Store, Contents), StoreError> {
        let mut records = Vec::new();
        let (store, revision) = Store::open_with(folder, &mut |current| records.push(current))?;
        Ok((store, Contents { revision, records }))
    }

    /// As [`Store::open`], with each record given as it is read, in the order of their kinds and keys; what was given counts only
    /// where the store is opened in the end. Answers the last revision besides.
    pub fn open_with(folder: &Path, each: &mut dyn FnMut(Current)) -> Result<(Store, u64), StoreError> {
        let Opened { lock, tree, head_file, mut scan } = Opened::of(folder, each)?;
        let head_file = match head_file {
            Some(file) => file,
            None => HeadFile::create(&folder.join("head"))?,
        };
        let log_file = File::options().read(true).write(true).open(folder.join("store").join("db"))?;
        let (keep, unsettled, dropping) = (None, AtomicBool::default(), RwLock::default());
        let (folder, head) = (folder.to_owned(), Mutex::new(head_file));
        let store = Store { folder, tree, log_file, head, keep, unsettled, dropping, _lock: lock };
        store.settle(&scan)?;
        if scan.format < codec::FORMAT {
            scan.head = store.migrate(scan.format, scan.head.revision)?;
        }
        Ok((store, scan.head.revision))
    }

    /// Finishes what a crash left half done: versions without a log entry go, and the head follows the log.
    fn settle(&self, scan: &Scan) -> Result<(), StoreError> {
        for key in &scan.uncommitted {
            self.tree.remove(key)?;
        }
        for (key, revision) in &scan.unnoted {
            self.tree.insert(key.as_slice(), &revision.to_be_bytes())?;
        }
        self.tree.insert(tables::FORMAT, &[scan.format])?;
        self.sync()?;
        let mut head_file = self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if head_file.head != scan.head {
            head_file.write(scan.head)?;
        }
        // The names of new files are on disk only once their folders are.
        for folder in [self.folder.join("store"), self.folder.clone()] {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// A data folder whose store was read and compared, and in which nothing was changed yet.
pub(super) struct Opened {
    pub(super) lock: File,
    pub(super) tree: sled::Db,
    /// None where there is none yet.
    head_file: Option<HeadFile>,
    pub(super) scan: Scan,
}

impl Opened {
    pub(super) fn of(folder: &Path, each: &mut dyn FnMut(Current)) -> Result<Opened, StoreError> {
        let lock = take(folder)?;
        let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
        let head_file = HeadFile::open(&folder.join("head"))
            .map_err(|error| damaged(format!("its file “head” cannot be read: {error}")))?;
        let tree_folder = folder.join("store");
        if head_file.as_ref().is_some_and(|file| file.head != Head::EMPTY) && !tree_folder.join("db").exists() {
            return Err(damaged("its folder “store” is missing".to_owned()));
        }

        // sled panics on some damaged files where it should refuse them.
        let opened = panic::catch_unwind(AssertUnwindSafe(|| {
            let tree = open_tree(&tree_folder)?;
            let scanned = Scan::of(&tree, folder, head_file.as_ref().map(|file| file.head), each)?;
            Ok::<_, StoreError>((tree, scanned))
        }));
        match opened {
            Ok(Ok((tree, scan))) => Ok(Opened { lock, tree, head_file, scan }),
            Ok(Err(error)) if error.is_full() => Err(error),
            Ok(Err(StoreError::Sled(error))) => Err(damaged(format!("sled says “{error}”"))),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(damaged("sled could not read its files".to_owned())),
        }
    }
}

/// Opens sled. It has a lock of its own, which its threads may hold for a moment after a store of this process was closed; nobody
/// else can hold it, since the folder is ours.
pub(super) fn open_tree(folder: &Path) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(None);
    let begun = Instant::now();
    loop {
        match config.open() {
            Err(error) if error.to_string().contains("could not acquire lock") && begun.elapsed() < LOCK_LIMIT => {
                thread::sleep(Duration::from_millis(5));
            }
            opened => return Ok(opened?),
        }
    }
}

/// Makes the folder, and holds it for this process.
pub(super) fn take(folder: &Path) -> Result<File, StoreError> {
    let unwritable = |reason: io::Error| StoreError::Unwritable { folder: folder.to_owned(), reason };
    fs::create_dir_all(folder).map_err(unwritable)?;
    let lock = File::options().write(true).create(true).truncate(false).open(folder.join("lock")).map_err(unwritable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unwritable(error)),
    }
}

/// What one ordered pass over each table finds.
pub(super) struct Scan {
    pub(super) format: u8,
    pub(super) head: Head,
    /// How many versions there are with all that they hold.
    pub(super) versions: usize,
    /// How many versions were dropped.
    pub(super) dropped: usize,
    pub(super) documents: usize,
    /// Rows of a commit that never came to its end: their revision does not stand in the log.
    pub(super) uncommitted: Vec<sled::IVec>,
    unnoted: Unnoted,
}

impl Scan {
    fn of(tree: &sled::Db, folder: &Path, promised: Option<Head>, each: &mut dyn FnMut(Current)) -> Result<Scan, StoreError> {
        let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
        let format = match tree.get(tables::FORMAT)?.as_deref() {
            Some([format]) if *format > codec::FORMAT => {
                return Err(StoreError::NewerFormat { folder: folder.to_owned(), found: *format, known: codec::FORMAT });
            }
            Some([format]) => *format,
            None if tree.scan_prefix([tables::LOG]).next().is_none() => codec::FORMAT,
            _ => return Err(damaged("it does not say its format".to_owned())),
        };
        let Log { head, times, promised, uncommitted, unnoted, .. } = Log::of(tree, folder, promised)?;

        let (versions, dropped, documents) = (0, 0, 0);
        let mut scan = Scan { format, head, versions, dropped, documents, uncommitted, unnoted };
        let mut found = Sum::default();
        let mut last: Option<(NodeId, Current)> = None;
        // The record whose versions so far were all dropped.
        let mut lost: Option<NodeId> = None;
        let never_dropped = |lost: Option<NodeId>| match lost {
            Some(id) => Err(damaged(format!("the newest version of {id} is missing"))),
            None => Ok(()),
        };
        for value in pieces::values(tree, tables::RECORDS) {
            let value = value?;
            let (id, revision) =
                tables::parse_version(&value.key).ok_or_else(|| damaged("a record has a key that is none".to_owned()))?;
            let made = usize::try_from(revision).ok().and_then(|at| times.get(at.checked_sub(1)?));
            let Some(&updated_at) = made else {
                scan.uncommitted.extend(value.rows);
                continue;
            };
            let bytes = value.bytes.ok_or_else(|| damaged(format!("a part of {id} at revision {revision} is missing")))?;
            found.add(&(&id, revision), &bytes);
            if lost.as_ref().is_some_and(|lost| *lost != id) {
                never_dropped(lost.take())?;
            }
            if codec::is_stub(&bytes) {
                scan.dropped += 1;
                lost = Some(id);
                continue;
            }
            lost = None;
            let record: Option<Record> = codec::decode(&bytes)
                .map_err(|error| damaged(format!("{id} at revision {revision} cannot be read: {error}")))?;
            scan.versions += 1;
            if last.as_ref().is_some_and(|(before, _)| *before != id) {
                last.take().map(|(_, current)| current).into_iter().for_each(&mut *each);
            }
            last = record.map(|record| (id, Current { record, revision, updated_at }));
        }
        never_dropped(lost)?;
        last.map(|(_, current)| current).into_iter().for_each(each);
        if found != promised.records {
            return Err(damaged("its records are not those of its log".to_owned()));
        }

        let mut found = Sum::default();
        for value in pieces::values(tree, tables::DOCUMENTS) {
            let value = value?;
            let sha256 = String::from_utf8_lossy(&value.key[1..]).into_owned();
            if !promised.documents.contains(&sha256) {
                scan.uncommitted.extend(value.rows);
                continue;
            }
            let bytes = value.bytes.ok_or_else(|| damaged(format!("a part of the document {sha256} is missing")))?;
            codec::decode::<String>(&bytes)
                .map_err(|error| damaged(format!("the document {sha256} cannot be read: {error}")))?;
            found.add(&sha256, &bytes);
            scan.documents += 1;
        }
        if found != promised.texts {
            return Err(damaged("its documents are not those of its log".to_owned()));
        }
        Ok(scan)
    }
}

/// What the log says.
#[derive(Default)]
struct Log {
    head: Head,
    /// When each revision was made; the first is revision 1.
    times: Vec<Timestamp>,
    promised: Promised,
    /// The last revision of each stream, by the key that should lead to it.
    streams: HashMap<Vec<u8>, u64>,
    uncommitted: Vec<sled::IVec>,
    unnoted: Unnoted,
}

/// The keys of the tables of idempotency keys and streams that do not lead to the revision of the log that they should.
type Unnoted = Vec<(Vec<u8>, u64)>;

/// What must be in the other tables.
#[derive(Default)]
struct Promised {
    records: Sum,
    texts: Sum,
    documents: HashSet<String>,
}

impl Log {
    fn of(tree: &sled::Db, folder: &Path, promised: Option<Head>) -> Result<Log, StoreError> {
        let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
        let mut log = Log::default();
        let mut met = promised.is_none_or(|head| head == Head::EMPTY);
        // While a log is written anew its hash is neither the old nor the new one, but it has all its entries.
        let migrating = tree.contains_key(tables::MIGRATING)?;
        for value in pieces::values(tree, tables::LOG) {
            let value = value?;
            let revision = tables::parse_log(&value.key)
                .ok_or_else(|| damaged("an entry of its log has a key that is none".to_owned()))?;
            // First pieces are written last and all at once: an entry without one belongs to a commit that never ended, and
            // one with one has all the others, and all entries before it.
            if !value.begins {
                log.uncommitted.extend(value.rows);
                continue;
            }
            let next = log.head.revision + 1;
            if revision != next {
                return Err(damaged(format!("revision {next} of its log is missing")));
            }
            let bytes = value.bytes.ok_or_else(|| damaged(format!("a part of revision {revision} of its log is missing")))?;
            let entry: LogEntry = codec::decode(&bytes)
                .map_err(|error| damaged(format!("revision {revision} of its log cannot be read: {error}")))?;
            if let Some(Idempotency { key, .. }) = &entry.idempotency {
                let key = tables::idempotency(&entry.actor, key);
                if tree.get(&key)?.as_deref() != Some(&revision.to_be_bytes()) {
                    log.unnoted.push((key, revision));
                }
            }
            for change in &entry.changes {
                log.promised.records.promise(&(&change.id, revision), change.checksum);
            }
            for document in entry.documents {
                log.promised.texts.promise(&document.sha256, document.checksum);
                log.promised.documents.insert(document.sha256);
            }
            if let Some(StreamPlace { key, .. }) = &entry.stream {
                log.streams.insert(tables::stream(&entry.actor, key), revision);
            }
            log.times.push(entry.at);
            log.head = log.head.after(&bytes);
            met |= promised == Some(log.head) || migrating && promised.is_some_and(|head| head.revision == revision);
        }
        for (key, revision) in std::mem::take(&mut log.streams) {
            if tree.get(&key)?.as_deref() != Some(&revision.to_be_bytes()) {
                log.unnoted.push((key, revision));
            }
        }
        if !met {
            let promised = promised.map_or(0, |head| head.revision);
            return Err(damaged(format!("its log does not lead to revision {promised}, which was acknowledged")));
        }
        if promised.is_none() && log.head != Head::EMPTY {
            return Err(damaged("its file “head” is missing".to_owned()));
        }
        Ok(log)
    }
}

/// A sum over values that does not depend on their order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum(u64);

impl Sum {
    /// Adds a value that is there.
    fn add(&mut self, name: &impl Hash, bytes: &[u8]) {
        self.promise(name, codec::checksum(bytes).unwrap_or_default());
    }

    /// Adds a value that should be there.
    fn promise(&mut self, name: &impl Hash, checksum: u32) {
        let mut hasher = DefaultHasher::new();
        (name, checksum).hash(&mut hasher);
        self.0 = self.0.wrapping_add(hasher.finish());
    }
}
