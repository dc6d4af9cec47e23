//! What all records are marked by, to find those that share something.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use imbl::OrdMap;
use smol_str::SmolStr;

use super::contacts::Contacts;
use super::mark::marks;
use super::postings::Postings;
use super::related::{RelatedPage, RelatedPlace, Relatives};
use super::sign::{Sign, SignKind};
use super::states::{Group, States};
use crate::catalog::rows::RowSet;
use crate::catalog::search;
use crate::domain::{CountryCode, NodeKind, Record, slug};

/// How many records may share a sign for it to tell of them. A place that more tell of, or a word that more say, is too common to
/// relate any two; a code that is named relates more, since it is meant.
const MOST: usize = 400;
const MOST_WITH_CODE: usize = 10_000;

/// How many pairs are gathered before they are put in order: 24 MB.
const GATHERED: usize = 1 << 20;

/// Who knows the records by their rows.
pub trait Keys {
    /// The key of the record of a row.
    fn key(&self, kind: NodeKind, row: u32) -> &str;

    /// The row of the record under a key.
    fn row(&self, kind: NodeKind, key: &str) -> Option<u32>;
}

/// What projects and news are marked by. A copy shares all it can with the original, so a write costs what it changes.
#[derive(Debug, Clone)]
pub struct RelationIndex {
    /// How many records may share a sign, and how many a code, for it to relate them.
    pub(super) most: [usize; 2],
    pub(super) postings: Postings,
    pub(super) states: States,
    /// By the code of a type, the projects of it.
    pub(super) types: OrdMap<SmolStr, RowSet>,
    pub(super) contacts: Contacts,
}

impl Default for RelationIndex {
    fn default() -> Self {
        RelationIndex {
            most: [MOST, MOST_WITH_CODE],
            postings: Postings::default(),
            states: States::default(),
            types: OrdMap::default(),
            contacts: Contacts::default(),
        }
    }
}

impl RelationIndex {
    /// The index of all records at once, each with its row, in the order of their keys: nothing is shared yet, so what they are
    /// marked by is gathered first and put in order in one go.
    pub fn of<R: Borrow<Record>>(records: impl Iterator<Item = (u32, R)>) -> RelationIndex {
        let mut index = RelationIndex::default();
        let mut groups: BTreeMap<Group, Vec<u32>> = BTreeMap::new();
        let mut types: BTreeMap<SmolStr, Vec<u32>> = BTreeMap::new();
        let mut counts: BTreeMap<CountryCode, HashMap<String, u32>> = BTreeMap::new();
        let mut contact_rows: HashMap<String, u32> = HashMap::new();
        let mut gathered: Vec<(Sign, u32)> = Vec::new();
        for (row, record) in records {
            let record = record.borrow();
            let (kind, marks) = (record.kind(), marks(record));
            let document = search::document(kind, row);
            gathered.extend(marks.signs().map(|sign| (sign, document)));
            if gathered.len() >= GATHERED {
                index.insert(&mut gathered);
            }
            let project_type = marks.project_type.map(SmolStr::new);
            for state in marks.states {
                let group = Group { kind, state: *state, project_type: project_type.clone() };
                let rows = groups.entry(group).or_default();
                // A list of states may name one twice.
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
            if let Some(project_type) = project_type {
                types.entry(project_type).or_default().push(row);
            }
            for state in marks.states {
                let of_state = counts.entry(*state).or_default();
                contacts(record).iter().for_each(|contact| *of_state.entry(contact.clone()).or_default() += 1);
            }
            if let Record::Contact(contact) = record {
                contact_rows.insert(contact.key(), row);
            }
        }
        index.insert(&mut gathered);
        let counts = counts.into_iter().filter(|(_, of_state)| !of_state.is_empty());
        let counts = counts.map(|(state, of_state)| (state, of_state.into_iter().collect()));
        index.contacts = Contacts::of(counts, |contact| contact_rows.get(contact).copied());
        index.states = States::of(groups);
        index.types = types.into_iter().map(|(code, rows)| (code, rows.into_iter().collect())).collect();
        index
    }

    /// Adds a record that has its row. What stood under its key is removed before.
    pub fn put(&mut self, row: u32, record: &Record, keys: &dyn Keys) {
        let (kind, marks) = (record.kind(), marks(record));
        let document = search::document(kind, row);
        marks.signs().for_each(|sign| self.postings.insert(sign, document));
        self.states.add(kind, row, marks.states, marks.project_type, keys);
        if let Some(code) = marks.project_type {
            self.types.entry(SmolStr::new(code)).or_default().insert(row);
        }
        self.contacts.add(marks.states, contacts(record), keys);
        if let Record::Contact(contact) = record {
            self.contacts.give_row(&contact.key(), row);
        }
    }

    /// Takes a record away, as it was when it was put; it still has its row.
    pub fn remove(&mut self, row: u32, record: &Record, keys: &dyn Keys) {
        let (kind, marks) = (record.kind(), marks(record));
        let document = search::document(kind, row);
        marks.signs().for_each(|sign| self.postings.remove(sign, document));
        self.states.remove(kind, row, marks.states, marks.project_type, keys);
        if let Some(code) = marks.project_type
            && let Some(rows) = self.types.get_mut(code)
        {
            rows.remove(row);
            if rows.is_empty() {
                self.types.remove(code);
            }
        }
        self.contacts.remove(marks.states, contacts(record), keys);
        if let Record::Contact(contact) = record {
            self.contacts.take_row(&contact.key(), row);
        }
    }

    /// The records of a kind that are related to one, the closest first: so many after a place. The one has its row among those of
    /// its kind.
    pub fn related(
        &self,
        (row, record): (u32, &Record),
        kind: NodeKind,
        keys: &dyn Keys,
        after: Option<RelatedPlace<'_>>,
        first: usize,
    ) -> RelatedPage {
        let marks = marks(record);
        let itself = Some(row).filter(|_| record.kind() == kind);
        Relatives::of(self, keys, &marks, kind, itself).page(after, first)
    }

    /// The keys of the records of a kind that share more than states with one, the closest first.
    pub fn closest(&self, (row, record): (u32, &Record), kind: NodeKind, keys: &dyn Keys, most: usize) -> Vec<String> {
        let marks = marks(record);
        let itself = Some(row).filter(|_| record.kind() == kind);
        let closest = Relatives::of(self, keys, &marks, kind, itself).closer(most);
        closest.into_iter().map(str::to_owned).collect()
    }

    /// The rows of the projects that bear an agency's number or a title.
    pub fn namesakes(&self, prima_id: Option<&str>, titles: &[&str]) -> BTreeSet<u32> {
        let number = prima_id.map(|number| Sign::of(SignKind::PrimaId, number));
        let titles = titles.iter().map(|title| Sign::of(SignKind::Title, &slug(title)));
        let documents = number.into_iter().chain(titles).flat_map(|sign| self.postings.documents(sign).flatten());
        documents.map(|document| search::row(*document)).collect()
    }

    /// The contacts of the news that names a state.
    pub fn contacts_of_state(&self, state: CountryCode) -> RowSet {
        self.contacts.of_state(state)
    }

    /// The states that the news with a contact names, in the order of their codes.
    pub fn states_of_contact(&self, contact: &str) -> impl Iterator<Item = CountryCode> {
        self.contacts.states(contact)
    }

    /// Whether so many records share a sign that it tells of none of them.
    pub(super) fn is_common(&self, sign: Sign) -> bool {
        self.postings.is_beyond(sign, self.most[usize::from(sign.kind() == SignKind::Code)])
    }

    /// Inserts pairs in their order, so that those that belong to one chunk follow each other.
    fn insert(&mut self, gathered: &mut Vec<(Sign, u32)>) {
        gathered.sort_unstable();
        gathered.drain(..).for_each(|(sign, document)| self.postings.insert(sign, document));
    }
}

/// The contacts that a news item names.
fn contacts(record: &Record) -> &[String] {
    match record {
        Record::NewsItem(item) => &item.contacts,
        _ => &[],
    }
}
