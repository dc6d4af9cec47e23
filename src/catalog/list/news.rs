//! What news can be tested for and ordered by.

use std::collections::HashMap;
use std::sync::Arc;

use super::order::Rank;
use super::project::date;
use super::{Compare, Listed};
use crate::catalog::{Snapshot, Stored};
use crate::domain::{CountryCode, MemberState, NewsItem, RegionCode, slug};

/// What a news item can be tested for.
#[derive(Debug, Clone, PartialEq)]
pub enum NewsTest {
    /// It is one of these, which a search found; with how well each answers.
    Found(Arc<HashMap<String, f32>>),
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

    fn passes(stored: &Stored<Self>, test: &NewsTest, snapshot: &Snapshot) -> bool {
        let item = &stored.record;
        match test {
            NewsTest::Found(found) => found.contains_key(&item.slug),
            NewsTest::MemberState(compare) => compare.any(&item.member_states),
            NewsTest::Region(compare) => {
                let states = item.member_states.iter().filter_map(|state| snapshot.get::<MemberState>(state.as_str()));
                compare.any(&states.filter_map(|stored| stored.record.region).collect::<Vec<_>>())
            }
            NewsTest::PublishedYear(compare) => compare.one(item.published_on.map(|date| i64::from(date.year())).as_ref()),
        }
    }

    fn rank(stored: &Stored<Self>, field: NewsOrderField) -> Option<Rank> {
        match field {
            NewsOrderField::Title => Some(Rank::Text(slug(stored.record.title(None)))),
            NewsOrderField::PublishedOn => stored.record.published_on.map(date),
            NewsOrderField::UpdatedAt => Some(Rank::Number(stored.updated_at.as_microsecond().into())),
            // It is the question's, not the record's.
            NewsOrderField::Relevance => None,
        }
    }

    fn is_relevance(field: NewsOrderField) -> bool {
        field == NewsOrderField::Relevance
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
