//! Records to search.

use std::sync::Arc;

use super::super::{Hit, Hits, Numbering, SearchIndex, document, row};
use crate::catalog::Replacement;
use crate::domain::{
    Contact, CountryCode, Language, Localized, MemberState, NewsItem, NewsText, NodeId, Project, ProjectText, Record,
};

/// The record as one of some states.
pub(super) fn of_states(record: Record, codes: &[&str]) -> Record {
    let member_states = codes.iter().map(|code| code.parse().unwrap()).collect();
    match record {
        Record::Project(project) => Record::from(Project { member_states, ..Arc::unwrap_or_clone(project) }),
        Record::NewsItem(item) => Record::from(NewsItem { member_states, ..Arc::unwrap_or_clone(item) }),
        other => other,
    }
}

/// A project with a text in each of some languages: title and description.
pub(super) fn project(code: &str, texts: &[(Language, &str, &str)]) -> Record {
    let text = |(language, title, description): &(Language, &str, &str)| {
        (*language, ProjectText { title: (*title).into(), description: Some((*description).into()) })
    };
    Record::from(Project { texts: texts.iter().map(text).collect(), ..Project::new(code) })
}

pub(super) fn news(slug: &str, language: Language, title: &str, body: &str) -> Record {
    let text = NewsText { title: title.into(), body: body.into() };
    Record::from(NewsItem { texts: Localized::one(language, text), ..NewsItem::new(slug) })
}

pub(super) fn contact(name: &str, email: &str, office: &str) -> Record {
    Record::from(Contact { email: Some(email.into()), office: Some(office.into()), ..Contact::new(name) })
}

pub(super) fn state(code: &str) -> Record {
    Record::from(MemberState::new(code.parse::<CountryCode>().unwrap()))
}

/// An index and the numbers of its records, which rise in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    pub(super) index: SearchIndex,
    ids: Vec<Option<NodeId>>,
}

impl Indexed {
    pub(super) fn put(&mut self, record: &Record) {
        self.ids.push(Some(record.id()));
        self.index.replace_all(&[Replacement::new(self.ids.len() as u32 - 1, record)]);
    }

    pub(super) fn remove(&mut self, record: &Record) {
        let id = record.id();
        self.index.replace_all(&[Replacement::new(row(self.document(&id).unwrap()), record).undone()]);
        self.ids.iter_mut().filter(|other| other.as_ref() == Some(&id)).for_each(|other| *other = None);
    }

    pub(super) fn replace(&mut self, before: &Record, after: &Record) {
        let document = self.document(&before.id()).unwrap();
        self.index.replace_all(&[Replacement { document, before: Some(before.clone()), after: Some(after.clone()) }]);
    }

    pub(super) fn page(&self, hits: &Hits, after: Option<&Hit>, first: usize) -> Vec<Hit> {
        hits.page(self, after, first)
    }
}

impl Numbering for Indexed {
    fn document(&self, id: &NodeId) -> Option<u32> {
        let row = self.ids.iter().position(|other| other.as_ref() == Some(id))?;
        Some(document(id.kind, row as u32))
    }

    fn id(&self, document: u32) -> NodeId {
        self.ids[row(document) as usize].clone().unwrap()
    }
}

pub(super) fn index<'a>(records: impl IntoIterator<Item = &'a Record>) -> Indexed {
    let mut indexed = Indexed::default();
    records.into_iter().for_each(|record| indexed.put(record));
    indexed
}

/// As [`index`], but all at once.
pub(super) fn index_at_once<'a>(records: impl Iterator<Item = &'a Record> + Clone) -> Indexed {
    let numbered = records.clone().enumerate().map(|(row, record)| (document(record.id().kind, row as u32), record));
    Indexed { index: SearchIndex::of(numbered), ids: records.map(|record| Some(record.id())).collect() }
}
