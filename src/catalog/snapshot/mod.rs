//! The records as one revision left them, with everything that is derived from them.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::links::Links;
use super::list::{Facet, NewsTest, Picks, ProjectTest};
use super::relations::{Keys, Reason, RelatedPage, RelatedPlace, RelationIndex};
use super::rows::{RowSet, Rows};
use super::search::{self, Hits, Numbering, Reading, SearchIndex, SearchQuery, document};
use super::stored::{Noun, Stored, Tables};
use crate::domain::{Contact, CountryCode, MemberState, NewsItem, NodeId, NodeKind, Project, Record, Region, RegionCode};
use crate::store::{Current, Standing};

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

// After the macro, which it uses too.
mod settling;

use settling::Unsettled;

/// How many of the news items that are related most closely are asked for a project's contacts, besides those about its states.
const CLOSEST: usize = 100;

/// The records at one revision. A copy shares all it can with the original, so the next revision costs what it changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    revision: u64,
    /// How many records were put or taken away since it was opened.
    #[serde(skip)]
    edits: u64,
    tables: Tables,
    links: Links,
    relations: RelationIndex,
    /// The news by the regions of the states that it names.
    regions_of_news: Facet<RegionCode>,
    search: SearchIndex,
    /// What filters picked.
    #[serde(skip)]
    picks: AllPicks,
    /// None once the relations, the search and the lists are those of its records.
    #[serde(skip)]
    unsettled: Option<Unsettled>,
}

/// What filters picked, by the kinds that can be filtered.
#[derive(Debug, Clone, Default)]
pub(super) struct AllPicks {
    pub(super) projects: Picks<ProjectTest>,
    pub(super) news: Picks<NewsTest>,
}

impl Snapshot {
    /// The snapshot of an empty store.
    pub(super) fn new(archive: &Arc<Archive>) -> Snapshot {
        Snapshot {
            revision: 0,
            edits: 0,
            tables: Tables::new(archive),
            links: Links::default(),
            relations: RelationIndex::default(),
            regions_of_news: Facet::default(),
            search: SearchIndex::default(),
            picks: AllPicks::default(),
            unsettled: None,
        }
    }

    /// The same without the search and the relations: so much has to be known of what stood before to settle what comes after.
    pub(super) fn tables_alone(&self) -> Snapshot {
        let (relations, search) = (RelationIndex::default(), SearchIndex::default());
        let (links, regions_of_news, picks) = (Links::default(), Facet::default(), AllPicks::default());
        Snapshot { tables: self.tables.clone(), links, relations, regions_of_news, search, picks, unsettled: None, ..*self }
    }

    /// Goes on from here as the store does that records are read from.
    pub(super) fn set_archive(&mut self, archive: &Arc<Archive>) {
        self.tables.set_archive(archive);
    }

    /// Which records there are, and by which revision each.
    pub(super) fn standing(&self) -> Standing {
        let mut standing = Standing::default();
        for kind in NodeKind::ALL {
            of_kind!(kind, T => self.rows::<T>().revisions().for_each(|(key, revision)| standing.add(kind, key, revision)));
        }
        standing
    }

    /// How many records were put or taken away since it was opened.
    pub(super) fn edits(&self) -> u64 {
        self.edits
    }

    /// The revision, 0 where nothing was ever written.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The record of a kind under a key.
    pub fn get<T: Noun>(&self, key: &str) -> Option<Stored<T>> {
        self.rows::<T>().get(key)
    }

    /// The records of a kind by their rows.
    pub fn rows<T: Noun>(&self) -> &Rows<T> {
        &T::table(&self.tables).rows
    }

    /// What lists of a kind go by.
    pub(super) fn index<T: Noun>(&self) -> &T::Index {
        &T::table(&self.settled().tables).index
    }

    /// What filters picked already.
    pub(super) fn picks(&self) -> &AllPicks {
        &self.settled().picks
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        NodeKind::ALL.into_iter().map(|kind| self.count(kind)).sum()
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
        of_kind!(id.kind, T => self.rows::<T>().revision(&id.key))
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
        self.settled().relations.contacts_of_state(state)
    }

    /// The contacts that the news about a project's states names, and the news that is related to it most closely.
    pub fn contacts_of_project(&self, code: &str) -> RowSet {
        let id = NodeId::new(NodeKind::Project, code);
        let (Some(row), Some(project)) = (self.row(&id), self.get::<Project>(code)) else { return RowSet::default() };
        let record = Record::Project(Arc::clone(&project.record));
        let closest = self.settled().relations.closest((row, &record), NodeKind::NewsItem, &self.tables, CLOSEST);
        let closest = closest.iter().filter_map(|slug| self.get::<NewsItem>(slug));
        let contacts = closest.flat_map(|item| item.record.contacts.clone());
        let contacts: RowSet = contacts.filter_map(|key| self.rows::<Contact>().row(&key)).collect();
        let of_states = project.record.member_states.iter().map(|state| self.settled().relations.contacts_of_state(*state));
        of_states.fold(contacts, |union, contacts| union.or(&contacts))
    }

    /// The states that the news with a contact names, in the order of their codes.
    pub fn states_of_contact(&self, key: &str) -> BTreeSet<CountryCode> {
        self.settled().relations.states_of_contact(key).collect()
    }

    /// The projects or news items that share something with a project or news item, the closest first: so many after a place.
    pub fn related(&self, id: &NodeId, kind: NodeKind, after: Option<RelatedPlace<'_>>, first: usize) -> RelatedPage {
        match (self.row(id), self.record(id)) {
            (Some(row), Some(record)) => self.settled().relations.related((row, &record), kind, &self.tables, after, first),
            _ => RelatedPage::default(),
        }
    }

    /// What two projects or news items share, the weightiest first.
    pub fn reasons(&self, one: &NodeId, other: &NodeId) -> Vec<Reason> {
        match (self.record(one), self.record(other)) {
            (Some(one), Some(other)) => self.settled().relations.reasons(&one, &other),
            _ => Vec::new(),
        }
    }

    /// The codes of the projects that bear an agency's number, or one of some titles whatever their accents and case: now, or in
    /// one of their documents.
    pub fn namesakes(&self, prima_id: Option<&str>, titles: &[&str]) -> BTreeSet<String> {
        let rows = self.settled().relations.namesakes(prima_id, titles);
        rows.into_iter().map(|row| self.rows::<Project>().key(row).to_owned()).collect()
    }

    /// The records that answer a question, the best first; on a page that follows others, read as it was for the first.
    pub fn search(&self, query: &SearchQuery<'_>, reading: Option<&Reading>) -> Hits {
        self.settled().search.search(query, reading)
    }

    /// The records that print all words of a question, for a filter; on a page that follows others, read as it was for the first.
    pub fn matching(&self, query: &SearchQuery<'_>, reading: Option<&Reading>) -> Hits {
        self.settled().search.matching(query, reading)
    }

    /// Puts a record that is on disk, where there is none yet, into the lists. Says in which row.
    pub(super) fn list(&mut self, current: &Current) -> u32 {
        self.link(None, &current.record, current.revision, current.updated_at, true)
    }

    /// The search and the relations of its records, which are on disk.
    pub(super) fn complete(&mut self, search: SearchIndex, relations: RelationIndex, revision: u64) {
        (self.search, self.relations, self.revision) = (search, relations, revision);
    }

    /// Puts its records where they belong in the orders of lists, after none were there.
    pub(super) fn settle_lists(&mut self, empty: &Snapshot) {
        let settled = self.tables.settled(&empty.tables);
        self.tables.go_by(settled);
    }

    /// Holds a record as it stands.
    pub(super) fn hold(&mut self, record: Record) {
        let id = record.id();
        of_kind!(id.kind, T => T::table_mut(&mut self.tables).hold(&id.key, record));
    }

    /// Puts a record in the place of what stands under its key. What is derived from the records is right again once the snapshot
    /// is settled.
    pub(super) fn put(&mut self, record: Record, revision: u64, updated_at: Timestamp) {
        self.touch();
        let before = self.record(&record.id());
        self.link(before, &record, revision, updated_at, false);
    }

    /// Puts a record in the place of another, with all that is derived from it but the search and the relations, and says in which
    /// row.
    fn link(&mut self, before: Option<Record>, record: &Record, revision: u64, updated_at: Timestamp, is_on_disk: bool) -> u32 {
        let id = record.id();
        let row = match record {
            Record::Project(project) => self.table_put(&id.key, before.clone(), project, revision, updated_at, is_on_disk),
            Record::MemberState(state) => self.table_put(&id.key, before.clone(), state, revision, updated_at, is_on_disk),
            Record::Region(region) => self.table_put(&id.key, before.clone(), region, revision, updated_at, is_on_disk),
            Record::NewsItem(item) => self.table_put(&id.key, before.clone(), item, revision, updated_at, is_on_disk),
            Record::Contact(contact) => self.table_put(&id.key, before.clone(), contact, revision, updated_at, is_on_disk),
        };
        let targets = record.links();
        let targets_before = before.as_ref().map(Record::links).unwrap_or_default();
        if targets == targets_before && before.is_some() {
            return row;
        }
        for target in targets_before {
            self.links.remove((id.kind, row), target);
        }
        for target in targets {
            self.links.add((id.kind, row), target);
        }
        match record {
            Record::NewsItem(item) => self.sort_by_region(row, &item.member_states),
            Record::MemberState(state) => {
                let region_before = match &before {
                    Some(Record::MemberState(before)) => before.region,
                    _ => None,
                };
                let regions: BTreeSet<RegionCode> = region_before.into_iter().chain(state.region).collect();
                regions.into_iter().for_each(|region| self.gather_news(region));
            }
            _ => {}
        }
        row
    }

    fn table_put<T: Noun>(
        &mut self,
        key: &str,
        before: Option<Record>,
        record: &Arc<T>,
        revision: u64,
        updated_at: Timestamp,
        is_on_disk: bool,
    ) -> u32 {
        let before = before.and_then(T::of);
        T::table_mut(&mut self.tables).put(key, before.as_deref(), record, revision, updated_at, is_on_disk)
    }

    /// Notes the regions of the states that a news item names.
    fn sort_by_region(&mut self, row: u32, states: &[CountryCode]) {
        let regions = states.iter().filter_map(|state| self.get::<MemberState>(state.as_str())?.record.region);
        let regions: BTreeSet<RegionCode> = regions.collect();
        self.regions_of_news.remove(row, RegionCode::ALL);
        self.regions_of_news.add(row, regions);
    }

    /// Notes the news about the states of a region anew, after one of them came or went.
    fn gather_news(&mut self, region: RegionCode) {
        let states = self.naming(&NodeId::region(region), NodeKind::MemberState);
        let ids = states.iter().map(|row| self.id_of(NodeKind::MemberState, row));
        let news = ids.fold(RowSet::default(), |news, state| news.or(&self.naming(&state, NodeKind::NewsItem)));
        self.regions_of_news.set(region, news);
    }

    /// Takes a record away.
    pub(super) fn remove(&mut self, id: &NodeId) {
        let (Some(row), Some(record)) = (self.row(id), self.record(id)) else { return };
        self.touch();
        for target in record.links() {
            self.links.remove((id.kind, row), target);
        }
        of_kind!(id.kind, T => T::table_mut(&mut self.tables).remove(&id.key));
        match record {
            Record::NewsItem(_) => self.regions_of_news.remove(row, RegionCode::ALL),
            Record::MemberState(state) => state.region.into_iter().for_each(|region| self.gather_news(region)),
            _ => {}
        }
    }

    /// Leaves the records, which are on disk now, to the archive.
    pub(super) fn release(&mut self) {
        for kind in NodeKind::ALL {
            of_kind!(kind, T => T::table_mut(&mut self.tables).rows.release());
        }
    }

    /// Holds none of the records any more, which are on disk: nobody asked for them yet.
    pub(super) fn let_go(&mut self) {
        for kind in NodeKind::ALL {
            of_kind!(kind, T => T::table_mut(&mut self.tables).rows.let_go());
        }
    }

    pub(super) fn set_revision(&mut self, revision: u64) {
        self.revision = revision;
    }
}

/// The tables know the keys while the relations of the same snapshot change.
impl Keys for Tables {
    fn key(&self, kind: NodeKind, row: u32) -> &str {
        of_kind!(kind, T => T::table(self).rows.key(row))
    }

    fn row(&self, kind: NodeKind, key: &str) -> Option<u32> {
        of_kind!(kind, T => T::table(self).rows.row(key))
    }
}

/// The snapshot of a catalog that has no store yet.
impl Default for Snapshot {
    fn default() -> Self {
        Snapshot::new(&Arc::default())
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
