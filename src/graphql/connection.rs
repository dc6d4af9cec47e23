//! Lists of nodes, page by page, as the Relay specification has them.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Object, Result};

use super::cursor::{Listing, Place};
use super::node::{Contact, MemberState, NewsItem, Node, Project};
use super::page::{Cut, Page, PageInfo};
use super::plan::{self, At, Refused, Writable, Written, object};
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
    /// The edges of the rows of a list are made where somebody looks at them.
    edges: OnceLock<Vec<E>>,
    origin: Origin,
    pub(super) total: usize,
}

/// Where a page comes from.
enum Origin {
    /// Its edges were made with it, and what lies around it came to be known.
    Known { before: bool, after: bool },
    /// It is cut from a list, which says what lies around it.
    List { rows: Vec<u32>, listing: Arc<Listing>, cut: Cut, snapshot: Arc<Snapshot> },
}

/// What stands at a place of a list.
pub(super) trait Placed: Sized {
    type Node: Writable;

    /// What stands in a row of a list; none where it is of no such list, or there is no record.
    fn at(row: u32, listing: &Arc<Listing>, snapshot: &Arc<Snapshot>) -> Option<Self>;
    fn place(&self) -> &Place;
    fn node(&self) -> &Self::Node;
    /// Writes the node of a row of a list.
    fn write_row(row: u32, snapshot: &Arc<Snapshot>, at: &At<'_>, out: &mut String) -> Written;
}

impl<T: Noun> Placed for Edge<Node<T>>
where
    Node<T>: plan::Object + Writable,
{
    type Node = Node<T>;

    fn at(row: u32, listing: &Arc<Listing>, snapshot: &Arc<Snapshot>) -> Option<Self> {
        Some(Edge { node: Node::at(snapshot, row)?, place: Place::Of(Arc::clone(listing), row) })
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn node(&self) -> &Node<T> {
        &self.node
    }

    fn write_row(row: u32, snapshot: &Arc<Snapshot>, at: &At<'_>, out: &mut String) -> Written {
        plan::write_row::<T>(row, snapshot, at, out)
    }
}

impl<T: Noun> Placed for RelatedEdge<Node<T>>
where
    Node<T>: Writable,
{
    type Node = Node<T>;

    fn at(_: u32, _: &Arc<Listing>, _: &Arc<Snapshot>) -> Option<Self> {
        None
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn node(&self) -> &Node<T> {
        &self.node
    }

    fn write_row(_: u32, _: &Arc<Snapshot>, _: &At<'_>, _: &mut String) -> Written {
        Err(Refused)
    }
}

impl<E: Placed> Connection<E> {
    /// The nodes with their places.
    pub(super) fn edges(&self) -> &[E] {
        self.edges.get_or_init(|| match &self.origin {
            Origin::Known { .. } => Vec::new(),
            Origin::List { rows, listing, snapshot, .. } => {
                rows.iter().filter_map(|row| E::at(*row, listing, snapshot)).collect()
            }
        })
    }

    /// Where the page lies in its list.
    pub(super) fn info(&self) -> PageInfo {
        let edges = self.edges();
        let ends = edges.first().zip(edges.last()).map(|(first, last)| (first.place(), last.place()));
        match &self.origin {
            Origin::Known { before, after } => PageInfo::between(ends, *before, *after),
            Origin::List { listing, cut, .. } => cut.info(&*listing.list, ends),
        }
    }
}

/// The nodes of a page as plans write them: rows that were written before take no look at their records.
pub(super) struct Nodes<'c, E>(&'c Connection<E>);

impl<'c, E> Nodes<'c, E> {
    pub(super) async fn of(page: &'c Connection<E>, _: &Context<'_>) -> Result<Self> {
        Ok(Nodes(page))
    }
}

impl<E: Placed> Writable for Nodes<'_, E> {
    fn write(&self, at: &At<'_>, out: &mut String) -> Written {
        match &self.0.origin {
            Origin::Known { .. } => self.0.edges().iter().map(E::node).collect::<Vec<_>>().write(at, out),
            Origin::List { rows, snapshot, .. } => {
                out.push('[');
                for (number, row) in rows.iter().enumerate() {
                    if number > 0 {
                        out.push(',');
                    }
                    E::write_row(*row, snapshot, at, out)?;
                }
                out.push(']');
                Ok(())
            }
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
            #[graphql(name = "edges")]
            async fn all_edges(&self) -> &[$edge<$node>] {
                self.edges()
            }

            /// The nodes of this page.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges().iter().map(Placed::node).collect()
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
            "edges" => list.all_edges(at),
            "nodes" => Nodes::of(list, at),
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

impl<T: Noun> Connection<Edge<Node<T>>>
where
    Edge<Node<T>>: Placed,
{
    /// The page of the records of a scope in the order of their keys.
    pub(super) fn by_key(page: &Page, scope: Scope, snapshot: &Arc<Snapshot>) -> Result<Self> {
        Connection::along(page, Arc::new(InOrder::<T>::new(snapshot, scope)), &[T::KIND as u8], snapshot)
    }

    fn along(page: &Page, list: Arc<dyn Ordered>, order: &[u8], snapshot: &Arc<Snapshot>) -> Result<Self> {
        let (rows, cut) = page.of(&*list, order)?;
        let total = list.total();
        let listing = Arc::new(Listing { list, order: order.into() });
        let origin = Origin::List { rows, listing, cut, snapshot: Arc::clone(snapshot) };
        Ok(Connection { edges: OnceLock::new(), origin, total })
    }
}

impl<T: Listed> Connection<Edge<Node<T>>>
where
    Edge<Node<T>>: Placed,
{
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
        let origin = Origin::Known { before: found.has_previous, after: found.has_next };
        Ok(Connection { edges: edges.collect::<Vec<_>>().into(), origin, total: found.total })
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
