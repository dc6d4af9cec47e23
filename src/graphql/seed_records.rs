//! Many records of mixed kinds in one commit.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::context::ContextExt;
use super::mutation::{Manner, Outcome, commit};
use super::mutation_error::MutationError;
use super::node::AnyNode;
use super::options::SeedOptions;
use super::records::RecordInput;
use crate::catalog::View;
use crate::domain::NodeId;

/// Records to be created or changed together.
#[derive(Debug, Clone, InputObject)]
pub struct SeedRecordsInput {
    /// The records, in any order: one may name another of the same call.
    records: Vec<RecordInput>,
    #[graphql(flatten)]
    options: SeedOptions,
}

/// The answer to `seedRecords`.
#[derive(SimpleObject)]
pub struct SeedRecordsPayload {
    /// The records as they stand now, or on a dry run as they would, in the order of the input; empty on a refusal.
    nodes: Vec<AnyNode>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct SeedRecordsMutations;

#[Object]
impl SeedRecordsMutations {
    /// Creates or changes many records of mixed kinds, all of them or none.
    async fn seed_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records.")] input: SeedRecordsInput,
    ) -> Result<SeedRecordsPayload> {
        ctx.writer()?;
        let SeedRecordsInput { records, options } = input;
        let most = ctx.limits().records;
        if records.len() > most {
            let message =
                format!("{} records are too many for one call, which holds at most {most}: send several", records.len());
            let outcome = Outcome::refused(vec![MutationError::limit(message, &["input", "records"])]);
            return Ok(SeedRecordsPayload { nodes: Vec::new(), outcome });
        }
        let ids: Vec<NodeId> = records.iter().map(RecordInput::id).collect();
        let path = |edit: usize| vec!["input".to_owned(), "records".to_owned(), edit.to_string()];
        let manner = Manner::of(options.dry_run, options.idempotency_key.clone(), ids.clone());
        let propose = move |view: &View<'_>| options.guard(RecordInput::change_set(records, view));
        let (outcome, committed) = commit(ctx, manner, path, propose).await?;
        let nodes = committed.map(|committed| ids.iter().filter_map(|id| AnyNode::find(&committed.snapshot, id)).collect());
        Ok(SeedRecordsPayload { nodes: nodes.unwrap_or_default(), outcome })
    }
}
