//! Rows in some order, that snapshots share.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::RowSet;
use crate::catalog::packed;

/// How many rows a block holds at most, and how many blocks a shelf: a write copies one block, the references of one shelf, and one to
/// each of the shelves.
const BLOCK: usize = 1024;
const SHELF: usize = 64;

/// Rows in an order that those who put them in know. Each row stands in it once.
#[derive(Debug, Clone, Default)]
pub struct Sorted {
    /// None of them empty.
    shelves: Arc<Vec<Arc<Shelf>>>,
}

/// Blocks of rows, none of them empty.
type Shelf = Vec<Arc<Vec<u32>>>;

/// The blocks are made anew: how they are cut says nothing.
impl Serialize for Sorted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        packed::serialize(&self.iter().collect::<Vec<u32>>(), serializer)
    }
}

impl<'de> Deserialize<'de> for Sorted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sorted, D::Error> {
        packed::deserialize(deserializer).map(|rows: Vec<u32>| Sorted::of(rows.into_iter()))
    }
}

/// A gap before, between or after rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    shelf: usize,
    block: usize,
    within: usize,
}

impl Sorted {
    /// The rows as they come, which is in order.
    pub fn of(mut rows: impl Iterator<Item = u32>) -> Sorted {
        // Blocks and shelves are filled by half, so that rows can come in between without splitting all of them.
        let block = || Some(rows.by_ref().take(BLOCK / 2).collect::<Vec<_>>()).filter(|block| !block.is_empty()).map(Arc::new);
        let mut blocks = std::iter::from_fn(block);
        let shelf = || Some(blocks.by_ref().take(SHELF / 2).collect::<Shelf>()).filter(|shelf| !shelf.is_empty()).map(Arc::new);
        Sorted { shelves: Arc::new(std::iter::from_fn(shelf).collect()) }
    }

    /// The gap after all rows that come before some place, as `is_before` tells of each.
    pub fn gap(&self, is_before: impl Fn(u32) -> bool) -> Gap {
        let is_full = |block: &Arc<Vec<u32>>| block.last().is_some_and(|row| is_before(*row));
        let shelf = self.shelves.partition_point(|shelf| shelf.last().is_some_and(is_full));
        let block = self.shelves.get(shelf).map_or(0, |blocks| blocks.partition_point(is_full));
        let within = self.block(shelf, block).partition_point(|row| is_before(*row));
        Gap { shelf, block, within }
    }

    /// The rows of a block; none where there is none.
    fn block(&self, shelf: usize, block: usize) -> &[u32] {
        self.shelves.get(shelf).and_then(|blocks| blocks.get(block)).map_or(&[], |rows| rows)
    }

    /// Adds a row where it belongs, as `compare` tells of each row against it.
    pub fn insert(&mut self, row: u32, compare: impl Fn(u32) -> Ordering) {
        let mut gap = self.gap(|other| compare(other).is_lt());
        let shelves = Arc::make_mut(&mut self.shelves);
        // After all others is the end of the last block.
        if gap.shelf == shelves.len() {
            let Some(blocks) = shelves.last() else {
                return shelves.push(Arc::new(vec![Arc::new(vec![row])]));
            };
            let block = blocks.len() - 1;
            gap = Gap { shelf: gap.shelf - 1, block, within: blocks[block].len() };
        }
        let blocks = Arc::make_mut(&mut shelves[gap.shelf]);
        let rows = Arc::make_mut(&mut blocks[gap.block]);
        rows.insert(gap.within, row);
        if rows.len() > BLOCK {
            let upper = rows.split_off(BLOCK / 2);
            blocks.insert(gap.block + 1, Arc::new(upper));
        }
        if blocks.len() > SHELF {
            let upper = blocks.split_off(SHELF / 2);
            shelves.insert(gap.shelf + 1, Arc::new(upper));
        }
    }

    /// Takes a row away that stands where `compare` tells; whether it was there.
    pub fn remove(&mut self, row: u32, compare: impl Fn(u32) -> Ordering) -> bool {
        let Gap { shelf, block, within } = self.gap(|other| compare(other).is_lt());
        if self.block(shelf, block).get(within) != Some(&row) {
            return false;
        }
        let shelves = Arc::make_mut(&mut self.shelves);
        let blocks = Arc::make_mut(&mut shelves[shelf]);
        let rows = Arc::make_mut(&mut blocks[block]);
        rows.remove(within);
        if rows.is_empty() {
            blocks.remove(block);
        }
        if blocks.is_empty() {
            shelves.remove(shelf);
        }
        true
    }

    /// The rows from a gap on.
    pub fn from(&self, gap: Gap) -> impl Iterator<Item = u32> + '_ {
        let shelves = self.shelves.iter().enumerate().skip(gap.shelf);
        let blocks = shelves.flat_map(move |(shelf, blocks)| &blocks[if shelf == gap.shelf { gap.block } else { 0 }..]);
        blocks.enumerate().flat_map(move |(block, rows)| rows[if block == 0 { gap.within } else { 0 }..].iter().copied())
    }

    /// The rows up to a gap, the last first.
    pub fn down_from(&self, gap: Gap) -> impl Iterator<Item = u32> + '_ {
        let partly = &self.block(gap.shelf, gap.block)[..gap.within];
        let shelf = self.shelves.get(gap.shelf).map_or(&[][..], |blocks| &blocks[..gap.block]);
        let shelves = self.shelves[..gap.shelf.min(self.shelves.len())].iter().rev();
        let blocks = shelf.iter().rev().chain(shelves.flat_map(|blocks| blocks.iter().rev()));
        partly.iter().rev().copied().chain(blocks.flat_map(|rows| rows.iter().rev().copied()))
    }

    /// All rows in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.shelves.iter().flat_map(|blocks| blocks.iter()).flat_map(|rows| rows.iter().copied())
    }

    /// The gap before all rows.
    pub fn start(&self) -> Gap {
        Gap { shelf: 0, block: 0, within: 0 }
    }

    /// The gap after all rows.
    pub fn end(&self) -> Gap {
        Gap { shelf: self.shelves.len(), block: 0, within: 0 }
    }

    /// The same rows without some, and with others that come in order, as `compare` tells of two rows. Of the rows between two that
    /// come, few are looked at.
    pub fn merged(&self, gone: &RowSet, added: &[u32], compare: impl Fn(u32, u32) -> Ordering) -> Sorted {
        let kept: Vec<u32> = match gone.is_empty() {
            true => self.iter().collect(),
            false => self.iter().filter(|row| !gone.contains(*row)).collect(),
        };
        let (mut left, mut merged) = (kept.as_slice(), Vec::with_capacity(kept.len() + added.len()));
        for row in added {
            let (before, after) = left.split_at(count_before(left, |other| compare(other, *row).is_lt()));
            merged.extend_from_slice(before);
            merged.push(*row);
            left = after;
        }
        merged.extend_from_slice(left);
        Sorted::of(merged.into_iter())
    }
}

/// How many rows at the beginning come before some place, where that is more likely a few than many.
fn count_before(rows: &[u32], is_before: impl Fn(u32) -> bool) -> usize {
    let mut end = 1;
    while rows.get(end - 1).is_some_and(|row| is_before(*row)) {
        end *= 2;
    }
    let start = end / 2;
    start + rows[start..rows.len().min(end)].partition_point(|row| is_before(*row))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_stand_where_they_belong(
            start in 0u32..90_000,
            changes in prop::collection::vec((any::<bool>(), 0u32..90_000), 0..200),
            more in prop::collection::btree_set(0u32..200_000, 0..50),
            some_go: bool,
        ) {
            // Even rows, in falling order, so that rows and places are not the same.
            let mut sorted = Sorted::of((0..start).rev().map(|row| row * 2));
            let mut expected: BTreeSet<u32> = (0..start).map(|row| row * 2).collect();
            for (added, row) in changes {
                if added && expected.insert(row) {
                    sorted.insert(row, |other| row.cmp(&other));
                } else if !added {
                    prop_assert_eq!(sorted.remove(row, |other| row.cmp(&other)), expected.remove(&row));
                }
            }
            let rows: Vec<u32> = expected.iter().rev().copied().collect();
            prop_assert_eq!(&sorted.iter().collect::<Vec<_>>(), &rows);
            for place in [0, 1, 700, 5999, 64_000, 200_000] {
                let gap = sorted.gap(|row| row > place);
                let (before, after): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| **row > place);
                prop_assert_eq!(sorted.from(gap).collect::<Vec<_>>(), after);
                prop_assert_eq!(sorted.down_from(gap).collect::<Vec<_>>(), before.into_iter().rev().collect::<Vec<_>>());
            }
            let added: Vec<u32> = more.into_iter().rev().collect();
            let gone: RowSet = (0..200_000).filter(|row| some_go && row % 3 == 0).chain(added.iter().copied()).collect();
            let merged = sorted.merged(&gone, &added, |one, other| other.cmp(&one));
            let kept = expected.into_iter().filter(|row| !gone.contains(*row));
            let expected: BTreeSet<u32> = kept.chain(added).collect();
            prop_assert_eq!(merged.iter().collect::<Vec<_>>(), expected.into_iter().rev().collect::<Vec<_>>());
        }
    }
}
