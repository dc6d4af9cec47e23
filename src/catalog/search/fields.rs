//! What of a record can be searched.

use super::analysis::Shelf;
use crate::domain::{CountryCode, Field, Language, Record};

/// A text of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a> {
    pub(super) field: Field,
    /// The language that the text is in; none for codes and for the names of persons and places.
    pub(super) language: Shelf,
    pub(super) text: &'a str,
    pub(super) role: Role,
}

/// How much a text says about its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Names the record as a whole. It is not printed, so its parts say nothing.
    Key,
    /// Names the record, in print: by itself, and its parts too.
    Code,
    /// Titles, and the names of persons, states and regions.
    Title,
    /// Where it happened, whom to ask.
    Detail,
    /// A detail in words that the record does not print.
    Implied,
    /// Running text.
    Body,
}

/// The texts of a record in the order in which a reader meets them.
pub(super) fn texts(record: &Record) -> Vec<Text<'_>> {
    let mut texts = Vec::new();
    let mut add = |field, language, text, role| texts.push(Text { field, language, text, role });
    match record {
        Record::Project(project) => {
            add(Field::Code, None, project.code.as_str(), Role::Code);
            if let Some(number) = &project.prima_id {
                add(Field::PrimaId, None, number, Role::Code);
            }
            for (language, text) in project.texts.iter() {
                add(Field::Title, Some(language), &text.title, Role::Title);
                if let Some(description) = &text.description {
                    add(Field::Description, Some(language), description, Role::Body);
                }
            }
            add_states(&project.member_states, &mut add);
        }
        Record::NewsItem(item) => {
            add(Field::Slug, None, item.slug.as_str(), Role::Key);
            for (language, text) in item.texts.iter() {
                add(Field::Title, Some(language), &text.title, Role::Title);
                add(Field::Body, Some(language), &text.body, Role::Body);
            }
            if let Some(place) = &item.place {
                add(Field::Place, None, place, Role::Detail);
            }
            add_states(&item.member_states, &mut add);
        }
        Record::MemberState(state) => {
            add(Field::Code, None, state.code.as_str(), Role::Code);
            add(Field::Code, None, state.code.alpha3(), Role::Code);
            for language in Language::ALL {
                add(Field::Name, Some(language), state.name(language), Role::Title);
            }
        }
        Record::Region(region) => {
            add(Field::Code, None, region.code.as_str(), Role::Key);
            for language in Language::ALL {
                add(Field::Name, Some(language), region.name(language), Role::Title);
            }
        }
        Record::Contact(contact) => {
            add(Field::Name, None, contact.name.as_str(), Role::Title);
            if let Some(email) = &contact.email {
                add(Field::Email, None, email, Role::Code);
            }
            for phone in &contact.phones {
                add(Field::Phones, None, phone, Role::Detail);
            }
            if let Some(office) = &contact.office {
                add(Field::Office, None, office, Role::Detail);
            }
        }
    }
    texts
}

/// The names of states in every language, so that who asks for Georgia finds what a page in French says of la Géorgie.
fn add_states<'a>(states: &[CountryCode], add: &mut impl FnMut(Field, Shelf, &'a str, Role)) {
    for state in states {
        Language::ALL
            .into_iter()
            .for_each(|language| add(Field::MemberStates, Some(language), state.name(language), Role::Implied));
    }
}
