//! The records as one revision left them, with everything that is derived from them.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::links::Links;
use super::list::Facet;
use super::relations::{self, Mark, Marks, Related};
use super::rows::{RowSet, Rows};
use super::search::{self, Hits, Numbering, SearchIndex, SearchQuery, document};
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
    /// The news by the regions of the states that it names.
    regions_of_news: Facet<RegionCode>,
    search: SearchIndex,
}

impl Snapshot {
    /// The snapshot of what a store holds.
    pub(super) fn of(contents: Contents) -> Snapshot {
        // Rows are given in order, so each record's number is known before it is put.
        let mut given = [0; NodeKind::ALL.len()];
        let numbered = contents.records.iter().map(|current| {
            let row = &mut given[current.record.id().kind as usize];
            *row += 1;
            (document(current.record.id().kind, *row - 1), &current.record)
        });
        let search = SearchIndex::of(numbered);
        let mut snapshot = Snapshot { revision: contents.revision, search, ..Snapshot::default() };
        for Current { record, revision, updated_at } in contents.records {
            snapshot.link(record, revision, updated_at);
        }
        snapshot.settle(&Snapshot::default());
        snapshot
    }

    /// The revision, 0 where nothing was ever written.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The record of a kind under a key.
    pub fn get<T: Noun>(&self, key: &str) -> Option<Arc<Stored<T>>> {
        self.rows::<T>().get(key)
    }

    /// The records of a kind by their rows.
    pub fn rows<T: Noun>(&self) -> &Rows<T> {
        &T::table(&self.tables).rows
    }

    /// What lists of a kind go by.
    pub(super) fn index<T: Noun>(&self) -> &T::Index {
        &T::table(&self.tables).index
    }

    /// How many records of a kind there are.
    pub fn count(&self, kind: NodeKind) -> usize {
        of_kind!(kind, T => self.rows::<T>().len())
    }

    /// Whether a record is there.
    pub fn contains(&self, id: &NodeId) -> bool {
        self.row(id).is_some()
    }

    /// The row of a record.
    pub fn row(&self, id: &NodeId) -> Option<u32> {
        of_kind!(id.kind, T => self.rows::<T>().row(&id.key))
    }

    /// What names the record of a row among all.
    pub fn id_of(&self, kind: NodeKind, row: u32) -> NodeId {
        of_kind!(kind, T => NodeId::new(kind, self.rows::<T>().key(row)))
    }

    /// The record under an id.
    pub fn record(&self, id: &NodeId) -> Option<Record> {
        of_kind!(id.kind, T => self.get::<T>(&id.key).map(|stored| stored.record.record()))
    }

    /// The revision that last changed a record; none where it is not there.
    pub fn revision_of(&self, id: &NodeId) -> Option<u64> {
        of_kind!(id.kind, T => self.get::<T>(&id.key).map(|stored| stored.revision))
    }

    /// The records of a kind that name a record: the projects of a state, the states of a region.
    pub fn naming(&self, id: &NodeId, kind: NodeKind) -> RowSet {
        self.links.to(id, kind)
    }

    /// The records of any kind that name a record.
    pub fn all_naming(&self, id: &NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let naming = NodeKind::ALL.map(|kind| (kind, self.naming(id, kind)));
        naming.into_iter().flat_map(|(kind, rows)| rows.iter().map(|row| self.id_of(kind, row)).collect::<Vec<_>>())
    }

    /// The news about the states of a region.
    pub fn news_of_region(&self, region: RegionCode) -> RowSet {
        self.regions_of_news.rows(&region)
    }

    /// The news by the regions of the states that it names.
    pub(super) fn regions_of_news(&self) -> &Facet<RegionCode> {
        &self.regions_of_news
    }

    /// The contacts that the news about a state names.
    pub fn contacts_of_state(&self, state: CountryCode) -> RowSet {
        let news = self.naming(&NodeId::state(state), NodeKind::NewsItem);
        self.contacts_of_news(news.iter())
    }

    /// The contacts that the news related to a project names.
    pub fn contacts_of_project(&self, code: &str) -> RowSet {
        let news = self.related(&NodeId::new(NodeKind::Project, code), NodeKind::NewsItem);
        self.contacts_of_news(news.iter().filter_map(|related| self.rows::<NewsItem>().row(&related.key)))
    }

    fn contacts_of_news(&self, news: impl Iterator<Item = u32>) -> RowSet {
        let contacts = news.filter_map(|row| self.rows::<NewsItem>().at(row)).flat_map(|item| item.record.contacts.clone());
        contacts.filter_map(|key| self.rows::<Contact>().row(&key)).collect()
    }

    /// The states that the news with a contact names, in the order of their codes.
    pub fn states_of_contact(&self, key: &str) -> BTreeSet<CountryCode> {
        let news = self.naming(&NodeId::contact(key), NodeKind::NewsItem);
        let items = news.iter().filter_map(|row| self.rows::<NewsItem>().at(row));
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

    /// Puts a record in the place of what stands under its key. Lists are right again once the snapshot is settled.
    pub(super) fn put(&mut self, record: Record, revision: u64, updated_at: Timestamp) {
        let id = record.id();
        self.unlink(&id);
        let words = record.clone();
        let row = self.link(record, revision, updated_at);
        self.search.put(document(id.kind, row), &words);
    }

    /// Adds a record and all that is derived from it but the search, and says in which row.
    fn link(&mut self, record: Record, revision: u64, updated_at: Timestamp) -> u32 {
        let id = record.id();
        let (targets, marks) = (record.links(), relations::marks(&record));
        self.marks.add(&id, &marks);
        let row = match record {
            Record::Project(record) => self.tables.put(&id.key, Stored { record, revision, updated_at, marks }),
            Record::MemberState(record) => self.tables.put(&id.key, Stored { record, revision, updated_at, marks }),
            Record::Region(record) => self.tables.put(&id.key, Stored { record, revision, updated_at, marks }),
            Record::NewsItem(record) => self.tables.put(&id.key, Stored { record, revision, updated_at, marks }),
            Record::Contact(record) => self.tables.put(&id.key, Stored { record, revision, updated_at, marks }),
        };
        for target in targets {
            self.links.add((id.kind, row), target);
        }
        match id.kind {
            NodeKind::NewsItem => self.sort_by_region(row),
            NodeKind::MemberState => {
                self.naming(&id, NodeKind::NewsItem).iter().for_each(|row| self.sort_by_region(row));
            }
            _ => {}
        }
        row
    }

    /// Notes the regions of the states that a news item names.
    fn sort_by_region(&mut self, row: u32) {
        let states = self.rows::<NewsItem>().at(row).map(|item| item.record.member_states.clone()).unwrap_or_default();
        let regions = states.iter().filter_map(|state| self.get::<MemberState>(state.as_str())?.record.region);
        let regions: BTreeSet<RegionCode> = regions.collect();
        self.regions_of_news.remove(row, RegionCode::ALL);
        self.regions_of_news.add(row, regions);
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, id: &NodeId) {
        self.unlink(id);
        of_kind!(id.kind, T => T::table_mut(&mut self.tables).remove(&id.key));
    }

    /// Puts what changed where it belongs in the orders of lists. `before` is the snapshot from which this one was made.
    pub(super) fn settle(&mut self, before: &Snapshot) {
        for kind in NodeKind::ALL {
            of_kind!(kind, T => T::table_mut(&mut self.tables).settle(T::table(&before.tables)));
        }
    }

    pub(super) fn set_revision(&mut self, revision: u64) {
        self.revision = revision;
    }

    /// Takes away what is derived from a record.
    fn unlink(&mut self, id: &NodeId) {
        let (Some(row), Some(record)) = (self.row(id), self.record(id)) else { return };
        for target in record.links() {
            self.links.remove((id.kind, row), target);
        }
        self.marks.remove(id, &self.marks_of(id));
        self.search.remove(document(id.kind, row), &record);
        if id.kind == NodeKind::NewsItem {
            self.regions_of_news.remove(row, RegionCode::ALL);
        }
    }

    fn marks_of(&self, id: &NodeId) -> Vec<Mark> {
        of_kind!(id.kind, T => self.get::<T>(&id.key).map(|stored| stored.marks.clone())).unwrap_or_default()
    }
}

impl Numbering for Snapshot {
    fn document(&self, id: &NodeId) -> Option<u32> {
        self.row(id).map(|row| document(id.kind, row))
    }

    fn id(&self, document: u32) -> NodeId {
        self.id_of(search::kind(document), search::row(document))
    }

    fn compare(&self, document: u32, id: &NodeId) -> Ordering {
        let (kind, row) = (search::kind(document), search::row(document));
        let key = of_kind!(kind, T => self.rows::<T>().key(row));
        (kind, key).cmp(&(id.kind, id.key.as_str()))
    }
}
