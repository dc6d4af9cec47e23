//! In what order a list is, and where in it a record stands.
//!
//! A record's place is the ranks of the fields in order, then its key: bytes that compare as the list is sorted. Ties are broken
//! by the key, so the same question always gives the same answer.

use super::{Listed, Scores};
use crate::catalog::Stored;

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
    Number(i128),
    Text(String),
    /// The more, the earlier in ascending order.
    Score(f64),
}

impl Rank {
    /// Bytes that compare as the ranks do, and none of which is the start of another.
    fn bytes(&self) -> Vec<u8> {
        match self {
            // The sign bit turned round puts the negative before the positive.
            Rank::Number(number) => (number.cast_unsigned() ^ (1 << 127)).to_be_bytes().to_vec(),
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

/// The place of a record in a list of some order.
pub(super) fn place<T: Listed>(key: &str, stored: &Stored<T>, order: &[Order<T::Field>], relevance: &Scores) -> Vec<u8> {
    let mut place = Vec::with_capacity(key.len() + 18 * order.len());
    for Order { field, direction, nulls } in order {
        let rank = match T::is_relevance(*field) {
            true => relevance.by_key.get(key).map(|score| Rank::Score(f64::from(*score))),
            false => T::rank(stored, *field),
        };
        match (rank, nulls) {
            (None, Nulls::First) => place.push(0),
            (None, Nulls::Last) => place.push(2),
            (Some(rank), _) => {
                place.push(1);
                let bytes = rank.bytes();
                match direction {
                    Direction::Asc => place.extend(bytes),
                    Direction::Desc => place.extend(bytes.iter().map(|byte| !byte)),
                }
            }
        }
    }
    place.extend(key.as_bytes());
    place
}

/// What names an order of a kind of record in cursors.
pub(super) fn name<T: Listed>(order: &[Order<T::Field>], relevance: &Scores) -> Vec<u8> {
    let name = |order: &Order<T::Field>| {
        [T::field_number(order.field), u8::from(order.direction == Direction::Desc), u8::from(order.nulls == Nulls::Last)]
    };
    let words = order.iter().any(|order| T::is_relevance(order.field)).then_some(relevance.name.as_slice());
    let fields = order.iter().flat_map(name);
    std::iter::once(T::KIND as u8).chain(fields).chain(words.unwrap_or_default().iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_compare_as_the_numbers_do(one: i128, other: i128) {
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
