//! Lists of nodes, page by page, as the Relay specification has them.

use std::sync::Arc;

use async_graphql::{Object, Result};

use super::cursor::{Listing, Place};
use super::node::{Contact, MemberState, NewsItem, Node, Project};
use super::page::{Cut, Page, PageInfo};
use super::plan::object;
use super::scalars::Cursor;
use crate::catalog::{InOrder, List, Listed, Noun, Ordered, Reason, ReasonKind, Related, RelatedPlace, Scope, Snapshot};
use crate::domain::NodeId;

/// A node and its place in the list.
pub struct Edge<N> {
    place: Place,
    pub(super) node: N,
}

/// The two fields that all edges have.
macro_rules! edge {
    ($name:literal, $node:ident) => {
        /// A node and its place in the list.
        #[Object(name = $name)]
        impl Edge<$node> {
            /// The place of the node in the list.
            async fn cursor(&self) -> Cursor {
                self.place.cursor()
            }

            /// The node.
            async fn node(&self) -> &$node {
                &self.node
            }
        }

        object!($name, Edge<$node>, |edge, at| { "cursor" => edge.cursor(at), "node" => edge.node(at) });
    };
}

edge!("ProjectEdge", Project);
edge!("MemberStateEdge", MemberState);
edge!("NewsItemEdge", NewsItem);
edge!("ContactEdge", Contact);

/// A node that is related to another, and its place in the list.
pub struct RelatedEdge<N> {
    place: Place,
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
            async fn cursor(&self) -> Cursor {
                self.place.cursor()
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

        object!($name, RelatedEdge<$node>, |edge, at| {
            "cursor" => edge.cursor(at),
            "node" => edge.node(at),
            "score" => edge.score(at),
            "reasons" => edge.reasons(at),
        });
    };
}

related_edge!("RelatedProjectEdge", Project);
related_edge!("RelatedNewsEdge", NewsItem);

/// One page of a list, and how long the whole list is.
pub struct Connection<E> {
    pub(super) edges: Vec<E>,
    around: Around,
    pub(super) total: usize,
}

/// What lies around a page.
enum Around {
    /// It came to be known when the page was made.
    Known { before: bool, after: bool },
    /// The list says it where it is asked for.
    List(Arc<Listing>, Cut),
}

/// What stands at a place of a list.
pub(super) trait Placed {
    fn place(&self) -> &Place;
}

impl<N> Placed for Edge<N> {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl<N> Placed for RelatedEdge<N> {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl<E: Placed> Connection<E> {
    /// Where the page lies in its list.
    pub(super) fn info(&self) -> PageInfo {
        let ends = self.edges.first().zip(self.edges.last()).map(|(first, last)| (first.place(), last.place()));
        match &self.around {
            Around::Known { before, after } => PageInfo::between(ends, *before, *after),
            Around::List(listing, cut) => cut.info(&*listing.list, ends),
        }
    }
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
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Where this page lies in the list.
            async fn page_info(&self) -> PageInfo {
                self.info()
            }

            /// How many nodes the whole list has, whatever the page.
            async fn total_count(&self) -> usize {
                self.total
            }
        }

        object!($name, Connection<$edge<$node>>, |list, at| {
            "edges" => list.edges(at),
            "nodes" => list.nodes(at),
            "pageInfo" => list.page_info(at),
            "totalCount" => list.total_count(at),
        });
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

impl<T: Noun> Connection<Edge<Node<T>>> {
    /// The page of the records of a scope in the order of their keys.
    pub(super) fn by_key(page: &Page, scope: Scope, snapshot: &Arc<Snapshot>) -> Result<Self> {
        Connection::along(page, Arc::new(InOrder::<T>::new(snapshot, scope)), &[T::KIND as u8], snapshot)
    }

    fn along(page: &Page, list: Arc<dyn Ordered>, order: &[u8], snapshot: &Arc<Snapshot>) -> Result<Self> {
        let (rows, cut) = page.of(&*list, order)?;
        let total = list.total();
        let listing = Arc::new(Listing { list, order: order.into() });
        let edge = |row| Some(Edge { node: Node::at(snapshot, row)?, place: Place::Of(Arc::clone(&listing), row) });
        let edges = rows.into_iter().filter_map(edge).collect();
        Ok(Connection { edges, around: Around::List(listing, cut), total })
    }
}

impl<T: Listed> Connection<Edge<Node<T>>> {
    /// The page of a list that may be filtered and ordered.
    pub(super) fn of(page: &Page, list: &Arc<List<T>>) -> Result<Self> {
        Connection::along(page, Arc::clone(list) as Arc<dyn Ordered>, list.order(), list.snapshot())
    }
}

impl<T: Noun> Connection<RelatedEdge<Node<T>>> {
    /// The page of the records that are related to one, the closest first.
    pub(super) fn related(page: &Page, to: &NodeId, snapshot: &Arc<Snapshot>) -> Result<Self> {
        let order = [T::KIND as u8, BY_SCORE];
        let (after, first) = page.forward_from(&order, related_place)?;
        let after = after.as_ref().map(|(score, key)| RelatedPlace { score: *score, key });
        let found = snapshot.related(to, T::KIND, after, first);
        let order: Arc<[u8]> = Arc::from(order);
        let edges = found.related.iter().filter_map(|related| {
            let node = Node::find(snapshot, &related.key)?;
            let place = Place::Known { order: Arc::clone(&order), place: place(related).into() };
            Some(RelatedEdge { place, node, score: related.score, to: to.clone() })
        });
        let around = Around::Known { before: found.has_previous, after: found.has_next };
        Ok(Connection { edges: edges.collect(), around, total: found.total })
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

object!("Reason", Reason, |reason, at| { "kind" => reason.reason_kind(at), "detail" => reason.reason_detail(at) });
