//! Names made fit for addresses.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case without accents.
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.nfd().filter(|&letter| !is_combining_mark(letter)).flat_map(char::to_lowercase)
}

/// The text in lower case without accents, its words joined by hyphens: `La Géorgie d’hier` gives `la-georgie-d-hier`.
/// Letters that have no Latin base letter stay as they are.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in folded(text) {
        match letter {
            'œ' => slug.push_str("oe"),
            'æ' => slug.push_str("ae"),
            letter if letter.is_alphanumeric() => slug.push(letter),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_marks_go() {
        assert_eq!(slug("  La Géorgie porte un « nouveau » regard d’hier! "), "la-georgie-porte-un-nouveau-regard-d-hier");
        assert_eq!(slug("Main-d’œuvre"), "main-d-oeuvre");
        assert_eq!(slug("…"), "");
    }
}
