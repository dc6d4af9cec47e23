//! Rows in some order, that snapshots share.

use std::cmp::Ordering;
use std::sync::Arc;

/// How many rows a block holds at most: a write copies one block, and a reference to each of the others.
const BLOCK: usize = 2048;

/// Rows in an order that those who put them in know. Each row stands in it once.
#[derive(Debug, Clone, Default)]
pub struct Sorted {
    /// None of them empty.
    blocks: Arc<Vec<Arc<Vec<u32>>>>,
}

/// A gap before, between or after rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    block: usize,
    within: usize,
}

impl Sorted {
    /// The rows as they come, which is in order.
    pub fn of(rows: impl Iterator<Item = u32>) -> Sorted {
        let mut blocks: Vec<Arc<Vec<u32>>> = Vec::new();
        let mut block = Vec::new();
        for row in rows {
            // Blocks are filled by half, so that rows can come in between without splitting all of them.
            if block.len() == BLOCK / 2 {
                blocks.push(Arc::new(std::mem::replace(&mut block, Vec::with_capacity(BLOCK / 2))));
            }
            block.push(row);
        }
        if !block.is_empty() {
            blocks.push(Arc::new(block));
        }
        Sorted { blocks: Arc::new(blocks) }
    }

    /// The gap after all rows that come before some place, as `is_before` tells of each.
    pub fn gap(&self, is_before: impl Fn(u32) -> bool) -> Gap {
        let full = self.blocks.partition_point(|block| block.last().is_some_and(|row| is_before(*row)));
        let within = self.blocks.get(full).map_or(0, |block| block.partition_point(|row| is_before(*row)));
        Gap { block: full, within }
    }

    /// Adds a row where it belongs, as `compare` tells of each row against it.
    pub fn insert(&mut self, row: u32, compare: impl Fn(u32) -> Ordering) {
        let Gap { block, within } = self.gap(|other| compare(other).is_lt());
        let blocks = Arc::make_mut(&mut self.blocks);
        // After all others is the end of the last block.
        let (block, within) = match blocks.len() {
            0 => {
                blocks.push(Arc::default());
                (0, 0)
            }
            len if block == len => (len - 1, blocks[len - 1].len()),
            _ => (block, within),
        };
        let rows = Arc::make_mut(&mut blocks[block]);
        rows.insert(within, row);
        if rows.len() > BLOCK {
            let upper = rows.split_off(BLOCK / 2);
            blocks.insert(block + 1, Arc::new(upper));
        }
    }

    /// Takes a row away that stands where `compare` tells; whether it was there.
    pub fn remove(&mut self, row: u32, compare: impl Fn(u32) -> Ordering) -> bool {
        let Gap { block, within } = self.gap(|other| compare(other).is_lt());
        if self.blocks.get(block).and_then(|rows| rows.get(within)) != Some(&row) {
            return false;
        }
        let blocks = Arc::make_mut(&mut self.blocks);
        let rows = Arc::make_mut(&mut blocks[block]);
        rows.remove(within);
        if rows.is_empty() {
            blocks.remove(block);
        }
        true
    }

    /// The rows from a gap on.
    pub fn from(&self, gap: Gap) -> impl Iterator<Item = u32> + '_ {
        let blocks = self.blocks.iter().enumerate().skip(gap.block);
        blocks.flat_map(move |(number, block)| block.iter().skip(if number == gap.block { gap.within } else { 0 }).copied())
    }

    /// The rows up to a gap, the last first.
    pub fn down_from(&self, gap: Gap) -> impl Iterator<Item = u32> + '_ {
        let partly = self.blocks.get(gap.block).map_or(&[][..], |block| &block[..gap.within]);
        let full = self.blocks[..gap.block.min(self.blocks.len())].iter().rev();
        partly.iter().rev().copied().chain(full.flat_map(|block| block.iter().rev().copied()))
    }

    /// All rows in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.blocks.iter().flat_map(|block| block.iter().copied())
    }

    /// The gap before all rows.
    pub fn start(&self) -> Gap {
        Gap { block: 0, within: 0 }
    }

    /// The gap after all rows.
    pub fn end(&self) -> Gap {
        Gap { block: self.blocks.len(), within: 0 }
    }

    /// The same rows without some, and with others that come in order, as `compare` tells of two rows.
    pub fn merged(&self, keep: impl Fn(u32) -> bool, added: &[u32], compare: impl Fn(u32, u32) -> Ordering) -> Sorted {
        let mut kept = self.iter().filter(|row| keep(*row)).peekable();
        let mut added = added.iter().copied().peekable();
        Sorted::of(std::iter::from_fn(|| match (kept.peek(), added.peek()) {
            (Some(one), Some(other)) if compare(*one, *other).is_lt() => kept.next(),
            (_, Some(_)) => added.next(),
            (_, None) => kept.next(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_stand_where_they_belong(start in 0u32..6000, changes in prop::collection::vec((any::<bool>(), 0u32..6000), 0..200)) {
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
            for place in [0, 1, 700, 5999, 20_000] {
                let gap = sorted.gap(|row| row > place);
                let (before, after): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| **row > place);
                prop_assert_eq!(sorted.from(gap).collect::<Vec<_>>(), after);
                prop_assert_eq!(sorted.down_from(gap).collect::<Vec<_>>(), before.into_iter().rev().collect::<Vec<_>>());
            }
            let merged = sorted.merged(|row| row % 3 != 0, &[12_003, 12_001], |one, other| other.cmp(&one));
            let kept = expected.iter().copied().filter(|row| row % 3 != 0);
            let expected: BTreeSet<u32> = kept.chain([12_003, 12_001]).collect();
            prop_assert_eq!(merged.iter().collect::<Vec<_>>(), expected.into_iter().rev().collect::<Vec<_>>());
        }
    }
}
