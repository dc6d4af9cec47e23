//! Which records have a sign.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::sign::Sign;

/// From how many pairs on a chunk is cut in two: a write copies the chunks of its signs.
const CHUNK: usize = 1024;
/// For how many more a chunk that is full takes room: most of its memory should hold something.
const ROOM: usize = 64;

/// Pairs of a sign and a document that has it, in order. A copy shares everything with the original.
///
/// Most signs have one document or a few, some have thousands: so pairs stand in a row, cut into chunks, and a sign that many
/// have is written once a chunk.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Postings {
    /// By the first pair that may stand in them; the first chunk's is the smallest of all.
    chunks: OrdMap<(Sign, u32), Arc<Chunk>>,
}

/// Pairs as runs of documents with the same sign.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Chunk {
    #[serde(with = "crate::catalog::packed")]
    signs: Vec<Sign>,
    /// Where the run of each sign ends among the documents.
    ends: Vec<u16>,
    #[serde(with = "crate::catalog::packed")]
    documents: Vec<u32>,
}

impl Postings {
    /// The documents that have a sign, in order, in pieces.
    pub(super) fn documents(&self, sign: Sign) -> impl Iterator<Item = &[u32]> {
        let first = self.chunks.get_prev(&(sign, 0)).map(|(first, _)| *first);
        let chunks = first.into_iter().flat_map(move |first| self.chunks.range(first..=(sign, u32::MAX)));
        chunks.map(move |(_, chunk)| chunk.documents(sign)).filter(|documents| !documents.is_empty())
    }

    /// Whether more documents than some number have a sign.
    pub(super) fn is_beyond(&self, sign: Sign, most: usize) -> bool {
        let mut met = 0;
        self.documents(sign).any(|documents| {
            met += documents.len();
            met > most
        })
    }

    /// Adds pairs, which are in order and not there yet. Each chunk is written once, however many of them come into it.
    pub(super) fn insert(&mut self, mut pairs: &[(Sign, u32)]) {
        if self.chunks.is_empty() {
            self.chunks.insert((Sign::SMALLEST, 0), Arc::default());
        }
        while let Some(pair) = pairs.first() {
            let Some((&first, _)) = self.chunks.get_prev(pair) else { return };
            let next = self.chunks.range((Bound::Excluded(first), Bound::Unbounded)).next().map(|(next, _)| *next);
            let here = next.map_or(pairs.len(), |next| pairs.partition_point(|pair| *pair < next));
            let (here, rest) = pairs.split_at(here);
            pairs = rest;
            let Some(chunk) = self.chunks.get_mut(&first) else { return };
            if let [(sign, document)] = here
                && chunk.documents.len() + 1 < CHUNK
            {
                Arc::make_mut(chunk).insert(*sign, *document);
                continue;
            }
            let merged = chunk.merged(here);
            if merged.len() < CHUNK {
                *chunk = Arc::new(Chunk::of(&merged));
                continue;
            }
            for (number, pairs) in merged.chunks(merged.len().div_ceil(merged.len().div_ceil(CHUNK / 4 * 3))).enumerate() {
                let first = if number == 0 { first } else { pairs[0] };
                self.chunks.insert(first, Arc::new(Chunk::of(pairs)));
            }
        }
    }

    /// Takes a document from those that have a sign.
    pub(super) fn remove(&mut self, sign: Sign, document: u32) {
        let Some((first, chunk)) = self.chunks.get_prev_mut(&(sign, document)) else { return };
        let first = *first;
        let chunk = Arc::make_mut(chunk);
        chunk.remove(sign, document);
        if chunk.documents.is_empty() && first != (Sign::SMALLEST, 0) {
            self.chunks.remove(&first);
        }
    }
}

impl Chunk {
    fn documents(&self, sign: Sign) -> &[u32] {
        self.signs.binary_search(&sign).map_or(&[], |run| self.run(run))
    }

    fn run(&self, run: usize) -> &[u32] {
        &self.documents[self.start(run)..usize::from(self.ends[run])]
    }

    fn start(&self, run: usize) -> usize {
        run.checked_sub(1).map_or(0, |before| usize::from(self.ends[before]))
    }

    fn insert(&mut self, sign: Sign, document: u32) {
        let run = match self.signs.binary_search(&sign) {
            Ok(run) => run,
            Err(run) => {
                if self.signs.len() == self.signs.capacity() {
                    self.signs.reserve_exact(ROOM);
                    self.ends.reserve_exact(ROOM);
                }
                self.signs.insert(run, sign);
                self.ends.insert(run, self.start(run) as u16);
                run
            }
        };
        let within = self.run(run).partition_point(|other| *other < document);
        if self.documents.len() == self.documents.capacity() {
            self.documents.reserve_exact(ROOM);
        }
        debug_assert_ne!(self.run(run).get(within), Some(&document), "it has the sign already");
        self.documents.insert(self.start(run) + within, document);
        self.ends[run..].iter_mut().for_each(|end| *end += 1);
    }

    fn remove(&mut self, sign: Sign, document: u32) {
        let Ok(run) = self.signs.binary_search(&sign) else { return };
        let Ok(within) = self.run(run).binary_search(&document) else { return };
        self.documents.remove(self.start(run) + within);
        self.ends[run..].iter_mut().for_each(|end| *end -= 1);
        if self.run(run).is_empty() {
            self.signs.remove(run);
            self.ends.remove(run);
        }
    }

    /// The chunk of pairs in order.
    fn of(pairs: &[(Sign, u32)]) -> Chunk {
        let runs = pairs.chunk_by(|one, other| one.0 == other.0);
        let mut end = 0;
        let (mut signs, mut ends): (Vec<Sign>, Vec<u16>) = runs
            .map(|run| {
                end += run.len() as u16;
                (run[0].0, end)
            })
            .unzip();
        signs.shrink_to_fit();
        ends.shrink_to_fit();
        Chunk { signs, ends, documents: pairs.iter().map(|(_, document)| *document).collect() }
    }

    /// All pairs with others, which are in order and not there yet.
    fn merged(&self, others: &[(Sign, u32)]) -> Vec<(Sign, u32)> {
        let mut merged = Vec::with_capacity(self.documents.len() + others.len());
        let mut others = others.iter().copied().peekable();
        for (run, sign) in self.signs.iter().enumerate() {
            for document in self.run(run) {
                let pair = (*sign, *document);
                merged.extend(std::iter::from_fn(|| others.next_if(|other| *other < pair)));
                merged.push(pair);
            }
        }
        merged.extend(others);
        merged
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::sign::SignKind;
    use super::*;

    fn sign(number: u8) -> Sign {
        Sign::of(SignKind::Term, &number.to_string())
    }

    fn check(postings: &Postings, expected: &BTreeSet<(Sign, u32)>) {
        for number in 0..8 {
            let sign = sign(number);
            let documents: Vec<u32> = postings.documents(sign).flatten().copied().collect();
            let range = expected.range((sign, 0)..=(sign, u32::MAX));
            assert_eq!(documents, range.map(|(_, document)| *document).collect::<Vec<_>>());
            for most in [0, documents.len().saturating_sub(1), documents.len(), 5000] {
                assert_eq!(postings.is_beyond(sign, most), documents.len() > most);
            }
        }
    }

    proptest! {
        #[test]
        fn pairs_stand_where_they_are_looked_for(
            start in prop::collection::vec((0u8..8, 0u32..3000), 0..3000),
            changes in prop::collection::vec((any::<bool>(), 0u8..8, 0u32..3000), 0..3000),
        ) {
            let (mut postings, mut expected) = (Postings::default(), BTreeSet::new());
            let changes = start.into_iter().map(|(number, document)| (true, number, document)).chain(changes);
            for (step, (added, number, document)) in changes.enumerate() {
                let before = (step % 1000 == 999).then(|| (postings.clone(), expected.clone()));
                if !added {
                    postings.remove(sign(number), document);
                    expected.remove(&(sign(number), document));
                } else {
                    // Now and then it comes with many that follow.
                    let documents = if step % 100 == 0 { document..document + 900 } else { document..document + 1 };
                    let pairs = documents.map(|document| (sign(number), document));
                    let new: Vec<_> = pairs.filter(|pair| expected.insert(*pair)).collect();
                    postings.insert(&new);
                }
                if let Some((postings, expected)) = before {
                    check(&postings, &expected);
                }
            }
            check(&postings, &expected);
        }
    }
}
