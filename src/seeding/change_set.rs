//! From what documents say to what should change.

use crate::catalog::{ChangeSet, View};
use crate::documents::{Page, Reading};
use crate::domain::{Document, Source};

use super::{ReadDocument, news, projects};

/// The edits that bring documents in, together with the states and contacts that they name. Those that could not be read
/// change nothing.
pub fn change_set(documents: Vec<ReadDocument>, view: &View<'_>) -> ChangeSet {
    let mut change_set = ChangeSet::default();
    let mut of_projects = Vec::new();
    let mut of_news = Vec::new();
    for document in documents {
        let ReadDocument { name, url, text, sha256, reading } = document;
        let Ok(reading) = reading else { continue };
        let source = Source {
            document: name,
            sha256: sha256.clone(),
            language: None,
            url,
            title: None,
            prima_id: None,
            read_at: view.at,
        };
        match reading {
            Reading::Project(reading) => of_projects.push(Page { source, reading }),
            news => of_news.extend(news.news().into_iter().map(|reading| Page { source: source.clone(), reading })),
        }
        change_set.keep(Document { sha256, text });
    }
    let merged = projects::merge(&mut change_set, of_projects, view).and_then(|()| news::merge(&mut change_set, of_news, view));
    if let Err(problem) = merged {
        change_set.refuse([problem]);
    }
    change_set
}
