//! Words compared without accents and case.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The word in lower case without accents: `Œuvre` gives `oeuvre`, `Réintégration` gives `reintegration`.
///
/// Hyphens that never break become plain ones; soft hyphens and other letters of no width go.
pub(in crate::catalog) fn fold(word: &str, folded: &mut String) {
    folded.clear();
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return;
    }
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => folded.push(letter),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            letter if is_hyphen(letter) => folded.push('-'),
            letter if is_invisible(letter) => {}
            letter => decompose_canonical(letter, |part| {
                if !is_combining_mark(part) {
                    folded.push(part);
                }
            }),
        }
    }
}

/// Hyphens that join the parts of a word: the plain one and the two that Unicode adds.
pub(super) fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}')
}

/// Letters that stand within a word and are not seen: the soft hyphen, the joiners, spaces of no width.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_what_is_not_seen_do_not_count() {
        for (word, expected) in [
            ("Réintégration", "reintegration"),
            ("RE\u{301}INTE\u{301}GRATION", "reintegration"),
            ("ré\u{ad}intégration", "reintegration"),
            ("Main-d’Œuvre", "main-d’oeuvre"),
            ("porte\u{2011}parole", "porte-parole"),
            ("niño", "nino"),
            ("Тбилиси", "тбилиси"),
        ] {
            let mut folded = String::new();
            fold(word, &mut folded);
            assert_eq!(folded, expected, "{word}");
        }
    }
}
