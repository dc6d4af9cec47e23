//! Documents, read bit by bit.

use std::fmt;

use super::Weight;
use super::run::{Iter, Run};

/// Documents in the order of their numbers, read up to some number and later on from there.
pub(in crate::catalog::search) struct Reader<'a> {
    next: Option<(u32, Weight)>,
    run: Iter<'a>,
    runs: Box<dyn Iterator<Item = &'a Run> + 'a>,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Reader").field("next", &self.next).finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    pub(super) fn one(document: u32, weight: Weight) -> Reader<'a> {
        Reader { next: Some((document, weight)), run: Iter::default(), runs: Box::new(std::iter::empty()) }
    }

    pub(super) fn of(runs: impl Iterator<Item = &'a Run> + 'a) -> Reader<'a> {
        let mut reader = Reader { next: None, run: Iter::default(), runs: Box::new(runs) };
        reader.next = reader.read();
        reader
    }

    /// The document that is read next.
    pub(in crate::catalog::search) fn next(&self) -> Option<u32> {
        self.next.map(|(document, _)| document)
    }

    /// Reads the documents of a window: hands out how far each is from its start. None before it is left.
    pub(in crate::catalog::search) fn each_within(&mut self, start: u32, length: u32, mut visit: impl FnMut(u32, Weight)) {
        while let Some((document, weight)) = self.next.filter(|(document, _)| document - start < length) {
            visit(document - start, weight);
            for (document, weight) in self.run.by_ref() {
                if document - start >= length {
                    self.next = Some((document, weight));
                    return;
                }
                visit(document - start, weight);
            }
            self.next = self.read();
        }
    }

    fn read(&mut self) -> Option<(u32, Weight)> {
        loop {
            if let Some(next) = self.run.next() {
                return Some(next);
            }
            self.run = self.runs.next()?.iter();
        }
    }
}
