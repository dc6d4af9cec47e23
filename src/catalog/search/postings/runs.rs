//! Very many documents, in runs.

use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::Weight;
use super::run::{self, FULL, Run};

/// Runs one after the other, each under a number that none of its documents is below; the first under 0. The last one is kept
/// apart, as that is where new documents go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::catalog::search) struct Runs {
    before: OrdMap<u32, Arc<Run>>,
    last: Arc<Run>,
    last_from: u32,
    count: usize,
}

impl From<Arc<Run>> for Runs {
    fn from(run: Arc<Run>) -> Runs {
        Runs { before: OrdMap::new(), count: run.len(), last: run, last_from: 0 }
    }
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

    /// Adds a document that is not there yet. A full run is parted; but where the document follows all of it, as new documents do,
    /// it begins the next one, so that what is loaded in order is packed.
    pub(super) fn insert(&mut self, document: u32, weight: Weight) {
        self.count += 1;
        if document >= self.last_from {
            if let Some((from, next)) = insert(&mut self.last, document, weight) {
                let full = std::mem::replace(&mut self.last, next);
                self.before.insert(self.last_from, full);
                self.last_from = from;
            }
        } else if let Some((_, run)) = self.before.get_prev_mut(&document)
            && let Some((from, next)) = insert(run, document, weight)
        {
            self.before.insert(from, next);
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
        let run = Arc::make_mut(run);
        run.remove(document);
        self.count -= before - run.len();
        if run.len() == 0 && from > 0 {
            self.before.remove(&from);
        }
    }

    /// Gives back room that is kept for more.
    pub(super) fn close(&mut self) {
        run::close(&mut self.last);
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

/// Adds a document to a run. Where the run is full, what comes to stand in a run after it is handed back, with its first document.
fn insert(run: &mut Arc<Run>, document: u32, weight: Weight) -> Option<(u32, Arc<Run>)> {
    if run.len() < FULL {
        Arc::make_mut(run).insert(document, weight);
        return None;
    }
    if document > run.last() {
        run::close(run);
        return Some((document, Arc::new([(document, weight)].into_iter().collect())));
    }
    let mut all: Vec<_> = run.iter().collect();
    all.insert(all.partition_point(|(other, _)| *other < document), (document, weight));
    let after = all.split_off(all.len() / 2);
    *run = Arc::new(all.into_iter().collect());
    Some((after[0].0, Arc::new(after.into_iter().collect())))
}
