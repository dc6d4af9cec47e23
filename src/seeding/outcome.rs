//! What became of each document.

use crate::catalog::{Committed, Snapshot};
use crate::documents::Reading;
use crate::domain::{Difference, NodeId, NodeKind, Record, Source, Warning};
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
    /// The records that the document is about, in its order: one, but for a list of news items.
    pub ids: Vec<NodeId>,
    /// In which fields which of the records differ from what was stored.
    pub differences: Vec<(NodeId, Difference)>,
    /// What a reader of the records should doubt.
    pub warnings: Vec<Warning>,
    /// Why the document, or an item of its list, was refused.
    pub error: Option<String>,
}

/// What is known of a document before its commit, to find its records afterwards.
#[derive(Debug)]
pub struct Expected {
    name: String,
    sha256: String,
    /// The records by what the document itself says; none where it could not be read.
    ids: Vec<NodeId>,
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
            Expected { name, sha256, ids: document.ids(), prima_id, title, error }
        });
        expected.collect()
    }

    /// The records that have the document among their sources.
    fn records(&self, snapshot: &Snapshot) -> Vec<(NodeId, Vec<Warning>)> {
        let found = |id: NodeId| self.warnings_of(&id, snapshot).map(|warnings| (id, warnings));
        let records: Vec<_> = self.ids.iter().cloned().filter_map(found).collect();
        if !records.is_empty() || self.ids.is_empty() {
            return records;
        }
        let namesakes = snapshot.namesakes(self.prima_id.as_deref(), self.title.as_deref().as_slice());
        namesakes.into_iter().find_map(|code| found(NodeId::new(NodeKind::Project, code))).into_iter().collect()
    }

    /// The warnings of a record, if the document is among its sources.
    fn warnings_of(&self, id: &NodeId, snapshot: &Snapshot) -> Option<Vec<Warning>> {
        let ours = |sources: &[Source]| sources.iter().any(|source| source.sha256 == self.sha256);
        match snapshot.record(id)? {
            Record::Project(project) if ours(&project.sources) => Some(project.warnings.clone()),
            Record::NewsItem(item) if ours(&item.sources) => Some(item.warnings.clone()),
            _ => None,
        }
    }
}

/// What a commit made of documents.
pub fn outcomes(expected: Vec<Expected>, committed: &Committed) -> Vec<SeededDocument> {
    let outcome = |expected: Expected| {
        let records = expected.records(&committed.snapshot);
        let actions = committed.changes.iter().filter(|change| records.iter().any(|(id, _)| *id == change.id));
        let outcome = match actions.map(|change| change.action).min_by_key(|action| *action != Action::Created) {
            _ if records.is_empty() => Outcome::Refused,
            Some(Action::Created) => Outcome::Created,
            Some(Action::Updated | Action::Deleted) => Outcome::Updated,
            None => Outcome::Unchanged,
        };
        let unfit = || "a record that it makes cannot be stored: see what `fundgraph inspect` reads in it".to_owned();
        let error = expected.error.or_else(|| (records.len() < expected.ids.len()).then(unfit));
        let (ids, warnings): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        let mut warnings = warnings.concat();
        warnings.sort();
        warnings.dedup();
        let changed = ids.iter().filter(|id| committed.changes.iter().any(|change| change.id == **id));
        let differences =
            changed.flat_map(|id| committed.differences(id).into_iter().map(|difference| (id.clone(), difference)));
        let differences = differences.collect();
        SeededDocument { name: expected.name, outcome, ids, differences, warnings, error }
    };
    expected.into_iter().map(outcome).collect()
}
