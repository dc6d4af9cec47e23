//! The places that a text tells of, told by how the three languages speak of places.
//!
//! A place is a capitalised word that follows a preposition of place without an article: `d’Iméréthie et de Kakhétie`, `à
//! Akhalkalaki`, `in Tbilisi`. The names of states, months and institutions are not places here. One place is written in many
//! ways, so its key keeps what the spellings share: `Iméréthie` and `Imereti`, `Tbilissi` and `Tbilisi`.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::lexicon::{self, Shelf};
use super::sign::{Sign, SignKind};
use crate::domain::{CountryCode, Language, RegionCode, slug};

/// Prepositions that stand before a place, in French, English and Spanish, folded.
const PREPOSITIONS: &[&str] = &["a", "at", "d", "de", "desde", "en", "from", "hacia", "in", "near", "of", "vers", "via"];

/// Capitalised words that follow those prepositions and are no places, folded.
const NOT_PLACES: &[&str] = &[
    // institutions and their parts
    "bureau",
    "commission",
    "conseil",
    "council",
    "department",
    "departement",
    "etat",
    "etats",
    "estado",
    "estados",
    "fondo",
    "fonds",
    "fund",
    "gobierno",
    "gouvernement",
    "government",
    "ministere",
    "ministerio",
    "ministry",
    "nations",
    "naciones",
    "office",
    "organisation",
    "organizacion",
    "organization",
    "secretariat",
    "state",
    "states",
    "union",
    // months, where they are written with a capital
    "april",
    "august",
    "december",
    "february",
    "january",
    "july",
    "june",
    "march",
    "may",
    "november",
    "october",
    "september",
    // larger than any place
    "africa",
    "afrique",
    "america",
    "amerique",
    "asia",
    "asie",
    "caribbean",
    "caribe",
    "caraibes",
    "europa",
    "oceanie",
    "oceania",
];

static NAMED_OTHERWISE: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let states = CountryCode::all().flat_map(|code| Language::ALL.map(|language| code.name(language)));
    let regions = RegionCode::ALL.into_iter().flat_map(|code| Language::ALL.map(|language| code.name(language)));
    let words = states.chain(regions).flat_map(|name| slug(name).split('-').map(str::to_owned).collect::<Vec<_>>());
    words.chain(NOT_PLACES.iter().map(|&word| word.to_owned())).collect()
});

/// Whether a place may follow a word.
pub(super) fn is_preposition(word: &str) -> bool {
    matches!(word, "à" | "À" | "á" | "Á") || PREPOSITIONS.iter().any(|preposition| preposition.eq_ignore_ascii_case(word))
}

/// Whether a folded word is part of the name of a state or region, or names an institution or a month.
pub(super) fn is_named_otherwise(folded: &str) -> bool {
    NAMED_OTHERWISE.contains(folded)
}

/// The place that a word names, where a preposition stands before it or it is of a dateline.
pub(super) fn place(word: &str) -> Option<Sign> {
    let mut letters = word.chars();
    let name = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    if !name {
        return None;
    }
    lexicon::meaning(word, SHELF, |word| {
        let folded = slug(word);
        let other = folded.len() < 3 || folded.split('-').all(is_named_otherwise);
        (!other).then(|| Sign::of(SignKind::Place, &key(&folded)))
    })
}

/// Where the lexicon keeps words as places; the languages come before.
const SHELF: Shelf = Shelf(Language::ALL.len() as u8);

/// What the spellings of a name share: no `h`, no doubled letters, no vowels at its end, `dj` as `j`.
fn key(folded: &str) -> String {
    let plain = folded.replace("dj", "j").replace(['h', '-'], "");
    let mut key = String::with_capacity(plain.len());
    for letter in plain.chars() {
        if !key.ends_with(letter) {
            key.push(letter);
        }
    }
    let stem = key.trim_end_matches(['a', 'e', 'i', 'o', 'u', 'y']);
    if stem.len() < 3 { key } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn printed(text: &str) -> Vec<&str> {
        let mut before = "";
        let mut told = |word| is_preposition(std::mem::replace(&mut before, word)) && place(word).is_some();
        words(text).filter(|word| told(word)).collect()
    }

    #[test]
    fn places_follow_prepositions_in_three_languages() {
        assert_eq!(
            printed("les zones rurales d’Iméréthie et de Kakhétie, à Akhalkalaki"),
            ["Iméréthie", "Kakhétie", "Akhalkalaki"]
        );
        assert_eq!(printed("workshops in Kakheti and in Tbilisi"), ["Kakheti", "Tbilisi"]);
        assert_eq!(printed("talleres en Cali y desde Quito"), ["Cali", "Quito"]);
    }

    #[test]
    fn states_months_institutions_and_persons_are_no_places() {
        assert_eq!(printed("de Géorgie, in March, de l’OIM, d’Etat, en Côte d’Ivoire, de Guinée-Bissau"), [""; 0]);
        assert_eq!(printed("a fait remarquer Sanja Celebic, en 2018"), [""; 0]);
    }

    #[test]
    fn spellings_of_one_place_share_a_key() {
        for [one, other] in
            [["Iméréthie", "Imereti"], ["Kakhétie", "Kakheti"], ["Tbilissi", "Tbilisi"], ["Djavakhétie", "Javakheti"]]
        {
            assert_eq!(key(&slug(one)), key(&slug(other)), "{one}, {other}");
        }
        assert_ne!(key(&slug("Bali")), key(&slug("Bale-Ville")));
        assert_eq!(key(&slug("Goma")), "gom");
    }
}
