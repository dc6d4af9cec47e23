//! What a record is marked by.

use std::collections::BTreeMap;

use super::places;
use crate::domain::{CountryCode, NodeKind, Record, slug};

/// Something that a record has or tells of, and how its text prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::catalog) struct Mark {
    pub(super) sign: Sign,
    pub(super) printed: String,
}

/// What records may share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sign {
    State(CountryCode),
    /// The code of a project: its own, or one that a text names.
    Code(String),
    /// A place, by the key of its name.
    Place(String),
    /// The code of a project's type. Too common to relate two projects by itself.
    Type(String),
    /// The agency's number of a project. Names the project rather than relating it.
    PrimaId(String),
    /// The slug of a project's title. Names the project rather than relating it.
    Title(String),
}

/// The marks of a record, each once.
pub(in crate::catalog) fn marks(record: &Record) -> Vec<Mark> {
    let mut marks = BTreeMap::new();
    match record {
        Record::Project(project) => {
            marks.insert(Sign::Code(project.code.clone()), project.code.clone());
            if let Some(kind) = &project.project_type {
                marks.insert(Sign::Type(kind.code.clone()), kind.code.clone());
            }
            if let Some(number) = &project.prima_id {
                marks.insert(Sign::PrimaId(number.clone()), number.clone());
            }
            // What its documents print names the project too, though it is called otherwise by hand.
            for source in &project.sources {
                let number = source.prima_id.as_ref().map(|number| Sign::PrimaId(number.clone()));
                let names = number.into_iter().chain(source.title.as_ref().map(|title| Sign::Title(slug(title))));
                marks.extend(names.map(|name| (name, String::new())));
            }
            add_states(&mut marks, &project.member_states);
            for text in project.texts.0.values() {
                marks.insert(Sign::Title(slug(&text.title)), text.title.clone());
                add_codes(&mut marks, &text.title);
                add_text(&mut marks, text.description.as_deref().unwrap_or_default());
            }
        }
        Record::NewsItem(item) => {
            add_states(&mut marks, &item.member_states);
            if let Some(place) = &item.place {
                add_places(&mut marks, places::dateline(place));
            }
            for text in item.texts.0.values() {
                add_codes(&mut marks, &text.title);
                add_text(&mut marks, &text.body);
            }
        }
        Record::MemberState(_) | Record::Region(_) | Record::Contact(_) => {}
    }
    marks.into_iter().map(|(sign, printed)| Mark { sign, printed }).collect()
}

/// The kinds of record that leave marks.
pub(super) const MARKED: [NodeKind; 2] = [NodeKind::Project, NodeKind::NewsItem];

fn add_states(marks: &mut BTreeMap<Sign, String>, states: &[CountryCode]) {
    marks.extend(states.iter().map(|state| (Sign::State(*state), state.to_string())));
}

fn add_text(marks: &mut BTreeMap<Sign, String>, text: &str) {
    add_codes(marks, text);
    add_places(marks, places::told_of(text));
}

fn add_places<'a>(marks: &mut BTreeMap<Sign, String>, places: impl IntoIterator<Item = (String, &'a str)>) {
    for (key, printed) in places {
        marks.entry(Sign::Place(key)).or_insert_with(|| printed.to_owned());
    }
}

/// Words in the shape of a project's code: `RR.0147`, `TC4-805`.
fn add_codes(marks: &mut BTreeMap<Sign, String>, text: &str) {
    for word in text.split(|letter: char| !(letter.is_ascii_alphanumeric() || ".-".contains(letter))) {
        let word = word.trim_end_matches(['.', '-']);
        let Some((head, number)) = word.split_once(['.', '-']) else { continue };
        let head_fits = (2..=4).contains(&head.len()) && head.starts_with(|letter: char| letter.is_ascii_uppercase());
        let letters = head.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let number_fits = (3..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if head_fits && letters && number_fits {
            marks.entry(Sign::Code(word.to_owned())).or_insert_with(|| word.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_running_text() {
        let mut marks = BTreeMap::new();
        add_codes(&mut marks, "Les projets RR.0147, TC4-805 et (LM.0024). Pas 2016-2018, COVID-19, L.1 ni mot-clef-2020.");
        let codes: Vec<_> = marks.into_values().collect();
        assert_eq!(codes, ["LM.0024", "RR.0147", "TC4-805"]);
    }
}
