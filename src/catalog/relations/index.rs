//! What all records are marked by, to find those that share something.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::contacts::Contacts;
use super::mark::{marks, marks_read_by};
use super::postings::Postings;
use super::reading::Reader;
use super::related::{RelatedPage, RelatedPlace, Relatives};
use super::sign::{Sign, SignKind};
use super::states::{Group, States};
use crate::catalog::rows::RowSet;
use crate::catalog::{Replacement, search};
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
#[derive(Debug, Clone, Serialize, Deserialize)]
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
                Ties::of(record).contacts.iter().for_each(|contact| *of_state.entry(contact.clone()).or_default() += 1);
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

    /// Puts records in the place of others, where there are keys that know the rows of those that go, and others those of what
    /// comes. Only what marks a record otherwise now is touched: most writes change a fact, and no text.
    pub fn replace_all(&mut self, replacements: &[Replacement], before: &dyn Keys, after: &dyn Keys) {
        for replacement in replacements {
            self.untie(replacement, before);
        }
        for replacement in replacements {
            self.tie(replacement, after);
        }
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for Replacement { document, before, after } in replacements {
            let mut reader = Reader::default();
            let [before, after] = [before, after].map(|record| {
                let marks = record.as_ref().map(|record| marks_read_by(&mut reader, record)).unwrap_or_default();
                let mut signs: Vec<Sign> = marks.signs().collect();
                signs.sort_unstable();
                signs
            });
            let pairs = |signs: &[Sign], others: &[Sign]| -> Vec<(Sign, u32)> {
                let only = signs.iter().filter(|sign| others.binary_search(sign).is_err());
                only.map(|sign| (*sign, *document)).collect()
            };
            gone.extend(pairs(&before, &after));
            new.extend(pairs(&after, &before));
            if gone.len() + new.len() >= GATHERED {
                self.remove(&mut gone);
                self.insert(&mut new);
            }
        }
        self.remove(&mut gone);
        self.insert(&mut new);
    }

    /// Takes away what ties a record to states, types and contacts, unless the one in its place has the same ties.
    fn untie(&mut self, Replacement { document, before, after }: &Replacement, keys: &dyn Keys) {
        let (row, Some(record)) = (search::row(*document), before) else { return };
        let ties = Ties::of(record);
        if after.as_ref().is_some_and(|after| Ties::of(after) == ties) {
            return;
        }
        let kind = record.kind();
        self.states.remove(kind, row, ties.states, ties.project_type, keys);
        if let Some(code) = ties.project_type
            && let Some(rows) = self.types.get_mut(code)
        {
            rows.remove(row);
            if rows.is_empty() {
                self.types.remove(code);
            }
        }
        self.contacts.remove(ties.states, ties.contacts, keys);
        if kind == NodeKind::Contact {
            self.contacts.take_row(&ties.key, row);
        }
    }

    /// Ties a record to its states, its type and its contacts, unless the one that was in its place had the same ties.
    fn tie(&mut self, Replacement { document, before, after }: &Replacement, keys: &dyn Keys) {
        let (row, Some(record)) = (search::row(*document), after) else { return };
        let ties = Ties::of(record);
        if before.as_ref().is_some_and(|before| Ties::of(before) == ties) {
            return;
        }
        let kind = record.kind();
        self.states.add(kind, row, ties.states, ties.project_type, keys);
        if let Some(code) = ties.project_type {
            self.types.entry(SmolStr::new(code)).or_default().insert(row);
        }
        self.contacts.add(ties.states, ties.contacts, keys);
        if kind == NodeKind::Contact {
            self.contacts.give_row(&ties.key, row);
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

    /// Takes pairs away in their order, so that those that belong to one chunk follow each other.
    fn remove(&mut self, gathered: &mut Vec<(Sign, u32)>) {
        gathered.sort_unstable();
        gathered.drain(..).for_each(|(sign, document)| self.postings.remove(sign, document));
    }

    /// As [`RelationIndex::remove`], but inserts them.
    fn insert(&mut self, gathered: &mut Vec<(Sign, u32)>) {
        gathered.sort_unstable();
        self.postings.insert(gathered);
        gathered.clear();
    }
}

/// What ties a record to others but for its texts.
#[derive(Debug, PartialEq)]
struct Ties<'a> {
    key: Cow<'a, str>,
    states: &'a [CountryCode],
    project_type: Option<&'a str>,
    /// The contacts that a news item names.
    contacts: &'a [String],
}

impl<'a> Ties<'a> {
    fn of(record: &'a Record) -> Ties<'a> {
        let none = Ties { key: Cow::Borrowed(""), states: &[], project_type: None, contacts: &[] };
        match record {
            Record::Project(project) => {
                let project_type = project.project_type.as_ref().map(|kind| kind.code.as_str());
                Ties { key: Cow::Borrowed(&project.code), states: &project.member_states, project_type, ..none }
            }
            Record::NewsItem(item) => {
                Ties { key: Cow::Borrowed(&item.slug), states: &item.member_states, contacts: &item.contacts, ..none }
            }
            Record::Contact(contact) => Ties { key: Cow::Owned(contact.key()), ..none },
            Record::MemberState(_) | Record::Region(_) => none,
        }
    }
}
