//! What names a page's project or news item among all.

use sha2::{Digest, Sha256};

use super::{NewsReading, ProjectReading};
use crate::domain::slug;

/// The longest name that is derived from a title, in bytes.
const LONGEST: usize = 200;

/// The longest part of it that comes from the title of a project, in bytes.
const LONGEST_OF_TITLE: usize = 150;

/// How many states stand in a derived key.
const MOST_STATES: usize = 5;

/// The letters of a fingerprint.
const FINGERPRINT: usize = 12;

/// What a key begins with that is derived from a page without a code.
const DERIVED: [&str; 2] = ["TITLE-", "UNTITLED"];

/// Whether a project's key was derived from its pages, for none of them gives its code.
pub fn is_derived(key: &str) -> bool {
    DERIVED.iter().any(|begin| key.starts_with(begin))
}

impl ProjectReading {
    /// The name of the project among all: its code, else a key from its title: `TITLE-A-SCHOOL-FOR-ALL.AM-GE`.
    ///
    /// The states are part of a derived key, for many projects bear the same title; where the title is lost or too long, what
    /// the page prints is, too. Pages of one derived key bear the same title.
    pub fn key(&self) -> String {
        if let Some(code) = &self.code {
            return code.value.clone();
        }
        let title = self.title_key().to_ascii_uppercase();
        let mut key = if title.is_empty() { "UNTITLED".to_owned() } else { format!("TITLE-{title}") };
        if key.len() > LONGEST_OF_TITLE {
            key = format!("{}.{}", cut_at_word(&key, LONGEST_OF_TITLE), fingerprint([title.as_str()]));
        }
        let states: Vec<_> = self.member_states.iter().take(MOST_STATES).map(ToString::to_string).collect();
        if !states.is_empty() {
            key = format!("{key}.{}", states.join("-"));
        }
        if title.is_empty() { self.apart(&key) } else { key }
    }

    /// A key that no other page bears, however alike the titles: the derived one, and a fingerprint of what the page prints.
    pub fn key_apart(&self) -> String {
        let key = self.key();
        if self.title_key().is_empty() { key } else { self.apart(&key) }
    }

    fn apart(&self, key: &str) -> String {
        format!("{key}.{}", self.fingerprint())
    }

    /// A fingerprint of all that the page prints of the project: crawlers save the same page with different menus.
    pub fn fingerprint(&self) -> String {
        let printed = [
            Some(&self.title.value),
            self.description.as_ref().map(|found| &found.value),
            self.code.as_ref().map(|found| &found.printed),
            self.prima_id.as_ref().map(|found| &found.printed),
            self.status.as_ref().map(|found| &found.printed),
            self.project_type.as_ref().map(|found| &found.printed),
            self.coverage.as_ref().map(|found| &found.printed),
            self.region.as_ref().map(|found| &found.printed),
            self.budget.as_ref().map(|found| &found.printed),
            self.year.as_ref().map(|found| &found.printed),
            self.start_date.as_ref().map(|found| &found.printed),
            self.end_date.as_ref().map(|found| &found.printed),
        ];
        let states: Vec<_> = self.member_states.iter().map(ToString::to_string).collect();
        let unrecognized = self.unrecognized_states.iter().map(String::as_str);
        let printed = printed.into_iter().map(|value| value.map_or("", String::as_str));
        fingerprint(printed.chain(states.iter().map(String::as_str)).chain(unrecognized))
    }

    /// The title as it is compared with others: without accents, case and punctuation.
    pub fn title_key(&self) -> String {
        slug(&self.title.value)
    }
}

/// The beginning of the hash of some texts, in hexadecimal.
fn fingerprint<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text);
        hash.update([0]);
    }
    hash.finalize().iter().take(FINGERPRINT / 2).map(|byte| format!("{byte:02x}")).collect()
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
        assert_eq!(page.key(), "TITLE-A-SCHOOL-FOR-ALL.AM-GE");
        assert!(is_derived(&page.key()) && page.key_apart().starts_with("TITLE-A-SCHOOL-FOR-ALL.AM-GE."));
    }

    #[test]
    fn long_titles_that_differ_at_their_end_have_keys_that_differ() {
        let long = |end: &str| {
            reading(&format!("{}{end}\n\n    Georgia\n\nThe school opens its doors.", "A long title ".repeat(40))).key()
        };
        let key = long("one");
        assert!(key.len() <= LONGEST && key.ends_with(".GE") && !key.contains(' '), "{key}");
        assert_ne!(key, long("two"));
    }

    #[test]
    fn a_page_without_title_and_code_goes_by_what_it_prints() {
        let untitled = |text: &str| {
            reading(&format!("  • Project Type\n    Labour Migration\n  • Benefiting Member States\n    Georgia\n\n{text}"))
                .key()
        };
        let key = untitled("The school opens.");
        assert!(is_derived(&key) && key.starts_with("UNTITLED.GE."), "{key}");
        assert_eq!(key, untitled("The school opens.\n"));
        assert_ne!(key, untitled("The school closes."));
    }

    #[test]
    fn a_slug_is_cut_between_words() {
        assert_eq!(cut_at_word("one-two-three", 8), "one-two");
        assert_eq!(cut_at_word("one-two-three", 7), "one-two");
        assert_eq!(cut_at_word("onetwothree", 5), "onetw");
        assert_eq!(cut_at_word("one", 5), "one");
    }
}
