//! Which records a list takes.

use super::picked::Picked;
use crate::domain::fold;

/// Tests put together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Filter<T> {
    /// All of these hold; true where there are none.
    And(Vec<Filter<T>>),
    /// One of these holds; false where there are none.
    Or(Vec<Filter<T>>),
    /// This does not hold.
    Not(Box<Filter<T>>),
    /// A record is tested.
    Test(T),
}

impl<T> Filter<T> {
    /// What the filter takes, where `test` tells what each test takes.
    pub(super) fn picked(&self, test: &impl Fn(&T) -> Picked) -> Picked {
        match self {
            Filter::And(filters) => filters.iter().fold(Picked::all(), |picked, filter| match picked {
                // What contradicts itself needs no further look.
                Picked::In(rows) if rows.is_empty() => Picked::none(),
                picked => picked.and(filter.picked(test)),
            }),
            Filter::Or(filters) => filters.iter().fold(Picked::none(), |picked, filter| picked.or(filter.picked(test))),
            Filter::Not(filter) => filter.picked(test).not(),
            Filter::Test(wanted) => test(wanted),
        }
    }
}

/// A value compared with what a field holds. `Ne` and `NotIn` also take a field that holds nothing: they are the opposites of
/// `Eq` and `In`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Compare<V> {
    Eq(V),
    Ne(V),
    In(Vec<V>),
    NotIn(Vec<V>),
    Lt(V),
    Lte(V),
    Gt(V),
    Gte(V),
    /// Case and accents of the field do not count; the part is [`fold`]ed already.
    Contains(V),
    /// As for `Contains`.
    StartsWith(V),
    IsNull(bool),
}

impl<V: PartialOrd> Compare<V> {
    /// Compares the value of a field.
    pub(super) fn one(&self, value: Option<&V>) -> bool {
        match self {
            Compare::Eq(wanted) => value == Some(wanted),
            Compare::Ne(unwanted) => value != Some(unwanted),
            Compare::In(wanted) => value.is_some_and(|value| wanted.contains(value)),
            Compare::NotIn(unwanted) => !value.is_some_and(|value| unwanted.contains(value)),
            Compare::Lt(bound) => value.is_some_and(|value| value < bound),
            Compare::Lte(bound) => value.is_some_and(|value| value <= bound),
            Compare::Gt(bound) => value.is_some_and(|value| value > bound),
            Compare::Gte(bound) => value.is_some_and(|value| value >= bound),
            Compare::IsNull(wanted) => value.is_none() == *wanted,
            // Only texts have parts; see `text`.
            Compare::Contains(_) | Compare::StartsWith(_) => false,
        }
    }
}

impl Compare<String> {
    /// Compares a text.
    pub(super) fn text(&self, value: Option<&String>) -> bool {
        match self {
            Compare::Contains(part) => value.is_some_and(|value| has_part(value, part)),
            Compare::StartsWith(start) => value.is_some_and(|value| fold(value).starts_with(start)),
            other => other.one(value),
        }
    }
}

/// Whether a text has a folded part, whatever its accents and case.
pub(super) fn has_part(text: &str, part: &str) -> bool {
    // What is ASCII needs no copy to be folded.
    if !text.is_ascii() || part.is_empty() {
        return fold(text).contains(part);
    }
    text.as_bytes().windows(part.len()).any(|some| some.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::RowSet;

    #[test]
    fn ne_and_not_in_are_the_opposites_of_eq_and_in() {
        for value in [None, Some(&1), Some(&2)] {
            assert_ne!(Compare::Eq(1).one(value), Compare::Ne(1).one(value));
            assert_ne!(Compare::In(vec![1, 3]).one(value), Compare::NotIn(vec![1, 3]).one(value));
            assert_ne!(Compare::<i32>::IsNull(true).one(value), Compare::<i32>::IsNull(false).one(value));
        }
        assert!(!Compare::Lt(9).one(None) && Compare::Lt(9).one(Some(&1)) && !Compare::Lt(1).one(Some(&1)));
    }

    #[test]
    fn parts_of_texts_are_found_whatever_their_accents_and_case() {
        let code = "LM.0024 Géorgie".to_owned();
        assert!(Compare::Contains("georgie".to_owned()).text(Some(&code)));
        assert!(Compare::StartsWith("lm.00".to_owned()).text(Some(&code)));
        assert!(!Compare::StartsWith("RR".to_owned()).text(Some(&code)));
        assert!(!Compare::Contains("x".to_owned()).text(None));
        assert!(
            !Compare::Contains("😀".to_owned()).text(Some(&code))
                && !Compare::StartsWith("LM-0024".to_owned()).text(Some(&code))
        );
    }

    #[test]
    fn filters_are_put_together() {
        let even = |wanted: bool| Filter::Test(wanted);
        let all: RowSet = (0..4).collect();
        let passes = |filter: Filter<bool>, row: u32| {
            let rows = |wanted: &bool| Picked::In(all.iter().filter(|row| (row % 2 == 0) == *wanted).collect());
            filter.picked(&rows).of(&all).contains(row)
        };
        assert!(passes(Filter::And(Vec::new()), 1) && !passes(Filter::Or(Vec::new()), 1));
        assert!(!passes(Filter::And(vec![even(true), even(false)]), 1), "a contradiction takes nothing");
        assert!(passes(Filter::Or(vec![even(true), Filter::Not(Box::new(even(true)))]), 1));
    }
}
