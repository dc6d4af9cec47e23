//! What names a page's project or news item among all.

use super::{NewsReading, ProjectReading};
use crate::domain::slug;

/// The longest name that is derived from a title, in bytes.
const LONGEST: usize = 200;

impl ProjectReading {
    /// The name of the project among all: its code, else a key from its title.
    ///
    /// The states are part of a derived key, for many projects bear the same title.
    pub fn key(&self) -> String {
        match &self.code {
            Some(code) => code.value.clone(),
            None => {
                let states: String = self.member_states.iter().take(5).map(|state| format!("-{state}")).collect();
                let title = self.title_key();
                let text = if title.is_empty() { "UNTITLED".to_owned() } else { title.to_uppercase() };
                format!("TITLE-{}{states}", cut_at_word(&text, LONGEST - "TITLE-".len() - states.len()))
            }
        }
    }

    /// The title as it is compared with others: without accents, case and punctuation.
    pub fn title_key(&self) -> String {
        slug(&self.title.value)
    }
}

impl NewsReading {
    /// The name of the item among all: the slug of its title, cut at a word.
    pub fn slug(&self) -> String {
        match slug(&self.title.value) {
            slug if slug.is_empty() => "untitled".to_owned(),
            slug => cut_at_word(&slug, LONGEST).to_owned(),
        }
    }
}

/// The beginning of a slug, at most so many bytes and no half words.
fn cut_at_word(slug: &str, most: usize) -> &str {
    if slug.len() <= most {
        return slug;
    }
    let cut = &slug[..slug.floor_char_boundary(most)];
    match cut.rfind('-') {
        Some(end) if !slug[cut.len()..].starts_with('-') => &cut[..end],
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::{Reading, read};

    fn reading(text: &str) -> ProjectReading {
        match read(text, date(2026, 1, 31)) {
            Ok(Reading::Project(reading)) => reading,
            other => panic!("no project: {other:?}"),
        }
    }

    #[test]
    fn a_page_without_a_code_has_a_key_from_its_title_and_states() {
        let page = reading("A school for all\n\n    Armenia Georgia\n\nThe school opens its doors.");
        assert_eq!(page.key(), "TITLE-A-SCHOOL-FOR-ALL-AM-GE");
        let long = reading(&format!("{}\n\n    Georgia\n\nThe school opens its doors.", "A long title ".repeat(40)));
        assert!(long.key().len() <= 200 && long.key().ends_with("-GE"), "{}", long.key());
        assert!(!long.key().contains(' '));
    }

    #[test]
    fn a_slug_is_cut_between_words() {
        assert_eq!(cut_at_word("one-two-three", 8), "one-two");
        assert_eq!(cut_at_word("one-two-three", 7), "one-two");
        assert_eq!(cut_at_word("onetwothree", 5), "onetw");
        assert_eq!(cut_at_word("one", 5), "one");
    }
}
