//! What news can be tested for and ordered by.

use super::along::Line;
use super::picked::Picked;
use super::{Compare, Found, Listed, Picks};
use crate::catalog::Snapshot;
use crate::domain::{CountryCode, NewsItem, RegionCode};

/// What a news item can be tested for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NewsTest {
    /// It is one of these, which a search found.
    Found(Found),
    /// Any of the states that it names.
    MemberState(Compare<CountryCode>),
    /// Any of the regions of those states.
    Region(Compare<RegionCode>),
    PublishedYear(Compare<i64>),
}

/// What news can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum NewsOrderField {
    /// The title, in French, English or Spanish, whatever its accents and case.
    Title,
    /// When the item was published.
    PublishedOn,
    /// When the item was last changed.
    UpdatedAt,
    /// How well it answers the `text` of the filter: the best first, where the direction is `ASC`.
    Relevance,
}

impl Listed for NewsItem {
    type Test = NewsTest;
    type Field = NewsOrderField;

    fn picked(test: &NewsTest, snapshot: &Snapshot) -> Picked {
        let index = snapshot.index::<NewsItem>();
        match test {
            NewsTest::Found(found) => Picked::In(found.rows().clone()),
            NewsTest::MemberState(compare) => index.states.any(compare),
            NewsTest::Region(compare) => snapshot.regions_of_news().any(compare),
            NewsTest::PublishedYear(compare) => index.published.years_of_dates(compare),
        }
    }

    fn picks(snapshot: &Snapshot) -> &Picks<NewsTest> {
        &snapshot.picks().news
    }

    fn line(snapshot: &Snapshot, field: NewsOrderField) -> Line<'_> {
        let index = snapshot.index::<NewsItem>();
        match field {
            NewsOrderField::Title => Line::Lane(&index.titles),
            NewsOrderField::PublishedOn => Line::Lane(&index.published),
            NewsOrderField::UpdatedAt => Line::Lane(&index.updates),
            NewsOrderField::Relevance => Line::Relevance,
        }
    }

    fn field_number(field: NewsOrderField) -> u8 {
        match field {
            NewsOrderField::Title => 0,
            NewsOrderField::PublishedOn => 1,
            NewsOrderField::UpdatedAt => 2,
            NewsOrderField::Relevance => 3,
        }
    }
}
