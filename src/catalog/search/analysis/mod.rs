//! From texts to words: where they stand, how they compare, what their forms share.
//!
//! A text is analysed in its own language. Accents and case go first, then what says nothing by itself, and what is left is
//! kept as the word it is; its stem is looked up by the dictionary.

mod english;
mod fold;
mod french;
mod lexicon;
mod spanish;
mod stem;
mod terms;
mod token;

pub(in crate::catalog) use fold::fold;
pub(super) use lexicon::{Lexicon, SHELVES, place};
pub(in crate::catalog) use stem::{is_stop_word, stem};
pub(super) use terms::{Shelf, Term, term};
pub(super) use token::{Token, tokens};
