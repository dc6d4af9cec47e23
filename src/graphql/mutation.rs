//! What the mutations share: the answer, and the way to the catalog's door.

use async_graphql::{Context, Result, SimpleObject};
use tracing::{Instrument, trace_span};

use super::change::Change;
use super::context::ContextExt;
use super::error::{self, Code, refusal};
use super::fingerprint::fingerprint;
use super::mutation_error::MutationError;
use super::options::WriteOptions;
use crate::catalog::{ChangeSet, CommitError, Committed, Fault, Idempotency, Keyed, Proposal, View};
use crate::config::TRACES;
use crate::domain::{NodeId, Problem, Record};

/// What happened to the store.
#[derive(Default, SimpleObject)]
pub struct Outcome {
    /// The revision that was written; null where nothing changed, on a dry run and on a refusal.
    revision: Option<u64>,
    /// Every record that changed, or on a dry run would change.
    changes: Vec<Change>,
    /// Why the input was refused; empty where it was not. A refused input changes nothing.
    errors: Vec<MutationError>,
}

/// How a change is to be made.
#[derive(Debug, Default)]
pub(super) struct Manner {
    pub(super) dry_run: bool,
    pub(super) idempotency_key: Option<String>,
    /// The records that the answer shows beside those that change.
    pub(super) shown: Vec<NodeId>,
}

impl Manner {
    pub(super) fn of(dry_run: Option<bool>, idempotency_key: Option<String>, shown: Vec<NodeId>) -> Manner {
        Manner { dry_run: dry_run.unwrap_or_default(), idempotency_key, shown }
    }

    /// By what a repeat of the request is known.
    fn keyed(self, ctx: &Context<'_>) -> Result<Option<Keyed>> {
        let Some(key) = self.idempotency_key else { return Ok(None) };
        Ok(Some(Keyed { idempotency: Idempotency { key, input: fingerprint(ctx)? }, shown: self.shown }))
    }

    /// What is wrong with the key.
    fn refusal(&self, ctx: &Context<'_>) -> Option<MutationError> {
        let (key, most) = (self.idempotency_key.as_ref()?, ctx.limits().idempotency_key_bytes);
        if key.trim().is_empty() {
            let message = "the idempotency key is empty: send a random one, or none";
            Some(MutationError::invalid(message, &KEY_PATH))
        } else if key.len() > most {
            let message = format!("the idempotency key has {} bytes, but holds at most {most}: send a UUID", key.len());
            Some(MutationError::limit(message, &KEY_PATH))
        } else {
            None
        }
    }
}

const KEY_PATH: [&str; 2] = ["input", "idempotencyKey"];

/// Commits a proposal in the name of the caller, who must be allowed to write. What the catalog refuses comes as errors at
/// the path that `path` gives for an edit's position.
pub(super) async fn commit(
    ctx: &Context<'_>,
    manner: Manner,
    path: impl Fn(usize) -> Vec<String>,
    propose: impl FnOnce(&View<'_>) -> ChangeSet + Send + 'static,
) -> Result<(Outcome, Option<Committed>)> {
    let actor = ctx.writer()?;
    if let Some(error) = manner.refusal(ctx) {
        return Ok((Outcome::refused(vec![error]), None));
    }
    // A write that has not begun by then never does.
    let proposal = Proposal::new(actor, propose).dry_run(manner.dry_run).keyed(manner.keyed(ctx)?).until(ctx.until());
    match ctx.catalog().commit(proposal).instrument(trace_span!(target: TRACES, "commit")).await {
        Ok(committed) => {
            let changes = committed.changes.iter().map(|change| Change::of(change, &committed.snapshot)).collect();
            Ok((Outcome { revision: committed.revision, changes, errors: Vec::new() }, Some(committed)))
        }
        Err(CommitError::Refused { faults, snapshot }) => {
            let error = |Fault { edit, problem }: &Fault| MutationError::new(problem, path(*edit), &snapshot);
            Ok((Outcome::refused(faults.iter().map(error).collect()), None))
        }
        Err(error @ (CommitError::KeyTaken { .. } | CommitError::Forgotten { .. })) => {
            Ok((Outcome::refused(vec![MutationError::conflict(error.to_string(), &KEY_PATH)]), None))
        }
        Err(error @ CommitError::Late) => Err(refusal(Code::Timeout, error.to_string())),
        Err(error @ CommitError::Full) => Err(refusal(Code::StorageFull, error.to_string())),
        Err(error @ (CommitError::Busy | CommitError::Broken | CommitError::Closed)) => {
            Err(refusal(Code::Unavailable, error.to_string()))
        }
        Err(error @ (CommitError::Bug | CommitError::Store(_))) => Err(error::internal(error)),
    }
}

/// Commits one record that the proposal makes from what stands.
pub(super) async fn commit_one<R: Into<Record>>(
    ctx: &Context<'_>,
    options: WriteOptions,
    id: NodeId,
    record: impl FnOnce(Option<Record>) -> Result<R, Vec<Problem>> + Send + 'static,
) -> Result<(Outcome, Option<Committed>)> {
    let manner = Manner::of(options.dry_run, options.idempotency_key.clone(), vec![id.clone()]);
    let propose = move |view: &View<'_>| {
        let mut change_set = ChangeSet::default();
        match options.check(view, &id).and_then(|()| record(view.snapshot.record(&id))) {
            Ok(record) => change_set.put(record),
            Err(problems) => change_set.refuse(problems),
        }
        change_set
    };
    commit(ctx, manner, |_| vec!["input".to_owned()], propose).await
}

impl Outcome {
    pub(super) fn refused(errors: Vec<MutationError>) -> Outcome {
        Outcome { errors, ..Outcome::default() }
    }
}
