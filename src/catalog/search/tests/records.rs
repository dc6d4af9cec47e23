//! Records to search.

use super::super::SearchIndex;
use crate::domain::{Contact, CountryCode, Language, Localized, MemberState, NewsItem, NewsText, Project, ProjectText, Record};

/// A project with a text in each of some languages: title and description.
pub(super) fn project(code: &str, texts: &[(Language, &str, &str)]) -> Record {
    let text = |(language, title, description): &(Language, &str, &str)| {
        (*language, ProjectText { title: (*title).into(), description: Some((*description).into()) })
    };
    Record::Project(Project { texts: Localized(texts.iter().map(text).collect()), ..Project::new(code) })
}

pub(super) fn news(slug: &str, language: Language, title: &str, body: &str) -> Record {
    let text = NewsText { title: title.into(), body: body.into() };
    Record::NewsItem(NewsItem { texts: Localized::one(language, text), ..NewsItem::new(slug) })
}

pub(super) fn contact(name: &str, email: &str, office: &str) -> Record {
    Record::Contact(Contact { email: Some(email.into()), office: Some(office.into()), ..Contact::new(name) })
}

pub(super) fn state(code: &str) -> Record {
    Record::MemberState(MemberState::new(code.parse::<CountryCode>().unwrap()))
}

pub(super) fn index(records: &[Record]) -> SearchIndex {
    let mut index = SearchIndex::default();
    records.iter().for_each(|record| index.put(&record.id(), record));
    index
}
