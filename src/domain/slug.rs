//! Names made fit for addresses.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The text in lower case without accents.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    each_folded(text, |letter| folded.push(letter));
    folded
}

/// Calls for each letter in lower case without accents. Marks go, so the order into which normalization brings them is no matter,
/// and each letter is decomposed by itself.
fn each_folded(text: &str, mut call: impl FnMut(char)) {
    for letter in text.chars() {
        if letter.is_ascii() {
            call(letter.to_ascii_lowercase());
        } else {
            decompose_canonical(letter, |part| {
                if !is_combining_mark(part) {
                    part.to_lowercase().for_each(&mut call);
                }
            });
        }
    }
}

/// The text in lower case without accents, its words joined by hyphens: `La Géorgie d’hier` gives `la-georgie-d-hier`.
/// Letters that have no Latin base letter stay as they are.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    each_folded(text, |letter| match letter {
        'œ' => slug.push_str("oe"),
        'æ' => slug.push_str("ae"),
        letter if letter.is_alphanumeric() => slug.push(letter),
        _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
        _ => {}
    });
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    proptest! {
        #[test]
        fn what_is_folded_letter_by_letter_is_folded_as_a_whole(text: String, marks in "(e[\u{301}\u{323}\u{5b0}]{0,3}|한|Ấ|İ){0,5}") {
            for text in [text, marks] {
                let whole: String =
                    text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect();
                prop_assert_eq!(fold(&text), whole);
            }
        }
    }

    #[test]
    fn words_stay_and_marks_go() {
        assert_eq!(slug("  La Géorgie porte un « nouveau » regard d’hier! "), "la-georgie-porte-un-nouveau-regard-d-hier");
        assert_eq!(slug("Main-d’œuvre"), "main-d-oeuvre");
        assert_eq!(slug("…"), "");
    }
}
