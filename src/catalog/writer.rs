//! The one thread that writes.
//!
//! It takes what waits, lets each proposal look at the state that the one before it left, checks what it wants, and writes all
//! of them with one flush. Then the newest snapshot is published, and then every caller gets its answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use super::change_set::{Change, ChangeSet, Edit};
use super::{Clock, CommitError, Fault, Snapshot};
use crate::domain::{Document, Field, NodeId, NodeKind, Problem, ProblemKind, Record, Region, RegionCode};
use crate::store::{Action, Commit, Store, StoreError, Version};

/// How many proposals share one flush at most.
const GROUP: usize = 256;
/// How many records a refusal names.
const NAMED: usize = 5;

/// What a caller wants changed.
pub struct Proposal {
    /// Who wants it; stands in the log.
    pub actor: String,
    /// Checks everything and answers what would change, and stores nothing.
    pub dry_run: bool,
    /// Says what should change, looking at the newest state. It runs on the writer's thread, so it is short.
    pub propose: Box<dyn FnOnce(&View<'_>) -> ChangeSet + Send>,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Proposal").field("actor", &self.actor).field("dry_run", &self.dry_run).finish_non_exhaustive()
    }
}

impl Proposal {
    pub fn new(actor: impl Into<String>, propose: impl FnOnce(&View<'_>) -> ChangeSet + Send + 'static) -> Self {
        Proposal { actor: actor.into(), dry_run: false, propose: Box::new(propose) }
    }

    pub fn dry_run(self, dry_run: bool) -> Self {
        Proposal { dry_run, ..self }
    }
}

/// The state that a proposal looks at.
#[derive(Debug)]
pub struct View<'a> {
    pub snapshot: &'a Snapshot,
    /// When the commit is made.
    pub at: Timestamp,
    store: &'a Store,
    /// Texts that proposals of the same group brought and that are not on disk yet.
    waiting: &'a HashMap<String, String>,
}

impl View<'_> {
    /// The text of a document that some record was read from.
    pub fn document(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        match self.waiting.get(sha256) {
            Some(text) => Ok(Some(text.clone())),
            None => self.store.document(sha256),
        }
    }
}

/// What a commit did.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The records as they stand after the commit; after a dry run, as they would.
    pub snapshot: Arc<Snapshot>,
    /// The revision that was written; none where nothing changed or it was a dry run.
    pub revision: Option<u64>,
    pub changes: Vec<Change>,
}

pub(super) struct Job {
    pub(super) proposal: Proposal,
    pub(super) reply: oneshot::Sender<Result<Committed, CommitError>>,
}

/// The newest snapshot, and who is told of it.
pub(super) struct Published {
    pub(super) snapshot: Arc<ArcSwap<Snapshot>>,
    revisions: watch::Sender<u64>,
}

impl Published {
    pub(super) fn of(snapshot: Snapshot) -> (Published, watch::Receiver<u64>) {
        let (revisions, told) = watch::channel(snapshot.revision());
        (Published { snapshot: Arc::new(ArcSwap::from_pointee(snapshot)), revisions }, told)
    }

    fn publish(&self, snapshot: Arc<Snapshot>) {
        let revision = snapshot.revision();
        self.snapshot.store(snapshot);
        self.revisions.send_if_modified(|told| std::mem::replace(told, revision) != revision);
    }
}

/// Starts the thread. It ends when the last sender of jobs is gone and all jobs are done.
pub(super) fn start(
    jobs: Receiver<Job>,
    store: Arc<Store>,
    published: Published,
    clock: Clock,
    broken: Arc<AtomicBool>,
) -> io::Result<JoinHandle<()>> {
    let writer = Writer { store, published, clock, last: Timestamp::MIN, broken };
    thread::Builder::new().name("writer".to_owned()).spawn(move || writer.run(&jobs))
}

struct Writer {
    store: Arc<Store>,
    published: Published,
    clock: Clock,
    /// The time of the last commit: the log's time never runs backward, whatever the clock does.
    last: Timestamp,
    /// Whether the store failed a write, and so takes no more.
    broken: Arc<AtomicBool>,
}

/// A job that is done but for the disk.
type Done = (oneshot::Sender<Result<Committed, CommitError>>, Committed);

impl Writer {
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let group = std::iter::once(first).chain(jobs.try_iter().take(GROUP - 1));
            self.write(group);
        }
    }

    fn write(&mut self, group: impl Iterator<Item = Job>) {
        let mut working = self.published.snapshot.load_full();
        let mut waiting = HashMap::new();
        let mut commits = Vec::new();
        let mut done: Vec<Done> = Vec::new();
        for Job { proposal, reply } in group {
            if self.broken.load(Ordering::Relaxed) {
                let _ = reply.send(Err(CommitError::Broken));
                continue;
            }
            let at = microsecond((self.clock)()).max(self.last);
            let attempt = panic::catch_unwind(AssertUnwindSafe(|| {
                let view = View { snapshot: &working, at, store: &self.store, waiting: &waiting };
                attempt(proposal, &view)
            }));
            // A caller that no longer waits has its answer dropped; its commit stands all the same.
            match attempt {
                Ok(Ok((committed, commit))) => {
                    if let Some(commit) = commit {
                        waiting
                            .extend(commit.documents.iter().map(|document| (document.sha256.clone(), document.text.clone())));
                        commits.push(commit);
                        working = Arc::clone(&committed.snapshot);
                        self.last = at;
                    }
                    done.push((reply, committed));
                }
                Ok(Err(error)) => drop(reply.send(Err(error))),
                Err(_) => drop(reply.send(Err(CommitError::Bug))),
            }
        }
        // sled panics on some faults of the disk where it should say so.
        let write = AssertUnwindSafe(|| if commits.is_empty() { Ok(()) } else { self.store.write(&commits) });
        match panic::catch_unwind(write).unwrap_or_else(|_| Err(StoreError::Io(io::Error::other("sled ended in a panic")))) {
            Ok(()) => {
                self.published.publish(working);
                for (reply, committed) in done {
                    let _ = reply.send(Ok(committed));
                }
            }
            Err(error) => {
                tracing::error!(%error, "the store could not be written; it takes no more writes until the next start");
                self.broken.store(true, Ordering::Relaxed);
                for (reply, _) in done {
                    let _ = reply.send(Err(CommitError::Broken));
                }
            }
        }
    }
}

fn attempt(proposal: Proposal, view: &View<'_>) -> Result<(Committed, Option<Commit>), CommitError> {
    let Proposal { actor, dry_run, propose } = proposal;
    let change_set = propose(view);
    let revision = view.snapshot.revision() + 1;
    let (mut snapshot, versions, documents) = apply(view.snapshot, change_set, revision, view.at)?;
    if versions.is_empty() {
        return Ok((Committed { snapshot: Arc::new(snapshot), revision: None, changes: Vec::new() }, None));
    }
    let change = |(position, version): (usize, &Version)| Change {
        revision,
        position,
        at: view.at,
        actor: actor.clone(),
        id: version.id.clone(),
        action: version.action,
    };
    let changes = versions.iter().enumerate().map(change).collect();
    snapshot.set_revision(revision);
    let committed = Committed { snapshot: Arc::new(snapshot), revision: (!dry_run).then_some(revision), changes };
    let commit = Commit { revision, at: view.at, actor, idempotency: None, versions, documents };
    Ok((committed, (!dry_run).then_some(commit)))
}

/// What an applied change set leaves: the next snapshot, the versions to write, the documents to keep.
type Applied = (Snapshot, Vec<Version>, Vec<Document>);

/// Makes the edits on a copy of the snapshot, and checks that what comes out is whole.
fn apply(before: &Snapshot, change_set: ChangeSet, revision: u64, at: Timestamp) -> Result<Applied, CommitError> {
    let ChangeSet { edits, documents, mut faults } = change_set;
    let mut after = before.clone();
    // By record, the edit that touched it last: what is checked and written is what all edits leave.
    let mut touched: BTreeMap<NodeId, usize> = BTreeMap::new();
    // What is refused is not there for others to name, and that is no fault of theirs.
    let mut refused: BTreeSet<NodeId> = BTreeSet::new();
    for (edit, change) in edits.iter().enumerate() {
        match change {
            Edit::Put(record) | Edit::Ensure(record) => {
                let problems = record.problems();
                if !problems.is_empty() {
                    faults.extend(problems.into_iter().map(|problem| Fault { edit, problem }));
                    refused.insert(record.id());
                    continue;
                }
                let wanted = match after.record(&record.id()) {
                    Some(standing) => matches!(change, Edit::Put(_)) && standing != **record,
                    None => true,
                };
                if wanted {
                    let regions = named_regions(record).map(|region| Record::Region(Region::new(region)));
                    let missing = regions.filter(|region| !after.contains(&region.id())).collect::<Vec<_>>();
                    for record in missing.into_iter().chain([(**record).clone()]) {
                        touched.insert(record.id(), edit);
                        after.put(record, revision, at);
                    }
                }
            }
            Edit::Delete(id) if after.contains(id) => {
                after.remove(id);
                touched.insert(id.clone(), edit);
            }
            Edit::Delete(id) => faults.push(Fault { edit, problem: Problem::not_found(None, format!("there is no {id}")) }),
            Edit::Refused => {}
        }
    }
    for (id, &edit) in &touched {
        let problems = match after.record(id) {
            Some(record) => dangling(&after, &record, &refused),
            None => still_named(&after, id),
        };
        faults.extend(problems.into_iter().map(|problem| Fault { edit, problem }));
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.edit);
        return Err(CommitError::Refused(faults));
    }
    let versions = touched.into_keys().filter_map(|id| version(before, &after, id)).collect();
    Ok((after, versions, documents))
}

/// A time as exactly as the store keeps it, so that a record reads the same before and after the next start.
fn microsecond(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// The version to write of a record that was touched; none where the edits together left it as it was.
fn version(before: &Snapshot, after: &Snapshot, id: NodeId) -> Option<Version> {
    let (old, record) = (before.record(&id), after.record(&id));
    let action = match (&old, &record) {
        (None, Some(_)) => Action::Created,
        (Some(old), Some(new)) if old != new => Action::Updated,
        (Some(_), None) => Action::Deleted,
        _ => return None,
    };
    Some(Version { id, action, record })
}

/// The regions that a record names: a closed list, so the first record that names one brings it in.
fn named_regions(record: &Record) -> impl Iterator<Item = RegionCode> {
    record.links().into_iter().filter(|link| link.kind == NodeKind::Region).filter_map(|link| link.key.parse().ok())
}

/// The links of a record that lead nowhere.
fn dangling(snapshot: &Snapshot, record: &Record, refused: &BTreeSet<NodeId>) -> Vec<Problem> {
    let missing = record.links().into_iter().filter(|link| !snapshot.contains(link) && !refused.contains(link));
    missing
        .map(|link| {
            let (field, mend) = match link.kind {
                NodeKind::MemberState => (Some(Field::MemberStates), "upsertMemberState"),
                NodeKind::Contact => (Some(Field::Contacts), "upsertContact"),
                _ => (Some(Field::Region), "upsertRegion"),
            };
            Problem::not_found(field, format!("there is no {link}: store it first, with {mend} or in the same seedRecords"))
        })
        .collect()
}

/// What still names a record that is to go.
fn still_named(snapshot: &Snapshot, id: &NodeId) -> Vec<Problem> {
    let mut naming = NodeKind::ALL.into_iter().flat_map(|kind| {
        let keys = snapshot.naming(id, kind);
        keys.into_iter().map(move |key| NodeId::new(kind, key).to_string())
    });
    let named: Vec<String> = naming.by_ref().take(NAMED).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let others = match naming.count() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let message = format!("{id} is still named by {}{others}: change or delete them first", named.join(", "));
    vec![Problem::new(ProblemKind::Conflict, None, message)]
}
