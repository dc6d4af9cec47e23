//! Rows in the order of a field.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::order::Direction;
use crate::catalog::rows::{Column, Reader, Rows, Sorted};
use crate::catalog::{Noun, RowSet};

/// From how many changed rows on a lane is put together anew: one pass over all then costs less than finding each one's place.
const MANY: usize = 1024;

/// The values of a field and the rows in their order, rows of one value in the order of their keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::catalog) struct Lane<V> {
    values: Column<Option<V>>,
    /// The rows with a value, the smallest first.
    pub(super) rising: Sorted,
    /// The same, the largest first; rows of one value still in the order of their keys.
    pub(super) falling: Sorted,
    /// The rows without a value.
    pub(super) without: Sorted,
}

impl<V> Default for Lane<V> {
    fn default() -> Self {
        Lane { values: Column::default(), rising: Sorted::default(), falling: Sorted::default(), without: Sorted::default() }
    }
}

/// Rows in order, each after its value and its key; those without a value first.
struct InOrder<'a, V>(Vec<(Option<&'a V>, &'a str, u32)>);

impl<V: Ord> InOrder<'_, V> {
    /// The rows of an order.
    fn of(&self, way: Way) -> Vec<u32> {
        let (without, with) = self.0.split_at(self.0.partition_point(|(value, _, _)| value.is_none()));
        let rows = |some: &[(Option<&V>, &str, u32)]| some.iter().map(|(_, _, row)| *row).collect::<Vec<_>>();
        match way {
            Way::Rising => rows(with),
            Way::Falling => with.chunk_by(|one, other| one.0 == other.0).rev().flat_map(rows).collect(),
            Way::Without => rows(without),
        }
    }
}

/// Which of the three orders of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Rising,
    Falling,
    Without,
}

impl<V: Ord + Clone> Lane<V> {
    /// The value of a row.
    pub(super) fn value(&self, row: u32) -> Option<&V> {
        self.values.get(row)?.as_ref()
    }

    /// The values of rows that are asked for in order.
    pub(super) fn reader(&self) -> Reader<'_, Option<V>> {
        self.values.reader()
    }

    /// The rows with a value, in a direction.
    pub(super) fn with(&self, direction: Direction) -> &Sorted {
        match direction {
            Direction::Asc => &self.rising,
            Direction::Desc => &self.falling,
        }
    }

    /// Sets the value of a row. Its place is found when the lane is settled.
    pub(super) fn set(&mut self, row: u32, value: Option<V>) {
        // What is shared is copied only where something changes.
        if self.value(row) != value.as_ref() {
            self.values.set(row, value);
        }
    }

    /// Puts the rows that changed where they belong in the orders of `before`, which is an earlier lane that is settled, with its rows.
    pub(super) fn settle<T: Noun>(&mut self, changed: &RowSet, rows: &Rows<T>, before: (&Lane<V>, &Rows<T>)) {
        let (lane_before, rows_before) = before;
        // A row stays where it is unless its key or its value is another.
        let is_there = |row: &u32| rows.all().contains(*row) && rows_before.all().contains(*row);
        let is_same = |row: &u32| rows.key(*row) == rows_before.key(*row) && self.value(*row) == lane_before.value(*row);
        let stays = |row: &u32| is_there(row) && is_same(row);
        let moved: RowSet = changed.iter().filter(|row| !stays(row)).collect();
        let changed = &moved;
        let many = (changed.len() >= MANY).then(|| self.in_order(changed, rows));
        let sorted = |way| {
            if let Some(many) = &many {
                let gone = changed.iter().filter(|row| lane_before.has(way, *row, rows_before)).collect();
                let added = many.of(way);
                return lane_before.sorted(way).merged(&gone, &added, |one, other| self.compare(way, one, other, rows));
            }
            let mut sorted = lane_before.sorted(way).clone();
            for row in changed.iter().filter(|row| lane_before.has(way, *row, rows_before)) {
                let removed = sorted.remove(row, |other| lane_before.compare(way, other, row, rows_before));
                debug_assert!(removed, "row {row} stood where its value says");
            }
            for row in changed.iter().filter(|row| self.has(way, *row, rows)) {
                sorted.insert(row, |other| self.compare(way, other, row, rows));
            }
            sorted
        };
        let [rising, falling, without] = [Way::Rising, Way::Falling, Way::Without].map(sorted);
        (self.rising, self.falling, self.without) = (rising, falling, without);
    }

    /// Rows in the order of their values and keys, those that are there.
    fn in_order<'a, T: Noun>(&'a self, some: &RowSet, rows: &'a Rows<T>) -> InOrder<'a, V> {
        let there = some.iter().filter(|row| rows.all().contains(*row));
        let mut all: Vec<_> = there.map(|row| (self.value(row), rows.key(row), row)).collect();
        all.sort_unstable();
        InOrder(all)
    }

    fn sorted(&self, way: Way) -> &Sorted {
        match way {
            Way::Rising => &self.rising,
            Way::Falling => &self.falling,
            Way::Without => &self.without,
        }
    }

    fn has<T: Noun>(&self, way: Way, row: u32, rows: &Rows<T>) -> bool {
        rows.all().contains(row) && self.value(row).is_none() == (way == Way::Without)
    }

    fn compare<T: Noun>(&self, way: Way, one: u32, other: u32, rows: &Rows<T>) -> Ordering {
        let values = match way {
            Way::Rising => self.value(one).cmp(&self.value(other)),
            Way::Falling => self.value(other).cmp(&self.value(one)),
            Way::Without => Ordering::Equal,
        };
        values.then_with(|| rows.key(one).cmp(rows.key(other)))
    }
}
