//! Records as a snapshot holds them.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::list::{Index, NewsIndex, ProjectIndex};
use super::rows::{RowSet, Rows};
use crate::domain::{Contact, MemberState, NewsItem, NodeId, NodeKind, Project, Record, Region};

/// A record with what its last change left beside it.
#[derive(Debug)]
pub struct Stored<T> {
    pub record: Arc<T>,
    /// The revision that last changed the record.
    pub revision: u64,
    /// When that was.
    pub updated_at: Timestamp,
}

impl<T> Clone for Stored<T> {
    fn clone(&self) -> Self {
        Stored { record: Arc::clone(&self.record), revision: self.revision, updated_at: self.updated_at }
    }
}

/// The records of one kind, and what their lists go by. A copy shares everything with the original.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "")]
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

impl<T: Noun> Table<T> {
    fn new(archive: Arc<Archive>) -> Table<T> {
        Table { rows: Rows::new(archive), index: T::Index::default(), changed: RowSet::default() }
    }

    /// Holds the record under a key, as it stands there.
    pub(super) fn hold(&mut self, key: &str, record: Record) {
        if let Some(record) = T::of(record) {
            self.rows.hold(key, record);
        }
    }

    /// Puts a record in the place of what stands under its key, and says in which row. What is not on disk yet is held.
    pub(super) fn put(
        &mut self,
        key: &str,
        before: Option<&T>,
        record: &Arc<T>,
        revision: u64,
        updated_at: Timestamp,
        is_on_disk: bool,
    ) -> u32 {
        let held = (!is_on_disk || T::IS_FEW).then(|| Arc::clone(record));
        let row = self.rows.put(key, revision, updated_at, held);
        self.index.replace(row, before, Some((record, updated_at)));
        self.changed.insert(row);
        row
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, key: &str) {
        let Some(row) = self.rows.row(key) else { return };
        self.index.replace(row, self.rows.at(row).as_ref().map(|stored| &*stored.record), None);
        self.rows.remove(key);
        self.changed.insert(row);
    }

    /// The index with what changed where it belongs in the orders of `before`, which is an earlier table that is settled.
    fn settled(&self, before: &Table<T>) -> T::Index {
        let mut index = self.index.clone();
        if !self.changed.is_empty() {
            index.settle(&self.changed, &self.rows, (&before.index, &before.rows));
        }
        index
    }
}

/// One of the five kinds of record.
pub trait Noun: Clone + Send + Sync + std::fmt::Debug + Serialize + DeserializeOwned + 'static {
    const KIND: NodeKind;
    /// Whether there are so few that they are always held in memory: their codes are a closed list.
    #[doc(hidden)]
    const IS_FEW: bool;
    /// What lists of the kind go by.
    #[doc(hidden)]
    type Index: Index<Self>;

    #[doc(hidden)]
    fn table(tables: &Tables) -> &Table<Self>;
    #[doc(hidden)]
    fn table_mut(tables: &mut Tables) -> &mut Table<Self>;
    #[doc(hidden)]
    fn record(self: Arc<Self>) -> Record;
    #[doc(hidden)]
    fn of(record: Record) -> Option<Arc<Self>>;

    /// What names the record among its kind.
    fn key(&self) -> Cow<'_, str>;

    /// What names the record among all.
    fn id(&self) -> NodeId {
        NodeId::new(Self::KIND, self.key())
    }
}

/// The five tables.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tables {
    pub(super) projects: Table<Project>,
    pub(super) member_states: Table<MemberState>,
    pub(super) regions: Table<Region>,
    pub(super) news: Table<NewsItem>,
    pub(super) contacts: Table<Contact>,
}

/// What lists go by; those of the other kinds go by the keys alone.
pub(super) struct Indexes {
    projects: ProjectIndex,
    news: NewsIndex,
}

impl Tables {
    pub(super) fn new(archive: &Arc<Archive>) -> Tables {
        Tables {
            projects: Table::new(Arc::clone(archive)),
            member_states: Table::new(Arc::clone(archive)),
            regions: Table::new(Arc::clone(archive)),
            news: Table::new(Arc::clone(archive)),
            contacts: Table::new(Arc::clone(archive)),
        }
    }

    /// The indexes with what changed where it belongs in the orders of `before`, which are earlier tables that are settled.
    pub(super) fn settled(&self, before: &Tables) -> Indexes {
        Indexes { projects: self.projects.settled(&before.projects), news: self.news.settled(&before.news) }
    }

    /// Goes by indexes that were settled.
    pub(super) fn go_by(&mut self, settled: Indexes) {
        (self.projects.index, self.news.index) = (settled.projects, settled.news);
        let Tables { projects, member_states, regions, news, contacts } = self;
        for changed in
            [&mut projects.changed, &mut member_states.changed, &mut regions.changed, &mut news.changed, &mut contacts.changed]
        {
            *changed = RowSet::default();
        }
    }

    /// Says where records are that are not held.
    pub(super) fn set_archive(&mut self, archive: &Arc<Archive>) {
        self.projects.rows.set_archive(archive);
        self.member_states.rows.set_archive(archive);
        self.regions.rows.set_archive(archive);
        self.news.rows.set_archive(archive);
        self.contacts.rows.set_archive(archive);
    }
}

macro_rules! noun {
    ($kind:ident, $table:ident, $index:ty, $is_few:literal, $key:expr) => {
        impl Noun for $kind {
            const KIND: NodeKind = NodeKind::$kind;
            const IS_FEW: bool = $is_few;
            type Index = $index;

            fn table(tables: &Tables) -> &Table<Self> {
                &tables.$table
            }

            fn table_mut(tables: &mut Tables) -> &mut Table<Self> {
                &mut tables.$table
            }

            fn record(self: Arc<Self>) -> Record {
                Record::$kind(self)
            }

            fn of(record: Record) -> Option<Arc<Self>> {
                match record {
                    Record::$kind(record) => Some(record),
                    _ => None,
                }
            }

            fn key(&self) -> Cow<'_, str> {
                let key: fn(&Self) -> Cow<'_, str> = $key;
                key(self)
            }
        }
    };
}

noun!(Project, projects, ProjectIndex, false, |project| project.code.as_str().into());
noun!(MemberState, member_states, (), true, |state| state.code.as_str().into());
noun!(Region, regions, (), true, |region| region.code.as_str().into());
noun!(NewsItem, news, NewsIndex, false, |item| item.slug.as_str().into());
noun!(Contact, contacts, (), false, |contact| contact.key().into());
