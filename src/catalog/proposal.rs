//! What a caller wants changed, and what became of it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::Snapshot;
use super::change_set::{Change, ChangeSet};
use crate::domain::{Difference, NodeId, Problem, ProblemKind, Record, differences};
use crate::store::{Commit, Idempotency, Store, StoreError};

/// What a caller wants changed.
pub struct Proposal {
    /// Who wants it; stands in the log.
    pub actor: String,
    /// Checks everything and answers what would change, and stores nothing.
    pub dry_run: bool,
    /// By what a repeat of the request is known; the repeat gets the first answer, and nothing is done again.
    pub keyed: Option<Keyed>,
    /// When it is too late to begin; what was begun is finished.
    pub until: Option<Instant>,
    /// Says what should change, looking at the newest state. It runs on the writer's thread, so it is short.
    pub propose: Box<dyn FnOnce(&View<'_>) -> ChangeSet + Send>,
}

/// By what a repeat of a request is known, and what its answer shows.
#[derive(Debug)]
pub struct Keyed {
    pub idempotency: Idempotency,
    /// The records that the answer shows beside those that changed.
    pub shown: Vec<NodeId>,
}

impl fmt::Debug for Proposal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Proposal { actor, dry_run, keyed, until, .. } = self;
        out.debug_struct("Proposal")
            .field("actor", actor)
            .field("dry_run", dry_run)
            .field("keyed", keyed)
            .field("until", until)
            .finish_non_exhaustive()
    }
}

impl Proposal {
    pub fn new(actor: impl Into<String>, propose: impl FnOnce(&View<'_>) -> ChangeSet + Send + 'static) -> Self {
        Proposal { actor: actor.into(), dry_run: false, keyed: None, until: None, propose: Box::new(propose) }
    }

    pub fn dry_run(self, dry_run: bool) -> Self {
        Proposal { dry_run, ..self }
    }

    pub fn keyed(self, keyed: Option<Keyed>) -> Self {
        Proposal { keyed, ..self }
    }

    pub fn until(self, until: Option<Instant>) -> Self {
        Proposal { until, ..self }
    }
}

/// The state that a proposal looks at.
#[derive(Debug)]
pub struct View<'a> {
    pub snapshot: &'a Arc<Snapshot>,
    /// When the commit is made.
    pub at: Timestamp,
    pub(super) store: &'a Store,
    /// Commits of the same group, which are not on disk yet.
    pub(super) waiting: &'a [Commit],
    /// The texts that they brought.
    pub(super) texts: &'a HashMap<String, String>,
}

impl View<'_> {
    /// The text of a document that some record was read from.
    pub fn document(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        match self.texts.get(sha256) {
            Some(text) => Ok(Some(text.clone())),
            None => self.store.document(sha256),
        }
    }

    /// The revision that last changed a record, its deletion among them; none where it never was.
    pub fn last_changed(&self, id: &NodeId) -> Result<Option<u64>, StoreError> {
        if let Some(revision) = self.snapshot.revision_of(id) {
            return Ok(Some(revision));
        }
        let deleted = |commit: &&Commit| commit.versions.iter().any(|version| version.id == *id);
        match self.waiting.iter().rev().find(deleted) {
            Some(commit) => Ok(Some(commit.revision)),
            None => Ok(self.store.version_at(id, self.snapshot.revision())?.map(|kept| kept.revision)),
        }
    }

    /// What is wrong with an input whose sender last saw a record at a revision that it is not at any more.
    pub fn stale(&self, id: NodeId, seen: impl fmt::Display) -> Problem {
        let now = match self.snapshot.revision_of(&id) {
            Some(revision) => format!("is at revision {revision}"),
            None => "is not there".to_owned(),
        };
        let message = format!("{id} {now}, not at {seen}: read it again and decide anew");
        Problem::new(ProblemKind::Stale, None, message).of(id)
    }

    /// The revision that an actor's request with an idempotency key made, and the hash of its input.
    pub(super) fn earlier(&self, actor: &str, key: &str) -> Result<Option<(u64, String)>, StoreError> {
        let mut waiting = self.waiting.iter().filter(|commit| commit.actor == actor);
        let waits = waiting.find_map(|commit| {
            let known = commit.idempotency.as_ref().filter(|known| known.key == key)?;
            Some((commit.revision, known.input.clone()))
        });
        if waits.is_some() {
            return Ok(waits);
        }
        let entry = self.store.keyed(actor, key)?;
        Ok(entry.and_then(|entry| Some((entry.revision, entry.idempotency?.input))))
    }
}

/// What a commit did.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The records as they stand after the commit; after a dry run, as they would.
    pub snapshot: Arc<Snapshot>,
    /// The revision that was written; none where nothing changed or it was a dry run.
    pub revision: Option<u64>,
    /// When that was; on a dry run, now.
    pub at: Timestamp,
    pub changes: Vec<Change>,
    pub(super) before: Before,
}

impl Committed {
    /// In which fields a record differs from what stood before; in none, where that is not kept any more.
    pub fn differences(&self, id: &NodeId) -> Vec<Difference> {
        let before = match &self.before {
            Before::Snapshot(snapshot) => snapshot.record(id),
            Before::Records(records) => match records.get(id) {
                Some(before) => before.clone(),
                None => return Vec::new(),
            },
        };
        differences(before.as_ref(), self.snapshot.record(id).as_ref())
    }
}

/// The records as they were before a commit.
#[derive(Debug, Clone)]
pub(super) enum Before {
    Snapshot(Arc<Snapshot>),
    /// Those that the commit changed, as far as their older versions are kept; none where there was no such record.
    Records(BTreeMap<NodeId, Option<Record>>),
}
