//! Records as a snapshot holds them.

use std::sync::Arc;

use jiff::Timestamp;

use super::list::{Index, NewsIndex, ProjectIndex};
use super::relations::Mark;
use super::rows::{RowSet, Rows};
use crate::domain::{Contact, MemberState, NewsItem, NodeId, NodeKind, Project, Record, Region};

/// A record with what its last change left beside it.
#[derive(Debug)]
pub struct Stored<T> {
    pub record: T,
    /// The revision that last changed the record.
    pub revision: u64,
    /// When that was.
    pub updated_at: Timestamp,
    /// What the record's texts tell of, to relate it by.
    pub(super) marks: Vec<Mark>,
}

/// The records of one kind, and what their lists go by. A copy shares everything with the original.
#[derive(Debug)]
pub struct Table<T: Noun> {
    pub(super) rows: Rows<T>,
    pub(super) index: T::Index,
    /// The rows that changed since the index was settled.
    pub(super) changed: RowSet,
}

impl<T: Noun> Clone for Table<T> {
    fn clone(&self) -> Self {
        Table { rows: self.rows.clone(), index: self.index.clone(), changed: self.changed.clone() }
    }
}

impl<T: Noun> Default for Table<T> {
    fn default() -> Self {
        Table { rows: Rows::default(), index: T::Index::default(), changed: RowSet::default() }
    }
}

impl<T: Noun> Table<T> {
    /// Puts a record in the place of what stands under its key, and says in which row.
    pub(super) fn put(&mut self, key: &str, stored: Stored<T>) -> u32 {
        if let Some(row) = self.rows.row(key)
            && let Some(standing) = self.rows.at(row)
        {
            self.index.remove(row, &standing);
        }
        let stored = Arc::new(stored);
        let row = self.rows.put(key, Arc::clone(&stored));
        self.index.add(row, &stored);
        self.changed.insert(row);
        row
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, key: &str) {
        if let Some(row) = self.rows.row(key)
            && let Some(standing) = self.rows.at(row)
        {
            self.index.remove(row, &standing);
            self.rows.remove(key);
            self.changed.insert(row);
        }
    }

    /// Puts what changed where it belongs in the orders. `before` is the table as it was when it was last settled.
    pub(super) fn settle(&mut self, before: &Table<T>) {
        let changed = std::mem::take(&mut self.changed);
        if !changed.is_empty() {
            self.index.settle(&changed, &self.rows, (&before.index, &before.rows));
        }
    }
}

/// One of the five kinds of record.
pub trait Noun: Sized + Send + Sync + 'static {
    const KIND: NodeKind;
    /// What lists of the kind go by.
    #[doc(hidden)]
    type Index: Index<Self>;

    #[doc(hidden)]
    fn table(tables: &Tables) -> &Table<Self>;
    #[doc(hidden)]
    fn table_mut(tables: &mut Tables) -> &mut Table<Self>;
    #[doc(hidden)]
    fn record(&self) -> Record;

    /// What names the record among its kind.
    fn key(&self) -> String;

    /// What names the record among all.
    fn id(&self) -> NodeId {
        NodeId::new(Self::KIND, self.key())
    }
}

/// The five tables.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    projects: Table<Project>,
    member_states: Table<MemberState>,
    regions: Table<Region>,
    news: Table<NewsItem>,
    contacts: Table<Contact>,
}

impl Tables {
    /// Puts a record in the place of what stands under its key, and says in which row.
    pub(super) fn put<T: Noun>(&mut self, key: &str, stored: Stored<T>) -> u32 {
        T::table_mut(self).put(key, stored)
    }
}

macro_rules! noun {
    ($kind:ident, $table:ident, $index:ty, $key:expr) => {
        impl Noun for $kind {
            const KIND: NodeKind = NodeKind::$kind;
            type Index = $index;

            fn table(tables: &Tables) -> &Table<Self> {
                &tables.$table
            }

            fn table_mut(tables: &mut Tables) -> &mut Table<Self> {
                &mut tables.$table
            }

            fn record(&self) -> Record {
                Record::$kind(self.clone())
            }

            fn key(&self) -> String {
                let key: fn(&Self) -> String = $key;
                key(self)
            }
        }
    };
}

noun!(Project, projects, ProjectIndex, |project| project.code.clone());
noun!(MemberState, member_states, (), |state| state.code.to_string());
noun!(Region, regions, (), |region| region.code.to_string());
noun!(NewsItem, news, NewsIndex, |item| item.slug.clone());
noun!(Contact, contacts, (), Contact::key);
