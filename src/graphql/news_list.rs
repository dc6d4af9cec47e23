//! Lists of news: filtered and ordered.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Result};

use super::connection::{Connection, Edge};
use super::context::ContextExt;
use super::filter::{CodeFilter, Comparisons, NumberFilter};
use super::node::NewsItem;
use super::order;
use super::page::Page;
use super::scalars::CountryCode;
use super::words::Words;
use crate::catalog::{Direction, Filter, List, NewsOrderField, NewsTest, Nulls, Scope, Snapshot, reading_before};
use crate::config::Limits;
use crate::domain::{self, NodeKind, RegionCode};

/// Which news items are wanted. All that is given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct NewsFilter {
    /// All of these hold.
    and: Option<Vec<NewsFilter>>,
    /// One of these holds.
    or: Option<Vec<NewsFilter>>,
    /// This does not hold.
    not: Option<Box<NewsFilter>>,
    /// Words that the item's texts have, all of them, as `search` finds them.
    text: Option<String>,
    /// The states that the item names.
    member_state: Option<CodeFilter<CountryCode>>,
    /// The regions of those states.
    region: Option<CodeFilter<RegionCode>>,
    /// The year in which the item was published.
    published_year: Option<NumberFilter<i64>>,
}

impl NewsFilter {
    fn tests(self, words: &mut Words<'_>) -> Filter<NewsTest> {
        words.part();
        let NewsFilter { and, or, not, text, member_state, region, published_year } = self;
        let mut all: Vec<Filter<NewsTest>> = Vec::new();
        all.extend(text.map(|text| Filter::Test(NewsTest::Found(words.found(&text)))));
        let mut each = |filters: Vec<NewsFilter>| filters.into_iter().map(|filter| filter.tests(words)).collect();
        all.extend(and.map(&mut each).map(Filter::And));
        all.extend(or.map(&mut each).map(Filter::Or));
        all.extend(not.map(|filter| Filter::Not(Box::new(filter.tests(words)))));
        all.extend(member_state.into_iter().flat_map(|filter| filter.tests(NewsTest::MemberState)));
        all.extend(region.into_iter().flat_map(|filter| filter.tests(NewsTest::Region)));
        all.extend(published_year.into_iter().flat_map(|filter| filter.tests(NewsTest::PublishedYear)));
        Filter::And(all)
    }
}

/// A field to order news by.
#[derive(Debug, Clone, InputObject)]
pub struct NewsOrder {
    /// The field.
    field: NewsOrderField,
    /// Which way the list goes.
    #[graphql(default_with = "Some(Direction::Asc)")]
    direction: Option<Direction>,
    /// Where news items without a value stand.
    #[graphql(default_with = "Some(Nulls::Last)")]
    nulls: Option<Nulls>,
}

/// The page of the news of a scope that passes a filter, in some order; ties go by the slug.
pub(super) fn page_of_news(
    ctx: &Context<'_>,
    page: &Page,
    snapshot: &Arc<Snapshot>,
    scope: Scope,
    filter: Option<NewsFilter>,
    order: Option<Vec<NewsOrder>>,
) -> Result<Connection<Edge<NewsItem>>> {
    let limits = ctx.limits();
    let by = |NewsOrder { field, direction, nulls }| order::by(field, direction, nulls);
    let order = order::checked(order, limits, by)?;
    let by_words = order.iter().any(|order| order.field == NewsOrderField::Relevance);
    let reading = page.order_before().filter(|_| by_words).and_then(|name| reading_before(&order, &name));
    let mut words = Words::new(snapshot, NodeKind::NewsItem, limits, reading);
    let filter = filter.map(|filter| filter.tests(&mut words));
    let scores = words.scores(by_words)?;
    Connection::of(page, &Arc::new(List::<domain::NewsItem>::new(snapshot, scope, filter.as_ref(), &order, &scores)))
}

/// The news that passes a filter, in the order of its slugs.
pub(super) fn filtered(snapshot: &Arc<Snapshot>, filter: NewsFilter, limits: &Limits) -> Result<List<domain::NewsItem>> {
    let mut words = Words::new(snapshot, NodeKind::NewsItem, limits, None);
    let filter = filter.tests(&mut words);
    let scores = words.scores(false)?;
    Ok(List::new(snapshot, Scope::All, Some(&filter), &[], &scores))
}
