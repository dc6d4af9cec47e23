//! What became of each document.

use crate::catalog::{Committed, Snapshot};
use crate::documents::Reading;
use crate::domain::{NodeId, NodeKind, Project, Record, Source, Warning};
use crate::store::Action;

use super::ReadDocument;

/// What a document did to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "SeedOutcome")]
pub enum Outcome {
    /// The record is new.
    Created,
    /// The record was there and is different now.
    Updated,
    /// The record was there and says all this already.
    Unchanged,
    /// The document could not be read; nothing of it is stored.
    Refused,
}

/// What became of a document.
#[derive(Debug, Clone)]
pub struct SeededDocument {
    pub name: String,
    pub outcome: Outcome,
    /// The record that the document is about.
    pub id: Option<NodeId>,
    /// What a reader of the record should doubt.
    pub warnings: Vec<Warning>,
    /// Why the document was refused.
    pub error: Option<String>,
}

/// What is known of a document before its commit, to find its record afterwards.
#[derive(Debug)]
pub struct Expected {
    name: String,
    sha256: String,
    /// The record by what the document itself says; none where it could not be read.
    id: Option<NodeId>,
    /// By what else the project may be known, where the document is about one that it gives no code of.
    prima_id: Option<String>,
    title: Option<String>,
    error: Option<String>,
}

impl Expected {
    /// What is known of documents before their commit.
    pub fn of(documents: &[ReadDocument]) -> Vec<Expected> {
        let expected = documents.iter().map(|document| {
            let (prima_id, title) = match &document.reading {
                Ok(Reading::Project(reading)) => {
                    (reading.prima_id.as_ref().map(|found| found.value.clone()), Some(reading.title.value.clone()))
                }
                _ => (None, None),
            };
            let error = document.reading.as_ref().err().map(ToString::to_string);
            let (name, sha256) = (document.name.clone(), document.sha256.clone());
            Expected { name, sha256, id: document.id(), prima_id, title, error }
        });
        expected.collect()
    }

    /// The record that has the document among its sources.
    fn record(&self, snapshot: &Snapshot) -> Option<(NodeId, Vec<Warning>)> {
        let id = self.id.clone()?;
        if let Some(warnings) = self.warnings_of(&id, snapshot) {
            return Some((id, warnings));
        }
        let namesakes = snapshot.namesakes(self.prima_id.as_deref(), self.title.as_deref().as_slice());
        let ids = namesakes.into_iter().map(|code| NodeId::new(NodeKind::Project, code));
        ids.filter_map(|id| self.warnings_of(&id, snapshot).map(|warnings| (id, warnings))).next()
    }

    /// The warnings of a record, if the document is among its sources.
    fn warnings_of(&self, id: &NodeId, snapshot: &Snapshot) -> Option<Vec<Warning>> {
        let ours = |sources: &[Source]| sources.iter().any(|source| source.sha256 == self.sha256);
        match snapshot.record(id)? {
            Record::Project(Project { sources, warnings, .. }) if ours(&sources) => Some(warnings),
            Record::NewsItem(item) if ours(&item.sources) => Some(item.warnings),
            _ => None,
        }
    }
}

/// What a commit made of documents.
pub fn outcomes(expected: Vec<Expected>, committed: &Committed) -> Vec<SeededDocument> {
    let outcome = |expected: Expected| {
        let (id, warnings) = expected.record(&committed.snapshot).unzip();
        let change = committed.changes.iter().find(|change| id.as_ref() == Some(&change.id));
        let outcome = match (&id, change.map(|change| change.action)) {
            (None, _) => Outcome::Refused,
            (Some(_), Some(Action::Created)) => Outcome::Created,
            (Some(_), Some(Action::Updated | Action::Deleted)) => Outcome::Updated,
            (Some(_), None) => Outcome::Unchanged,
        };
        let unfit = || "the record that it makes cannot be stored: see what `fundgraph inspect` reads in it".to_owned();
        let error = expected.error.or_else(|| id.is_none().then(unfit));
        SeededDocument { name: expected.name, outcome, id, warnings: warnings.unwrap_or_default(), error }
    };
    expected.into_iter().map(outcome).collect()
}
