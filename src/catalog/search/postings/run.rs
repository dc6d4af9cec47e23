//! Documents in order, packed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Weight;

/// How many documents a run holds at most.
pub(super) const FULL: usize = 512;

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

    /// Puts a document in its place, instead of what stands there. At the end, where new documents go, nothing is moved.
    pub(super) fn insert(&mut self, document: u32, weight: Weight) {
        if self.count == 0 || document > self.last {
            write(&mut self.bytes, document - self.last, weight);
            self.count += 1;
            self.last = document;
            return;
        }
        self.replace(document, Some(weight));
    }

    pub(super) fn remove(&mut self, document: u32) {
        if document <= self.last {
            self.replace(document, None);
        }
    }

    /// Gives back room that is kept for more.
    pub(super) fn close(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Puts a weight in the place of a document that is not beyond the last, or takes it away. What follows it is the same but
    /// for the distance of the next document.
    fn replace(&mut self, document: u32, weight: Option<Weight>) {
        let (mut count, mut last) = (self.count, self.last);
        let mut ahead = self.iter();
        let (mut start, mut before) = (0, 0);
        let mut next = ahead.next();
        while let Some((other, _)) = next.filter(|(other, _)| *other < document) {
            (start, before) = (self.bytes.len() - ahead.bytes.len(), other);
            next = ahead.next();
        }
        let mut written = Vec::new();
        if next.is_some_and(|(other, _)| other == document) {
            count -= 1;
            next = ahead.next();
        }
        if let Some(weight) = weight {
            write(&mut written, document - before, weight);
            count += 1;
            before = document;
        }
        match next {
            Some((other, weight)) => write(&mut written, other - before, weight),
            None => last = before,
        }
        let end = self.bytes.len() - ahead.bytes.len();
        self.bytes.splice(start..end, written);
        (self.count, self.last) = (count, last);
    }
}

/// Gives back the room of a run that nobody shares.
pub(super) fn close(run: &mut Arc<Run>) {
    if let Some(run) = Arc::get_mut(run) {
        run.close();
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

impl FromIterator<(u32, Weight)> for Run {
    fn from_iter<I: IntoIterator<Item = (u32, Weight)>>(documents: I) -> Run {
        let mut run = Run::default();
        documents.into_iter().for_each(|(document, weight)| run.insert(document, weight));
        run.close();
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
                if put {
                    run.insert(document, Weight::of(f32::from(byte) / 8.0));
                    plain.insert(document, Weight::of(f32::from(byte) / 8.0));
                } else {
                    run.remove(document);
                    plain.remove(&document);
                }
            }
            prop_assert_eq!(run.len(), plain.len());
            prop_assert!(run.iter().eq(plain));
        }
    }
}
