//! A passage that names contacts, read from mark to mark: what stands before an address or a number is a name, an office or the
//! word for either.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::fold::{fold, words};
use super::super::phrases::Phrases;
use super::super::words::tables;
use super::marks::{self, Mark, MarkKind};
use super::phone;
use crate::domain::Contact;

static TELEPHONE: LazyLock<Phrases> = LazyLock::new(|| tables().flat_map(|table| table.telephone).copied().collect());

static AT_OFFICE: LazyLock<Phrases> = LazyLock::new(|| tables().flat_map(|table| table.at_office).copied().collect());

static MARK_WORDS: LazyLock<Phrases> = LazyLock::new(|| {
    let telephone = tables().flat_map(|table| table.telephone);
    telephone.chain(tables().flat_map(|table| table.email)).copied().collect()
});

static OR: LazyLock<HashSet<String>> = LazyLock::new(|| tables().flat_map(|table| table.or).map(|word| fold(word)).collect());

/// What the pages' markup leaves in a text.
const MARKUP: [&str; 9] = ["[email protected]", "mailto:", "target=\"_blank\"", "title=", "href=", "<a", "</a>", "<br>", "\">"];

/// The agency, as the name of an office begins or ends.
const AGENCY: [&str; 2] = ["iom", "oim"];

/// Small words within the name of a person.
const WITHIN_NAMES: [&str; 22] = [
    "de", "del", "la", "las", "los", "da", "das", "do", "dos", "di", "du", "des", "van", "von", "der", "den", "bin", "ibn",
    "al", "el", "ben", "y",
];

/// How many words a name has at most, and how many bytes.
const MOST_WORDS: usize = 7;
const LONGEST_NAME: usize = 80;

/// The longest line without a mark that may belong to a block, in bytes.
const LONGEST_PLAIN: usize = 80;

/// Whether a paragraph goes on with a block of contacts: it holds a mark or the word for one, or is a short line and no sentence.
pub fn goes_on(paragraph: &str) -> bool {
    if paragraph.len() > 400 {
        return false;
    }
    let marked = !marks::find(paragraph, &TELEPHONE).is_empty() || MARK_WORDS.at_start(paragraph).is_some();
    marked
        || paragraph.len() <= LONGEST_PLAIN
            && !paragraph.ends_with(['.', '!', '?'])
            && paragraph.starts_with(char::is_uppercase)
}

/// The contacts of a passage.
pub fn read(passage: &str) -> Vec<Contact> {
    let marks = marks::find(passage, &TELEPHONE);
    let mut contacts: Vec<Contact> = Vec::new();
    let mut from = 0;
    for mark in &marks {
        take_text(&mut contacts, &passage[from..mark.start], Some(mark));
        take_mark(&mut contacts, mark);
        from = mark.end;
    }
    if marks.is_empty() {
        let sentence = passage.split(". ").next().unwrap_or(passage);
        take_text(&mut contacts, sentence, None);
    }
    contacts
}

/// Takes up what stands before a mark: the name and office of a new contact, or the office of the last.
fn take_text(contacts: &mut Vec<Contact>, text: &str, next: Option<&Mark>) {
    let (parts, after_or) = parts(text);
    let Some(first) = parts.first() else { return };
    let begins = match (contacts.last(), next) {
        (None, _) => true,
        (Some(last), Some(mark)) => {
            let has_it = match mark.kind {
                MarkKind::Email => last.email.is_some(),
                MarkKind::Phone => !last.phones.is_empty() && last.email.is_some(),
            };
            (after_or || has_it || text.contains('\n') && !begins_with_agency(first)) && person(first).is_some()
        }
        (Some(_), None) => false,
    };
    if begins {
        contacts.extend(named(&parts));
    } else if let Some(last) = contacts.last_mut()
        && last.office.is_none()
        && first.starts_with(char::is_uppercase)
    {
        last.office = Some(parts.join(", "));
    }
}

/// The contact that the parts of a text name: a person before the agency, with what else stands there as the office.
fn named(parts: &[String]) -> Option<Contact> {
    let persons = || parts.iter().enumerate().filter_map(|(place, part)| Some((place, person(part)?)));
    let (place, (name, office)) = persons()
        .find(|(place, (name, _))| !begins_with_agency(&parts[*place]) && (*place == 0 || name.contains(' ')))
        .or_else(|| persons().next())?;
    let agency = parts[..place].iter().filter(|part| begins_with_agency(part)).cloned();
    let offices: Vec<_> = agency.chain(office).chain(parts[place + 1..].iter().cloned()).collect();
    let office = (!offices.is_empty()).then(|| offices.join(", "));
    Some(Contact { office, ..Contact::new(name) })
}

fn begins_with_agency(part: &str) -> bool {
    words(part).next().is_some_and(|word| AGENCY.contains(&word.text.as_ref()))
}

fn take_mark(contacts: &mut Vec<Contact>, mark: &Mark) {
    if contacts.is_empty() {
        contacts.push(Contact::new(&mark.text));
    }
    let Some(last) = contacts.last_mut() else { return };
    match mark.kind {
        MarkKind::Email if last.email.is_none() => last.email = Some(mark.text.clone()),
        MarkKind::Email => {}
        MarkKind::Phone => {
            let number = phone::e164(&mark.text);
            if !last.phones.contains(&number) {
                last.phones.push(number);
            }
        }
    }
}

/// The parts of a text between commas, brackets and line ends, without markup and without the words for telephone and e-mail;
/// and whether the text begins with an `or`.
fn parts(text: &str) -> (Vec<String>, bool) {
    let mut plain = text.to_owned();
    for markup in MARKUP {
        plain = plain.replace(markup, ",");
    }
    let mut parts = Vec::new();
    let mut after_or = false;
    for part in plain.replace(" – ", ",").replace(" - ", ",").split(['\n', ',', ';', ':', '|', '(', ')', '"', '<', '>', '='])
    {
        let mut part = part.trim_matches(|letter: char| !letter.is_alphanumeric());
        if parts.is_empty()
            && let Some(first) = words(part).next()
            && OR.contains(first.text.as_ref())
        {
            after_or = true;
            part = part[first.end..].trim_start();
        }
        let part = without_mark_words(part);
        if !part.is_empty() {
            parts.push(part.to_owned());
        }
    }
    (parts, after_or)
}

/// The text without the words for telephone and e-mail at its end: `IOM Egypt. Tel`.
fn without_mark_words(part: &str) -> &str {
    let mut part = part;
    while let Some(start) = last_words(part).find(|&start| MARK_WORDS.is(&part[start..])) {
        part = part[..start].trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != ')');
    }
    part
}

/// Where the last word and the last two words of a text begin.
fn last_words(text: &str) -> impl Iterator<Item = usize> {
    let starts: Vec<_> = words(text).map(|word| word.start).collect();
    starts.into_iter().rev().take(2).collect::<Vec<_>>().into_iter().rev()
}

/// The name, and the office behind it, where a text begins with a name: capitals all through, no digits.
fn person(part: &str) -> Option<(String, Option<String>)> {
    let all: Vec<_> = words(part).collect();
    let first = all.first()?;
    let agency = begins_with_agency(part);
    let office = all[1..].iter().find_map(|word| {
        let length = AT_OFFICE.at_start(&part[word.start..]).filter(|_| !agency)?;
        let keep = AGENCY.contains(&word.text.as_ref());
        Some((word.start, if keep { word.start } else { word.start + length }))
    });
    let name = part[..office.map_or(part.len(), |(start, _)| start)].trim_end();
    let name = name.trim_end_matches([',', ' ']);
    let capital = |start: usize| part[start..].starts_with(char::is_uppercase);
    let of_name: Vec<_> = all.iter().filter(|word| word.end <= name.len()).collect();
    let fits = capital(first.start)
        && name.len() <= LONGEST_NAME
        && of_name.len() <= MOST_WORDS
        && !name.contains(|letter: char| letter.is_ascii_digit())
        && of_name.iter().all(|word| capital(word.start) || WITHIN_NAMES.contains(&word.text.as_ref()) || agency);
    let office = office
        .map(|(_, start)| part[start..].trim_start_matches(|letter: char| !letter.is_alphanumeric()).trim_end().to_owned())
        .filter(|office| !office.is_empty());
    fits.then(|| (name.to_owned(), office))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_the_office_begins() {
        for (text, name, office) in [
            ("Sami Haddad at IOM Geneva", "Sami Haddad", Some("IOM Geneva")),
            ("María del Carmen Ruiz en la OIM de Lima", "María del Carmen Ruiz", Some("OIM de Lima")),
            ("Jean Petit à l’OIM Genève", "Jean Petit", Some("OIM Genève")),
            ("Jean Petit OIM Genève", "Jean Petit", Some("OIM Genève")),
            ("IOM Georgia", "IOM Georgia", None),
        ] {
            assert_eq!(person(text), Some((name.to_owned(), office.map(str::to_owned))), "{text}");
        }
        for text in ["your nearest office", "Follow us on the net", "Room 12", ""] {
            assert_eq!(person(text), None, "{text}");
        }
    }

    #[test]
    fn an_office_may_stand_behind_the_number() {
        let contacts = read("Sami Haddad, +41 79 400 0000, IOM Geneva, sami@iom.int");
        assert_eq!((contacts.len(), contacts[0].office.as_deref()), (1, Some("IOM Geneva")));
    }

    #[test]
    fn a_person_counts_before_the_agency() {
        let contacts = read("IOM HQ: Sami Haddad, Tel: +41 22 717 0000");
        assert_eq!((contacts[0].name.as_str(), contacts[0].office.as_deref()), ("Sami Haddad", Some("IOM HQ")));
        let contacts = read("IOM Georgia, Tbilisi, Tel: +995 32 200 00 00");
        assert_eq!((contacts[0].name.as_str(), contacts[0].office.as_deref()), ("IOM Georgia", Some("Tbilisi")));
    }

    #[test]
    fn an_address_alone_is_a_contact() {
        let contacts = read(": press@iom.int");
        assert_eq!((contacts[0].name.as_str(), contacts[0].email.as_deref()), ("press@iom.int", Some("press@iom.int")));
    }
}
