//! Taking records away.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::mutation::{Manner, Outcome, commit};
use super::node::local_id;
use super::options::WriteOptions;
use crate::catalog::{ChangeSet, Snapshot};
use crate::domain::{NodeId, Problem};

/// A record to be taken away.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteNodeInput {
    /// The id of the record.
    id: ID,
    /// Takes the record out of all that name it, in the same revision; left out or false, a record that others name is not
    /// deleted.
    #[graphql(default_with = "Some(false)")]
    cascade: Option<bool>,
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
    /// Takes a record away. While other records name it, that is refused with a list of them, unless `cascade` takes it out of
    /// them. What stood there stays in the history.
    async fn delete_node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which record.")] input: DeleteNodeInput,
    ) -> Result<DeleteNodePayload> {
        let DeleteNodeInput { id, cascade, options } = input;
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
                        Ok(()) => {
                            if cascade.unwrap_or_default() {
                                unlink(&mut change_set, &id, view.snapshot);
                            }
                            change_set.delete(id);
                        }
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

/// Takes a record out of all that name it.
fn unlink(change_set: &mut ChangeSet, id: &NodeId, snapshot: &Snapshot) {
    for naming in snapshot.all_naming(id) {
        if let Some(mut record) = snapshot.record(&naming) {
            record.unlink(id);
            change_set.put(record);
        }
    }
}
