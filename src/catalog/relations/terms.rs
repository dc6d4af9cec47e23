//! The telling words of a text.
//!
//! They are told by the text alone, so that two records always agree on what they share: the words that it says most often, a
//! title's twice as much, and of those the longest, since common words are short. What every text here says tells nothing.
//! Words are compared by their stems, whatever the language: `réintégration` and `reintegration` are one.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashMap};
use smol_str::SmolStr;

use super::lexicon::{self, Shelf};
use super::mark::Mark;
use super::places;
use super::sign::{Sign, SignKind};
use crate::catalog::search::analysis::{fold, is_stop_word, stem};
use crate::domain::Language;

/// How many telling words a record has in one language at most.
const MOST: usize = 12;
/// How many words of some letters most texts say, each counted once.
const COMMON: usize = 112;
/// How many letters a telling word has at least.
const LEAST_LETTERS: usize = 4;

/// What a word counts in a title, and elsewhere.
const TITLE: u32 = 2;
const BODY: u32 = 1;

/// Words that most texts of the Fund say, by language; folded.
const SAID_BY_ALL: [&str; Language::ALL.len()] = [FRENCH, ENGLISH, SPANISH];

const FRENCH: &str = "\
    activite afin ainsi annee appui appuyer assurer autorite axe beneficiaire cadre capacite contribuer developpement etat \
    faire favoriser gouvernement gouvernemental informations international membre mettre mieux migrant migration \
    migratoire mise mois national nations notamment nouveau nouvelle objectif oeuvre organisation organiser partenaire \
    partie pays permettre personne place plus plusieurs prendre principal principalement programme projet region regional \
    renforcement renforcer soutenir soutien titre travers unies viser";

const ENGLISH: &str = "\
    activity agency aim authority beneficiary between build capacity contribute country develop development ensure \
    government governmental implement improve include information international main member migrant migration month more \
    nation national need objective order organization organisation other partner people person program programme project \
    promote provide region regional state strengthen support united well within work year";

const SPANISH: &str = "\
    actividad ademas ano apoyar apoyo asegurar autoridad beneficiario capacidad contribuir desarrollar desarrollo estado \
    fortalecer fortalecimiento gobierno gubernamental informacion internacional marco medida mejorar mes miembro migracion \
    migrante migratorio nacion nacional nuevo objetivo organizacion pais parte persona principal programa proyecto region \
    regional socio traves unidas";

static STEMS_OF_ALL: LazyLock<[HashSet<SmolStr>; 3]> = LazyLock::new(|| {
    Language::ALL.map(|language| SAID_BY_ALL[language as usize].split(' ').map(|word| stem(word, language)).collect())
});

/// The words that a text says.
#[derive(Debug)]
pub(super) struct Said<'a> {
    /// As they are first printed, and how often each is said.
    words: Vec<(Mark<'a>, u32)>,
    /// Where each sign stands among them.
    places: FxHashMap<Sign, usize>,
}

/// With room for what most texts say.
impl Default for Said<'_> {
    fn default() -> Self {
        let places = FxHashMap::with_capacity_and_hasher(COMMON, FxBuildHasher);
        Said { words: Vec::with_capacity(COMMON), places }
    }
}

impl<'a> Said<'a> {
    /// Notes a word, a compound's parts each.
    pub(super) fn note(&mut self, word: &'a str, language: Language) {
        let note = |part: &'a str| {
            if part.len() >= LEAST_LETTERS
                && let Some(sign) = meaning(part, language)
            {
                let next = self.words.len();
                let place = *self.places.entry(sign).or_insert(next);
                match self.words.get_mut(place) {
                    Some((_, times)) => *times += 1,
                    None => self.words.push((Mark { sign, printed: part }, 1)),
                }
            }
        };
        // Most words are no compounds.
        if word.as_bytes().contains(&b'-') { word.split('-').for_each(note) } else { [word].into_iter().for_each(note) }
    }
}

/// The telling words of a text with a title, the most telling first, as they are first printed.
pub(super) fn telling<'a>(title: &Said<'a>, body: &Said<'a>) -> impl Iterator<Item = Mark<'a>> {
    let mut words: Vec<(Mark<'a>, u32)> = body.words.iter().map(|(mark, times)| (*mark, BODY * times)).collect();
    for (mark, times) in &title.words {
        match body.places.get(&mark.sign) {
            Some(place) => words[*place] = (*mark, words[*place].1 + TITLE * times),
            None => words.push((*mark, TITLE * times)),
        }
    }
    let place = |(mark, counts): &(Mark<'a>, u32)| (Reverse((*counts, mark.printed.len())), mark.sign);
    if words.len() > MOST {
        words.select_nth_unstable_by_key(MOST, place);
        words.truncate(MOST);
    }
    words.sort_unstable_by_key(place);
    words.into_iter().map(|(mark, _)| mark)
}

/// The sign of a word's stem, where it may be telling.
fn meaning(word: &str, language: Language) -> Option<Sign> {
    lexicon::meaning(word, Shelf(language as u8), |word| {
        let mut folded = String::new();
        fold(word, &mut folded);
        let letters = folded.chars().all(char::is_alphabetic) && folded.chars().count() >= LEAST_LETTERS;
        if !letters || is_stop_word(&folded, language) || places::is_named_otherwise(&folded) {
            return None;
        }
        let stem = stem(&folded, language);
        (!STEMS_OF_ALL[language as usize].contains(&stem)).then(|| Sign::of(SignKind::Term, &stem))
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn telling<'a>(title: &'a str, body: &'a str, language: Language) -> Vec<&'a str> {
        let [title, body] = [title, body].map(|text| {
            let mut said = Said::default();
            words(text).for_each(|word| said.note(word, language));
            said
        });
        super::telling(&title, &body).map(|mark| mark.printed).collect()
    }

    #[test]
    fn what_is_said_most_is_most_telling_and_what_all_say_tells_nothing() {
        let title = "Géorgie : projet de réintégration dans les communautés de retour";
        let body = "Le projet vise les migrants de retour ; réintégrer, réintégrés, une communauté.";
        assert_eq!(telling(title, body, Language::Fr), ["réintégration", "communautés", "retour"]);
        assert_eq!(telling("", &"mot ".repeat(3), Language::Fr), [""; 0]);
    }

    #[test]
    fn forms_of_a_word_in_three_languages_are_one() {
        let signs = [("réintégrer", Language::Fr), ("reintegration", Language::En), ("reintegración", Language::Es)]
            .map(|(word, language)| meaning(word, language));
        assert!(signs[0].is_some() && signs.iter().all(|sign| *sign == signs[0]));
    }

    #[test]
    fn a_long_text_has_no_more_telling_words_than_a_short_one() {
        let letters = ["ba", "ce", "di", "fo", "gu"];
        let text: String = letters.iter().flat_map(|one| letters.map(|other| format!("{one}{other}{one} "))).collect();
        assert_eq!(telling("", &text, Language::En).len(), MOST);
    }
}
