//! Every printed name of a state, in an index for the longest match.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::fold::{fold, words};
use crate::domain::{CountryCode, Language};

/// A printed name of a state, or of a thing that holds the name of a state and is none.
pub struct Name {
    /// Folded.
    pub words: Vec<String>,
    pub state: Option<CountryCode>,
    /// The letters in which alone a short form counts: `US` is not `us`.
    pub exactly: Option<&'static str>,
}

/// Names by their first word, the longest first.
pub static NAMES: LazyLock<HashMap<String, Vec<Name>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<Name>> = HashMap::new();
    let mut add = |printed: &str, state, exactly| {
        let words: Vec<String> = words(printed).map(|word| word.text.into_owned()).collect();
        let Some(first) = words.first() else { return };
        let same = names.entry(first.clone()).or_default();
        if !same.iter().any(|name| name.words == words && name.exactly == exactly) {
            same.push(Name { words, state, exactly });
        }
    };
    for row in include_str!("aliases.tsv").lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t');
        let code = columns.next().unwrap_or_default();
        let state: Option<CountryCode> = code.parse().ok();
        for printed in columns {
            match printed.strip_prefix('=') {
                Some(exact) => add(exact, state, Some(exact)),
                None => add(printed, state, None),
            }
        }
    }
    for state in CountryCode::all() {
        for language in Language::ALL {
            let printed = state.name(language);
            add(printed, Some(state), None);
            for variant in variants(printed) {
                add(&variant, Some(state), None);
            }
        }
    }
    for same in names.values_mut() {
        same.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
    }
    names
});

/// Spellings that follow from a name: `&` written out, `St.` in full, an article that goes.
fn variants(printed: &str) -> Vec<String> {
    let mut variants = Vec::new();
    if printed.contains('&') {
        variants.push(printed.replace('&', "and"));
    }
    if let Some(saint) = printed.strip_prefix("St. ") {
        variants.push(format!("Saint {}", saint.replace('&', "and")));
    }
    variants
}

/// The state that a whole text names, in any of the three languages: `Géorgie`, `georgia`, `Iran (Islamic Republic of)`.
pub fn state_named(text: &str) -> Option<CountryCode> {
    if text.len() > 200 {
        return None;
    }
    let folded = fold(text);
    let printed = text.trim();
    let same = NAMES.get(folded.split(' ').next()?)?;
    let is_it = |name: &&Name| match name.exactly {
        Some(exact) => exact == printed,
        None => name.words.iter().map(String::as_str).eq(folded.split(' ')),
    };
    same.iter().find(is_it)?.state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_aliases_begins_with_a_code_or_a_dash() {
        for row in include_str!("aliases.tsv").lines().filter(|row| !row.starts_with('#')) {
            let code = row.split('\t').next().unwrap();
            assert!(code == "-" || code.parse::<CountryCode>().is_ok(), "{code}");
        }
    }

    #[test]
    fn no_name_means_two_states() {
        for same in NAMES.values() {
            for name in same {
                let states = same.iter().filter(|other| other.words == name.words && other.exactly == name.exactly).count();
                assert_eq!(states, 1, "{:?}", name.words);
            }
        }
    }

    #[test]
    fn a_state_goes_by_many_names() {
        let code = |text| state_named(text).map(|state| state.to_string());
        for (text, state) in [
            ("Géorgie", "GE"),
            ("République de Moldova", "MD"),
            ("Iran (République islamique d’)", "IR"),
            ("Federated States of Micronesia", "FM"),
            ("Cabo Verde", "CV"),
            ("VIET NAM", "VN"),
            ("Swaziland", "SZ"),
            ("Dominique", "DM"),
            ("République dominicaine", "DO"),
            ("Saint Lucia", "LC"),
            ("Trinidad and Tobago", "TT"),
            ("Etats-Unis", "US"),
            ("RDC", "CD"),
            ("Namibia", "NA"),
        ] {
            assert_eq!(code(text).as_deref(), Some(state), "{text}");
        }
        for text in ["", "us", "Benin City", "Géorgien", "Atlantide"] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
