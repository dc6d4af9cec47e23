//! Some lines of a stream in one commit: what can be stored is, what cannot is told apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::event::Event;
use crate::catalog::{Catalog, ChangeSet, CommitError, Committed, Fault, Proposal, StreamPlace, View};
use crate::domain::{NodeId, NodeKind, Problem, Record};
use crate::graphql::records::{Made, RecordInput};
use crate::store::Action;

/// A line on its way.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) line: u64,
    pub(super) id: NodeId,
    input: RecordInput,
    pub(super) bytes: usize,
}

impl Item {
    pub(super) fn new(line: u64, input: RecordInput, bytes: usize) -> Item {
        Item { line, id: input.id(), input, bytes }
    }
}

/// What became of a chunk.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) revision: Option<u64>,
    pub(super) accepted: Vec<Event>,
    pub(super) refused: Vec<Event>,
    /// The positions of the items that wait, with what they wait for.
    pub(super) waiting: Vec<(usize, Option<NodeId>)>,
    /// The records that others may have waited for.
    pub(super) there: Vec<NodeId>,
}

/// What the writer's thread finds about the items, by their positions.
#[derive(Debug, Default)]
struct Sorted {
    accepted: Vec<usize>,
    refused: Vec<(usize, Vec<Problem>)>,
    waiting: Vec<(usize, Option<NodeId>)>,
}

/// Stores what can be stored of some items, in one commit.
pub(super) fn store(catalog: &Catalog, actor: &str, items: &[Item], place: Option<StreamPlace>) -> Result<Stored, CommitError> {
    let found: Arc<Mutex<Sorted>> = Arc::default();
    let (sorted, moved) = (Arc::clone(&found), items.to_vec());
    let proposal = Proposal::new(actor, move |view| {
        let (mut change_set, found) = sort(&moved, view);
        if let Some(mut place) = place {
            place.waiting.extend(found.waiting.iter().map(|(position, _)| moved[*position].line));
            change_set.came_to(place);
        }
        *sorted.lock().unwrap_or_else(PoisonError::into_inner) = found;
        change_set
    });
    let committed = catalog.commit_blocking(proposal);
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    let refused = found.refused.into_iter().map(|(position, problems)| {
        let faults = problems.into_iter().map(|problem| Fault { edit: position, problem });
        Event::at_fault(items[position].line, faults)
    });
    let mut stored = Stored { refused: refused.collect(), waiting: found.waiting, ..Stored::default() };
    match committed {
        Ok(Committed { revision, changes, .. }) => {
            let actions: HashMap<_, _> = changes.iter().map(|change| (&change.id, change.action)).collect();
            for position in found.accepted {
                let Item { line, id, .. } = &items[position];
                let outcome = match actions.get(id) {
                    Some(Action::Created) => "CREATED",
                    Some(_) => "UPDATED",
                    None => "UNCHANGED",
                };
                stored.accepted.push(Event::accepted(*line, id.clone(), outcome, revision.filter(|_| outcome != "UNCHANGED")));
                stored.there.push(id.clone());
            }
            stored.revision = revision;
        }
        // What was looked at was found to be in order, so this is about all of it.
        Err(CommitError::Refused { faults, .. }) => {
            stored.refused.extend(found.accepted.iter().map(|position| Event::at_fault(items[*position].line, faults.clone())));
        }
        Err(error) => return Err(error),
    }
    Ok(stored)
}

/// The edits of the items that can be stored, and what is the matter with the others. States and contacts come first, since
/// projects and news name them; regions come by themselves.
fn sort(items: &[Item], view: &View<'_>) -> (ChangeSet, Sorted) {
    let mut change_set = ChangeSet::default();
    let mut sorted = Sorted::default();
    let mut made: BTreeMap<NodeId, Record> = BTreeMap::new();
    // The records about which a line waits: later ones about them wait, too.
    let mut held: BTreeSet<&NodeId> = BTreeSet::new();
    let names_others = |item: &Item| matches!(item.id.kind, NodeKind::Project | NodeKind::NewsItem);
    let positions = (0..items.len()).filter(|at| !names_others(&items[*at]));
    for position in positions.chain((0..items.len()).filter(|at| names_others(&items[*at]))) {
        let Item { id, input, .. } = &items[position];
        if held.contains(id) {
            sorted.waiting.push((position, None));
            continue;
        }
        let current = made.get(id).cloned().or_else(|| view.snapshot.record(id));
        let Made { record, documents } = match input.clone().make(current) {
            Ok(made) => made,
            Err(problems) => {
                sorted.refused.push((position, problems));
                continue;
            }
        };
        let problems = record.problems();
        if !problems.is_empty() {
            sorted.refused.push((position, problems));
            continue;
        }
        let missing = record
            .links()
            .into_iter()
            .find(|link| link.kind != NodeKind::Region && !made.contains_key(link) && !view.snapshot.contains(link));
        if missing.is_some() {
            held.insert(id);
            sorted.waiting.push((position, missing));
            continue;
        }
        made.insert(id.clone(), record.clone());
        change_set.put(record);
        documents.into_iter().for_each(|document| change_set.keep(document));
        sorted.accepted.push(position);
    }
    // In the order of the stream, as they are told.
    sorted.accepted.sort_unstable();
    sorted.waiting.sort_unstable_by_key(|(position, _)| *position);
    (change_set, sorted)
}
