//! Names of states in printed text, by the longest match over every name in French, English and Spanish.

mod list;
mod names;
mod prose;

pub use list::in_list;
pub use names::state_named;
pub use prose::in_prose;

use super::fold::Word;
use names::{NAMES, Name};

/// The names that begin with the first of these words, the longest first, and how many words each has.
fn beginning_with<'n>(words: &'n [Word<'n>], text: &'n str) -> impl Iterator<Item = (&'static Name, usize)> + 'n {
    let same = words.first().and_then(|first| NAMES.get(first.text.as_ref()));
    same.into_iter().flatten().filter_map(move |name| {
        let here = words.get(..name.words.len())?;
        let fits = here.iter().zip(&name.words).all(|(word, expected)| word.text == *expected)
            && name.exactly.is_none_or(|exact| text[here[0].start..].starts_with(exact));
        fits.then_some((name, here.len()))
    })
}
