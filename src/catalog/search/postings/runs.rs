//! Very many documents, in runs.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::Weight;
use super::run::{FULL, Run};

/// Runs one after the other, each under a number that none of its documents is below; the first under 0. The last one is kept
/// apart, as that is where new documents go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::catalog::search) struct Runs {
    before: OrdMap<u32, Arc<Run>>,
    last: Arc<Run>,
    last_from: u32,
    count: usize,
}

impl Runs {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Weight)> {
        self.all().flat_map(Run::iter)
    }

    /// The runs one after the other.
    pub(super) fn all(&self) -> impl Iterator<Item = &Run> {
        self.before.values().chain([&self.last]).map(|run| &**run)
    }

    /// The runs of documents in order.
    pub(super) fn of(documents: &[(u32, Weight)]) -> Runs {
        let mut runs = Runs { before: OrdMap::new(), last: Arc::default(), last_from: 0, count: documents.len() };
        runs.end_with(documents);
        runs
    }

    /// Adds documents in order that are not there yet. A run that gets too many is parted evenly; but the last is filled, so that
    /// what is loaded in order is packed.
    pub(super) fn add(&mut self, documents: &[(u32, Weight)]) {
        self.count += documents.len();
        let (mut within, beyond) = documents.split_at(documents.partition_point(|(document, _)| *document < self.last_from));
        while let Some((first, _)) = within.first() {
            let Some((from, run)) = self.before.get_prev(first) else { break };
            let (from, run) = (*from, Arc::clone(run));
            let next = self.before.range((Bound::Excluded(from), Bound::Unbounded)).next().map(|(next, _)| *next);
            let here = next.map_or(within.len(), |next| within.partition_point(|(document, _)| *document < next));
            let (here, rest) = within.split_at(here);
            if run.len() + here.len() <= FULL {
                self.before.insert(from, Arc::new(run.with(here)));
            } else {
                let all = run.merged(here);
                let each = all.len().div_ceil(all.len().div_ceil(FULL / 4 * 3));
                for (number, run) in all.chunks(each).enumerate() {
                    let from = if number == 0 { from } else { run[0].0 };
                    self.before.insert(from, Arc::new(run.iter().copied().collect()));
                }
            }
            within = rest;
        }
        if self.last.len() + beyond.len() <= FULL {
            if !beyond.is_empty() {
                self.last = Arc::new(self.last.with(beyond));
            }
        } else {
            let all = self.last.merged(beyond);
            self.end_with(&all);
        }
    }

    /// Puts documents in the place of the last run.
    fn end_with(&mut self, documents: &[(u32, Weight)]) {
        for (number, run) in documents.chunks(FULL).enumerate() {
            if number > 0 {
                let full = std::mem::take(&mut self.last);
                self.before.insert(self.last_from, full);
                self.last_from = run[0].0;
            }
            self.last = Arc::new(run.iter().copied().collect());
        }
    }

    pub(super) fn remove(&mut self, document: u32) {
        let (from, run) = if document >= self.last_from {
            (0, &mut self.last)
        } else if let Some((from, run)) = self.before.get_prev_mut(&document) {
            (*from, run)
        } else {
            return;
        };
        let before = run.len();
        *run = Arc::new(run.without(document));
        self.count -= before - run.len();
        if run.len() == 0 && from > 0 {
            self.before.remove(&from);
        }
    }

    /// Hands out the documents that are among some, which are in order. Runs without any of them are leapt over.
    pub(super) fn each_among(&self, some: &[u32], visit: &mut impl FnMut(u32, Weight)) {
        let mut left = some;
        while let Some(next) = left.first().filter(|next| **next < self.last_from) {
            let Some((_, run)) = self.before.get_prev(next) else { break };
            run.each_among(left, visit);
            left = &left[left.partition_point(|document| *document <= run.last().max(*next))..];
        }
        self.last.each_among(left, visit);
    }
}
