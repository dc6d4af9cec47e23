//! Taking records away.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::mutation::{Manner, Outcome, commit};
use super::node::local_id;
use super::options::WriteOptions;
use crate::catalog::ChangeSet;
use crate::domain::Problem;

/// A record to be taken away.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteNodeInput {
    /// The id of the record.
    id: ID,
    #[graphql(flatten)]
    options: WriteOptions,
}

/// The answer to `deleteNode`.
#[derive(SimpleObject)]
pub struct DeleteNodePayload {
    /// The id of the record that is gone, or on a dry run would be; null on a refusal.
    deleted_id: Option<ID>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct DeleteMutations;

#[Object]
impl DeleteMutations {
    /// Takes a record away. Refused while other records name it.
    async fn delete_node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record.")] input: DeleteNodeInput,
    ) -> Result<DeleteNodePayload> {
        let DeleteNodeInput { id, options } = input;
        let (manner, asked) = (Manner::of(options.dry_run, options.idempotency_key.clone(), Vec::new()), id.clone());
        let (outcome, committed) = commit(
            ctx,
            manner,
            |_| vec!["input".to_owned(), "id".to_owned()],
            move |view| {
                let mut change_set = ChangeSet::default();
                match local_id(&asked) {
                    None => {
                        let message = format!("“{}” is not an id: take it from a node's `id`", asked.as_str());
                        change_set.refuse([Problem::invalid(None, message)]);
                    }
                    Some(id) => match options.check(view, &id) {
                        Ok(()) => change_set.delete(id),
                        Err(problems) => change_set.refuse(problems),
                    },
                }
                change_set
            },
        )
        .await?;
        Ok(DeleteNodePayload { deleted_id: committed.map(|_| id), outcome })
    }
}
