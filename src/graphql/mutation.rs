//! What the mutations share: the answer, the typed errors, and the way to the catalog's door.

use async_graphql::{Context, Enum, InputObject, Interface, Result, SimpleObject};

use super::change::Change;
use super::context::ContextExt;
use super::error::{self, Code, refusal};
use crate::catalog::{ChangeSet, CommitError, Committed, Fault, Proposal, View};
use crate::domain::{NodeId, Problem, ProblemKind, Record};

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

/// Why an input was refused.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "code", ty = "MutationErrorCode", desc = "What kind of refusal it is."),
    field(name = "message", ty = "&str", desc = "What is wrong and how to mend it, in one sentence."),
    field(name = "path", ty = "Option<Vec<String>>", desc = "Where in the input the fault is: `input`, `memberStates`.")
)]
pub enum MutationError {
    InputError(InputError),
}

#[derive(Clone)]
pub struct InputError {
    code: MutationErrorCode,
    message: String,
    path: Option<Vec<String>>,
}

/// A fault in the input of a mutation.
#[async_graphql::Object]
impl InputError {
    /// What kind of refusal it is.
    async fn code(&self) -> MutationErrorCode {
        self.code
    }

    /// What is wrong and how to mend it, in one sentence.
    async fn message(&self) -> &str {
        &self.message
    }

    /// Where in the input the fault is: `input`, `memberStates`.
    async fn path(&self) -> Option<Vec<String>> {
        self.path.clone()
    }
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MutationErrorCode {
    /// A value that cannot be stored.
    Invalid,
    /// A record that the input names is not there.
    NotFound,
    /// Other records stand against the change.
    Conflict,
    /// The record is not at the expected revision any more.
    StaleRevision,
    /// More than one request may hold.
    Limit,
}

impl MutationError {
    /// The error for a problem of an input at a path.
    pub(super) fn new(problem: &Problem, mut path: Vec<String>) -> MutationError {
        path.extend(problem.field.map(|field| field.name().to_owned()));
        let code = match problem.kind {
            ProblemKind::Invalid => MutationErrorCode::Invalid,
            ProblemKind::NotFound => MutationErrorCode::NotFound,
            ProblemKind::Conflict => MutationErrorCode::Conflict,
            ProblemKind::Stale => MutationErrorCode::StaleRevision,
        };
        MutationError::InputError(InputError { code, message: problem.message.clone(), path: Some(path) })
    }

    pub(super) fn limit(message: String, path: &[&str]) -> MutationError {
        let path = Some(path.iter().map(|&part| part.to_owned()).collect());
        MutationError::InputError(InputError { code: MutationErrorCode::Limit, message, path })
    }
}

/// What every change of one record may ask for.
#[derive(Debug, Clone, Default, InputObject)]
pub struct WriteOptions {
    /// Checks everything and answers what would change, and stores nothing.
    #[graphql(default_with = "Some(false)")]
    pub(super) dry_run: Option<bool>,
    /// The `revision` at which the caller last saw the record, 0 for none: if it changed since, the input is refused.
    pub(super) expected_revision: Option<i64>,
}

impl WriteOptions {
    /// Whether a record is still where the caller last saw it.
    pub(super) fn check(&self, view: &View<'_>, id: &NodeId) -> Result<(), Vec<Problem>> {
        let current = view.snapshot.revision_of(id);
        match self.expected_revision {
            Some(expected) if u64::try_from(expected) != Ok(current.unwrap_or(0)) => {
                let now = current.map_or("is not there".to_owned(), |revision| format!("is at revision {revision}"));
                let message = format!("{id} {now}, not at {expected}: read it again and decide anew");
                Err(vec![Problem::new(ProblemKind::Stale, None, message)])
            }
            _ => Ok(()),
        }
    }
}

/// Commits a proposal in the name of the caller, who must be allowed to write. What the catalog refuses comes as errors at
/// the path that `path` gives for an edit's position.
pub(super) async fn commit(
    ctx: &Context<'_>,
    dry_run: bool,
    path: impl Fn(usize) -> Vec<String>,
    propose: impl FnOnce(&View<'_>) -> ChangeSet + Send + 'static,
) -> Result<(Outcome, Option<Committed>)> {
    let proposal = Proposal::new(ctx.writer()?, propose).dry_run(dry_run);
    match ctx.catalog().commit(proposal).await {
        Ok(committed) => {
            let changes = committed.changes.iter().map(|change| Change::of(change, &committed.snapshot)).collect();
            Ok((Outcome { revision: committed.revision, changes, errors: Vec::new() }, Some(committed)))
        }
        Err(CommitError::Refused(faults)) => {
            let error = |Fault { edit, problem }: &Fault| MutationError::new(problem, path(*edit));
            Ok((Outcome::refused(faults.iter().map(error).collect()), None))
        }
        Err(error @ (CommitError::Busy | CommitError::Broken | CommitError::Closed)) => {
            Err(refusal(Code::Unavailable, error.to_string()))
        }
        Err(error @ CommitError::Bug) => Err(error::internal(error)),
    }
}

/// Commits one record that the proposal makes from what stands.
pub(super) async fn commit_one(
    ctx: &Context<'_>,
    options: WriteOptions,
    id: NodeId,
    record: impl FnOnce(Option<Record>) -> Result<Record, Vec<Problem>> + Send + 'static,
) -> Result<(Outcome, Option<Committed>)> {
    let dry_run = options.dry_run.unwrap_or_default();
    let propose = move |view: &View<'_>| {
        let mut change_set = ChangeSet::default();
        match options.check(view, &id).and_then(|()| record(view.snapshot.record(&id))) {
            Ok(record) => change_set.put(record),
            Err(problems) => change_set.refuse(problems),
        }
        change_set
    };
    commit(ctx, dry_run, |_| vec!["input".to_owned()], propose).await
}

impl Outcome {
    pub(super) fn refused(errors: Vec<MutationError>) -> Outcome {
        Outcome { errors, ..Outcome::default() }
    }
}
