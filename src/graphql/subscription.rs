//! What is delivered as it happens: the changes, from the same cursors as the query gives.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::futures_util::stream::{self, BoxStream, StreamExt};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{Context, ContextSelectionSet, Data, OutputType, Positioned, Result, ServerResult, Value};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::change::{Change, start};
use super::context::{Asking, ContextExt, Preferred};
use super::error;
use super::scalars::Cursor;
use crate::catalog::Follower;
use crate::config::Limits;
use crate::domain::NodeKind;

/// How long an event waits before it looks again for a turn.
const PAUSE: Duration = Duration::from_millis(5);

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
        let turns = ctx.data_unchecked::<Turns>().clone();
        Ok(stream::unfold(Some(follower), move |follower| deliver(follower, turns.clone())).boxed())
    }
}

/// Whether each event of a subscription is answered at once, so that nothing waits for it long.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtOnce(pub(super) bool);

/// The room for events that are answered at once: an event can ask for as much as a query.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    pub(super) fn new(limits: &Limits) -> Turns {
        Turns(Arc::new(Semaphore::new(limits.running_events)))
    }

    /// A turn, as long as it is held. Nobody stands in line for one: who does not read is not asked whether a turn is still
    /// wanted, and would be given one to keep.
    async fn take(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(turn) = Arc::clone(&self.0).try_acquire_owned() {
                return turn;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The next change, with the records as they stand when it is delivered. After an error there is nothing more.
async fn deliver(follower: Option<Follower>, turns: Turns) -> Option<(Result<Delivered>, Option<Follower>)> {
    let mut follower = follower?;
    match follower.next().await {
        Ok(change) => {
            let (change, turn) = (change?, turns.take().await);
            let delivered = Delivered { change: Change::of(&change, &follower.snapshot()), _turn: turn };
            Some((Ok(delivered), Some(follower)))
        }
        Err(error) => Some((Err(error::internal(error)), None)),
    }
}

/// A change, answered from its own snapshot: a subscription lives longer than the one that was the newest when it began.
pub(super) struct Delivered {
    change: Change,
    _turn: OwnedSemaphorePermit,
}

impl OutputType for Delivered {
    fn type_name() -> Cow<'static, str> {
        <Change as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Change as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut data = Data::default();
        data.insert(Asking {
            preferred: *ctx.data_unchecked::<Preferred>(),
            snapshot: self.change.snapshot(),
            until: Instant::now() + ctx.data_unchecked::<Limits>().query_time,
        });
        let mut ctx = ctx.clone();
        ctx.execute_data = Some(&data);
        let answer = OutputType::resolve(&self.change, &ctx, field);
        if ctx.data_unchecked::<AtOnce>().0 {
            return answer.await;
        }
        // As a query, an event never waits, and a long one would keep its thread from all others.
        tokio::task::block_in_place(|| Handle::current().block_on(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_event_waits_until_another_is_answered() {
        let turns = Turns::new(&Limits { running_events: 1, ..Limits::default() });
        let first = turns.take().await;
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { drop(turns.take().await) }
        });
        tokio::time::sleep(PAUSE * 10).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap();
    }
}
