//! Why the input of a mutation was refused.

use std::sync::Arc;

use async_graphql::{Context, Enum, Interface, Object, Result};

use super::context::ContextExt;
use super::node::AnyNode;
use super::page::Page;
use crate::catalog::Snapshot;
use crate::domain::{NodeId, NodeKind, Problem, ProblemKind};

/// Why an input was refused.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "code", ty = "MutationErrorCode", desc = "What kind of refusal it is."),
    field(name = "message", ty = "&str", desc = "What is wrong and how to mend it, in one sentence."),
    field(name = "path", ty = "Option<Vec<String>>", desc = "Where in the input the fault is: `input`, `memberStates`.")
)]
#[expect(clippy::enum_variant_names, reason = "each is named after its type in the API")]
pub enum MutationError {
    InputError(InputError),
    StaleRevisionError(StaleRevisionError),
    StillNamedError(StillNamedError),
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MutationErrorCode {
    /// A value that cannot be stored.
    Invalid,
    /// A record that the input names is not there.
    NotFound,
    /// Other records, or an earlier request, stand against the change.
    Conflict,
    /// The record is not at the expected revision any more.
    StaleRevision,
    /// More than one request may hold.
    Limit,
}

#[derive(Clone)]
pub struct InputError {
    code: MutationErrorCode,
    message: String,
    path: Vec<String>,
}

/// A fault in the input of a mutation.
#[Object]
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
        Some(self.path.clone())
    }
}

#[derive(Clone)]
pub struct StaleRevisionError {
    fault: InputError,
    id: NodeId,
    snapshot: Arc<Snapshot>,
}

/// A record changed after the caller looked at it.
#[Object]
impl StaleRevisionError {
    /// What kind of refusal it is: `STALE_REVISION`.
    async fn code(&self) -> MutationErrorCode {
        self.fault.code
    }

    /// What is wrong and how to mend it, in one sentence.
    async fn message(&self) -> &str {
        &self.fault.message
    }

    /// Where in the input the fault is: `input`.
    async fn path(&self) -> Option<Vec<String>> {
        Some(self.fault.path.clone())
    }

    /// The revision at which the record is now; null where it is not there.
    async fn current_revision(&self) -> Option<u64> {
        self.snapshot.revision_of(&self.id)
    }

    /// The record as it stands now; null where it is not there.
    async fn current(&self) -> Option<AnyNode> {
        AnyNode::find(&self.snapshot, &self.id)
    }
}

#[derive(Clone)]
pub struct StillNamedError {
    fault: InputError,
    id: NodeId,
    snapshot: Arc<Snapshot>,
}

/// A record that is to be deleted is still named by others.
#[Object]
impl StillNamedError {
    /// What kind of refusal it is: `CONFLICT`.
    async fn code(&self) -> MutationErrorCode {
        self.fault.code
    }

    /// What is wrong and how to mend it, in one sentence.
    async fn message(&self) -> &str {
        &self.fault.message
    }

    /// Where in the input the fault is: `input`, `id`.
    async fn path(&self) -> Option<Vec<String>> {
        Some(self.fault.path.clone())
    }

    /// The records that name it: projects first, then states and news.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many records at most.", default = 100)] first: Option<i32>,
    ) -> Result<Vec<AnyNode>> {
        let first = Page::length(ctx, "first", first)?.unwrap_or(ctx.limits().page);
        let ids = self.snapshot.all_naming(&self.id);
        Ok(ids.take(first).filter_map(|id| AnyNode::find(&self.snapshot, &id)).collect())
    }

    /// How many records name it.
    async fn total_count(&self) -> usize {
        NodeKind::ALL.into_iter().map(|kind| self.snapshot.naming(&self.id, kind).len()).sum()
    }
}

impl MutationError {
    /// The error for a problem of an input at a path, found in a snapshot.
    pub(super) fn new(problem: &Problem, mut path: Vec<String>, snapshot: &Arc<Snapshot>) -> MutationError {
        path.extend(problem.field.map(|field| field.name().to_owned()));
        let code = match problem.kind {
            ProblemKind::Invalid => MutationErrorCode::Invalid,
            ProblemKind::NotFound => MutationErrorCode::NotFound,
            ProblemKind::Conflict => MutationErrorCode::Conflict,
            ProblemKind::Stale => MutationErrorCode::StaleRevision,
        };
        let (fault, snapshot) = (InputError { code, message: problem.message.clone(), path }, Arc::clone(snapshot));
        match (problem.kind, problem.record.clone()) {
            (ProblemKind::Stale, Some(id)) => MutationError::StaleRevisionError(StaleRevisionError { fault, id, snapshot }),
            (ProblemKind::Conflict, Some(id)) => MutationError::StillNamedError(StillNamedError { fault, id, snapshot }),
            _ => MutationError::InputError(fault),
        }
    }

    pub(super) fn invalid(message: impl Into<String>, path: &[&str]) -> MutationError {
        MutationError::plain(MutationErrorCode::Invalid, message, path)
    }

    pub(super) fn not_found(message: impl Into<String>, path: &[&str]) -> MutationError {
        MutationError::plain(MutationErrorCode::NotFound, message, path)
    }

    pub(super) fn conflict(message: impl Into<String>, path: &[&str]) -> MutationError {
        MutationError::plain(MutationErrorCode::Conflict, message, path)
    }

    pub(super) fn limit(message: impl Into<String>, path: &[&str]) -> MutationError {
        MutationError::plain(MutationErrorCode::Limit, message, path)
    }

    fn plain(code: MutationErrorCode, message: impl Into<String>, path: &[&str]) -> MutationError {
        let path = path.iter().map(|&part| part.to_owned()).collect();
        MutationError::InputError(InputError { code, message: message.into(), path })
    }
}
