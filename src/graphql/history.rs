//! Earlier versions of records.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};

use super::context::ContextExt;
use super::error::{self, Code, refusal};
use super::field_change::FieldChange;
use super::node::AnyNode;
use super::page::{Page, PageInfo};
use super::plan::{members, object};
use super::scalars::{Cursor, DateTime};
use crate::catalog::{self, Snapshot};
use crate::domain::NodeId;
use crate::store::{Action, StoreError};

/// The name of the order of versions in cursors.
const NEWEST_FIRST: &[u8] = &[252];

/// The versions of a record, page by page, the newest first.
pub struct RevisionConnection {
    edges: Vec<RevisionEdge>,
    page_info: PageInfo,
    id: NodeId,
    up_to: u64,
}

/// A version and its place in the list.
#[derive(Clone, SimpleObject)]
pub struct RevisionEdge {
    /// The place of the version in the list.
    cursor: Cursor,
    /// The version.
    node: Revision,
}

members!("RevisionEdge", RevisionEdge {
    "cursor" => cursor,
    "node" => node,
});

/// The versions of a record, page by page, the newest first.
#[Object]
impl RevisionConnection {
    /// The versions of this page with their cursors.
    async fn edges(&self) -> &[RevisionEdge] {
        &self.edges
    }

    /// The versions of this page.
    async fn nodes(&self) -> Vec<Revision> {
        self.edges.iter().map(|edge| edge.node.clone()).collect()
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many versions there are, whatever the page; of those that are kept.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<usize> {
        ctx.catalog().count_versions(&self.id, self.up_to).map_err(error::internal)
    }
}

object!("RevisionConnection", RevisionConnection, |list, at| {
    "edges" => list.edges(at),
    "nodes" => list.nodes(at),
    "pageInfo" => list.page_info(at),
    "totalCount" => list.total_count(at),
});

impl RevisionConnection {
    /// A page of the versions of a record, the newest first.
    pub(super) fn of(ctx: &Context<'_>, id: NodeId, first: Option<i32>, after: Option<Cursor>) -> Result<Self> {
        let first = Page::length(ctx, "first", first)?.unwrap_or(ctx.limits().page);
        let up_to = ctx.snapshot().revision();
        let start = match &after {
            Some(cursor) => place(cursor)?.saturating_sub(1).min(up_to),
            None => up_to,
        };
        let mut versions = ctx.catalog().history(&id, start, first + 1).map_err(error::internal)?;
        let has_next_page = versions.len() > first;
        versions.truncate(first);
        let edge = |version: catalog::Revision| RevisionEdge {
            cursor: Cursor::of(NEWEST_FIRST, &version.revision.to_be_bytes()),
            node: Revision { version, id: id.clone() },
        };
        let edges: Vec<RevisionEdge> = versions.into_iter().map(edge).collect();
        let page_info = PageInfo {
            has_next_page,
            has_previous_page: after.is_some(),
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(RevisionConnection { edges, page_info, id, up_to })
    }
}

/// The revision behind a cursor.
fn place(cursor: &Cursor) -> Result<u64> {
    let bytes = cursor.place(NEWEST_FIRST)?;
    bytes.try_into().map(u64::from_be_bytes).map_err(|_| cursor.broken())
}

#[derive(Clone)]
pub struct Revision {
    version: catalog::Revision,
    id: NodeId,
}

/// A version of a record: who made it, when, and what changed.
#[Object]
impl Revision {
    /// The revision of the store that made the version.
    async fn revision(&self) -> u64 {
        self.version.revision
    }

    /// When the version was made.
    async fn at(&self) -> DateTime {
        DateTime(self.version.at)
    }

    /// Who made the version: the name of a token, or of a command.
    async fn actor(&self) -> &str {
        &self.version.actor
    }

    /// What happened to the record.
    async fn action(&self) -> Action {
        self.version.action
    }

    /// The fields that changed, with what stood there before; null where the version before is not kept any more.
    async fn fields(&self) -> Option<Vec<FieldChange>> {
        let differences = self.version.differences.clone()?;
        Some(differences.into_iter().map(|difference| FieldChange::of(&self.id, difference)).collect())
    }

    /// The record as the revision left it; null for a deletion.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<AnyNode>> {
        let revision = i64::try_from(self.version.revision).ok();
        Ok(AnyNode::find(&snapshot_at(ctx, &self.id, revision)?, &self.id))
    }
}

object!("Revision", Revision, |version, at| {
    "revision" => version.revision(at),
    "at" => version.at(at),
    "actor" => version.actor(at),
    "action" => version.action(at),
    "fields" => version.fields(at),
    "node" => version.node(at),
});

/// The snapshot in which a record stands as it stood at the asked revision; the newest where none is asked for.
pub(super) fn snapshot_at(ctx: &Context<'_>, id: &NodeId, revision: Option<i64>) -> Result<Arc<Snapshot>> {
    let now = ctx.snapshot();
    let Some(asked) = revision else { return Ok(Arc::clone(now)) };
    let newest = now.revision();
    match u64::try_from(asked).ok().filter(|revision| (1..=newest).contains(revision)) {
        Some(revision) => ctx.catalog().as_of(now, id, revision).map_err(|error| match error {
            StoreError::Dropped { .. } => {
                let message = format!("{id} as it stood at revision {revision} is not kept any more: `history` lists what is");
                refusal(Code::BadUserInput, message)
            }
            error => error::internal(error),
        }),
        None => {
            let message = format!("there is no revision {asked}: the store has those from 1 to {newest}");
            Err(refusal(Code::BadUserInput, message))
        }
    }
}
