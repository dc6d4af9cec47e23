//! A word as the index knows it.

use smol_str::SmolStr;

use super::fold::fold;
use super::{Token, is_stop_word};
use crate::domain::Language;

/// Where a word is kept: with its language, or with those that belong to none, which have no other forms.
pub(in crate::catalog::search) type Shelf = Option<Language>;

/// A folded word and its shelf.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::catalog::search) struct Term {
    pub(in crate::catalog::search) shelf: Shelf,
    pub(in crate::catalog::search) word: SmolStr,
}

impl Term {
    /// The term of a whole text, as one word of no language.
    pub(in crate::catalog::search) fn exact(text: &str) -> Term {
        let mut folded = String::new();
        fold(text, &mut folded);
        Term { shelf: None, word: SmolStr::from(folded) }
    }
}

/// The term of a word in a text of some language, or of none; nothing for a stop word.
///
/// Compounds, numbers and codes belong to no language: they are found as they are.
pub(in crate::catalog::search) fn term(text: &str, token: Token, language: Shelf, folded: &mut String) -> Option<Term> {
    fold(&text[token.start..token.end], folded);
    let exact = token.whole || folded.bytes().any(|byte| byte.is_ascii_digit());
    let shelf = language.filter(|_| !exact);
    if folded.is_empty() || shelf.is_some_and(|language| is_stop_word(folded, language)) {
        return None;
    }
    Some(Term { shelf, word: SmolStr::new(folded.as_str()) })
}

#[cfg(test)]
mod tests {
    use super::super::tokens;
    use super::*;

    fn terms(text: &str, language: Shelf) -> Vec<(Shelf, String)> {
        let mut folded = String::new();
        let terms = tokens(text).filter_map(|token| term(text, token, language, &mut folded));
        terms.map(|term| (term.shelf, term.word.to_string())).collect()
    }

    #[test]
    fn stop_words_go_and_codes_belong_to_no_language() {
        let of = |words: &[(Shelf, &str)]| words.iter().map(|(shelf, word)| (*shelf, (*word).to_owned())).collect::<Vec<_>>();
        let fr = Some(Language::Fr);
        assert_eq!(terms("L’emploi de l'été", fr), of(&[(fr, "emploi"), (fr, "ete")]));
        assert_eq!(terms("le projet GE10P0514", fr), of(&[(fr, "projet"), (None, "ge10p0514")]));
        assert_eq!(terms("RR.0147", fr), of(&[(None, "rr.0147"), (fr, "rr"), (None, "0147")]));
        assert_eq!(terms("Office de Tbilissi", None), of(&[(None, "office"), (None, "de"), (None, "tbilissi")]));
    }
}
