//! The records of a kind by dense numbers.
//!
//! A record's row is a small number that it keeps as long as it is there: what is derived from records speaks of rows, so that it
//! fits into bitmaps and columns. Rows are given in the order of the keys when a store is opened, later in the order in which
//! records come, and those of deleted records are given again, unless that would break the order of the first.

mod column;
mod guess;
mod set;
mod sorted;

use std::ops::Bound;
use std::sync::Arc;

use foldhash::HashMap;
use imbl::{OrdMap, Vector};
use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microseconds;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub(super) use column::{Column, Reader};
pub use set::RowSet;
pub(super) use sorted::{Gap, Sorted};

use self::guess::Guesses;
use super::archive::Archive;
use super::stored::{Noun, Stored};

/// The records of one kind. A copy shares everything with the original.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Rows<T: Noun> {
    by_key: OrdMap<SmolStr, u32>,
    slots: Column<Option<Slot>>,
    /// The rows with a record.
    all: RowSet,
    /// The records that may not be on disk yet, by their rows; few kinds are held for good.
    held: OrdMap<u32, Arc<T>>,
    /// The records of a kind of which there are few, by their keys: they are what most others name.
    #[serde(skip)]
    few: Arc<HashMap<SmolStr, Stored<T>>>,
    /// Rows that were given before and are free again.
    free: Vector<u32>,
    /// The first row that was never given.
    next: u32,
    /// The rows below this one stand in the order of their keys.
    in_order: u32,
    /// Where keys were found last.
    #[serde(skip)]
    guesses: Arc<Guesses>,
    /// Where records are that are not held here.
    #[serde(skip)]
    archive: Arc<Archive>,
}

/// What is known of a record without reading it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Slot {
    key: SmolStr,
    revision: u64,
    #[serde(with = "microseconds")]
    updated_at: Timestamp,
}

impl<T: Noun> Clone for Rows<T> {
    fn clone(&self) -> Self {
        Rows {
            by_key: self.by_key.clone(),
            slots: self.slots.clone(),
            all: self.all.clone(),
            held: self.held.clone(),
            few: Arc::clone(&self.few),
            free: self.free.clone(),
            next: self.next,
            in_order: self.in_order,
            guesses: Arc::clone(&self.guesses),
            archive: Arc::clone(&self.archive),
        }
    }
}

impl<T: Noun> Rows<T> {
    pub(super) fn new(archive: Arc<Archive>) -> Rows<T> {
        Rows {
            by_key: OrdMap::default(),
            slots: Column::default(),
            all: RowSet::default(),
            held: OrdMap::default(),
            few: Arc::default(),
            free: Vector::default(),
            next: 0,
            in_order: 0,
            guesses: Arc::default(),
            archive,
        }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The row of the record under a key.
    pub fn row(&self, key: &str) -> Option<u32> {
        let holds = |row: u32| self.slot(row).is_some_and(|slot| slot.key == key);
        self.guesses.row(key, holds, || self.by_key.get(key).copied())
    }

    /// All rows are below this one.
    pub fn end(&self) -> u32 {
        self.next
    }

    /// The rows with a record.
    pub fn all(&self) -> &RowSet {
        &self.all
    }

    /// The rows below this one stand in the order of their keys.
    pub(super) fn in_order(&self) -> u32 {
        self.in_order
    }

    /// Whether there is a record in a row.
    pub fn has(&self, row: u32) -> bool {
        self.slot(row).is_some()
    }

    /// The key of the record of a row; empty where there is none.
    pub fn key(&self, row: u32) -> &str {
        self.slot(row).map_or("", |slot| &slot.key)
    }

    /// The record under a key.
    pub fn get(&self, key: &str) -> Option<Stored<T>> {
        if T::IS_FEW { self.few.get(key).cloned() } else { self.at(self.row(key)?) }
    }

    /// The record of a row.
    pub fn at(&self, row: u32) -> Option<Stored<T>> {
        let Slot { key, revision, updated_at } = self.slot(row)?;
        let record = match self.held.get(&row) {
            Some(record) => Arc::clone(record),
            None => self.archive.read(key, row, *revision),
        };
        Some(Stored { record, revision: *revision, updated_at: *updated_at })
    }

    /// The revision that last changed the record under a key.
    pub(super) fn revision(&self, key: &str) -> Option<u64> {
        Some(self.slot(self.row(key)?)?.revision)
    }

    /// The keys in order, each with the revision that last changed its record.
    pub(super) fn revisions(&self) -> impl Iterator<Item = (&str, u64)> {
        self.by_key.iter().filter_map(|(key, row)| Some((key.as_str(), self.slot(*row)?.revision)))
    }

    /// The records in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = Stored<T>> + '_ {
        self.by_key.values().filter_map(|row| self.at(*row))
    }

    /// The rows of the keys in a range, in the order of the keys.
    pub(super) fn range(&self, range: (Bound<&str>, Bound<&str>)) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.by_key.range::<_, str>(range).map(|(_, row)| *row)
    }

    /// Puts a record in the place of what stands under its key, and says in which row. It is held where it is given; else the archive
    /// has it.
    pub(super) fn put(&mut self, key: &str, revision: u64, updated_at: Timestamp, held: Option<Arc<T>>) -> u32 {
        let key = SmolStr::from(key);
        let row = match self.row(&key) {
            Some(row) => row,
            None => {
                let row = self.free.pop_back().unwrap_or_else(|| {
                    let is_last = || self.by_key.get_max().is_none_or(|(last, _)| *last < key);
                    self.in_order += u32::from(self.in_order == self.next && is_last());
                    self.next += 1;
                    self.next - 1
                });
                self.by_key.insert(key.clone(), row);
                self.all.insert(row);
                row
            }
        };
        match held {
            Some(record) => {
                if T::IS_FEW {
                    let stored = Stored { record: Arc::clone(&record), revision, updated_at };
                    Arc::make_mut(&mut self.few).insert(key.clone(), stored);
                }
                self.held.insert(row, record)
            }
            None => self.held.remove(&row),
        };
        self.slots.set(row, Some(Slot { key, revision, updated_at }));
        row
    }

    /// Holds the record under a key, as it stands there.
    pub(super) fn hold(&mut self, key: &str, record: Arc<T>) {
        if let Some(row) = self.row(key) {
            self.held.insert(row, record);
        }
    }

    /// Says where records are that are not held.
    pub(super) fn set_archive(&mut self, archive: &Arc<Archive>) {
        self.archive = Arc::clone(archive);
        if T::IS_FEW {
            let stored = |(key, row): (&SmolStr, &u32)| Some((key.clone(), self.at(*row)?));
            self.few = Arc::new(self.by_key.iter().filter_map(stored).collect());
        }
    }

    /// Leaves the records that are on disk now to the archive.
    pub(super) fn release(&mut self) {
        if T::IS_FEW {
            return;
        }
        for (row, record) in std::mem::take(&mut self.held) {
            if let Some(slot) = self.slot(row) {
                self.archive.keep(row, slot.revision, record);
            }
        }
    }

    /// Holds none of the records any more, where they are not few.
    pub(super) fn let_go(&mut self) {
        if !T::IS_FEW {
            self.held = OrdMap::default();
        }
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, key: &str) {
        if let Some(row) = self.by_key.remove(key) {
            self.all.remove(row);
            self.held.remove(&row);
            if T::IS_FEW {
                Arc::make_mut(&mut self.few).remove(key);
            }
            self.slots.set(row, None);
            if row >= self.in_order {
                self.free.push_back(row);
            }
        }
    }

    fn slot(&self, row: u32) -> Option<&Slot> {
        self.slots.get(row)?.as_ref()
    }
}
