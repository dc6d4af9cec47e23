//! One record from all the pages of one thing.
//!
//! The order of the pages does not matter: they are put in the order of their documents' names first, and every choice between
//! two values follows a rule that the order has no part in.

mod choice;
mod news;
mod project;
mod still_doubted;
mod trust;
mod twins;

pub use news::news_item;
pub use project::project;
pub use twins::projects;

use crate::documents::{Found, NewsReading, ProjectReading};
use crate::domain::Source;

/// A page that was read, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<R> {
    pub source: Source,
    pub reading: R,
}

/// The pages in the order of their documents' names, each text once.
fn in_order<R>(mut pages: Vec<Page<R>>) -> Vec<Page<R>> {
    pages.sort_by(|one, other| order(&one.source).cmp(&order(&other.source)));
    pages.dedup_by(|one, other| one.source.sha256 == other.source.sha256 && one.source.document == other.source.document);
    pages
}

fn order(source: &Source) -> (&str, &str, Option<&str>, i128) {
    (&source.document, &source.sha256, source.url.as_deref(), source.read_at.as_nanosecond())
}

impl Page<ProjectReading> {
    /// The source with what the page says of itself. The names by which it calls its project find its twins, whatever the
    /// project is called by hand.
    fn into_source(self) -> Source {
        let ProjectReading { language, title, prima_id, .. } = self.reading;
        let title = Some(title.value).filter(|title| !title.is_empty());
        Source { language: Some(language), title, prima_id: prima_id.map(|found| found.value), ..self.source }
    }
}

impl Page<NewsReading> {
    /// The source with what the page says of itself.
    fn into_source(self) -> Source {
        let NewsReading { language, title, .. } = self.reading;
        Source { language: Some(language), title: Some(title.value), prima_id: None, ..self.source }
    }
}

/// What a page gives for a field.
fn value<T: Clone>(found: &Option<Found<T>>) -> Option<T> {
    found.as_ref().map(|found| found.value.clone())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::Page;
    use crate::documents::{NewsReading, ProjectReading, Reading, read};
    use crate::domain::Source;

    pub fn page<R>(document: &str, reading: R) -> Page<R> {
        let sha256 = format!("{:0<64x}", document.len() * 1000 + usize::from(document.as_bytes()[0]));
        Page {
            source: Source {
                document: document.to_owned(),
                sha256,
                language: None,
                url: None,
                title: None,
                prima_id: None,
                read_at: Timestamp::UNIX_EPOCH,
            },
            reading,
        }
    }

    pub fn project_page(text: &str) -> ProjectReading {
        match read(text, date(2026, 1, 31)) {
            Ok(Reading::Project(reading)) => reading,
            other => panic!("no project: {other:?}"),
        }
    }

    pub fn news_page(text: &str) -> NewsReading {
        match read(text, date(2026, 1, 31)) {
            Ok(Reading::News(reading)) => reading,
            other => panic!("no news: {other:?}"),
        }
    }
}
