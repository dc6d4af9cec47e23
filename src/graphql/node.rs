//! The nodes of the graph, and the id by which each is found again.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, ID, Interface, Object, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::context::ContextExt;
use super::error::{Code, refusal};
use super::history::snapshot_at;
use super::plan::{any_kind, object};
use crate::catalog::{Noun, Snapshot, Stored};
use crate::domain::{self, NodeId, NodeKind};

/// A record, and the snapshot in which it was found and in which its relations are looked up.
pub struct Node<T: Noun> {
    /// The row of a record that stands in a list; none where it was found by its key.
    pub(super) row: Option<u32>,
    /// What stands in a list is read where it is looked at.
    stored: OnceLock<Stored<T>>,
    pub(super) snapshot: Arc<Snapshot>,
}

pub type Project = Node<domain::Project>;
pub type MemberState = Node<domain::MemberState>;
pub type Region = Node<domain::Region>;
pub type NewsItem = Node<domain::NewsItem>;
pub type Contact = Node<domain::Contact>;

impl<T: Noun> Node<T> {
    /// The record under a key.
    pub(super) fn find(snapshot: &Arc<Snapshot>, key: &str) -> Option<Self> {
        snapshot.get(key).map(|stored| Node { row: None, stored: stored.into(), snapshot: Arc::clone(snapshot) })
    }

    /// The record of a row.
    pub(super) fn at(snapshot: &Arc<Snapshot>, row: u32) -> Option<Self> {
        let node = || Node { row: Some(row), stored: OnceLock::new(), snapshot: Arc::clone(snapshot) };
        snapshot.rows::<T>().has(row).then(node)
    }

    pub(super) fn stored(&self) -> &Stored<T> {
        self.stored.get_or_init(|| {
            let stored = self.row.and_then(|row| self.snapshot.rows().at(row));
            stored.expect("a snapshot has a record in the row where it had one before")
        })
    }

    pub(super) fn record(&self) -> &T {
        &self.stored().record
    }

    pub(super) fn node_id(&self) -> NodeId {
        self.record().id()
    }

    pub(super) fn global_id(&self) -> ID {
        opaque(T::KIND, &self.record().key())
    }
}

impl<T: Noun> Clone for Node<T> {
    fn clone(&self) -> Self {
        Node { row: self.row, stored: self.stored.clone(), snapshot: Arc::clone(&self.snapshot) }
    }
}

/// Anything that has an id of its own and can be fetched again by it.
#[derive(Clone, Interface)]
#[graphql(
    name = "Node",
    field(name = "id", ty = "ID", desc = "The opaque id, the same for ever: `node(id:)` finds the node again.")
)]
pub enum AnyNode {
    Project(Project),
    MemberState(MemberState),
    Region(Region),
    NewsItem(NewsItem),
    Contact(Contact),
}

impl AnyNode {
    /// The node under an id.
    pub(super) fn find(snapshot: &Arc<Snapshot>, id: &NodeId) -> Option<AnyNode> {
        let key = &id.key;
        match id.kind {
            NodeKind::Project => Node::find(snapshot, key).map(AnyNode::Project),
            NodeKind::MemberState => Node::find(snapshot, key).map(AnyNode::MemberState),
            NodeKind::Region => Node::find(snapshot, key).map(AnyNode::Region),
            NodeKind::NewsItem => Node::find(snapshot, key).map(AnyNode::NewsItem),
            NodeKind::Contact => Node::find(snapshot, key).map(AnyNode::Contact),
        }
    }
}

any_kind!(AnyNode);

/// The opaque form of an id.
pub(super) fn global_id(id: &NodeId) -> ID {
    opaque(id.kind, &id.key)
}

fn opaque(kind: NodeKind, key: &str) -> ID {
    ID(BASE64_URL_SAFE_NO_PAD.encode([kind.type_name(), ":", key].concat()))
}

/// The id behind the opaque form; none where it is none of ours.
pub(super) fn local_id(id: &ID) -> Option<NodeId> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(id.as_str()).ok()?).ok()?;
    let (type_name, key) = text.split_once(':')?;
    let kind = NodeKind::ALL.into_iter().find(|kind| kind.type_name() == type_name)?;
    Some(NodeId::new(kind, key))
}

#[derive(Default)]
pub(super) struct NodeQueries;

/// Nodes by their ids.
#[Object]
impl NodeQueries {
    /// The node under an id; null where there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a node of any type.")] id: ID,
        #[graphql(
            desc = "The revision at which the node, and what it names, is shown as it stood; what names it or relates to it is shown as \
                          it is now."
        )]
        as_of_revision: Option<i64>,
    ) -> Result<Option<AnyNode>> {
        let Some(id) = local_id(&id) else { return Ok(None) };
        Ok(AnyNode::find(&snapshot_at(ctx, &id, as_of_revision)?, &id))
    }

    /// The nodes under several ids, in their order, with null for each that is not there.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids of nodes of any types.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<AnyNode>>> {
        let most = ctx.limits().page;
        if ids.len() > most {
            let message = format!("`ids` holds {} ids, but at most {most} are answered at once: ask several times", ids.len());
            return Err(refusal(Code::LimitExceeded, message));
        }
        Ok(ids.iter().map(|id| AnyNode::find(ctx.snapshot(), &local_id(id)?)).collect())
    }
}

object!("Query", NodeQueries, |queries, at| {
    "node" => queries.node(at, at.argument("id")?, at.argument("asOfRevision")?),
    "nodes" => queries.nodes(at, at.argument("ids")?),
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_node() {
        for kind in NodeKind::ALL {
            let id = NodeId::new(kind, "RR.0147:é");
            assert_eq!(local_id(&global_id(&id)), Some(id));
        }
        for broken in ["", "§", "UHJvamVjdA", "RnVuZDox"] {
            assert_eq!(local_id(&ID::from(broken)), None, "{broken}");
        }
    }
}
