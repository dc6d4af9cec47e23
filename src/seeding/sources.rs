//! Earlier documents, read again.

use jiff::tz::TimeZone;

use crate::catalog::View;
use crate::documents::{self, Page, Reading};
use crate::domain::{Problem, Source};

/// What comes of merging; an error where an earlier document is lost.
pub(super) type Merged<T> = Result<T, Problem>;

/// What the earlier documents of a record say, as far as `take` wants it.
pub(super) fn pages<R, T: IntoIterator<Item = R>>(
    sources: &[Source],
    view: &View<'_>,
    take: impl Fn(Reading) -> T,
) -> Merged<Vec<Page<R>>> {
    let mut pages = Vec::with_capacity(sources.len());
    for source in sources {
        let reading = take(read_again(source, view)?);
        pages.extend(reading.into_iter().map(|reading| Page { source: source.clone(), reading }));
    }
    Ok(pages)
}

/// Adds earlier pages to new ones. A document that is handed over again counts once, and as first read when it first was.
pub(super) fn add<R>(pages: &mut Vec<Page<R>>, earlier: Vec<Page<R>>) {
    pages.retain(|page| earlier.iter().all(|known| known.source.sha256 != page.source.sha256));
    pages.extend(earlier);
}

fn read_again(source: &Source, view: &View<'_>) -> Merged<Reading> {
    let lost = |why: String| {
        let message =
            format!("the earlier document “{}” {why}, so nothing can be merged with it: restore a backup", source.document);
        Problem::invalid(None, message)
    };
    let text = view.document(&source.sha256).map_err(|error| lost(format!("cannot be fetched ({error})")))?;
    let text = text.ok_or_else(|| lost("is not in the store".to_owned()))?;
    let today = view.at.to_zoned(TimeZone::UTC).date();
    documents::read(&text, today).map_err(|error| lost(format!("cannot be read any more ({error})")))
}
