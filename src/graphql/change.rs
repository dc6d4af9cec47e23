//! What a commit changed.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::context::ContextExt;
use super::error::{self, Code, refusal};
use super::node::{AnyNode, global_id};
use super::page::{Page, PageInfo};
use super::plan::{members, object};
use super::scalars::{Cursor, DateTime};
use crate::catalog::{self, ChangePlace, Changes, Snapshot};
use crate::domain::NodeKind;
use crate::store::Action;

pub struct Change {
    change: catalog::Change,
    snapshot: Arc<Snapshot>,
}

impl Change {
    pub(super) fn of(change: &catalog::Change, snapshot: &Arc<Snapshot>) -> Change {
        Change { change: change.clone(), snapshot: Arc::clone(snapshot) }
    }

    /// The snapshot from which it is answered.
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot)
    }
}

/// A record that was created, updated or deleted.
#[Object]
impl Change {
    /// The place of the change among all changes there ever were.
    async fn cursor(&self) -> Cursor {
        cursor(self.change.place())
    }

    /// The revision of the store that made the change; the one it would get, where nothing was stored.
    async fn revision(&self) -> u64 {
        self.change.revision
    }

    /// The kind of the record.
    async fn kind(&self) -> NodeKind {
        self.change.id.kind
    }

    /// When the change was made.
    async fn at(&self) -> DateTime {
        DateTime(self.change.at)
    }

    /// Who made the change: the name of a token, or of a command.
    async fn actor(&self) -> &str {
        &self.change.actor
    }

    /// What happened to the record.
    async fn action(&self) -> Action {
        self.change.action
    }

    /// The id of the record; it leads nowhere after a deletion.
    async fn node_id(&self) -> ID {
        global_id(&self.change.id)
    }

    /// The record as it stands; in the answer to a mutation, as the change left it. Null after a deletion.
    async fn node(&self) -> Option<AnyNode> {
        AnyNode::find(&self.snapshot, &self.change.id)
    }
}

object!("Change", Change, |change, at| {
    "cursor" => change.cursor(at),
    "revision" => change.revision(at),
    "kind" => change.kind(at),
    "at" => change.at(at),
    "actor" => change.actor(at),
    "action" => change.action(at),
    "nodeId" => change.node_id(at),
    "node" => change.node(at),
});

/// A page of the changes that were made, the oldest first.
#[derive(SimpleObject)]
pub struct ChangeConnection {
    /// The changes of this page with their cursors.
    edges: Vec<ChangeEdge>,
    /// Where this page lies in the list. `endCursor` is where the next question goes on, even if there is nothing new yet. With
    /// `kinds`, a page may hold fewer than were asked for, or none, while `hasNextPage` says that the list goes on.
    page_info: PageInfo,
}

/// A change and its place in the list.
#[derive(SimpleObject)]
pub struct ChangeEdge {
    /// The place of the change in the list.
    cursor: Cursor,
    /// The change.
    node: Change,
}

members!("ChangeConnection", ChangeConnection {
    "edges" => edges,
    "pageInfo" => page_info,
});

members!("ChangeEdge", ChangeEdge {
    "cursor" => cursor,
    "node" => node,
});

/// The name of the order of changes in cursors.
const AS_MADE: &[u8] = &[253];

fn cursor(place: ChangePlace) -> Cursor {
    let bytes = [place.revision.to_be_bytes(), (place.position as u64).to_be_bytes()].concat();
    Cursor::of(AS_MADE, &bytes)
}

fn place(cursor: &Cursor) -> Result<ChangePlace> {
    let broken =
        || refusal(Code::BadUserInput, "the cursor is not of a list of changes: take it from `pageInfo` or `edges` as it is");
    let bytes = cursor.place(AS_MADE)?;
    let (revision, position) = bytes.split_first_chunk::<8>().ok_or_else(broken)?;
    let position = u64::from_be_bytes(position.try_into().map_err(|_| broken())?);
    let position = usize::try_from(position).map_err(|_| broken())?;
    Ok(ChangePlace { revision: u64::from_be_bytes(*revision), position })
}

#[derive(Default)]
pub(super) struct ChangeQueries;

#[Object]
impl ChangeQueries {
    /// What was changed, the oldest first, deletions too. Who starts without a cursor and asks again with `endCursor` misses no
    /// change, and gets none twice. The subscription of the same name goes on from any cursor.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
        #[graphql(desc = "The kinds of records that are wanted; all, if left out.")] kinds: Option<Vec<NodeKind>>,
        #[graphql(desc = "How many changes at most.", default = 100)] first: Option<i32>,
    ) -> Result<ChangeConnection> {
        let first = Page::length(ctx, "first", first)?.unwrap_or(ctx.limits().page);
        let snapshot = ctx.snapshot();
        let start = start(after.as_ref(), snapshot)?;
        let found = ctx.catalog().changes(start, snapshot.revision(), &kinds.unwrap_or_default(), first);
        let Changes { changes, reached, more } = found.map_err(error::internal)?;
        let edge = |change: &catalog::Change| ChangeEdge { cursor: cursor(change.place()), node: Change::of(change, snapshot) };
        let page_info = PageInfo {
            has_next_page: more,
            has_previous_page: after.is_some(),
            start_cursor: changes.first().map(|change| cursor(change.place())),
            end_cursor: reached.map(cursor),
        };
        Ok(ChangeConnection { edges: changes.iter().map(edge).collect(), page_info })
    }
}

object!("Query", ChangeQueries, |queries, at| {
    "changes" => queries.changes(at, at.argument("after")?, at.argument("kinds")?, at.argument("first")?),
});

/// The place to go on after, if this store has come so far.
pub(super) fn start(after: Option<&Cursor>, snapshot: &Snapshot) -> Result<Option<ChangePlace>> {
    let start = after.map(place).transpose()?;
    if start.is_some_and(|start| start.revision > snapshot.revision()) {
        let message = "the cursor is of a change that this store does not have, maybe of another one: start anew without it";
        return Err(refusal(Code::BadUserInput, message));
    }
    Ok(start)
}
