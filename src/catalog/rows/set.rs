//! Sets of rows that snapshots share.

use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// How many of a row's bits stand for its place within a chunk: a chunk holds 65,536 rows, so that a write to a set of
/// millions copies some kilobytes.
const CHUNK_BITS: u32 = 16;
const CHUNK: u32 = 1 << CHUNK_BITS;
/// How many rows of a range are looked up at once, first and at most.
const FIRST: usize = 16;
const SOME: usize = 64;
/// Up to how many rows a chunk has a list of them, and not bits.
const LISTED: usize = 4096;
/// How many bits a word has.
const WORD: usize = u64::BITS as usize;

/// A set of rows. A copy shares everything with the original; a change copies the one chunk it falls in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RowSet {
    /// The chunks that are not empty, in order.
    chunks: Arc<Vec<Chunk>>,
    len: usize,
    /// A bit for each row up to the last, where few rows are asked for time and again.
    #[serde(skip)]
    bits: Option<Arc<[u64]>>,
}

impl PartialEq for RowSet {
    fn eq(&self, other: &RowSet) -> bool {
        self.chunks == other.chunks
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Chunk {
    number: u16,
    rows: Arc<RoaringBitmap>,
}

impl Chunk {
    /// The row at a place within the chunk.
    fn row(&self, within: u32) -> u32 {
        u32::from(self.number) << CHUNK_BITS | within
    }
}

impl RowSet {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The bytes that the rows take, about.
    pub(in crate::catalog) fn bytes(&self) -> usize {
        // A chunk lists its rows, or has a bit for each that there can be.
        let chunk = |chunk: &Chunk| size_of::<Chunk>() + (2 * chunk.rows.len() as usize).min(CHUNK as usize / 8);
        let bits = self.bits.as_ref().map_or(0, |bits| size_of_val(&**bits));
        size_of::<RowSet>() + bits + self.chunks.iter().map(chunk).sum::<usize>()
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn contains(&self, row: u32) -> bool {
        if let Some(bits) = &self.bits {
            return bits.get(row as usize / WORD).is_some_and(|word| word >> (row as usize % WORD) & 1 == 1);
        }
        let (number, within) = split(row);
        self.place(number).is_ok_and(|place| self.chunks[place].rows.contains(within))
    }

    /// The rows in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.rows.iter().map(|within| chunk.row(within)))
    }

    /// The rows from one up to another, that one left out, in ascending order.
    pub fn range(&self, range: Range<u32>) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let end = range.end.max(range.start);
        let first = self.chunks.partition_point(|chunk| chunk.row(CHUNK - 1) < range.start);
        let last = first + self.chunks[first..].partition_point(|chunk| chunk.row(0) < end);
        self.chunks[first..last].iter().flat_map(move |chunk| {
            let within = |row: u32| row.saturating_sub(chunk.row(0)).min(CHUNK);
            chunk.rows.range(within(range.start)..within(end)).map(|within| chunk.row(within))
        })
    }

    /// The same rows; it takes less to say whether one is among them, where a chunk would have to look through a list of them.
    pub(in crate::catalog) fn with_bits(self) -> RowSet {
        let [Chunk { number: 0, rows }] = self.chunks.as_slice() else { return self };
        let Some(last) = rows.max().filter(|_| self.len <= LISTED) else { return self };
        let mut bits = vec![0; last as usize / WORD + 1];
        self.each(|row| bits[row as usize / WORD] |= 1 << (row as usize % WORD));
        RowSet { bits: Some(bits.into()), ..self }
    }

    /// Hands out the rows in ascending order. For very many that costs less than [going through them](RowSet::iter) does.
    pub fn each(&self, mut visit: impl FnMut(u32)) {
        let mut many = [0; 1024];
        for chunk in self.chunks.iter() {
            let first = u32::from(chunk.number) << CHUNK_BITS;
            let mut rows = chunk.rows.iter();
            while let some @ [_, ..] = rows.next_many(&mut many) {
                some.iter().for_each(|within| visit(first | *within));
            }
        }
    }

    /// The rows of a range one by one, the last first if that is wanted.
    pub fn into_range(self, mut range: Range<u32>, backwards: bool) -> impl Iterator<Item = u32> {
        let mut count = FIRST;
        let next = move || -> Option<Vec<u32>> {
            let rows = self.range(range.clone());
            let some: Vec<u32> = if backwards { rows.rev().take(count).collect() } else { rows.take(count).collect() };
            count = SOME.min(2 * count);
            match (some.last()?, backwards) {
                (last, true) => range.end = *last,
                (last, false) => range.start = last + 1,
            }
            Some(some)
        };
        std::iter::from_fn(next).flatten()
    }

    /// Adds a row; whether it was not there before.
    pub fn insert(&mut self, row: u32) -> bool {
        // What is shared is copied only where something changes.
        if self.contains(row) {
            return false;
        }
        self.bits = None;
        let (number, within) = split(row);
        let place = self.place(number);
        let chunks = Arc::make_mut(&mut self.chunks);
        let place = place.unwrap_or_else(|place| {
            chunks.insert(place, Chunk { number, rows: Arc::default() });
            place
        });
        Arc::make_mut(&mut chunks[place].rows).insert(within);
        self.len += 1;
        true
    }

    /// Takes a row away; whether it was there.
    pub fn remove(&mut self, row: u32) -> bool {
        let (number, within) = split(row);
        let Some(place) = self.place(number).ok().filter(|place| self.chunks[*place].rows.contains(within)) else {
            return false;
        };
        self.bits = None;
        let chunks = Arc::make_mut(&mut self.chunks);
        Arc::make_mut(&mut chunks[place].rows).remove(within);
        if chunks[place].rows.is_empty() {
            chunks.remove(place);
        }
        self.len -= 1;
        true
    }

    /// The rows that both have.
    pub fn and(&self, other: &RowSet) -> RowSet {
        self.merge(other, |one, other| Some(Arc::new(&**one? & &**other?)))
    }

    /// The rows that either has.
    pub fn or(&self, other: &RowSet) -> RowSet {
        match (self.is_empty(), other.is_empty()) {
            (_, true) => return self.clone(),
            (true, _) => return other.clone(),
            _ => {}
        }
        self.merge(other, |one, other| match (one, other) {
            (Some(one), Some(other)) => Some(Arc::new(&**one | &**other)),
            (one, other) => one.or(other).cloned(),
        })
    }

    /// The rows that this has and the other has not.
    pub fn without(&self, other: &RowSet) -> RowSet {
        if other.is_empty() {
            return self.clone();
        }
        self.merge(other, |one, other| match other {
            Some(other) => Some(Arc::new(&**one? - &**other)),
            None => one.cloned(),
        })
    }

    /// How many rows both have.
    pub fn shared(&self, other: &RowSet) -> usize {
        let (mut rest, mut shared) = (other.chunks.as_slice(), 0);
        for chunk in self.chunks.iter() {
            rest = &rest[rest.partition_point(|other| other.number < chunk.number)..];
            if let Some(other) = rest.first().filter(|other| other.number == chunk.number) {
                shared += chunk.rows.intersection_len(&other.rows);
            }
        }
        shared as usize
    }

    /// Puts two sets together chunk by chunk. A chunk that comes out as it went in is shared.
    fn merge(
        &self,
        other: &RowSet,
        combine: impl Fn(Option<&Arc<RoaringBitmap>>, Option<&Arc<RoaringBitmap>>) -> Option<Arc<RoaringBitmap>>,
    ) -> RowSet {
        let mut merged = RowSet::default();
        let chunks = Arc::make_mut(&mut merged.chunks);
        let (mut ours, mut theirs) = (self.chunks.iter().peekable(), other.chunks.iter().peekable());
        while let Some(number) = [ours.peek(), theirs.peek()].into_iter().flatten().map(|chunk| chunk.number).min() {
            let one = ours.next_if(|chunk| chunk.number == number);
            let other = theirs.next_if(|chunk| chunk.number == number);
            let rows = combine(one.map(|chunk| &chunk.rows), other.map(|chunk| &chunk.rows));
            if let Some(rows) = rows.filter(|rows| !rows.is_empty()) {
                merged.len += rows.len() as usize;
                chunks.push(Chunk { number, rows });
            }
        }
        merged
    }

    fn place(&self, number: u16) -> Result<usize, usize> {
        // A set of many rows has all chunks.
        if self.chunks.get(usize::from(number)).is_some_and(|chunk| chunk.number == number) {
            return Ok(number.into());
        }
        self.chunks.binary_search_by_key(&number, |chunk| chunk.number)
    }
}

fn split(row: u32) -> (u16, u32) {
    ((row >> CHUNK_BITS) as u16, row & (CHUNK - 1))
}

/// Rows in any order.
impl FromIterator<u32> for RowSet {
    fn from_iter<I: IntoIterator<Item = u32>>(rows: I) -> RowSet {
        let mut rows: Vec<u32> = rows.into_iter().collect();
        rows.sort_unstable();
        rows.dedup();
        let chunk = |same: &[u32]| {
            let within = RoaringBitmap::from_sorted_iter(same.iter().map(|row| split(*row).1));
            Chunk { number: split(same[0]).0, rows: Arc::new(within.expect("the rows are in order")) }
        };
        RowSet {
            chunks: Arc::new(rows.chunk_by(|one, other| split(*one).0 == split(*other).0).map(chunk).collect()),
            len: rows.len(),
            bits: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn rows() -> impl Strategy<Value = BTreeSet<u32>> {
        let row = prop_oneof![0u32..40, 65_500u32..65_600, 200_000u32..200_040];
        prop::collection::btree_set(row, 0..140)
    }

    fn listed(set: &RowSet) -> Vec<u32> {
        let rows: Vec<u32> = set.iter().collect();
        assert_eq!(rows.len(), set.len());
        let mut each = Vec::new();
        set.each(|row| each.push(row));
        assert_eq!(rows, each);
        rows
    }

    proptest! {
        #[test]
        fn sets_do_what_sets_do(one in rows(), other in rows()) {
            let [a, b]: [RowSet; 2] = [&one, &other].map(|rows| rows.iter().copied().collect());
            prop_assert_eq!(listed(&a.and(&b)), one.intersection(&other).copied().collect::<Vec<_>>());
            prop_assert_eq!(listed(&a.or(&b)), one.union(&other).copied().collect::<Vec<_>>());
            prop_assert_eq!(listed(&a.without(&b)), one.difference(&other).copied().collect::<Vec<_>>());
            prop_assert_eq!(a.shared(&b), a.and(&b).len());
            let (from, to) = (other.first().copied().unwrap_or(20), other.last().copied().unwrap_or(65_550));
            let mut within: Vec<u32> = one.iter().copied().filter(|row| (from..to).contains(row)).collect();
            prop_assert_eq!(&a.range(from..to).collect::<Vec<_>>(), &within);
            prop_assert_eq!(&a.clone().into_range(from..to, false).collect::<Vec<_>>(), &within);
            within.reverse();
            prop_assert_eq!(&a.clone().into_range(from..to, true).collect::<Vec<_>>(), &within);
            for a in [a.clone(), a.with_bits()] {
                prop_assert!(one.iter().all(|row| a.contains(*row)) && other.difference(&one).all(|row| !a.contains(*row)));
            }
        }

        #[test]
        fn a_copy_keeps_what_the_original_loses(one in rows(), added in rows(), removed in rows()) {
            let before: RowSet = one.iter().copied().collect();
            let mut after = before.clone().with_bits();
            let mut expected = one.clone();
            for row in &added {
                prop_assert_eq!(after.insert(*row), expected.insert(*row));
            }
            for row in &removed {
                prop_assert_eq!(after.remove(*row), expected.remove(row));
            }
            prop_assert_eq!(listed(&after), expected.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(listed(&before), one.into_iter().collect::<Vec<_>>());
        }
    }
}
