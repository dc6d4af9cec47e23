//! Lists of nodes, page by page, as the Relay specification has them.

use std::sync::Arc;

use async_graphql::{Object, OutputType, Result, SimpleObject};

use super::node::{Contact, MemberState, NewsItem, Node, Project};
use super::page::{Page, PageInfo};
use super::scalars::Cursor;
use crate::catalog::{InOrder, List, Listed, Noun, Ordered, Reason, ReasonKind, Related, RelatedPlace, Scope, Snapshot};
use crate::domain::NodeId;

/// A node and its place in the list.
#[derive(Clone, SimpleObject)]
#[graphql(
    concrete(name = "ProjectEdge", params(Project)),
    concrete(name = "MemberStateEdge", params(MemberState)),
    concrete(name = "NewsItemEdge", params(NewsItem)),
    concrete(name = "ContactEdge", params(Contact))
)]
pub struct Edge<N: OutputType> {
    /// The place of the node in the list.
    cursor: Cursor,
    /// The node.
    pub(super) node: N,
}

/// A node that is related to another, and its place in the list.
pub struct RelatedEdge<N> {
    cursor: Cursor,
    node: N,
    score: f64,
    /// What the node is related to.
    to: NodeId,
}

/// The four fields that all edges to related nodes have.
macro_rules! related_edge {
    ($name:literal, $node:ident) => {
        /// A related node, its place in the list, and why it is related.
        #[Object(name = $name)]
        impl RelatedEdge<$node> {
            /// The place of the node in the list.
            async fn cursor(&self) -> &Cursor {
                &self.cursor
            }

            /// The node.
            async fn node(&self) -> &$node {
                &self.node
            }

            /// How much the two share: the sum of the points of the reasons.
            async fn score(&self) -> f64 {
                self.score
            }

            /// Why the two are related, the weightiest reason first.
            async fn reasons(&self) -> Vec<Reason> {
                self.node.snapshot.reasons(&self.to, &self.node.node_id())
            }
        }
    };
}

related_edge!("RelatedProjectEdge", Project);
related_edge!("RelatedNewsEdge", NewsItem);

/// One page of a list, and how long the whole list is.
pub struct Connection<E> {
    pub(super) edges: Vec<E>,
    pub(super) page_info: PageInfo,
    pub(super) total: usize,
}

/// The four fields that all connections have.
macro_rules! connection {
    ($(#[doc = $description:literal])+ $name:literal, $edge:ident<$node:ident>) => {
        $(#[doc = $description])+
        #[Object(name = $name)]
        impl Connection<$edge<$node>> {
            /// The nodes of this page with their cursors.
            async fn edges(&self) -> &[$edge<$node>] {
                &self.edges
            }

            /// The nodes of this page.
            async fn nodes(&self) -> Vec<$node> {
                self.edges.iter().map(|edge| edge.node.clone()).collect()
            }

            /// Where this page lies in the list.
            async fn page_info(&self) -> &PageInfo {
                &self.page_info
            }

            /// How many nodes the whole list has, whatever the page.
            async fn total_count(&self) -> usize {
                self.total
            }
        }
    };
}

connection!(
    /// A list of states, page by page, in the order of their codes.
    "MemberStateConnection", Edge<MemberState>
);
connection!(
    /// A list of news items, page by page; in the order of their slugs, unless another is asked for.
    "NewsItemConnection", Edge<NewsItem>
);
connection!(
    /// A list of contacts, page by page, in the order of their addresses.
    "ContactConnection", Edge<Contact>
);
connection!(
    /// Related projects, page by page, the closest first.
    "RelatedProjectConnection", RelatedEdge<Project>
);
connection!(
    /// Related news, page by page, the closest first.
    "RelatedNewsConnection", RelatedEdge<NewsItem>
);

impl<T: Noun> Connection<Edge<Node<T>>>
where
    Node<T>: OutputType,
{
    /// The page of the records of a scope in the order of their keys.
    pub(super) fn by_key(page: &Page, scope: Scope, snapshot: &Arc<Snapshot>) -> Result<Self> {
        Connection::along(page, &InOrder::<T>::new(snapshot, scope), &[T::KIND as u8], snapshot)
    }

    fn along(page: &Page, list: &dyn Ordered, order: &[u8], snapshot: &Arc<Snapshot>) -> Result<Self> {
        let (entries, page_info) = page.of(list, order)?;
        let edges = entries
            .iter()
            .filter_map(|entry| Some(Edge { cursor: Cursor::of(order, &entry.place), node: Node::find(snapshot, entry.key)? }));
        Ok(Connection { edges: edges.collect(), page_info, total: list.total() })
    }
}

impl<T: Listed> Connection<Edge<Node<T>>>
where
    Node<T>: OutputType,
{
    /// The page of a list that may be filtered and ordered.
    pub(super) fn of(page: &Page, list: &List<T>) -> Result<Self> {
        Connection::along(page, list, list.order(), list.snapshot())
    }
}

impl<T: Noun> Connection<RelatedEdge<Node<T>>>
where
    Node<T>: OutputType,
{
    /// The page of the records that are related to one, the closest first.
    pub(super) fn related(page: &Page, to: &NodeId, snapshot: &Arc<Snapshot>) -> Result<Self> {
        let order = [T::KIND as u8, BY_SCORE];
        let (after, first) = page.forward_from(&order, related_place)?;
        let after = after.as_ref().map(|(score, key)| RelatedPlace { score: *score, key });
        let found = snapshot.related(to, T::KIND, after, first);
        let edges = found.related.iter().filter_map(|related| {
            let node = Node::find(snapshot, &related.key)?;
            Some(RelatedEdge { cursor: Cursor::of(&order, &place(related)), node, score: related.score, to: to.clone() })
        });
        let edges: Vec<_> = edges.collect();
        let page_info = PageInfo {
            has_next_page: found.has_next,
            has_previous_page: found.has_previous,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(Connection { edges, page_info, total: found.total })
    }
}

/// Tells the order by falling score from those by fields.
const BY_SCORE: u8 = 255;

/// The place of a related record in its list: positive floats compare as their bits do.
fn place(related: &Related) -> Vec<u8> {
    [(!related.score.to_bits()).to_be_bytes().as_slice(), related.key.as_bytes()].concat()
}

/// The score and key of such a place; none where it has none.
fn related_place(place: &[u8]) -> Option<(f64, String)> {
    let (score, key) = place.split_first_chunk()?;
    Some((f64::from_bits(!u64::from_be_bytes(*score)), String::from_utf8(key.to_vec()).ok()?))
}

/// Why two records are related.
#[Object]
impl Reason {
    /// What the two share.
    #[graphql(name = "kind")]
    async fn reason_kind(&self) -> ReasonKind {
        self.kind
    }

    /// Which one, as a project prints it rather than a news item: the code of the state, project or type, the name of the place, the
    /// address or key of the contact, the words with the most telling first.
    #[graphql(name = "detail")]
    async fn reason_detail(&self) -> &str {
        &self.detail
    }
}
