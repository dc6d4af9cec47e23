//! What relates projects and news, and why.
//!
//! A record leaves [`Mark`]s: the states it names, the places its text tells of, the codes of projects, its type. Two records
//! are related when they share a mark that is telling by itself, and the marks they share are the reasons. So both directions
//! agree by construction, nothing is compared pair by pair, and a write touches only its own marks.

mod mark;
mod places;
mod related;

pub(super) use mark::{Mark, marks};
pub(super) use related::Marks;
pub use related::{Reason, ReasonKind, Related};
