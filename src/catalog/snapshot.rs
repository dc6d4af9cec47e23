//! The records as one revision left them, with everything that is derived from them.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use jiff::Timestamp;

use super::documents::Documents;
use super::links::{Keys, Links};
use super::relations::{self, Mark, Marks, Related};
use super::search::{Hits, Numbering, SearchIndex, SearchQuery};
use super::stored::{Noun, Stored, Tables};
use crate::domain::{Contact, CountryCode, MemberState, NewsItem, NodeId, NodeKind, Project, Record, Region, RegionCode};
use crate::store::{Contents, Current};

/// Does the same for the noun of a kind, under the name that is given for it.
macro_rules! of_kind {
    ($kind:expr, $noun:ident => $done:expr) => {
        match $kind {
            NodeKind::Project => {
                type $noun = Project;
                $done
            }
            NodeKind::MemberState => {
                type $noun = MemberState;
                $done
            }
            NodeKind::Region => {
                type $noun = Region;
                $done
            }
            NodeKind::NewsItem => {
                type $noun = NewsItem;
                $done
            }
            NodeKind::Contact => {
                type $noun = Contact;
                $done
            }
        }
    };
}

/// The records at one revision. A copy shares all it can with the original, so the next revision costs what it changes.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    revision: u64,
    tables: Tables,
    links: Links,
    marks: Marks,
    documents: Documents,
    search: SearchIndex,
}

impl Snapshot {
    /// The snapshot of what a store holds.
    pub(super) fn of(contents: Contents) -> Snapshot {
        let mut documents = Documents::default();
        let numbered = contents.records.iter().map(|current| (documents.add(&current.record.id()), &current.record));
        let search = SearchIndex::of(numbered);
        let mut snapshot = Snapshot { revision: contents.revision, documents, search, ..Snapshot::default() };
        for Current { record, revision, updated_at } in contents.records {
            snapshot.link(record.id(), record, revision, updated_at);
        }
        snapshot
    }

    /// The revision, 0 where nothing was ever written.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The record of a kind under a key.
    pub fn get<T: Noun>(&self, key: &str) -> Option<Arc<Stored<T>>> {
        T::table(&self.tables).get(key).cloned()
    }

    /// The records of a kind in the order of their keys.
    pub fn all<T: Noun>(&self) -> &OrdMap<String, Arc<Stored<T>>> {
        T::table(&self.tables)
    }

    /// How many records of a kind there are.
    pub fn count(&self, kind: NodeKind) -> usize {
        of_kind!(kind, T => T::table(&self.tables).len())
    }

    /// Whether a record is there.
    pub fn contains(&self, id: &NodeId) -> bool {
        of_kind!(id.kind, T => T::table(&self.tables).contains_key(&id.key))
    }

    /// The record under an id.
    pub fn record(&self, id: &NodeId) -> Option<Record> {
        of_kind!(id.kind, T => self.get::<T>(&id.key).map(|stored| stored.record.record()))
    }

    /// The revision that last changed a record; none where it is not there.
    pub fn revision_of(&self, id: &NodeId) -> Option<u64> {
        of_kind!(id.kind, T => self.get::<T>(&id.key).map(|stored| stored.revision))
    }

    /// The keys of the records of a kind that name a record: the projects of a state, the states of a region.
    pub fn naming(&self, id: &NodeId, kind: NodeKind) -> Keys {
        self.links.to(id, kind)
    }

    /// The keys of the news about the states of a region.
    pub fn news_of_region(&self, region: RegionCode) -> Keys {
        let states = self.naming(&NodeId::region(region), NodeKind::MemberState);
        let news = states.iter().map(|state| self.naming(&NodeId::new(NodeKind::MemberState, state), NodeKind::NewsItem));
        OrdSet::unions(news)
    }

    /// The keys of the contacts that the news about a state names.
    pub fn contacts_of_state(&self, state: CountryCode) -> Keys {
        self.contacts_of_news(self.naming(&NodeId::state(state), NodeKind::NewsItem).iter().map(String::as_str))
    }

    /// The keys of the contacts that the news related to a project names.
    pub fn contacts_of_project(&self, code: &str) -> Keys {
        let news = self.related(&NodeId::new(NodeKind::Project, code), NodeKind::NewsItem);
        self.contacts_of_news(news.iter().map(|related| related.key.as_str()))
    }

    fn contacts_of_news<'a>(&self, slugs: impl Iterator<Item = &'a str>) -> Keys {
        slugs.filter_map(|slug| self.get::<NewsItem>(slug)).flat_map(|item| item.record.contacts.clone()).collect()
    }

    /// The states that the news with a contact names, in the order of their codes.
    pub fn states_of_contact(&self, key: &str) -> BTreeSet<CountryCode> {
        let news = self.naming(&NodeId::contact(key), NodeKind::NewsItem);
        let items = news.iter().filter_map(|slug| self.get::<NewsItem>(slug));
        items.flat_map(|item| item.record.member_states.clone()).collect()
    }

    /// The projects or news items that share something telling with a project or news item, the closest first.
    pub fn related(&self, id: &NodeId, kind: NodeKind) -> Vec<Related> {
        self.marks.related(id, &self.marks_of(id), kind)
    }

    /// The codes of the projects that bear an agency's number, or one of some titles whatever their accents and case: now, or in
    /// one of their documents.
    pub fn namesakes(&self, prima_id: Option<&str>, titles: &[&str]) -> BTreeSet<String> {
        self.marks.namesakes(prima_id, titles)
    }

    /// The records that answer a question, the best first.
    pub fn search(&self, query: &SearchQuery<'_>) -> Hits {
        self.search.search(query)
    }

    /// The records that print all words of a question, for a filter.
    pub fn matching(&self, query: &SearchQuery<'_>) -> Hits {
        self.search.matching(query)
    }

    /// Puts a record in the place of what stands under its key.
    pub(super) fn put(&mut self, record: Record, revision: u64, updated_at: Timestamp) {
        let id = record.id();
        self.unlink(&id);
        self.search.put(self.documents.add(&id), &record);
        self.link(id, record, revision, updated_at);
    }

    /// Adds a record whose words are in the search already, and all else that is derived from it.
    fn link(&mut self, id: NodeId, record: Record, revision: u64, updated_at: Timestamp) {
        for target in record.links() {
            self.links.add(&id, target);
        }
        let marks = relations::marks(&record);
        self.marks.add(&id, &marks);
        match record {
            Record::Project(record) => self.insert(id, Stored { record, revision, updated_at, marks }),
            Record::MemberState(record) => self.insert(id, Stored { record, revision, updated_at, marks }),
            Record::Region(record) => self.insert(id, Stored { record, revision, updated_at, marks }),
            Record::NewsItem(record) => self.insert(id, Stored { record, revision, updated_at, marks }),
            Record::Contact(record) => self.insert(id, Stored { record, revision, updated_at, marks }),
        }
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, id: &NodeId) {
        self.unlink(id);
        of_kind!(id.kind, T => drop(T::table_mut(&mut self.tables).remove(&id.key)))
    }

    pub(super) fn set_revision(&mut self, revision: u64) {
        self.revision = revision;
    }

    fn insert<T: Noun>(&mut self, id: NodeId, stored: Stored<T>) {
        T::table_mut(&mut self.tables).insert(id.key, Arc::new(stored));
    }

    /// Takes away what is derived from a record.
    fn unlink(&mut self, id: &NodeId) {
        let Some(record) = self.record(id) else { return };
        for target in record.links() {
            self.links.remove(id, target);
        }
        self.marks.remove(id, &self.marks_of(id));
        if let Some(document) = self.documents.remove(id) {
            self.search.remove(document, &record);
        }
    }

    fn marks_of(&self, id: &NodeId) -> Vec<Mark> {
        of_kind!(id.kind, T => self.get::<T>(&id.key).map(|stored| stored.marks.clone())).unwrap_or_default()
    }
}

impl Numbering for Snapshot {
    fn document(&self, id: &NodeId) -> Option<u32> {
        self.documents.document(id)
    }

    fn id(&self, document: u32) -> NodeId {
        self.documents.id(document)
    }
}
