//! One search over everything.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use super::context::ContextExt;
use super::error::{Code, refusal};
use super::node::{AnyNode, Contact, MemberState, NewsItem, Project, Region};
use super::page::{Page, PageInfo};
use super::plan::{any_kind, members, object};
use super::scalars::Cursor;
use crate::catalog::{self, Hit, Hits, SearchQuery, Snapshot, relevance_name, relevance_reading};
use crate::domain::{Field, Language, NodeId, NodeKind};

/// Anything that a search finds.
#[derive(Clone, Union)]
pub enum SearchHit {
    Project(Project),
    MemberState(MemberState),
    Region(Region),
    NewsItem(NewsItem),
    Contact(Contact),
}

impl From<AnyNode> for SearchHit {
    fn from(node: AnyNode) -> Self {
        match node {
            AnyNode::Project(project) => SearchHit::Project(project),
            AnyNode::MemberState(state) => SearchHit::MemberState(state),
            AnyNode::Region(region) => SearchHit::Region(region),
            AnyNode::NewsItem(item) => SearchHit::NewsItem(item),
            AnyNode::Contact(contact) => SearchHit::Contact(contact),
        }
    }
}

any_kind!(SearchHit);

/// What a search found, page by page.
pub struct SearchConnection {
    found: Arc<Found>,
    page: Vec<Hit>,
    page_info: PageInfo,
}

/// What a search found altogether.
struct Found {
    hits: Hits,
    /// Names the words in cursors, and says how they were read.
    order: Vec<u8>,
    snapshot: Arc<Snapshot>,
}

/// What a search found, page by page, the best first.
#[Object]
impl SearchConnection {
    /// The hits of this page with their cursors.
    async fn edges(&self) -> Vec<SearchEdge> {
        let edge = |hit: &Hit| {
            let node = AnyNode::find(&self.found.snapshot, &hit.id)?.into();
            Some(SearchEdge { hit: hit.clone(), node, found: Arc::clone(&self.found) })
        };
        self.page.iter().filter_map(edge).collect()
    }

    /// The hits of this page.
    async fn nodes(&self) -> Vec<SearchHit> {
        self.page.iter().filter_map(|hit| AnyNode::find(&self.found.snapshot, &hit.id)).map(SearchHit::from).collect()
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many hits there are, whatever the page.
    async fn total_count(&self) -> usize {
        self.found.hits.total()
    }

    /// How many hits there are of each kind, whether it was asked for or not.
    async fn facets(&self) -> Vec<SearchFacet> {
        NodeKind::ALL.map(|kind| SearchFacet { kind, count: self.found.hits.count(kind) }).into()
    }

    /// Whether no record has all of the words, so that these have only some of them.
    async fn partial(&self) -> bool {
        self.found.hits.is_partial()
    }
}

object!("SearchConnection", SearchConnection, |found, at| {
    "edges" => found.edges(at),
    "nodes" => found.nodes(at),
    "pageInfo" => found.page_info(at),
    "totalCount" => found.total_count(at),
    "facets" => found.facets(at),
    "partial" => found.partial(at),
});

/// How many hits there are of a kind.
#[derive(SimpleObject)]
pub struct SearchFacet {
    /// The kind.
    kind: NodeKind,
    /// How many hits of it there are.
    count: usize,
}

members!("SearchFacet", SearchFacet {
    "kind" => kind,
    "count" => count,
});

/// A hit, and what it was found by.
pub struct SearchEdge {
    hit: Hit,
    node: SearchHit,
    found: Arc<Found>,
}

/// A hit, its place in the list, and where it prints what was asked for.
#[Object]
impl SearchEdge {
    /// The place of the hit in the list.
    async fn cursor(&self) -> Cursor {
        Cursor::of(&self.found.order, &place(&self.hit))
    }

    /// The hit.
    async fn node(&self) -> &SearchHit {
        &self.node
    }

    /// How well the hit answers; comparable within this search only.
    async fn score(&self) -> f32 {
        self.hit.score
    }

    /// Where the hit prints the words, field by field.
    async fn highlights(&self) -> Vec<SearchHighlight> {
        let record = self.found.snapshot.record(&self.hit.id);
        let highlights = record.map(|record| self.found.hits.highlights(&record)).unwrap_or_default();
        highlights.into_iter().map(SearchHighlight::from).collect()
    }
}

object!("SearchEdge", SearchEdge, |edge, at| {
    "cursor" => edge.cursor(at),
    "node" => edge.node(at),
    "score" => edge.score(at),
    "highlights" => edge.highlights(at),
});

/// Where a field prints what was asked for.
#[derive(SimpleObject)]
pub struct SearchHighlight {
    /// The field: `title`, `body`, …
    field: &'static str,
    /// The language of the text.
    language: Option<Language>,
    /// Pieces of the text as HTML: the words as printed in `<mark>`, all else escaped.
    fragments: Vec<String>,
}

members!("SearchHighlight", SearchHighlight {
    "field" => field,
    "language" => language,
    "fragments" => fragments,
});

impl From<catalog::Highlight> for SearchHighlight {
    fn from(catalog::Highlight { field, language, fragments, .. }: catalog::Highlight) -> Self {
        SearchHighlight { field: Field::name(field), language, fragments }
    }
}

/// Tells the order of hits from others in cursors.
const BY_RELEVANCE: u8 = 254;

/// The place of a hit in its list: the bits of its score, its kind, its key.
fn place(hit: &Hit) -> Vec<u8> {
    [hit.score.to_bits().to_be_bytes().as_slice(), &[hit.id.kind as u8], hit.id.key.as_bytes()].concat()
}

fn hit(place: &[u8]) -> Option<Hit> {
    let (score, rest) = place.split_first_chunk::<4>()?;
    let (kind, key) = rest.split_first()?;
    let kind = NodeKind::ALL.into_iter().find(|known| *known as u8 == *kind)?;
    Some(Hit { id: NodeId::new(kind, std::str::from_utf8(key).ok()?), score: f32::from_bits(u32::from_be_bytes(*score)) })
}

#[derive(Default)]
pub(super) struct SearchQueries;

#[Object]
impl SearchQueries {
    /// Finds records of all kinds by their words, the best first. Forms of a word, accents, case and elisions do not matter; the
    /// last word may be a beginning; codes are found as they are; one slip in a word of five letters or more is forgiven where
    /// nothing else is there. All words must be found; where no record has them all, those with some are found (see `partial`).
    /// The pages after the first read the words as the first did, whatever is written meanwhile: no hit comes twice, and none that
    /// stays as it is gets lost; one that is written anew stands where its new words put it.
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words, a code, or the beginning of one.")] text: String,
        #[graphql(desc = "The kinds that are wanted; all, if left out.")] kinds: Option<Vec<NodeKind>>,
        #[graphql(desc = "The language of the words, and of the texts to look in; any, if left out.")] language: Option<
            Language,
        >,
        #[graphql(desc = "How many hits at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<SearchConnection> {
        let first = Page::length(ctx, "first", first)?.unwrap_or(ctx.limits().page);
        let broken =
            || refusal(Code::BadUserInput, "the cursor is not of a search: take it from `pageInfo` or `edges` as it is");
        let most = ctx.limits().search_bytes;
        if text.len() > most {
            let message =
                format!("`text` has {} bytes, but at most {most} are looked up: leave out what tells least", text.len());
            return Err(refusal(Code::LimitExceeded, message));
        }
        let snapshot = Arc::clone(ctx.snapshot());
        let before = after.as_ref().and_then(Cursor::order);
        let reading = before.as_deref().and_then(|name| relevance_reading(name.get(1..)?));
        let query = SearchQuery { text: &text, kinds: &kinds.unwrap_or_default(), language };
        let hits = snapshot.search(&query, reading.as_ref());
        let order = [&[BY_RELEVANCE], relevance_name(&text, language, &hits.reading()).as_slice()].concat();
        let after = match after {
            Some(cursor) => Some(hit(&cursor.place(&order)?).ok_or_else(broken)?),
            None => None,
        };
        let mut page = hits.page(&*snapshot, after.as_ref(), first + 1);
        let has_next_page = page.len() > first;
        page.truncate(first);
        let best = hits.page(&*snapshot, None, 1);
        let cursor = |hit: &Hit| Cursor::of(&order, &place(hit));
        let page_info = PageInfo {
            has_next_page,
            has_previous_page: after.is_some() && best.first() != page.first(),
            start_cursor: page.first().map(cursor),
            end_cursor: page.last().map(cursor),
        };
        Ok(SearchConnection { found: Arc::new(Found { hits, order, snapshot }), page, page_info })
    }
}

object!("Query", SearchQueries, |queries, at| {
    "search" => queries.search(at, at.argument("text")?, at.argument("kinds")?, at.argument("language")?, at.argument("first")?, at.argument("after")?),
});
