//! Sets of short phrases, found at the beginning of a text.

use std::collections::HashMap;

use super::fold::words;

/// How many words a phrase has at most.
const LONGEST: usize = 8;

/// Phrases by their first word.
#[derive(Debug, Default)]
pub struct Phrases(HashMap<String, Vec<Vec<String>>>);

impl<'a> FromIterator<&'a str> for Phrases {
    fn from_iter<T: IntoIterator<Item = &'a str>>(printed: T) -> Self {
        let mut phrases: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for text in printed {
            let mut phrase = words(text).map(|word| word.text.into_owned());
            if let Some(first) = phrase.next() {
                phrases.entry(first).or_default().push(phrase.collect());
            }
        }
        Phrases(phrases)
    }
}

impl Phrases {
    /// The length in bytes of the longest phrase that a text begins with, at its first letter.
    pub fn at_start(&self, text: &str) -> Option<usize> {
        let first = words(text).next().filter(|word| word.start == 0)?;
        let same = self.0.get(first.text.as_ref())?;
        let after: Vec<_> = words(&text[first.end..]).take(LONGEST).collect();
        let fits = |phrase: &&Vec<String>| {
            phrase.len() <= after.len() && phrase.iter().zip(&after).all(|(expected, word)| word.text == *expected)
        };
        let longest = same.iter().filter(fits).max_by_key(|phrase| phrase.len())?;
        Some(longest.len().checked_sub(1).map_or(first.end, |last| first.end + after[last].end))
    }

    /// The first place at or after `from` where a phrase stands, as its start and end.
    pub fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let text = text.get(from..)?;
        words(text).filter(|word| self.0.contains_key(word.text.as_ref())).find_map(|word| {
            let length = self.at_start(&text[word.start..])?;
            Some((from + word.start, from + word.start + length))
        })
    }

    /// Whether a text is one of the phrases and nothing else.
    pub fn is(&self, text: &str) -> bool {
        let text = text.trim_matches(|letter: char| !letter.is_alphanumeric());
        self.at_start(text).is_some_and(|length| length == text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_is_found_where_it_stands() {
        let phrases: Phrases = ["Pour plus d’informations", "pour plus d’information sur", "E-mail"].into_iter().collect();
        let text = "Rien. POUR PLUS D'INFORMATIONS, écrire";
        assert_eq!(phrases.find(text, 0).map(|(start, end)| &text[start..end]), Some("POUR PLUS D'INFORMATIONS"));
        assert_eq!(phrases.find(text, 10), None);
        assert!(phrases.is(" E-mail : "));
        assert!(!phrases.is("E-mail address"));
        assert_eq!(phrases.at_start(" Pour plus d’informations"), None);
    }
}
