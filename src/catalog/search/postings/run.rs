//! Documents in order, packed.

use serde::{Deserialize, Serialize};

use super::Weight;

/// How many documents a run holds at most.
pub(super) const FULL: usize = 512;
/// How many bytes a document takes, for room to be made: few take more.
const COMMON: usize = 4;

/// Documents and their weights in the order of their numbers, packed: how far each document is from the one before and four bits
/// of the weight in as many bytes as that takes, and the whole weight in one where four bits do not tell it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::catalog::search) struct Run {
    #[serde(with = "crate::catalog::packed")]
    bytes: Vec<u8>,
    count: u32,
    last: u32,
}

impl Run {
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// The last document; 0 where there is none.
    pub(super) fn last(&self) -> u32 {
        self.last
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter { bytes: &self.bytes, document: 0 }
    }

    /// Hands out the documents that are among some, which are in order.
    pub(super) fn each_among(&self, some: &[u32], visit: &mut impl FnMut(u32, Weight)) {
        let mut some = some.iter().peekable();
        for (document, weight) in self.iter() {
            while some.next_if(|other| **other < document).is_some() {}
            match some.peek() {
                Some(other) if **other == document => visit(document, weight),
                Some(_) => {}
                None => break,
            }
        }
    }

    /// The run with more documents, which are in order and not there yet. At the end, where new documents go, and for a single
    /// one nothing is unpacked.
    pub(super) fn with(&self, documents: &[(u32, Weight)]) -> Run {
        match documents {
            [(first, _), ..] if self.count == 0 || *first > self.last => {
                let mut bytes = Vec::with_capacity(self.bytes.len() + documents.len() * COMMON);
                bytes.extend(&self.bytes);
                let mut run = Run { bytes, ..*self };
                documents.iter().for_each(|(document, weight)| run.push(*document, *weight));
                run.bytes.shrink_to_fit();
                run
            }
            [(document, weight)] => self.replaced(*document, Some(*weight)),
            several => self.merged(several).into_iter().collect(),
        }
    }

    /// All documents with others, which are in order and not there yet.
    pub(super) fn merged(&self, others: &[(u32, Weight)]) -> Vec<(u32, Weight)> {
        let mut all = Vec::with_capacity(self.len() + others.len());
        let mut others = others.iter().copied().peekable();
        for (document, weight) in self.iter() {
            all.extend(std::iter::from_fn(|| others.next_if(|(other, _)| *other < document)));
            all.push((document, weight));
        }
        all.extend(others);
        all
    }

    /// Adds a document beyond all that are there.
    fn push(&mut self, document: u32, weight: Weight) {
        write(&mut self.bytes, document - self.last, weight);
        self.count += 1;
        self.last = document;
    }

    /// The run without a document, where that is there.
    pub(super) fn without(&self, document: u32) -> Run {
        self.replaced(document, None)
    }

    /// The run with a weight in the place of a document, or without it. What follows it is the same but for the distance of the next
    /// document.
    fn replaced(&self, document: u32, weight: Option<Weight>) -> Run {
        let (mut count, mut last) = (self.count, self.last);
        let mut ahead = self.iter();
        let (mut start, mut before) = (0, 0);
        let mut next = ahead.next();
        while let Some((other, _)) = next.filter(|(other, _)| *other < document) {
            (start, before) = (self.bytes.len() - ahead.bytes.len(), other);
            next = ahead.next();
        }
        let mut bytes = Vec::with_capacity(self.bytes.len() + COMMON);
        bytes.extend(&self.bytes[..start]);
        if next.is_some_and(|(other, _)| other == document) {
            count -= 1;
            next = ahead.next();
        }
        if let Some(weight) = weight {
            write(&mut bytes, document - before, weight);
            count += 1;
            before = document;
        }
        match next {
            Some((other, weight)) => write(&mut bytes, other - before, weight),
            None => last = before,
        }
        bytes.extend(ahead.bytes);
        bytes.shrink_to_fit();
        Run { bytes, count, last }
    }
}

fn write(bytes: &mut Vec<u8>, distance: u32, weight: Weight) {
    let (level, follows) = weight.packed();
    let mut packed = u64::from(distance) << 4 | u64::from(level);
    while packed >= 0x80 {
        bytes.push(packed as u8 | 0x80);
        packed >>= 7;
    }
    bytes.push(packed as u8);
    bytes.extend(follows);
}

/// Documents in order.
impl FromIterator<(u32, Weight)> for Run {
    fn from_iter<I: IntoIterator<Item = (u32, Weight)>>(documents: I) -> Run {
        let mut run = Run::default();
        documents.into_iter().for_each(|(document, weight)| run.push(document, weight));
        run.bytes.shrink_to_fit();
        run
    }
}

/// See [`Run::iter`].
#[derive(Debug, Clone, Default)]
pub(super) struct Iter<'a> {
    bytes: &'a [u8],
    document: u32,
}

impl Iter<'_> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }
}

impl Iterator for Iter<'_> {
    type Item = (u32, Weight);

    #[inline]
    fn next(&mut self) -> Option<(u32, Weight)> {
        let first = self.byte()?;
        let level = first & 0x0f;
        let mut distance = u32::from(first >> 4 & 0x07);
        if first >= 0x80 {
            let mut shift = 3;
            loop {
                let byte = self.byte()?;
                distance |= u32::from(byte & 0x7f).wrapping_shl(shift);
                if byte < 0x80 {
                    break;
                }
                shift += 7;
            }
        }
        let weight = Weight::unpacked(level, || self.byte())?;
        self.document = self.document.wrapping_add(distance);
        Some((self.document, weight))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_run_holds_what_was_put_and_not_removed(edits in prop::collection::vec((any::<bool>(), 0..40_u32, 0..6_u32, 1..255_u8), 0..200)) {
            let mut run = Run::default();
            let mut plain = BTreeMap::new();
            for (put, low, high, byte) in edits {
                let document = high << 29 | low;
                let weight = Weight::of(f32::from(byte) / 8.0);
                if !put {
                    run = run.without(document);
                    plain.remove(&document);
                } else if plain.insert(document, weight).is_none() {
                    // Another one comes with it where that is not there yet.
                    let other = document + u32::from(byte);
                    let also = (!plain.contains_key(&other)).then_some((other, weight));
                    plain.extend(also);
                    let new: Vec<_> = [(document, weight)].into_iter().chain(also).collect();
                    run = run.with(&new);
                } else {
                    run = run.without(document).with(&[(document, weight)]);
                }
            }
            prop_assert_eq!(run.len(), plain.len());
            prop_assert!(run.iter().eq(plain));
        }
    }
}
