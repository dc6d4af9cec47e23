//! Lists of records: which of them, in what order, from which place on.
//!
//! A [`List`] is a scope (all projects, those of a state), a [`Filter`] and an [`Order`]. Without the latter two it pages along
//! the keys of the snapshot; with them it picks and sorts what passes. Either way its entries have a place, bytes that sort as
//! the list does, so that a cursor is right whatever was written since.

mod filter;
mod groups;
mod news;
mod order;
mod ordered;
mod project;
mod totals;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

pub use filter::{Compare, Filter};
pub use groups::{Group, ProjectDimension, ShareRule};
pub use news::{NewsOrderField, NewsTest};
pub use order::{Direction, Nulls, Order};
pub use ordered::{Entry, Ordered};
pub use project::{ProjectOrderField, ProjectTest};
pub use totals::ProjectTotals;

use super::{Keys, Noun, Snapshot, Stored};

/// A kind of record that can be filtered and ordered.
pub trait Listed: Noun {
    /// What a record can be tested for.
    type Test: Send + Sync;
    /// What a list can be ordered by.
    type Field: Copy + Eq + Send + Sync;

    /// Whether a record passes a test.
    #[doc(hidden)]
    fn passes(stored: &Stored<Self>, test: &Self::Test, snapshot: &Snapshot) -> bool;
    /// Where a record stands by a field; none where it has no value there.
    #[doc(hidden)]
    fn rank(stored: &Stored<Self>, field: Self::Field) -> Option<order::Rank>;
    /// Whether a field stands for how well a record answers the words of a filter.
    #[doc(hidden)]
    fn is_relevance(field: Self::Field) -> bool;
    /// The field's number in cursors.
    #[doc(hidden)]
    fn field_number(field: Self::Field) -> u8;
}

/// How well records answer the words of a filter, by their keys.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    by_key: Arc<HashMap<String, f32>>,
    /// Names the words and the revision in cursors: every write may change every score a little.
    name: Vec<u8>,
}

impl Scores {
    pub fn new(snapshot: &Snapshot, text: &str, by_key: Arc<HashMap<String, f32>>) -> Scores {
        Scores { by_key, name: relevance_name(snapshot, text) }
    }
}

/// What names the words that were looked up, and the revision in which they were, in cursors.
pub fn relevance_name(snapshot: &Snapshot, text: &str) -> Vec<u8> {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    [snapshot.revision().to_be_bytes(), hasher.finish().to_be_bytes()].concat()
}

/// Which records a list is about, before any filter.
#[derive(Debug, Clone)]
pub enum Scope {
    /// All of the kind.
    All,
    /// Those with these keys.
    Of(Keys),
}

/// A list of records of one kind.
pub struct List<T: Listed> {
    snapshot: Arc<Snapshot>,
    scope: Scope,
    /// The entries that passed the filter, in order; none where the list goes along the keys.
    picked: Option<Vec<(Vec<u8>, String)>>,
    /// Names the order in cursors.
    order: Vec<u8>,
    kind: PhantomData<T>,
}

impl<T: Listed> fmt::Debug for List<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("List").field("kind", &T::KIND).field("entries", &self.entries().total()).finish_non_exhaustive()
    }
}

impl<T: Listed> List<T> {
    /// The records of a scope that pass a filter, in some order. `relevance` has the scores to order by, where that is asked for.
    pub fn new(
        snapshot: &Arc<Snapshot>,
        scope: Scope,
        filter: Option<&Filter<T::Test>>,
        order: &[Order<T::Field>],
        relevance: &Scores,
    ) -> List<T> {
        let mut list = List {
            snapshot: Arc::clone(snapshot),
            scope,
            picked: None,
            order: order::name::<T>(order, relevance),
            kind: PhantomData,
        };
        if filter.is_some() || !order.is_empty() {
            let passes =
                |stored: &Stored<T>| filter.is_none_or(|filter| filter.passes(&|test| T::passes(stored, test, snapshot)));
            let mut picked: Vec<_> = list
                .everything()
                .filter(|(_, stored)| passes(stored))
                .map(|(key, stored)| (order::place(key, stored, order, relevance), key.clone()))
                .collect();
            picked.sort_unstable();
            list.picked = Some(picked);
        }
        list
    }

    /// The entries to page through.
    pub fn entries(&self) -> &dyn Ordered {
        match (&self.picked, &self.scope) {
            (Some(picked), _) => picked,
            (None, Scope::All) => self.snapshot.all::<T>(),
            (None, Scope::Of(keys)) => keys,
        }
    }

    /// What names the order in cursors.
    pub fn order(&self) -> &[u8] {
        &self.order
    }

    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The records of the list, in no particular order.
    pub fn records(&self) -> Box<dyn Iterator<Item = &Arc<Stored<T>>> + '_> {
        match &self.picked {
            Some(picked) => Box::new(picked.iter().filter_map(|(_, key)| self.snapshot.all::<T>().get(key))),
            None => Box::new(self.everything().map(|(_, stored)| stored)),
        }
    }

    /// The records of the scope.
    fn everything(&self) -> Box<dyn Iterator<Item = (&String, &Arc<Stored<T>>)> + '_> {
        let all = self.snapshot.all::<T>();
        match &self.scope {
            Scope::All => Box::new(all.iter()),
            Scope::Of(keys) => Box::new(keys.iter().filter_map(|key| Some((key, all.get(key)?)))),
        }
    }
}
