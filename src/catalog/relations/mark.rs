//! What a record is marked by.

use super::places;
use super::sign::{Sign, SignKind};
use super::terms::{self, Said};
use super::words::{addresses, codes, words};
use crate::domain::{CountryCode, Language, NewsItem, Project, Record, is_email, slug};

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
    match record {
        Record::Project(project) => marks_of_project(project),
        Record::NewsItem(item) => marks_of_news(item),
        Record::MemberState(_) | Record::Region(_) | Record::Contact(_) => Marks::default(),
    }
}

pub(super) fn marks_of_project(project: &Project) -> Marks<'_> {
    let mut told = Told { own: Some(Sign::of(SignKind::Code, &project.code)), ..Told::default() };
    for (language, text) in project.texts.iter() {
        told.texts(language, &text.title, text.description.as_deref().unwrap_or_default());
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

pub(super) fn marks_of_news(item: &NewsItem) -> Marks<'_> {
    let mut told = Told::default();
    for key in item.contacts.iter().take(MOST) {
        told.add(SignKind::Contact, Sign::of(SignKind::Contact, key), key);
    }
    if let Some(place) = &item.place {
        words(place).for_each(|word| told.place(word));
    }
    for (language, text) in item.texts.iter() {
        told.texts(language, &text.title, &text.body);
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
    fn texts(&mut self, language: Language, title: &'a str, body: &'a str) {
        let mut said = Said::default();
        for (text, counts) in [(title, terms::TITLE), (body, terms::BODY)] {
            for code in codes(text) {
                self.add(SignKind::Code, Sign::of(SignKind::Code, code), code);
            }
            let addresses: Vec<&str> = addresses(text).filter(|address| is_email(address)).collect();
            for address in &addresses {
                self.add(SignKind::Contact, Sign::of(SignKind::Contact, &address.to_lowercase()), address);
            }
            let mut before = "";
            for word in words(text) {
                let before = std::mem::replace(&mut before, word);
                // A capital is an ASCII one, or takes two bytes or more.
                let capital = !word.as_bytes()[0].is_ascii_lowercase() && word.starts_with(char::is_uppercase);
                if capital && places::is_preposition(before) && places::place(word).is_some() {
                    self.place(word);
                } else if !addresses.iter().any(|address| address.contains(word)) {
                    said.note(word, language, counts);
                }
            }
        }
        for (sign, printed) in said.telling() {
            if !self.marks.iter().any(|mark| mark.sign == sign || mark.printed == printed) {
                self.marks.push(Mark { sign, printed });
            }
        }
    }

    fn place(&mut self, word: &'a str) {
        if let Some(sign) = places::place(word) {
            self.add(SignKind::Place, sign, word);
        }
    }

    fn add(&mut self, kind: SignKind, sign: Sign, printed: &'a str) {
        let met = || self.marks.iter().any(|mark| mark.sign == sign);
        let many = || self.marks.iter().filter(|mark| mark.sign.kind() == kind).count() >= MOST;
        if self.own != Some(sign) && !met() && !many() {
            self.marks.push(Mark { sign, printed });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Localized, NewsText, ProjectText};

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
        let marks = marks_of_project(&project);
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
        let marks = marks_of_news(&item);
        assert_eq!(printed(&marks, SignKind::Contact), ["nino@iom.int", "ana-k"]);
        assert_eq!(printed(&marks, SignKind::Place), ["Moscou", "Noursoultan"]);
    }

    #[test]
    fn a_list_of_places_without_end_counts_no_more_than_its_beginning() {
        let letter = |number: u8| char::from(b'b' + 2 * (number % 10));
        let place = |number: u8| format!("à V{}o{}an", letter(number), letter(number / 10));
        let text = NewsText { title: "Villes".into(), body: (0..90).map(place).collect::<Vec<_>>().join(", ") };
        let item = NewsItem { texts: Localized::one(Language::Fr, text), ..NewsItem::new("villes") };
        assert_eq!(printed(&marks_of_news(&item), SignKind::Place).len(), MOST);
    }
}
