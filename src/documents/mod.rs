//! From the text of a page to records: what the Fund's and the agency's sites print in French, English and Spanish.
//!
//! [`read`] tells what one page says, with the line and the print behind each value and a warning for each doubt.
//! [`project()`] and [`news_item`] make one record of all the pages of one thing. This room takes `&str` and gives records: it
//! knows no files, no network, no store and no clock.
//!
//! The way of a page: [`decode()`] its bytes, mend what encodings left in it (`clean`), leave out the site's menu (`menu`), find
//! the layout that fits (`layouts`), understand the printed values by the tables of the languages (`words`, `states`,
//! `contacts`), doubt what contradicts itself (`doubts`).

mod clean;
mod contacts;
mod dateline;
mod dates;
mod decode;
mod doubts;
mod fold;
#[cfg(test)]
mod fuzz;
mod inspect;
mod key;
mod language;
mod layouts;
mod lines;
mod menu;
mod merge;
mod news;
mod paragraphs;
mod phrases;
mod project;
mod reading;
mod said;
mod states;
mod unreadable;
mod values;
mod words;

pub use decode::decode;
pub use inspect::inspect_line;
pub use layouts::Layout;
pub use merge::{Page, news_item, project, projects};
pub use news::NewsReading;
pub use project::{Found, ProjectReading};
pub use reading::{Reading, read};
pub use said::{Said, said};
pub use states::state_named;
pub use unreadable::Unreadable;
