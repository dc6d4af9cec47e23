//! Lists of records: which of them, in what order, from which place on.
//!
//! A [`List`] is a scope (all projects, those of a state), a [`Filter`] and an [`Order`]. What passes is a set of rows, put together
//! from those that the [`index`] keeps for each value; the order is one that the index keeps sorted. So a page costs what it
//! shows, not what there is. An entry has a place, bytes that sort as the list does, so that a cursor is right whatever was
//! written since.

mod along;
mod cell;
mod facet;
mod filter;
mod found;
mod groups;
mod index;
mod lane;
mod news;
mod number;
mod order;
mod ordered;
mod picked;
mod picks;
mod project;
mod totals;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

pub use along::Line;
pub(super) use facet::Facet;
pub use filter::{Compare, Filter};
pub use found::{Found, Scores, relevance_name, relevance_reading};
pub use groups::{Group, ProjectDimension, ShareRule};
pub use index::{Index, NewsIndex, ProjectIndex};
pub use news::{NewsOrderField, NewsTest};
pub use order::{Direction, Nulls, Order, reading_before};
pub use ordered::{Ordered, Steps};
pub use picked::Picked;
pub use picks::Picks;
pub use project::{ProjectOrderField, ProjectTest};
pub use totals::ProjectTotals;

use super::{Noun, RowSet, Snapshot};
use walk::{Field, Walk};

/// A kind of record that can be filtered and ordered.
pub trait Listed: Noun {
    /// What a record can be tested for.
    type Test: Clone + Eq + Hash + Send + Sync;
    /// What a list can be ordered by.
    type Field: Copy + Eq + Send + Sync;

    /// The rows that pass a test.
    #[doc(hidden)]
    fn picked(test: &Self::Test, snapshot: &Snapshot) -> Picked;
    /// What filters picked already.
    #[doc(hidden)]
    fn picks(snapshot: &Snapshot) -> &Picks<Self::Test>;
    /// What a list goes along that is ordered by a field.
    #[doc(hidden)]
    fn line(snapshot: &Snapshot, field: Self::Field) -> Line<'_>;
    /// The field's number in cursors.
    #[doc(hidden)]
    fn field_number(field: Self::Field) -> u8;
}

/// Which records a list is about, before any filter.
#[derive(Debug, Clone)]
pub enum Scope {
    /// All of the kind.
    All,
    /// Those of these rows.
    Of(RowSet),
}

/// A list of records of one kind.
pub struct List<T: Listed> {
    snapshot: Arc<Snapshot>,
    /// The rows of the scope that pass the filter; none where all do.
    picked: Option<RowSet>,
    order: Vec<Order<T::Field>>,
    relevance: Scores,
    /// Names the order in cursors.
    name: Vec<u8>,
    kind: PhantomData<T>,
}

impl<T: Listed> fmt::Debug for List<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("List").field("kind", &T::KIND).field("entries", &self.total()).finish_non_exhaustive()
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
        let pick = |filter: &Filter<T::Test>| filter.picked(&|test| T::picked(test, snapshot));
        let picked = filter.map_or(Picked::all(), |filter| T::picks(snapshot).of(filter, || pick(filter)));
        let picked = match scope {
            Scope::All => picked,
            Scope::Of(rows) => Picked::In(rows).and(picked),
        };
        List {
            snapshot: Arc::clone(snapshot),
            picked: match picked {
                Picked::Out(rows) if rows.is_empty() => None,
                picked => Some(picked.of(snapshot.rows::<T>().all())),
            },
            name: order::name::<T>(snapshot, order, relevance),
            order: order.to_vec(),
            relevance: relevance.clone(),
            kind: PhantomData,
        }
    }

    /// What names the order in cursors.
    pub fn order(&self) -> &[u8] {
        &self.name
    }

    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The key of the record of a row.
    pub fn key(&self, row: u32) -> &str {
        self.snapshot.rows::<T>().key(row)
    }

    /// The rows of the list, in no order that means anything.
    fn rows(&self) -> &RowSet {
        self.picked.as_ref().unwrap_or_else(|| self.snapshot.rows::<T>().all())
    }

    fn walk(&self) -> Walk<'_, T> {
        let field = |order: &Order<T::Field>| Field {
            line: T::line(&self.snapshot, order.field),
            direction: order.direction,
            nulls: order.nulls,
        };
        let fields = self.order.iter().map(field).collect();
        Walk::new(self.snapshot.rows::<T>(), self.picked.clone(), fields, Some(&self.relevance))
    }
}

impl<T: Listed> Ordered for List<T> {
    fn total(&self) -> usize {
        self.rows().len()
    }

    fn place(&self, row: u32) -> Vec<u8> {
        self.walk().place(row)
    }

    fn after<'a>(&'a self, place: Option<&[u8]>) -> Steps<'a> {
        self.walk().after(place)
    }

    fn before<'a>(&'a self, place: Option<&[u8]>) -> Steps<'a> {
        self.walk().before(place)
    }
}

/// Records of one kind in the order of their keys.
#[derive(Debug)]
pub struct InOrder<T: Noun> {
    snapshot: Arc<Snapshot>,
    /// The rows of the list; none where all are.
    picked: Option<RowSet>,
    kind: PhantomData<T>,
}

impl<T: Noun> InOrder<T> {
    pub fn new(snapshot: &Arc<Snapshot>, scope: Scope) -> InOrder<T> {
        let picked = match scope {
            Scope::All => None,
            Scope::Of(rows) => Some(rows),
        };
        InOrder { snapshot: Arc::clone(snapshot), picked, kind: PhantomData }
    }

    fn walk(&self) -> Walk<'_, T> {
        Walk::new(self.snapshot.rows::<T>(), self.picked.clone(), Vec::new(), None)
    }
}

impl<T: Noun> Ordered for InOrder<T> {
    fn total(&self) -> usize {
        self.picked.as_ref().map_or(self.snapshot.rows::<T>().len(), RowSet::len)
    }

    fn place(&self, row: u32) -> Vec<u8> {
        self.walk().place(row)
    }

    fn after<'a>(&'a self, place: Option<&[u8]>) -> Steps<'a> {
        self.walk().after(place)
    }

    fn before<'a>(&'a self, place: Option<&[u8]>) -> Steps<'a> {
        self.walk().before(place)
    }
}
