//! In what order a list is.

use super::along::Line;
use super::{Listed, Scores, relevance_reading};
use crate::catalog::{Reading, Snapshot};

/// A field to order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<F> {
    pub field: F,
    pub direction: Direction,
    pub nulls: Nulls,
}

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum Direction {
    /// The smallest, earliest, first of the alphabet first.
    Asc,
    /// The largest, latest, last of the alphabet first.
    Desc,
}

/// Where records without a value stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum Nulls {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

/// Where a record stands by one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Rank {
    Number(u64),
    Text(String),
    /// The more, the earlier in ascending order.
    Score(f64),
}

impl Rank {
    /// Bytes that compare as the ranks do, and none of which is the start of another.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Rank::Number(number) => number.to_be_bytes().to_vec(),
            Rank::Text(text) => {
                let mut bytes: Vec<u8> = text.bytes().filter(|byte| *byte != 0).collect();
                bytes.push(0);
                bytes
            }
            // Scores are positive, and positive floats compare as their bits do.
            Rank::Score(score) => (!score.to_bits()).to_be_bytes().to_vec(),
        }
    }
}

/// How many bytes name a field of an order and its direction.
const FIELD: usize = 3;

/// What names an order of a kind of record in cursors.
pub(super) fn name<T: Listed>(snapshot: &Snapshot, order: &[Order<T::Field>], relevance: &Scores) -> Vec<u8> {
    let name = |order: &Order<T::Field>| -> [u8; FIELD] {
        [T::field_number(order.field), u8::from(order.direction == Direction::Desc), u8::from(order.nulls == Nulls::Last)]
    };
    let by_words = order.iter().any(|order| matches!(T::line(snapshot, order.field), Line::Relevance));
    let words = by_words.then_some(relevance.name());
    let fields = order.iter().flat_map(name);
    std::iter::once(T::KIND as u8).chain(fields).chain(words.unwrap_or_default().iter().copied()).collect()
}

/// How the words of a filter were read on the pages before, as the name of an order by them says in a cursor.
pub fn reading_before<F>(order: &[Order<F>], name: &[u8]) -> Option<Reading> {
    relevance_reading(name.get(1 + FIELD * order.len()..)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_compare_as_the_numbers_do(one: u64, other: u64) {
            prop_assert_eq!(Rank::Number(one).bytes().cmp(&Rank::Number(other).bytes()), one.cmp(&other));
        }

        #[test]
        fn bytes_compare_as_the_texts_do(one in "[a-c]{0,3}", other in "[a-c]{0,3}") {
            prop_assert_eq!(Rank::Text(one.clone()).bytes().cmp(&Rank::Text(other.clone()).bytes()), one.cmp(&other));
        }

        #[test]
        fn the_higher_score_comes_first(one in 0.0..1e9, other in 0.0..1e9) {
            let (one, other): (f64, f64) = (one, other);
            prop_assert_eq!(Rank::Score(one).bytes().cmp(&Rank::Score(other).bytes()), other.total_cmp(&one));
        }
    }
}
