//! The Fund's three languages, and values that exist in one or more of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

/// A value in one or more languages, in their order. Three are too few for a tree, whose nodes have room for eleven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Localized<T>(Vec<(Language, T)>);

impl<T> Default for Localized<T> {
    fn default() -> Self {
        Localized(Vec::new())
    }
}

impl<T> FromIterator<(Language, T)> for Localized<T> {
    fn from_iter<I: IntoIterator<Item = (Language, T)>>(values: I) -> Self {
        let mut all = Localized::default();
        values.into_iter().for_each(|(language, value)| drop(all.insert(language, value)));
        all
    }
}

impl<T> IntoIterator for Localized<T> {
    type Item = (Language, T);
    type IntoIter = std::vec::IntoIter<(Language, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// As a map has it.
impl<T: Serialize> Serialize for Localized<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Localized<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Localized::from_iter)
    }
}

impl<T> Localized<T> {
    /// A value in one language.
    pub fn one(language: Language, value: T) -> Self {
        Localized(vec![(language, value)])
    }

    /// The value in a language.
    pub fn get(&self, language: Language) -> Option<&T> {
        self.0.iter().find(|(known, _)| *known == language).map(|(_, value)| value)
    }

    /// Puts a value in the place of what there is in its language, which is given back.
    pub fn insert(&mut self, language: Language, value: T) -> Option<T> {
        match self.0.binary_search_by_key(&language, |(known, _)| *known) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].1, value)),
            Err(place) => {
                self.0.reserve_exact(1);
                self.0.insert(place, (language, value));
                None
            }
        }
    }

    /// Takes away the value in a language.
    pub fn remove(&mut self, language: Language) -> Option<T> {
        let place = self.0.iter().position(|(known, _)| *known == language)?;
        Some(self.0.remove(place).1)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values with their languages.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &T)> {
        self.0.iter().map(|(language, value)| (*language, value))
    }

    /// The values alone.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The value in the asked language; where there is none, or none was asked for, the first of French, English, Spanish.
    pub fn best(&self, asked: Option<Language>) -> Option<&T> {
        self.pick(asked, Some)
    }

    /// As [`Localized::best`], for a part that may be missing in some of the languages.
    pub fn pick<'a, P: ?Sized>(&'a self, asked: Option<Language>, part: impl Fn(&'a T) -> Option<&'a P>) -> Option<&'a P> {
        asked.and_then(|asked| self.get(asked)).and_then(&part).or_else(|| self.values().find_map(&part))
    }

    /// The languages there are.
    pub fn languages(&self) -> Vec<Language> {
        self.0.iter().map(|(language, _)| *language).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asked_language_comes_first_then_french_english_spanish() {
        let title = Localized::from_iter([(Language::Es, "Georgia (es)"), (Language::En, "Georgia")]);
        assert_eq!(title.best(Some(Language::Es)), Some(&"Georgia (es)"));
        assert_eq!(title.best(Some(Language::Fr)), Some(&"Georgia"));
        assert_eq!(title.best(None), Some(&"Georgia"));
        assert_eq!(Localized::<String>::default().best(None), None);
    }

    #[test]
    fn each_language_has_one_value() {
        let mut title = Localized::from_iter([(Language::Es, "es"), (Language::Fr, "fr"), (Language::Es, "Georgia (es)")]);
        assert_eq!(title.insert(Language::Fr, "Géorgie"), Some("fr"));
        assert_eq!(title.insert(Language::En, "Georgia"), None);
        assert_eq!(title.languages(), Language::ALL);
        assert_eq!(title.values().copied().collect::<Vec<_>>(), ["Géorgie", "Georgia", "Georgia (es)"]);
        let json = serde_json::to_string(&title).unwrap();
        assert_eq!(json, r#"{"Fr":"Géorgie","En":"Georgia","Es":"Georgia (es)"}"#);
        assert_eq!(serde_json::from_str::<Localized<&str>>(&json).unwrap(), title);
        assert_eq!((title.remove(Language::En), title.remove(Language::En)), (Some("Georgia"), None));
    }
}
