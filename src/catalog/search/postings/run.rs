//! Documents in order, packed.

use super::Weight;

/// How many documents a run holds at most.
pub(super) const FULL: usize = 512;

/// Documents and their weights in the order of their numbers: for each, how far it is from the one before in as many bytes as
/// that takes, and the weight in one.
#[derive(Debug, Clone, Default)]
pub(in crate::catalog::search) struct Run {
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
            self.push(document, weight);
            return;
        }
        let before = self.iter().take_while(|(other, _)| *other < document);
        let after = self.iter().skip_while(|(other, _)| *other <= document);
        *self = before.chain([(document, weight)]).chain(after).collect();
    }

    pub(super) fn remove(&mut self, document: u32) {
        *self = self.iter().filter(|(other, _)| *other != document).collect();
    }

    /// Gives back room that is kept for more.
    pub(super) fn close(&mut self) {
        self.bytes.shrink_to_fit();
    }

    fn push(&mut self, document: u32, weight: Weight) {
        let mut distance = document - self.last;
        while distance >= 0x80 {
            self.bytes.push(distance as u8 | 0x80);
            distance >>= 7;
        }
        self.bytes.extend([distance as u8, weight.byte()]);
        self.count += 1;
        self.last = document;
    }
}

impl FromIterator<(u32, Weight)> for Run {
    fn from_iter<I: IntoIterator<Item = (u32, Weight)>>(documents: I) -> Run {
        let mut run = Run::default();
        for (document, weight) in documents {
            run.push(document, weight);
        }
        run
    }
}

/// See [`Run::iter`].
#[derive(Debug, Clone)]
pub(super) struct Iter<'a> {
    bytes: &'a [u8],
    document: u32,
}

impl Iterator for Iter<'_> {
    type Item = (u32, Weight);

    fn next(&mut self) -> Option<(u32, Weight)> {
        let mut distance = 0;
        let mut shift = 0;
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            distance |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
            shift += 7;
        }
        let (&weight, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        self.document += distance;
        Some((self.document, Weight::from_byte(weight)))
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
                    run.insert(document, Weight::from_byte(byte));
                    plain.insert(document, Weight::from_byte(byte));
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
