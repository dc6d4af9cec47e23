//! Documents on their way into the graph, for the command line and the API alike.
//!
//! A document is read where it arrives; what it says is merged on the writer's thread with what the earlier documents of the
//! same record say. Their texts are kept, so a record is always made from all of its documents at once, and the order in which
//! they came does not matter. What a writer set by hand stays.

mod change_set;
mod contacts;
mod curated;
mod document;
mod news;
mod outcome;
mod projects;
mod sources;
mod states;
#[cfg(test)]
mod tests;

pub use crate::documents::Said;
pub use change_set::change_set;
pub use document::{DocumentError, HandedOver, ReadDocument};
pub use outcome::{Expected, Outcome, SeededDocument, outcomes};
