//! What is delivered as it happens: the changes, from the same cursors as the query gives.

use std::borrow::Cow;

use async_graphql::futures_util::stream::{self, BoxStream, StreamExt};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{Context, ContextSelectionSet, Data, OutputType, Positioned, Result, ServerResult, Value};

use super::change::{Change, start};
use super::context::ContextExt;
use super::error;
use super::scalars::Cursor;
use crate::catalog::Follower;
use crate::domain::NodeKind;

/// What is delivered as it happens.
pub(super) struct Subscription;

/// What is delivered as it happens, over a WebSocket or as an event stream.
#[async_graphql::Subscription]
impl Subscription {
    /// Every change, the oldest first, deletions too: those after the cursor that were made already, and then each as it is
    /// made. Who lost the connection goes on after the cursor of the last change that came, and misses none and gets none twice.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Starts after this cursor, from the query `changes` or from this subscription; left out, with the first change there ever was."
        )]
        after: Option<Cursor>,
        #[graphql(desc = "The kinds of records that are wanted; all, if left out.")] kinds: Option<Vec<NodeKind>>,
    ) -> Result<BoxStream<'static, Result<Delivered>>> {
        let catalog = ctx.catalog();
        let start = start(after.as_ref(), &catalog.snapshot())?;
        let follower = catalog.follow(start, kinds.unwrap_or_default());
        Ok(stream::unfold(Some(follower), deliver).boxed())
    }
}

/// The next change, with the records as they stand when it is delivered. After an error there is nothing more.
async fn deliver(follower: Option<Follower>) -> Option<(Result<Delivered>, Option<Follower>)> {
    let mut follower = follower?;
    match follower.next().await {
        Ok(change) => {
            let delivered = Delivered(Change::of(&change?, &follower.snapshot()));
            Some((Ok(delivered), Some(follower)))
        }
        Err(error) => Some((Err(error::internal(error)), None)),
    }
}

/// A change, answered from its own snapshot: a subscription lives longer than the one that was the newest when it began.
pub(super) struct Delivered(Change);

impl OutputType for Delivered {
    fn type_name() -> Cow<'static, str> {
        <Change as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Change as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut data = Data::default();
        data.insert(self.0.snapshot());
        let mut ctx = ctx.clone();
        ctx.execute_data = Some(&data);
        OutputType::resolve(&self.0, &ctx, field).await
    }
}
