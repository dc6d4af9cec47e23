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

    /// Puts the rows that changed where they belong. `before` is the lane with its rows as it was when it was last settled.
    pub(super) fn settle<T: Noun>(&mut self, changed: &RowSet, rows: &Rows<T>, before: (&Lane<V>, &Rows<T>)) {
        let (lane_before, rows_before) = before;
        // A row stays where it is unless its key or its value is another.
        let is_there = |row: &u32| rows.all().contains(*row) && rows_before.all().contains(*row);
        let is_same = |row: &u32| rows.key(*row) == rows_before.key(*row) && self.value(*row) == lane_before.value(*row);
        let stays = |row: &u32| is_there(row) && is_same(row);
        let moved: RowSet = changed.iter().filter(|row| !stays(row)).collect();
        let changed = &moved;
        for way in [Way::Rising, Way::Falling, Way::Without] {
            let sorted = if changed.len() < MANY {
                let mut sorted = self.sorted(way).clone();
                for row in changed.iter().filter(|row| lane_before.has(way, *row, rows_before)) {
                    let removed = sorted.remove(row, |other| lane_before.compare(way, other, row, rows_before));
                    debug_assert!(removed, "row {row} stood where its value says");
                }
                for row in changed.iter().filter(|row| self.has(way, *row, rows)) {
                    sorted.insert(row, |other| self.compare(way, other, row, rows));
                }
                sorted
            } else {
                let mut added: Vec<u32> = changed.iter().filter(|row| self.has(way, *row, rows)).collect();
                added.sort_unstable_by(|one, other| self.compare(way, *one, *other, rows));
                let gone = changed.iter().filter(|row| lane_before.has(way, *row, rows_before)).collect();
                self.sorted(way).merged(&gone, &added, |one, other| self.compare(way, one, other, rows))
            };
            match way {
                Way::Rising => self.rising = sorted,
                Way::Falling => self.falling = sorted,
                Way::Without => self.without = sorted,
            }
        }
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
