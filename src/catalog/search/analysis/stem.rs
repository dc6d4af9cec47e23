//! Words reduced to what their forms share, each in its language.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use smol_str::SmolStr;

use super::{english, french, spanish};
use crate::domain::Language;

/// What a folded word shares with its other forms: `reintegrer` and `reintegration` both give `reintegr`.
///
/// Words are folded before they are stemmed. The stemmers go by accents, and would take `sécurité` and `securite` for two words.
pub(in crate::catalog) fn stem(word: &str, language: Language) -> SmolStr {
    let prepared = match language {
        Language::Fr => french::prepare(word),
        Language::En => Cow::Borrowed(word),
        Language::Es => spanish::prepare(word),
    };
    let algorithm = match language {
        Language::Fr => Algorithm::French,
        Language::En => Algorithm::English,
        Language::Es => Algorithm::Spanish,
    };
    SmolStr::from(Stemmer::create(algorithm).stem(&prepared))
}

/// Whether a folded word says nothing by itself in a language: an article, a preposition, any single Latin letter.
pub(in crate::catalog) fn is_stop_word(word: &str, language: Language) -> bool {
    static STOP_WORDS: LazyLock<[HashSet<&str>; 3]> = LazyLock::new(|| {
        [french::STOP_WORDS, english::STOP_WORDS, spanish::STOP_WORDS].map(|words| words.iter().copied().collect())
    });
    let letter = word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic();
    letter || STOP_WORDS[language as usize].contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_their_stem() {
        for (language, forms) in [
            (Language::Fr, ["reintegrer", "reintegration", "reintegrations"]),
            (Language::Fr, ["emploi", "emplois", "employer"]),
            (Language::Fr, ["migration", "migratoire", "migratoires"]),
            (Language::Fr, ["communaute", "communautes", "communautes"]),
            (Language::En, ["policy", "policies", "policies"]),
            (Language::En, ["train", "training", "trained"]),
            (Language::Es, ["reintegracion", "reintegraciones", "reintegrar"]),
            (Language::Es, ["nino", "ninos", "ninas"]),
        ] {
            let stems = forms.map(|form| stem(form, language));
            assert!(stems.iter().all(|other| *other == stems[0]), "{forms:?} {stems:?}");
        }
    }

    #[test]
    fn a_stop_word_is_one_in_its_language() {
        assert!(is_stop_word("de", Language::Fr) && is_stop_word("de", Language::Es) && !is_stop_word("de", Language::En));
        assert!(is_stop_word("l", Language::Fr) && is_stop_word("qu", Language::Fr));
        assert!(!is_stop_word("emploi", Language::Fr) && !is_stop_word("9", Language::Fr));
    }
}
