//! Records as a snapshot holds them.

use std::sync::Arc;

use imbl::OrdMap;
use jiff::Timestamp;

use super::relations::Mark;
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

/// The records of one kind by key, in the order of their keys; a copy shares everything with the original.
pub(super) type Table<T> = OrdMap<String, Arc<Stored<T>>>;

/// One of the five kinds of record.
pub trait Noun: Sized + Send + Sync + 'static {
    const KIND: NodeKind;

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

macro_rules! noun {
    ($kind:ident, $table:ident, $key:expr) => {
        impl Noun for $kind {
            const KIND: NodeKind = NodeKind::$kind;

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

noun!(Project, projects, |project| project.code.clone());
noun!(MemberState, member_states, |state| state.code.to_string());
noun!(Region, regions, |region| region.code.to_string());
noun!(NewsItem, news, |item| item.slug.clone());
noun!(Contact, contacts, Contact::key);
