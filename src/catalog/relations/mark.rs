//! What a record is marked by.

use super::places;
use super::reading::{Reader, Text};
use super::sign::{Sign, SignKind};
use super::terms::telling;
use super::words::words;
use crate::domain::{CountryCode, NewsItem, Project, Record, slug};

/// How many codes, places and contacts of a record count, the first that it names.
const MOST: usize = 32;

/// Something that a record tells of, and how it prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark<'a> {
    pub(super) sign: Sign,
    pub(super) printed: &'a str,
}

/// All that a record may share with others.
#[derive(Debug, Default)]
pub(super) struct Marks<'a> {
    pub(super) states: &'a [CountryCode],
    /// The code of a project's type. Too common to relate two projects by itself.
    pub(super) project_type: Option<&'a str>,
    /// The code of a project, if it is one.
    pub(super) code: Option<&'a str>,
    /// What it tells of, each once; in the order in which it does, but telling words by how telling they are.
    pub(super) told: Vec<Mark<'a>>,
    /// What names a project besides its code.
    pub(super) names: Vec<Sign>,
}

impl Marks<'_> {
    /// The sign of a project's own code. It is found by its key, so its code stands with those that name it alone.
    pub(super) fn own_sign(&self) -> Option<Sign> {
        self.code.map(|code| Sign::of(SignKind::Code, code))
    }

    /// The signs by which the record is found.
    pub(super) fn signs(&self) -> impl Iterator<Item = Sign> {
        self.told.iter().map(|mark| mark.sign).chain(self.names.iter().copied())
    }
}

/// The marks of a record; none for a kind that has no relations.
pub(super) fn marks(record: &Record) -> Marks<'_> {
    marks_read_by(&mut Reader::default(), record)
}

/// The same, where texts were read already.
pub(super) fn marks_read_by<'a>(reader: &mut Reader<'a>, record: &'a Record) -> Marks<'a> {
    match record {
        Record::Project(project) => marks_of_project(reader, project),
        Record::NewsItem(item) => marks_of_news(reader, item),
        Record::MemberState(_) | Record::Region(_) | Record::Contact(_) => Marks::default(),
    }
}

fn marks_of_project<'a>(reader: &mut Reader<'a>, project: &'a Project) -> Marks<'a> {
    let mut told = Told { own: Some(Sign::of(SignKind::Code, &project.code)), ..Told::default() };
    for (language, text) in project.texts.iter() {
        let description = text.description.as_deref().unwrap_or_default();
        told.texts(&reader.read(&text.title, language), &reader.read(description, language));
    }
    // What its documents print names the project too, though it is called otherwise by hand.
    let mut titles: Vec<&str> = project.texts.values().map(|text| text.title.as_str()).collect();
    titles.extend(project.sources.iter().filter_map(|source| source.title.as_deref()));
    titles.sort_unstable();
    titles.dedup();
    let numbers = project.sources.iter().filter_map(|source| source.prima_id.as_deref()).chain(project.prima_id.as_deref());
    let numbers = numbers.map(|number| Sign::of(SignKind::PrimaId, number));
    let titles = titles.into_iter().map(|title| Sign::of(SignKind::Title, &slug(title)));
    let mut names: Vec<Sign> = numbers.chain(titles).collect();
    names.sort_unstable();
    names.dedup();
    Marks {
        states: &project.member_states,
        project_type: project.project_type.as_ref().map(|kind| kind.code.as_str()),
        code: Some(&project.code),
        told: told.marks,
        names,
    }
}

fn marks_of_news<'a>(reader: &mut Reader<'a>, item: &'a NewsItem) -> Marks<'a> {
    let mut told = Told::default();
    for key in item.contacts.iter().take(MOST) {
        told.add(Mark { sign: Sign::of(SignKind::Contact, key), printed: key });
    }
    if let Some(place) = &item.place {
        let places = words(place).filter_map(|word| Some(Mark { sign: places::place(word)?, printed: word }));
        places.for_each(|mark| told.add(mark));
    }
    for (language, text) in item.texts.iter() {
        told.texts(&reader.read(&text.title, language), &reader.read(&text.body, language));
    }
    Marks { states: &item.member_states, told: told.marks, ..Marks::default() }
}

/// What the texts of a record tell of.
#[derive(Debug, Default)]
struct Told<'a> {
    marks: Vec<Mark<'a>>,
    /// The project's own code, which its texts may name.
    own: Option<Sign>,
}

impl<'a> Told<'a> {
    /// Adds what the texts in one language tell of.
    fn texts(&mut self, title: &Text<'a>, body: &Text<'a>) {
        for text in [title, body] {
            for mark in text.codes.iter().chain(&text.contacts).chain(&text.places) {
                self.add(*mark);
            }
        }
        for mark in telling(&title.said, &body.said) {
            if !self.marks.iter().any(|met| met.sign == mark.sign || met.printed == mark.printed) {
                self.marks.push(mark);
            }
        }
    }

    fn add(&mut self, mark: Mark<'a>) {
        let met = || self.marks.iter().any(|met| met.sign == mark.sign);
        let many = || self.marks.iter().filter(|met| met.sign.kind() == mark.sign.kind()).count() >= MOST;
        if self.own != Some(mark.sign) && !met() && !many() {
            self.marks.push(mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Localized, NewsText, ProjectText};

    fn printed<'a>(marks: &Marks<'a>, kind: SignKind) -> Vec<&'a str> {
        marks.told.iter().filter(|mark| mark.sign.kind() == kind).map(|mark| mark.printed).collect()
    }

    #[test]
    fn a_project_names_codes_places_addresses_and_telling_words() {
        let text = ProjectText {
            title: "Réintégration à Goma (RR.0147)".into(),
            description: Some("Suite de TC4-805 et TC4-805, à Goma et en France ; Nino.B@iom.int.".into()),
        };
        let project = Project { texts: Localized::one(Language::Fr, text), ..Project::new("RR.0147") };
        let marks = marks_of_project(&mut Reader::default(), &project);
        assert_eq!(printed(&marks, SignKind::Code), ["TC4-805"], "its own code it need not name");
        assert_eq!(printed(&marks, SignKind::Place), ["Goma"]);
        assert_eq!(printed(&marks, SignKind::Contact), ["Nino.B@iom.int"]);
        assert_eq!(printed(&marks, SignKind::Term), ["Réintégration", "Suite"]);
    }

    #[test]
    fn a_news_item_has_the_contacts_that_it_names_and_the_place_of_its_dateline() {
        let text = NewsText { title: "Un retour".into(), body: "Écrire à nino@iom.int.".into() };
        let item = NewsItem {
            place: Some("Moscou/Noursoultan".into()),
            contacts: vec!["nino@iom.int".into(), "ana-k".into()],
            texts: Localized::one(Language::Fr, text),
            ..NewsItem::new("un-retour")
        };
        let marks = marks_of_news(&mut Reader::default(), &item);
        assert_eq!(printed(&marks, SignKind::Contact), ["nino@iom.int", "ana-k"]);
        assert_eq!(printed(&marks, SignKind::Place), ["Moscou", "Noursoultan"]);
    }

    #[test]
    fn a_list_of_places_without_end_counts_no_more_than_its_beginning() {
        let letter = |number: u8| char::from(b'b' + 2 * (number % 10));
        let place = |number: u8| format!("à V{}o{}an", letter(number), letter(number / 10));
        let text = NewsText { title: "Villes".into(), body: (0..90).map(place).collect::<Vec<_>>().join(", ") };
        let item = NewsItem { texts: Localized::one(Language::Fr, text), ..NewsItem::new("villes") };
        assert_eq!(printed(&marks_of_news(&mut Reader::default(), &item), SignKind::Place).len(), MOST);
    }
}
