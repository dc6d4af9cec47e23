//! The records of a kind by dense numbers.
//!
//! A record's row is a small number that it keeps as long as it is there: what is derived from records speaks of rows, so that it
//! fits into bitmaps and columns. Rows are given in the order of the keys when a store is opened, later in the order in which
//! records come, and those of deleted records are given again.

mod column;
mod set;
mod sorted;

use std::ops::Bound;
use std::sync::Arc;

use imbl::{OrdMap, Vector};
use smol_str::SmolStr;

pub(super) use column::Column;
pub use set::RowSet;
pub(super) use sorted::{Gap, Sorted};

use super::stored::Stored;

/// The records of one kind. A copy shares everything with the original.
#[derive(Debug)]
pub struct Rows<T> {
    by_key: OrdMap<SmolStr, u32>,
    slots: Column<Option<Slot<T>>>,
    /// The rows with a record.
    all: RowSet,
    /// Rows that were given before and are free again.
    free: Vector<u32>,
    /// The first row that was never given.
    next: u32,
}

#[derive(Debug)]
struct Slot<T> {
    key: SmolStr,
    stored: Arc<Stored<T>>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Slot { key: self.key.clone(), stored: Arc::clone(&self.stored) }
    }
}

impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        Rows {
            by_key: self.by_key.clone(),
            slots: self.slots.clone(),
            all: self.all.clone(),
            free: self.free.clone(),
            next: self.next,
        }
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { by_key: OrdMap::default(), slots: Column::default(), all: RowSet::default(), free: Vector::default(), next: 0 }
    }
}

impl<T> Rows<T> {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The row of the record under a key.
    pub fn row(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The rows with a record.
    pub fn all(&self) -> &RowSet {
        &self.all
    }

    /// The key of the record of a row; empty where there is none.
    pub fn key(&self, row: u32) -> &str {
        self.slot(row).map_or("", |slot| &slot.key)
    }

    /// The record under a key.
    pub fn get(&self, key: &str) -> Option<Arc<Stored<T>>> {
        self.at(self.row(key)?)
    }

    /// The record of a row.
    pub fn at(&self, row: u32) -> Option<Arc<Stored<T>>> {
        self.slot(row).map(|slot| Arc::clone(&slot.stored))
    }

    /// The records in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = Arc<Stored<T>>> + '_ {
        self.by_key.values().filter_map(|row| self.at(*row))
    }

    /// The rows of the keys in a range, in the order of the keys.
    pub(super) fn range(&self, range: (Bound<&str>, Bound<&str>)) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.by_key.range::<_, str>(range).map(|(_, row)| *row)
    }

    /// Puts a record in the place of what stands under its key, and says in which row.
    pub(super) fn put(&mut self, key: &str, stored: Arc<Stored<T>>) -> u32 {
        let key = SmolStr::from(key);
        let row = match self.row(&key) {
            Some(row) => row,
            None => {
                let row = self.free.pop_back().unwrap_or_else(|| {
                    self.next += 1;
                    self.next - 1
                });
                self.by_key.insert(key.clone(), row);
                self.all.insert(row);
                row
            }
        };
        self.slots.set(row, Some(Slot { key, stored }));
        row
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, key: &str) {
        if let Some(row) = self.by_key.remove(key) {
            self.all.remove(row);
            self.slots.set(row, None);
            self.free.push_back(row);
        }
    }

    fn slot(&self, row: u32) -> Option<&Slot<T>> {
        self.slots.get(row)?.as_ref()
    }
}
