//! What relates projects and news, and why.
//!
//! A record leaves marks: the states it names, its type, and signs of what its texts tell of: codes of projects, contacts,
//! places, telling words. Two records are related when they share a sign or a state, and what they share are the reasons. So both
//! directions agree by construction, nothing is compared pair by pair, and a write touches only its own marks.
//!
//! A sign is a number, and [`postings`] know its records by numbers too; the printed form is taken from the record when a reason
//! is shown. What too many records share tells nothing: so the records that share a sign that counts are few, however many there
//! are, and [`related`] finds all of them; only states may have any number, and those are gone through in order.

mod contacts;
mod index;
mod lexicon;
mod mark;
mod places;
mod postings;
mod reading;
mod reason;
mod related;
mod sign;
mod states;
mod terms;
#[cfg(test)]
mod tests;
mod words;

pub use index::{Keys, RelationIndex};
pub use reason::{Reason, ReasonKind};
pub use related::{Related, RelatedPage, RelatedPlace};
