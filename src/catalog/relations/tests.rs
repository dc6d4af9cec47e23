//! The index compared with a plain, slow implementation that is obviously right.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::index::{Keys, RelationIndex};
use super::mark::{Marks, marks};
use super::reason::{Reason, ReasonKind};
use super::related::{Related, RelatedPlace, Relatives};
use super::sign::{Sign, SignKind};
use crate::catalog::Replacement;
use crate::domain::{
    CountryCode, Language, Localized, NewsItem, NewsText, NodeKind, Project, ProjectText, ProjectType, Record,
};

/// How many records may share a sign, and how many a code, in these tests.
const MOST: [usize; 2] = [4, 6];
const KINDS: [NodeKind; 2] = [NodeKind::Project, NodeKind::NewsItem];

/// Records by row; a row may be free.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    rows: [Vec<Option<Record>>; 2],
    keys: [Vec<String>; 2],
}

fn place(kind: NodeKind) -> usize {
    usize::from(kind == NodeKind::NewsItem)
}

impl World {
    fn records(&self, kind: NodeKind) -> impl Iterator<Item = &Record> {
        self.rows[place(kind)].iter().flatten()
    }

    /// Puts a record in the place of what stands under its key, in the index too.
    fn put(&mut self, record: Record, index: &mut RelationIndex) {
        let id = record.id();
        let row = self.row(id.kind, &id.key);
        let rows = &self.rows[place(id.kind)];
        let free = || rows.iter().position(Option::is_none).unwrap_or(rows.len());
        let at = row.map_or_else(free, |row| row as usize);
        let before = row.and_then(|_| rows[at].clone());
        if at == rows.len() {
            self.rows[place(id.kind)].push(None);
            self.keys[place(id.kind)].push(String::new());
        }
        self.keys[place(id.kind)][at] = id.key;
        index.replace_all(&[Replacement { before, ..Replacement::new(at as u32, &record) }], self, self);
        self.rows[place(id.kind)][at] = Some(record);
    }

    fn remove(&mut self, kind: NodeKind, nth: usize, index: &mut RelationIndex) {
        let rows = &mut self.rows[place(kind)];
        let taken: Vec<usize> = (0..rows.len()).filter(|row| rows[*row].is_some()).collect();
        let Some(row) = taken.get(nth % taken.len().max(1)).copied() else { return };
        let record = rows[row].take().expect("the row is taken");
        index.replace_all(&[Replacement::new(row as u32, &record).undone()], self, self);
    }

    /// The index of all records at once, in the order of their keys.
    fn index(&self) -> RelationIndex {
        let rows = |kind: NodeKind| {
            let rows = self.rows[place(kind)].iter().enumerate();
            let mut rows: Vec<_> = rows.filter_map(|(row, record)| Some((row as u32, record.as_ref()?))).collect();
            rows.sort_by_key(|(_, record)| record.id().key);
            rows
        };
        let mut index = RelationIndex::of(KINDS.into_iter().flat_map(rows));
        index.most = MOST;
        index
    }
}

impl Keys for World {
    fn key(&self, kind: NodeKind, row: u32) -> &str {
        &self.keys[place(kind)][row as usize]
    }

    fn row(&self, kind: NodeKind, key: &str) -> Option<u32> {
        let rows = &self.rows[place(kind)];
        let row = self.keys[place(kind)].iter().zip(rows).position(|(other, record)| other == key && record.is_some())?;
        Some(row as u32)
    }
}

// --- the plain implementation ---

/// How many records tell of each sign.
fn counts(world: &World) -> BTreeMap<Sign, usize> {
    let mut counts = BTreeMap::new();
    for record in KINDS.into_iter().flat_map(|kind| world.records(kind)) {
        marks(record).told.iter().for_each(|mark| *counts.entry(mark.sign).or_default() += 1);
    }
    counts
}

/// What two records share, one sign after the other.
fn plain_reasons(one: &Record, other: &Record, counts: &BTreeMap<Sign, usize>) -> Vec<Reason> {
    let order = |record: &Record| (record.kind(), record.id().key);
    let (printing, other) = if order(one) < order(other) { (one, other) } else { (other, one) };
    let (printing, other) = (marks(printing), marks(other));
    let told = |marks: &Marks<'_>| -> Vec<(Sign, String)> {
        let own = marks.code.map(|code| (Sign::of(SignKind::Code, code), code.to_owned()));
        own.into_iter().chain(marks.told.iter().map(|mark| (mark.sign, mark.printed.to_owned()))).collect()
    };
    let theirs = told(&other);
    let telling =
        |sign: Sign| counts.get(&sign).copied().unwrap_or_default() <= MOST[usize::from(sign.kind() == SignKind::Code)];
    let shared: Vec<(SignKind, String)> = told(&printing)
        .into_iter()
        .filter(|(sign, _)| theirs.iter().any(|(other, _)| other == sign) && telling(*sign))
        .map(|(sign, printed)| (sign.kind(), printed))
        .collect();
    let mut reasons = Vec::new();
    let kinds = [
        (SignKind::Code, ReasonKind::NamesProject),
        (SignKind::Contact, ReasonKind::SharedContact),
        (SignKind::Place, ReasonKind::SharedPlace),
    ];
    for (kind, reason) in kinds {
        let details = shared.iter().filter(|(other, _)| *other == kind);
        reasons.extend(details.map(|(_, detail)| Reason { kind: reason, detail: detail.clone() }));
    }
    let terms: Vec<_> =
        shared.iter().filter(|(kind, _)| *kind == SignKind::Term).map(|(_, printed)| printed.to_lowercase()).collect();
    let states: Vec<_> = printing.states.iter().filter(|state| other.states.contains(state)).collect();
    let others = !reasons.is_empty() || !states.is_empty();
    if terms.len() > 2 || (terms.len() == 2 && others) {
        reasons.push(Reason { kind: ReasonKind::SharedTerms, detail: terms.join(", ") });
    }
    let states = states.into_iter();
    reasons.extend(states.map(|state| Reason { kind: ReasonKind::SharedMemberState, detail: state.to_string() }));
    if let Some(code) = printing.project_type.filter(|code| !reasons.is_empty() && other.project_type == Some(code)) {
        reasons.push(Reason { kind: ReasonKind::SharedType, detail: code.to_owned() });
    }
    reasons
}

/// The sum of the points of reasons, as the API's descriptions of their kinds say.
fn plain_score(reasons: &[Reason]) -> f64 {
    let points = |reason: &Reason| match reason.kind {
        ReasonKind::NamesProject => 4.0,
        ReasonKind::SharedContact => 3.0,
        ReasonKind::SharedPlace => 2.0,
        ReasonKind::SharedTerms => reason.detail.split(", ").count() as f64,
        ReasonKind::SharedMemberState => 0.0,
        ReasonKind::SharedType => 0.5,
    };
    let states = reasons.iter().any(|reason| reason.kind == ReasonKind::SharedMemberState);
    reasons.iter().map(points).sum::<f64>() + f64::from(u8::from(states))
}

/// The records of a kind that are related to one, each compared with it.
fn plain_related(world: &World, record: &Record, kind: NodeKind, counts: &BTreeMap<Sign, usize>) -> Vec<Related> {
    let others = world.records(kind).filter(|other| other.id() != record.id());
    let reasons = others.map(|other| (other, plain_reasons(record, other, counts)));
    let mut related: Vec<Related> = reasons
        .filter(|(_, reasons)| !reasons.is_empty())
        .map(|(other, reasons)| Related { key: other.id().key, score: plain_score(&reasons) })
        .collect();
    related.sort_by_key(|related| (Reverse((related.score * 2.0) as u64), related.key.clone()));
    related
}

// --- records ---

const STATES: [&str; 4] = ["GE", "AM", "DJ", "FR"];
const PLACES: [&str; 5] = ["Iméréthie", "Imereti", "Kakhétie", "Goma", "Tbilissi"];
const WORDS: [&str; 8] =
    ["retour", "réintégration", "réintégrer", "reintegration", "microcrédit", "apprentissage", "diaspora", "atelier"];
const CONTACTS: [&str; 3] = ["nino@iom.int", "ana@iom.int", "bureau-de-tbilissi"];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        2 => prop::sample::select(&PLACES[..]).prop_map(|place| format!("à {place}")),
        1 => (0u8..6).prop_map(|number| format!("RR.000{number}")),
        1 => prop::sample::select(&CONTACTS[..]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| parts.join(", "))
}

fn states() -> impl Strategy<Value = Vec<CountryCode>> {
    let state = prop::sample::select(&STATES[..]).prop_map(|code| code.parse().unwrap());
    prop::collection::btree_set(state, 0..3).prop_map(|states| states.into_iter().rev().collect())
}

fn project() -> impl Strategy<Value = Record> {
    let kind = prop::option::of(prop::sample::select(&["A", "B"][..]));
    (0u8..8, text(), text(), states(), kind).prop_map(|(number, title, description, member_states, kind)| {
        let text = ProjectText { title, description: Some(description) };
        Record::from(Project {
            texts: Localized::one(Language::Fr, text),
            member_states,
            project_type: kind.map(|code| ProjectType { code: code.to_owned(), printed: code.to_owned() }),
            ..Project::new(format!("RR.000{number}"))
        })
    })
}

fn news() -> impl Strategy<Value = Record> {
    let contacts = prop::collection::btree_set(prop::sample::select(&CONTACTS[..]), 0..2);
    let place = prop::option::of(prop::sample::select(&PLACES[..]));
    (0u8..8, text(), text(), states(), contacts, place).prop_map(|(number, title, body, member_states, contacts, place)| {
        Record::from(NewsItem {
            texts: Localized::one(Language::Fr, NewsText { title, body }),
            member_states,
            contacts: contacts.into_iter().map(str::to_owned).collect(),
            place: place.map(str::to_owned),
            ..NewsItem::new(format!("item-{number}"))
        })
    })
}

#[derive(Debug, Clone)]
enum Step {
    Put(Box<Record>),
    Remove(NodeKind, usize),
}

pub(super) fn world() -> impl Strategy<Value = (World, RelationIndex)> {
    let step = prop_oneof![
        3 => project().prop_map(|record| Step::Put(Box::new(record))),
        3 => news().prop_map(|record| Step::Put(Box::new(record))),
        1 => (prop::sample::select(&KINDS[..]), any::<usize>()).prop_map(|(kind, nth)| Step::Remove(kind, nth)),
    ];
    prop::collection::vec(step, 0..30).prop_map(|steps| {
        let mut world = World::default();
        let mut index = RelationIndex { most: MOST, ..RelationIndex::default() };
        for step in steps {
            match step {
                Step::Put(record) => world.put(*record, &mut index),
                Step::Remove(kind, nth) => world.remove(kind, nth, &mut index),
            }
        }
        (world, index)
    })
}

/// All pages of some length.
fn paged(world: &World, index: &RelationIndex, record: &Record, kind: NodeKind, length: usize) -> (Vec<Related>, usize) {
    let marks = marks(record);
    let itself = world.row(kind, &record.id().key).filter(|_| record.kind() == kind);
    let list = Relatives::of(index, world, &marks, kind, itself);
    let mut all: Vec<Related> = Vec::new();
    loop {
        let last = all.last().cloned();
        let after = last.as_ref().map(|last| RelatedPlace { score: last.score, key: &last.key });
        let page = list.page(after, length);
        assert_eq!(page.has_previous, !all.is_empty());
        assert!(page.related.len() == length || !page.has_next);
        all.extend(page.related);
        if !page.has_next {
            return (all, page.total);
        }
    }
}

proptest! {
    #[test]
    fn pages_are_those_of_the_plain_list((world, index) in world(), length in 1usize..5) {
        let counts = counts(&world);
        let fresh = world.index();
        for record in KINDS.into_iter().flat_map(|kind| world.records(kind)) {
            for kind in KINDS {
                let expected = plain_related(&world, record, kind, &counts);
                for index in [&index, &fresh] {
                    let (all, total) = paged(&world, index, record, kind, length);
                    prop_assert_eq!(total, expected.len());
                    prop_assert_eq!(&all, &expected);
                }
            }
        }
    }

    #[test]
    fn both_directions_agree_for_the_same_reasons((world, index) in world()) {
        let counts = counts(&world);
        let all: Vec<&Record> = KINDS.into_iter().flat_map(|kind| world.records(kind)).collect();
        let lists: BTreeMap<_, _> = all
            .iter()
            .flat_map(|record| KINDS.map(|kind| ((record.id(), kind), paged(&world, &index, record, kind, 7).0)))
            .collect();
        for one in &all {
            for other in all.iter().filter(|other| other.id() != one.id()) {
                let score = |from: &Record, to: &Record| {
                    let list = &lists[&(from.id(), to.kind())];
                    list.iter().find(|related| related.key == to.id().key).map(|related| related.score)
                };
                prop_assert_eq!(score(one, other), score(other, one));
                let reasons = index.reasons(one, other);
                prop_assert_eq!(&reasons, &index.reasons(other, one));
                prop_assert_eq!(&reasons, &plain_reasons(one, other, &counts));
                prop_assert_eq!(score(one, other), Some(plain_score(&reasons)).filter(|_| !reasons.is_empty()));
            }
        }
    }

    /// A list that is gone through page by page, while records come and go, has each that was there all along once.
    #[test]
    fn pages_go_on_while_others_write((world, index) in world(), added in prop::collection::vec(news(), 1..6), length in 1usize..4) {
        let (mut world, mut index) = (world, index);
        let Some(record) = world.records(NodeKind::Project).next().cloned() else { return Ok(()) };
        // Written records share only states, so that no sign becomes too common to count.
        let added = added.into_iter().filter_map(|record| match record {
            Record::NewsItem(item) => Some(Record::from(NewsItem {
                texts: Localized::default(), contacts: Vec::new(), place: None, slug: format!("new-{}", item.slug),
                ..Arc::unwrap_or_clone(item)
            })),
            _ => None,
        });
        let (before, _) = paged(&world, &index, &record, NodeKind::NewsItem, 100);
        let mut met: Vec<Related> = Vec::new();
        let mut writes = added.collect::<Vec<_>>().into_iter();
        loop {
            let last = met.last().cloned();
            let after = last.as_ref().map(|last| RelatedPlace { score: last.score, key: &last.key });
            let marks = marks(&record);
            let page = Relatives::of(&index, &world, &marks, NodeKind::NewsItem, None).page(after, length);
            met.extend(page.related);
            match writes.next() {
                Some(record) => world.put(record, &mut index),
                None if !page.has_next => break,
                None => {}
            }
        }
        let keys: std::collections::BTreeSet<_> = met.iter().map(|related| &related.key).collect();
        prop_assert_eq!(keys.len(), met.len());
        prop_assert!(before.iter().all(|related| keys.contains(&related.key)));
    }
}
