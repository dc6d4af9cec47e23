//! What Spanish words there are that say nothing by themselves, and what their stemmer misses.

use std::borrow::Cow;

/// Articles, prepositions, pronouns, conjunctions, forms of ser, estar and haber; folded.
pub(super) const STOP_WORDS: &[&str] = &[
    "al", "ante", "aquel", "aquella", "aquellas", "aquellos", "aunque", "cada", "como", "con", "contra", "cual", "cuales",
    "cuando", "de", "del", "desde", "donde", "durante", "el", "ella", "ellas", "ellos", "en", "entre", "era", "eran", "es",
    "esa", "esas", "ese", "eso", "esos", "esta", "estaba", "estaban", "estan", "estar", "estas", "este", "esto", "estos",
    "fue", "fueron", "ha", "haber", "habia", "habian", "han", "hasta", "hay", "la", "las", "le", "les", "lo", "los", "mas",
    "me", "mi", "mis", "muy", "ni", "no", "nos", "nosotros", "nuestra", "nuestras", "nuestro", "nuestros", "otra", "otras",
    "otro", "otros", "para", "pero", "por", "porque", "pues", "que", "quien", "quienes", "se", "segun", "ser", "si", "sin",
    "sino", "sobre", "son", "su", "sus", "tambien", "tan", "te", "tu", "tus", "un", "una", "unas", "uno", "unos", "usted",
    "ustedes", "ya", "yo",
];

/// The word as the stemmer should see it. It knows the ending `ción` by its accent, which is folded away, but `ciones` has none:
/// `migracion` is stemmed as the plural that it has.
pub(super) fn prepare(word: &str) -> Cow<'_, str> {
    if word.ends_with("cion") || word.ends_with("sion") { Cow::Owned(format!("{word}es")) } else { Cow::Borrowed(word) }
}
