//! The list of states of a project, printed without any separator: `Guinea Guinea-Bissau Liberia`.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::fold::{Word, fold, words};
use super::super::words::tables;
use super::beginning_with;
use crate::domain::CountryCode;

/// The states of a list, in its order, each once, and what is left over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateList {
    pub states: Vec<CountryCode>,
    /// Texts that name no state, as printed.
    pub unknown: Vec<String>,
}

/// The longest form of a name in brackets, in bytes: `(République bolivarienne du)`.
const LONGEST_FORM: usize = 80;

/// Small words at the end of a name that is turned round.
const WITHIN_FORMS: [&str; 6] = ["of", "the", "de", "du", "del", "la"];

static BETWEEN: LazyLock<HashSet<String>> =
    LazyLock::new(|| tables().flat_map(|table| table.between_states).map(|word| fold(word)).collect());

/// Reads a list. Between two states may stand anything or nothing: spaces, commas, `et`, a line's end, not even a space
/// (`ChiliUruguay`).
pub fn in_list(text: &str) -> StateList {
    let unglued = unglue(text);
    let text = unglued.as_str();
    let all: Vec<Word<'_>> = words(text).collect();
    let mut list = StateList::default();
    let mut leftover: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < all.len() {
        let word = &all[at];
        let named = beginning_with(&all[at..], text).find(|(_, length)| !takes_from_the_next(&all[at..], text, *length));
        if let Some((state, length)) = named.and_then(|(name, length)| Some((name.state?, length))) {
            list.keep_leftover(text, leftover.take());
            if !list.states.contains(&state) {
                list.states.push(state);
            }
            at += length;
            at += form_in_brackets(&all[at..], text, all[at - 1].end);
            continue;
        }
        if leftover.is_some() || !BETWEEN.contains(word.text.as_ref()) {
            leftover = Some((leftover.map_or(word.start, |(start, _)| start), word.end));
        }
        at += 1;
    }
    list.keep_leftover(text, leftover);
    list
}

impl StateList {
    /// Whether the text was a list of states and nothing else.
    pub fn is_pure(&self) -> bool {
        !self.states.is_empty() && self.unknown.is_empty()
    }

    fn keep_leftover(&mut self, text: &str, leftover: Option<(usize, usize)>) {
        let Some((start, end)) = leftover else { return };
        for part in text[start..end].split([',', ';', '\n']) {
            let part = part.trim_matches(|letter: char| !letter.is_alphanumeric());
            if !part.is_empty() && !self.unknown.iter().any(|known| known == part) {
                self.unknown.push(part.to_owned());
            }
        }
    }
}

/// Whether a name that begins some words is one turned round (`Congo (République démocratique du)`) that only seems to stand
/// there: no bracket opens, and the word that it turned round follows, so that it is of the next name.
fn takes_from_the_next(words: &[Word<'_>], text: &str, length: usize) -> bool {
    let (first, last) = (&words[0], &words[length - 1]);
    let turned_round = length > 1 && beginning_with(&words[..1], text).next().is_some();
    let next = words[length..].iter().find(|word| !WITHIN_FORMS.contains(&word.text.as_ref()));
    turned_round && next.is_some_and(|next| next.text == first.text) && !text[first.start..last.end].contains('(')
}

/// The number of words in brackets that belong to the name before them: `(la)`, `(Republic of)`, which name no state themselves.
fn form_in_brackets(words: &[Word<'_>], text: &str, name_end: usize) -> usize {
    let Some(first) = words.first() else { return 0 };
    if !text[name_end..first.start].trim().ends_with('(') {
        return 0;
    }
    let Some(close) =
        text[first.start..text.floor_char_boundary(first.start + LONGEST_FORM)].find(')').map(|offset| first.start + offset)
    else {
        return 0;
    };
    let inside = words.iter().take_while(|word| word.end <= close).count();
    let names_none = (0..inside).all(|at| beginning_with(&words[at..inside], text).next().is_none());
    if names_none { inside } else { 0 }
}

/// The text with a space between a small letter and a capital that follows at once.
fn unglue(text: &str) -> String {
    let mut unglued = String::with_capacity(text.len() + 8);
    let mut small = false;
    for letter in text.chars() {
        if small && letter.is_uppercase() {
            unglued.push(' ');
        }
        small = letter.is_lowercase();
        unglued.push(letter);
    }
    unglued
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Vec<String>) {
        let list = in_list(text);
        let codes: Vec<_> = list.states.iter().map(CountryCode::as_str).collect();
        (codes.join(" "), list.unknown)
    }

    fn states(text: &str) -> String {
        let (states, unknown) = read(text);
        assert_eq!(unknown, Vec::<String>::new(), "{text}");
        states
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(states("Guinea Guinea-Bissau Liberia"), "GN GW LR");
        assert_eq!(states("Niger Nigéria"), "NE NG");
        assert_eq!(states("Soudan Soudan du Sud"), "SD SS");
        assert_eq!(states("Dominique République dominicaine"), "DM DO");
        assert_eq!(states("Serbie Monténégro Slovaquie"), "RS ME SK");
        assert_eq!(states("Kenya Ouganda République-Unie de Tanzanie"), "KE UG TZ");
        assert_eq!(states("Cameroun Congo République démocratique du Congo Gabon"), "CM CG CD GA");
        assert_eq!(states("Congo Democratic Republic of the Congo Gabon"), "CG CD GA");
        assert_eq!(states("Congo (Democratic Republic of the) Congo"), "CD CG");
        assert_eq!(states("Papouasie-Nouvelle-Guinée Guinée équatoriale"), "PG GQ");
    }

    #[test]
    fn a_state_printed_twice_counts_once() {
        assert_eq!(states("Tchad République démocratique du Congo République démocratique du Congo Djibouti"), "TD CD DJ");
    }

    #[test]
    fn forms_in_brackets_belong_to_the_name() {
        assert_eq!(states("Iran (République islamique d’) Iraq"), "IR IQ");
        assert_eq!(states("Venezuela (République bolivarienne du)) Bolivie (État plurinational de)"), "VE BO");
        assert_eq!(states("República Dominicana (la) Comoras (las)"), "DO KM");
        assert_eq!(states("Guyana (Co-operative Republic of)"), "GY");
    }

    #[test]
    fn any_separator_will_do_and_none() {
        assert_eq!(states("ChiliUruguay"), "CL UY");
        assert_eq!(states("Armenia, Azerbaijan and Georgia"), "AM AZ GE");
        assert_eq!(states("Bosnia and Herzegovina; the Gambia\nPanamá y el Perú"), "BA GM PA PE");
    }

    #[test]
    fn what_names_no_state_is_left_over_as_printed() {
        assert_eq!(read("Géorgie Pays d’En-Haut Arménie"), ("GE AM".to_owned(), vec!["Pays d’En-Haut".to_owned()]));
        assert_eq!(read("Yougoslavie"), (String::new(), vec!["Yougoslavie".to_owned()]));
        assert_eq!(read(""), (String::new(), vec![]));
    }
}
