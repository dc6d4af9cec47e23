//! The one thread that writes.
//!
//! It takes what waits, lets each proposal look at the state that the one before it left, and checks what it wants. The last
//! snapshot is settled, all are written with one flush, the snapshot is published, and then every caller gets its answer: a
//! refusal too, since it may tell of what another commit of the group did.

use std::collections::HashMap;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use metrics::histogram;
use tokio::sync::{oneshot, watch};

use super::apply::apply;
use super::change_set::Change;
use super::proposal::{Before, Keyed};
use super::storage::Storage;
use super::{Clock, CommitError, Committed, Proposal, Snapshot, View};
use crate::store::{Commit, Store, StoreError, Version};

/// How much longer than it took to try the store is left in peace before it is tried again to open it.
const REST: u32 = 10;
/// How many proposals share one flush at most.
const GROUP: usize = 256;

pub(super) struct Job {
    pub(super) proposal: Proposal,
    pub(super) reply: oneshot::Sender<Reply>,
}

/// What became of a proposal.
pub(super) type Reply = Result<Answer, CommitError>;

pub(super) enum Answer {
    Done(Committed),
    /// The request was done before, and made this revision.
    Repeat(u64),
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
    storage: Arc<Storage>,
    published: Published,
    clock: Clock,
    last: Timestamp,
    broken: Arc<AtomicBool>,
) -> io::Result<JoinHandle<()>> {
    let writer = Writer { storage, published, clock, last, broken, failed: None };
    thread::Builder::new().name("writer".to_owned()).spawn(move || writer.run(&jobs))
}

struct Writer {
    storage: Arc<Storage>,
    published: Published,
    clock: Clock,
    /// The time of the last commit: the log's time never runs backward, whatever the clock does.
    last: Timestamp,
    /// Whether the store failed a write, and takes no more until it is opened again.
    broken: Arc<AtomicBool>,
    failed: Option<Failed>,
}

/// A store that failed a write.
struct Failed {
    /// Whether it was for want of room.
    full: bool,
    /// Before that it is not opened again: that reads all of it.
    not_before: Instant,
}

impl Writer {
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let group = std::iter::once(first).chain(jobs.try_iter().take(GROUP - 1));
            self.write(group);
        }
    }

    fn write(&mut self, group: impl Iterator<Item = Job>) {
        let store = match self.store() {
            Ok(store) => store,
            Err(error) => {
                let refusal = refusal(matches!(error, CommitError::Full));
                group.for_each(|job| drop(job.reply.send(Err(refusal()))));
                return;
            }
        };
        let mut working = self.published.snapshot.load_full();
        let mut texts = HashMap::new();
        let mut commits = Vec::new();
        let mut replies = Vec::new();
        for Job { proposal, reply } in group {
            let at = microsecond((self.clock)()).max(self.last);
            let attempt = panic::catch_unwind(AssertUnwindSafe(|| {
                let view = View { snapshot: &working, at, store: &store, waiting: &commits, texts: &texts };
                attempt(proposal, &view)
            }));
            let answer = match attempt.unwrap_or(Err(CommitError::Bug)) {
                Ok(Attempt::Commit(next, committed, commit)) => {
                    texts.extend(commit.documents.iter().map(|document| (document.sha256.clone(), document.text.clone())));
                    commits.push(*commit);
                    working = next;
                    self.last = at;
                    Ok(Answer::Done(committed))
                }
                Ok(Attempt::Nothing(answer)) => Ok(answer),
                Err(error) => Err(error),
            };
            replies.push((reply, answer));
        }
        let written = self.keep(&store, working, &commits);
        for (reply, answer) in replies {
            // A caller that no longer waits has its answer dropped; its commit stands all the same.
            let _ = reply.send(written.map_err(|refusal| refusal()).and(answer));
        }
    }

    /// Writes commits, and publishes the snapshot that they left; says how each of the group is refused, where that failed.
    fn keep(&mut self, store: &Store, left: Arc<Snapshot>, commits: &[Commit]) -> Result<(), Refusal> {
        // Before anything is on disk, for what is on disk must be published.
        let settle = AssertUnwindSafe(|| {
            // By the one that the last caller has too, so that what it asks of its own revision is there.
            left.settled();
            let mut next = Arc::unwrap_or_clone(left);
            next.settle();
            next
        });
        let Ok(mut next) = panic::catch_unwind(settle) else { return Err(|| CommitError::Bug) };
        // sled panics on some faults of the disk where it should say so.
        let begun = Instant::now();
        let write = AssertUnwindSafe(|| if commits.is_empty() { Ok(()) } else { store.write(commits) });
        let written =
            panic::catch_unwind(write).unwrap_or_else(|_| Err(StoreError::Io(io::Error::other("sled ended in a panic"))));
        if !commits.is_empty() {
            histogram!("fundgraph_commit_seconds").record(begun.elapsed());
        }
        match &written {
            Ok(()) => {
                next.release();
                self.published.publish(Arc::new(next));
            }
            Err(error) if store.is_settled() => tracing::warn!(%error, "a write was refused"),
            Err(error) => {
                tracing::error!(%error, "the store could not be written; it takes no more writes until it is opened again");
                self.broken.store(true, Ordering::Relaxed);
                self.failed = Some(Failed { full: error.is_full(), not_before: Instant::now() });
            }
        }
        written.map_err(|error| refusal(error.is_full()))
    }

    /// The store, opened again if it failed a write.
    fn store(&mut self) -> Result<Arc<Store>, CommitError> {
        let Some(Failed { full, not_before }) = &mut self.failed else { return Ok(self.storage.get()?) };
        let begun = Instant::now();
        if begun < *not_before {
            return Err(refusal(*full)());
        }
        let revision = self.published.snapshot.load().revision();
        let storage = AssertUnwindSafe(&self.storage);
        let opened = panic::catch_unwind(|| storage.reopen(revision))
            .unwrap_or_else(|_| Err(StoreError::Io(io::Error::other("sled ended in a panic"))));
        match opened {
            Ok(()) => {
                tracing::info!("the store was opened again, and takes writes");
                self.failed = None;
                self.broken.store(false, Ordering::Relaxed);
                Ok(self.storage.get()?)
            }
            Err(error) => {
                tracing::warn!(%error, "the store could not be opened again yet");
                *full = error.is_full();
                *not_before = Instant::now() + begun.elapsed() * REST;
                Err(refusal(*full)())
            }
        }
    }
}

/// How each of a group is refused.
type Refusal = fn() -> CommitError;

fn refusal(is_full: bool) -> Refusal {
    if is_full { || CommitError::Full } else { || CommitError::Broken }
}

/// What a proposal comes to.
enum Attempt {
    /// The next snapshot, the answer, and what is to be written.
    Commit(Arc<Snapshot>, Committed, Box<Commit>),
    Nothing(Answer),
}

fn attempt(proposal: Proposal, view: &View<'_>) -> Result<Attempt, CommitError> {
    let Proposal { actor, dry_run, keyed, until, propose } = proposal;
    if until.is_some_and(|until| Instant::now() >= until) {
        return Err(CommitError::Late);
    }
    if let Some(Keyed { idempotency, .. }) = &keyed
        && let Some((revision, input)) = view.earlier(&actor, &idempotency.key)?
    {
        return match input == idempotency.input {
            true => Ok(Attempt::Nothing(Answer::Repeat(revision))),
            false => Err(CommitError::KeyTaken { key: idempotency.key.clone(), revision }),
        };
    }
    let mut change_set = propose(view);
    let stream = change_set.stream.take();
    let revision = view.snapshot.revision() + 1;
    let refused = |faults| CommitError::Refused { faults, snapshot: Arc::clone(view.snapshot) };
    let stale = change_set.stale(view)?;
    let (mut next, versions, documents) = apply(view.snapshot, change_set, stale, revision, view.at).map_err(refused)?;
    let change = |(position, version): (usize, &Version)| Change {
        revision,
        position,
        at: view.at,
        actor: actor.clone(),
        id: version.id.clone(),
        action: version.action,
    };
    let changes: Vec<Change> = versions.iter().enumerate().map(change).collect();
    // A request with a key is kept although it changed nothing, so that its repeat does nothing either.
    let commits = !dry_run && (!versions.is_empty() || keyed.is_some());
    if commits || !versions.is_empty() {
        next.set_revision(revision);
    }
    let (next, before) = (Arc::new(next), Before::Snapshot(Arc::clone(view.snapshot)));
    let revision_written = (commits && !versions.is_empty()).then_some(revision);
    let committed = Committed { snapshot: Arc::clone(&next), revision: revision_written, at: view.at, changes, before };
    if !commits {
        return Ok(Attempt::Nothing(Answer::Done(committed)));
    }
    let idempotency = keyed.map(|keyed| keyed.idempotency);
    let commit = Commit { revision, at: view.at, actor, idempotency, versions, documents, stream };
    Ok(Attempt::Commit(next, committed, Box::new(commit)))
}

/// A time as exactly as the store keeps it, so that a record reads the same before and after the next start.
fn microsecond(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}
