//! Full-text search over all records, French first.
//!
//! [`analysis`] makes words of texts, each text in its own language. [`weigh`] says how much each word tells of its record, and
//! a [`dictionary`] a language keeps, word by word, the documents that print it ([`postings`]). A question means the printed
//! words that answer it ([`query`]): forms of the asked word, completions of the last one, a slip where nothing else is there.
//! The documents that print them are scored ([`rank`], [`score`]), paged through ([`hits`]), and shown where they do ([`highlight`]).
//! Records are numbered outside ([`Numbering`]).
//!
//! All of it is persistent: a copy costs next to nothing, and a write touches the words of its record.

pub(super) mod analysis;
mod bytes;
mod dictionary;
mod fields;
mod gathered;
mod highlight;
mod hits;
mod index;
mod numbering;
mod postings;
mod query;
mod rank;
mod reading;
mod score;
#[cfg(test)]
mod tests;
mod weigh;

pub use highlight::Highlight;
pub use hits::{Hit, Hits};
pub use index::SearchIndex;
pub use numbering::{Numbering, document, kind, row};
pub use query::SearchQuery;
pub use reading::Reading;
