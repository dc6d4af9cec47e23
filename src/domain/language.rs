//! The Fund's three languages, and values that exist in one or more of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language in which the Fund publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum Language {
    /// French, the first language of the Fund's pages and the default.
    Fr,
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// Every language, in the order in which a missing one is replaced.
    pub const ALL: [Language; 3] = [Language::Fr, Language::En, Language::Es];

    /// What of three goes with the language.
    pub(super) fn of<T>(self, fr: T, en: T, es: T) -> T {
        match self {
            Language::Fr => fr,
            Language::En => en,
            Language::Es => es,
        }
    }

    /// The ISO 639-1 code, lower case.
    pub fn code(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::En => "en",
            Language::Es => "es",
        }
    }
}

/// A value in one or more languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Localized<T>(pub BTreeMap<Language, T>);

impl<T> Default for Localized<T> {
    fn default() -> Self {
        Localized(BTreeMap::new())
    }
}

impl<T> Localized<T> {
    /// A value in one language.
    pub fn one(language: Language, value: T) -> Self {
        Localized(BTreeMap::from([(language, value)]))
    }

    /// The value in the asked language; where there is none, or none was asked for, the first of French, English, Spanish.
    pub fn best(&self, asked: Option<Language>) -> Option<&T> {
        self.pick(asked, Some)
    }

    /// As [`Localized::best`], for a part that may be missing in some of the languages.
    pub fn pick<'a, P: ?Sized>(&'a self, asked: Option<Language>, part: impl Fn(&'a T) -> Option<&'a P>) -> Option<&'a P> {
        asked.into_iter().chain(Language::ALL).find_map(|language| self.0.get(&language).and_then(&part))
    }

    /// The languages there are.
    pub fn languages(&self) -> Vec<Language> {
        self.0.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asked_language_comes_first_then_french_english_spanish() {
        let title = Localized(BTreeMap::from([(Language::En, "Georgia"), (Language::Es, "Georgia (es)")]));
        assert_eq!(title.best(Some(Language::Es)), Some(&"Georgia (es)"));
        assert_eq!(title.best(Some(Language::Fr)), Some(&"Georgia"));
        assert_eq!(title.best(None), Some(&"Georgia"));
        assert_eq!(Localized::<String>::default().best(None), None);
    }
}
