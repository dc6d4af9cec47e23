//! What a list goes along.

use std::cmp::Ordering;
use std::fmt::Debug;

use smol_str::SmolStr;

use super::lane::Lane;
use super::number::Number;
use super::order::{Direction, Rank};
use super::picked::Picked;
use crate::catalog::RowSet;
use crate::catalog::rows::{Gap, Sorted};

/// What the rows of a kind can be ordered along.
#[derive(Debug, Clone, Copy)]
pub enum Line<'a> {
    /// The keys.
    Keys,
    /// The values of a field.
    Lane(&'a dyn Along),
    /// How well the records answer the words of the filter.
    Relevance,
}

/// A field with its rows in order.
pub trait Along: Debug {
    #[doc(hidden)]
    fn sorted(&self, direction: Direction) -> &Sorted;
    /// The rows without a value, in the order of their keys.
    #[doc(hidden)]
    fn without(&self) -> &Sorted;
    /// How the values of two rows compare; none where one of them has none.
    #[doc(hidden)]
    fn compare(&self, one: u32, other: u32) -> Option<Ordering>;
    #[doc(hidden)]
    fn rank(&self, row: u32) -> Option<Rank>;
    /// The rows that are like one by this field; none where they cannot be told without looking at them.
    #[doc(hidden)]
    fn alike(&self, row: u32) -> Option<Picked>;
    /// The gap from which a walk through all rows may set out, so that it passes over many that were not picked; none where it
    /// sets out from the end. It goes down the list, or up from its end.
    #[doc(hidden)]
    fn leap(&self, picked: &RowSet, direction: Direction, down: bool) -> Option<Gap>;
}

impl Along for Lane<SmolStr> {
    fn sorted(&self, direction: Direction) -> &Sorted {
        self.with(direction)
    }

    fn without(&self) -> &Sorted {
        &self.without
    }

    fn compare(&self, one: u32, other: u32) -> Option<Ordering> {
        Some(self.value(one)?.cmp(self.value(other)?))
    }

    fn rank(&self, row: u32) -> Option<Rank> {
        self.value(row).map(|text| Rank::Text(text.to_string()))
    }

    /// Few have the same title.
    fn alike(&self, _: u32) -> Option<Picked> {
        None
    }

    fn leap(&self, _: &RowSet, _: Direction, _: bool) -> Option<Gap> {
        None
    }
}

impl Along for Number {
    fn sorted(&self, direction: Direction) -> &Sorted {
        self.lane.with(direction)
    }

    fn without(&self) -> &Sorted {
        &self.lane.without
    }

    fn compare(&self, one: u32, other: u32) -> Option<Ordering> {
        Some(self.value(one)?.cmp(&self.value(other)?))
    }

    fn rank(&self, row: u32) -> Option<Rank> {
        self.value(row).map(Rank::Number)
    }

    fn alike(&self, row: u32) -> Option<Picked> {
        Some(self.equal(self.value(row)))
    }

    fn leap(&self, picked: &RowSet, direction: Direction, down: bool) -> Option<Gap> {
        let smallest_first = (direction == Direction::Asc) == down;
        let bound = if smallest_first { self.last_skipped(picked)? } else { self.last_reached(picked)? };
        let sorted = self.sorted(direction);
        let is_up_to = |row| self.value(row).is_some_and(|value| value <= bound);
        Some(match direction {
            Direction::Asc => sorted.gap(is_up_to),
            Direction::Desc => sorted.gap(|row| !is_up_to(row)),
        })
    }
}
