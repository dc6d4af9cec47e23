//! Opening a data folder: everything is read and compared before anything is served.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::checkpoint::{Checkpoint, Unfit};
use super::head::{Head, HeadFile};
use super::{Idempotency, LogEntry, Store, StoreError, StreamPlace, codec, pieces, tables};
use crate::domain::{NodeId, NodeKind, Record};

/// What sled may keep in memory: records are served from the catalog, so this only has to serve writes.
const CACHE_BYTES: u64 = 64 << 20;
/// Where more than one change in so many is not in a checkpoint, it is less work to derive everything anew than to catch up: a record
/// that is made up for costs up to twice as much as one that is derived among all.
const CATCH_UP: usize = 2;
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

/// Which versions of records are looked into. All of them are read and compared with the log in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// All that are kept.
    Every,
    /// The newest of each record.
    Newest,
    /// The newest of each record that changed after a revision, and what it changed.
    After(u64),
}

/// A record that was looked into.
#[derive(Debug)]
pub struct Found {
    pub id: NodeId,
    /// The record as it stood at the revision after which changes are looked into; none where it was not there.
    pub before: Option<Record>,
    /// The record as it stands; none where it is gone.
    pub now: Option<Current>,
}

impl Store {
    /// Opens the store of a data folder, making both where they are not there yet, with all that it holds.
    pub fn open(folder: &Path) -> Result<(Store, Contents), StoreError> {
        let mut records = Vec::new();
        let mut opening = Opening::of(folder)?;
        opening.read(Content::Newest, &mut |found| records.extend(found.now), &mut || {})?;
        let store = opening.finish()?;
        let revision = store.head().revision;
        Ok((store, Contents { revision, records }))
    }

    /// As [`Store::open`], where it is known already what the store holds.
    pub fn open_again(folder: &Path) -> Result<(Store, u64), StoreError> {
        let mut opening = Opening::of(folder)?;
        opening.read(Content::After(opening.revision()), &mut |_| {}, &mut || {})?;
        let store = opening.finish()?;
        let revision = store.head().revision;
        Ok((store, revision))
    }

    /// How far the log goes.
    pub fn head(&self) -> Head {
        self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).head
    }

    /// Finishes what a crash left half done: versions without a log entry go, and the head follows the log.
    fn settle(&self, log: &Log, scan: &Scan) -> Result<(), StoreError> {
        for key in log.uncommitted.iter().chain(&scan.uncommitted) {
            self.tree.remove(key)?;
        }
        for (key, revision) in &log.unnoted {
            self.tree.insert(key.as_slice(), &revision.to_be_bytes())?;
        }
        self.tree.insert(tables::FORMAT, &[log.format])?;
        self.sync()?;
        let mut head_file = self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if head_file.head != log.head {
            head_file.write(log.head)?;
        }
        // The names of new files are on disk only once their folders are.
        for folder in [self.folder.join("store"), self.folder.clone()] {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// A data folder that is being opened: its log was read and compared with its head, and nothing was changed yet.
///
/// The whole log and all versions are read before a store is served. A store that holds less than its head file promises, a value
/// whose checksum is wrong, a version that the log does not know or that is missing: each refuses the whole store. One of an older
/// format is brought to the newest, after a backup of it was made.
#[derive(Debug)]
pub struct Opening {
    folder: PathBuf,
    tree: sled::Db,
    /// None where there is none yet.
    head_file: Option<HeadFile>,
    checkpoint: Result<Option<Checkpoint>, Unfit>,
    pub(super) log: Log,
    /// What was found when the versions were read.
    pub(super) scan: Scan,
    lock: File,
}

impl Opening {
    /// Takes the folder, making it where it is not there yet, and reads the log.
    pub fn of(folder: &Path) -> Result<Opening, StoreError> {
        let lock = take(folder)?;
        let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
        let head_file = HeadFile::open(&folder.join("head"))
            .map_err(|error| damaged(format!("its file “head” cannot be read: {error}")))?;
        let tree_folder = folder.join("store");
        if head_file.as_ref().is_some_and(|file| file.head != Head::EMPTY) && !tree_folder.join("db").exists() {
            return Err(damaged("its folder “store” is missing".to_owned()));
        }
        let checkpoint = Checkpoint::open(folder);
        let noted = checkpoint.as_ref().ok().and_then(Option::as_ref).map(|checkpoint| checkpoint.head);
        let (tree, log) = caught(folder, || {
            let tree = open_tree(&tree_folder)?;
            let log = Log::of(&tree, folder, head_file.as_ref().map(|file| file.head), noted)?;
            Ok((tree, log))
        })?;
        let checkpoint = match (checkpoint, log.noted) {
            (Ok(Some(_)), None) => Err(Unfit::OtherLog),
            (Ok(Some(_)), Some(at)) if (log.changes - at) * CATCH_UP > log.changes => Err(Unfit::Old),
            (checkpoint, _) => checkpoint,
        };
        Ok(Opening { folder: folder.to_owned(), tree, head_file, checkpoint, log, scan: Scan::default(), lock })
    }

    /// What was derived from the records up to some revision and written down; none where there is no such thing.
    pub fn checkpoint(&mut self) -> Result<Option<Checkpoint>, Unfit> {
        std::mem::replace(&mut self.checkpoint, Ok(None))
    }

    /// The last revision.
    pub fn revision(&self) -> u64 {
        self.log.head.revision
    }

    /// How many versions of records there are to read.
    pub fn versions(&self) -> usize {
        self.log.changes
    }

    /// Reads all versions of records and all documents, and compares them with the log. Each record that is looked into is given as
    /// it is read, in the order of their kinds and keys; what was given counts only where all is read without an error. `step` is
    /// called for each version. Answers what stood after the revision after which changes were looked into.
    pub fn read(
        &mut self,
        content: Content,
        each: &mut dyn FnMut(Found),
        step: &mut dyn FnMut(),
    ) -> Result<Standing, StoreError> {
        self.scan = caught(&self.folder, || Scan::of(&self.tree, &self.folder, &self.log, content, each, step))?;
        Ok(self.scan.standing.clone())
    }

    /// Opens the store for writing, once it was read.
    pub fn finish(self) -> Result<Store, StoreError> {
        let Opening { folder, tree, head_file, log, scan, lock, .. } = self;
        let head_file = match head_file {
            Some(file) => file,
            None => HeadFile::create(&folder.join("head"))?,
        };
        let log_file = File::options().read(true).write(true).open(folder.join("store").join("db"))?;
        let (keep, unsettled, dropping) = (None, AtomicBool::default(), RwLock::default());
        let store = Store { folder, tree, log_file, head: Mutex::new(head_file), keep, unsettled, dropping, _lock: lock };
        store.settle(&log, &scan)?;
        if log.format < codec::FORMAT {
            store.migrate(log.format, log.head.revision)?;
        }
        Ok(store)
    }
}

/// Does something with sled, which panics on some damaged files where it should refuse them.
fn caught<T>(folder: &Path, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(Err(error)) if error.is_full() => Err(error),
        Ok(Err(StoreError::Sled(error))) => Err(damaged(format!("sled says “{error}”"))),
        Ok(done) => done,
        Err(_) => Err(damaged("sled could not read its files".to_owned())),
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

/// What one ordered pass over the versions and the documents finds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// How many versions there are with all that they hold.
    pub(super) versions: usize,
    /// How many versions were dropped.
    pub(super) dropped: usize,
    pub(super) documents: usize,
    /// Rows of a commit that never came to its end: their revision does not stand in the log.
    pub(super) uncommitted: Vec<sled::IVec>,
    standing: Standing,
}

/// Which records stood after a revision, and by which revision each of them: a sum that tells two such sets apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    sum: Sum,
    /// Whether a record that has changed since cannot be read any more as it stood.
    dropped: bool,
}

impl Standing {
    /// Adds a record.
    pub fn add(&mut self, kind: NodeKind, key: &str, revision: u64) {
        self.sum.promise(&(kind, key), revision);
    }
}

impl Scan {
    fn of(
        tree: &sled::Db,
        folder: &Path,
        log: &Log,
        content: Content,
        each: &mut dyn FnMut(Found),
        step: &mut dyn FnMut(),
    ) -> Result<Scan, StoreError> {
        let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
        let mut scan = Scan::default();
        let mut found = Sum::default();
        let mut record: Option<Versions> = None;
        for value in pieces::values(tree, tables::RECORDS) {
            let value = value?;
            let (id, revision) =
                tables::parse_version(&value.key).ok_or_else(|| damaged("a record has a key that is none".to_owned()))?;
            if revision == 0 || revision > log.head.revision {
                scan.uncommitted.extend(value.rows);
                continue;
            }
            let bytes = value.bytes.ok_or_else(|| damaged(format!("a part of {id} at revision {revision} is missing")))?;
            let unreadable = |error| damaged(format!("{id} at revision {revision} cannot be read: {error}"));
            codec::check(&bytes).map_err(unreadable)?;
            step();
            found.add(&(&id, revision), &bytes);
            if codec::is_stub(&bytes) {
                scan.dropped += 1;
            } else {
                scan.versions += 1;
                if content == Content::Every {
                    codec::decode::<Option<Record>>(&bytes).map_err(unreadable)?;
                }
            }
            if record.as_ref().is_some_and(|record| record.id != id) {
                record.take().map_or(Ok(()), |record| scan.end(record, log, each)).map_err(damaged)?;
            }
            let versions = record.get_or_insert(Versions { id, before: None, now: None });
            let place = if content.is_after(revision) { &mut versions.now } else { &mut versions.before };
            *place = Some((revision, bytes));
        }
        record.map_or(Ok(()), |record| scan.end(record, log, each)).map_err(damaged)?;
        if found != log.promised.records {
            return Err(damaged("its records are not those of its log".to_owned()));
        }

        let mut found = Sum::default();
        for value in pieces::values(tree, tables::DOCUMENTS) {
            let value = value?;
            let sha256 = String::from_utf8_lossy(&value.key[1..]).into_owned();
            if !log.promised.documents.contains(&sha256) {
                scan.uncommitted.extend(value.rows);
                continue;
            }
            let bytes = value.bytes.ok_or_else(|| damaged(format!("a part of the document {sha256} is missing")))?;
            codec::decode::<String>(&bytes)
                .map_err(|error| damaged(format!("the document {sha256} cannot be read: {error}")))?;
            found.add(&sha256, &bytes);
            scan.documents += 1;
        }
        if found != log.promised.texts {
            return Err(damaged("its documents are not those of its log".to_owned()));
        }
        Ok(scan)
    }

    /// Notes what the versions of a record come to, all of which were read; what is wrong with them, where something is.
    fn end(&mut self, record: Versions, log: &Log, each: &mut dyn FnMut(Found)) -> Result<(), String> {
        let Versions { id, before, now } = record;
        let newest = now.as_ref().or(before.as_ref());
        if newest.is_some_and(|(_, bytes)| codec::is_stub(bytes)) {
            return Err(format!("the newest version of {id} is missing"));
        }
        let decode = |revision: u64, bytes: &[u8]| {
            codec::decode::<Option<Record>>(bytes)
                .map_err(|error| format!("{id} at revision {revision} cannot be read: {error}"))
        };
        if let Some((revision, bytes)) = &before
            && !codec::is_deletion(bytes)
        {
            self.standing.add(id.kind, &id.key, *revision);
        }
        let Some((revision, bytes)) = now else { return Ok(()) };
        let before = match before {
            Some((_, bytes)) if codec::is_stub(&bytes) => {
                self.standing.dropped = true;
                None
            }
            Some((revision, bytes)) => decode(revision, &bytes)?,
            None => None,
        };
        let updated_at = log.times[revision as usize - 1];
        let now = decode(revision, &bytes)?.map(|record| Current { record, revision, updated_at });
        each(Found { id, before, now });
        Ok(())
    }
}

impl Content {
    /// Whether a revision is one after which changes are looked into.
    fn is_after(self, revision: u64) -> bool {
        match self {
            Content::After(known) => revision > known,
            Content::Every | Content::Newest => true,
        }
    }
}

/// The versions of a record, as they are read from old to new: the newest up to a revision, and the newest after it.
struct Versions {
    id: NodeId,
    before: Option<(u64, Vec<u8>)>,
    now: Option<(u64, Vec<u8>)>,
}

/// What the log says.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) format: u8,
    pub(super) head: Head,
    /// How many changes it lists.
    changes: usize,
    /// How many it lists up to a head that was asked for; none where it does not lead to it.
    noted: Option<usize>,
    /// When each revision was made; the first is revision 1.
    times: Vec<Timestamp>,
    promised: Promised,
    /// The last revision of each stream, by the key that should lead to it.
    streams: HashMap<Vec<u8>, u64>,
    /// Rows of entries that never began.
    pub(super) uncommitted: Vec<sled::IVec>,
    unnoted: Unnoted,
}

/// The keys of the tables of idempotency keys and streams that do not lead to the revision of the log that they should.
type Unnoted = Vec<(Vec<u8>, u64)>;

/// What must be in the other tables.
#[derive(Debug, Default)]
struct Promised {
    records: Sum,
    texts: Sum,
    documents: HashSet<String>,
}

impl Log {
    /// Reads the log, which must lead to one head, and may lead to another.
    fn of(tree: &sled::Db, folder: &Path, promised: Option<Head>, asked: Option<Head>) -> Result<Log, StoreError> {
        let damaged = |what: String| StoreError::Damaged { folder: folder.to_owned(), what };
        let format = match tree.get(tables::FORMAT)?.as_deref() {
            Some([format]) if *format > codec::FORMAT => {
                return Err(StoreError::NewerFormat { folder: folder.to_owned(), found: *format, known: codec::FORMAT });
            }
            Some([format]) => *format,
            None if tree.scan_prefix([tables::LOG]).next().is_none() => codec::FORMAT,
            _ => return Err(damaged("it does not say its format".to_owned())),
        };
        let mut log = Log { format, ..Log::default() };
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
            log.changes += entry.changes.len();
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
            if asked == Some(log.head) {
                log.noted = Some(log.changes);
            }
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sum(u64);

impl Sum {
    /// Adds a value that is there.
    fn add(&mut self, name: &impl Hash, bytes: &[u8]) {
        self.promise(name, codec::checksum(bytes).unwrap_or_default());
    }

    /// Adds a value that should be there, by what is known of it.
    fn promise(&mut self, name: &impl Hash, known: impl Hash) {
        let mut hasher = DefaultHasher::new();
        (name, known).hash(&mut hasher);
        self.0 = self.0.wrapping_add(hasher.finish());
    }
}
