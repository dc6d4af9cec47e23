//! What a text tells of by itself, whichever record prints it.

use std::rc::Rc;

use super::mark::Mark;
use super::places;
use super::sign::{Sign, SignKind};
use super::terms::Said;
use super::words::{addresses, codes, words};
use crate::domain::{Language, is_email};

/// What a text tells of, in the order in which it does.
#[derive(Debug, Default)]
pub(super) struct Text<'a> {
    pub(super) codes: Vec<Mark<'a>>,
    /// The contacts whose addresses it prints.
    pub(super) contacts: Vec<Mark<'a>>,
    pub(super) places: Vec<Mark<'a>>,
    pub(super) said: Said<'a>,
}

impl<'a> Text<'a> {
    fn read(text: &'a str, language: Language) -> Text<'a> {
        let mut read = Text::default();
        read.codes.extend(codes(text).map(|code| Mark { sign: Sign::of(SignKind::Code, code), printed: code }));
        let addresses: Vec<&str> = addresses(text).filter(|address| is_email(address)).collect();
        read.contacts.extend(
            addresses
                .iter()
                .map(|address| Mark { sign: Sign::of(SignKind::Contact, &address.to_lowercase()), printed: address }),
        );
        let mut before = "";
        for word in words(text) {
            let before = std::mem::replace(&mut before, word);
            // A capital is an ASCII one, or takes two bytes or more.
            let capital = !word.as_bytes()[0].is_ascii_lowercase() && word.starts_with(char::is_uppercase);
            if capital
                && places::is_preposition(before)
                && let Some(sign) = places::place(word)
            {
                read.places.push(Mark { sign, printed: word });
            } else if !addresses.iter().any(|address| address.contains(word)) {
                read.said.note(word, language);
            }
        }
        read
    }
}

/// Reads texts, each once: a record prints most of what the one in whose place it stands did.
#[derive(Debug, Default)]
pub(super) struct Reader<'a> {
    read: Vec<(Language, &'a str, Rc<Text<'a>>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn read(&mut self, text: &'a str, language: Language) -> Rc<Text<'a>> {
        let known = self.read.iter().find(|known| (known.0, known.1) == (language, text));
        if let Some((_, _, read)) = known {
            return Rc::clone(read);
        }
        let read = Rc::new(Text::read(text, language));
        self.read.push((language, text, Rc::clone(&read)));
        read
    }
}
