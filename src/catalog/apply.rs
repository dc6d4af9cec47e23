//! Making the edits of a change set, and checking that what comes out is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::change_set::{ChangeSet, Edit};
use super::{Fault, Snapshot};
use crate::domain::{Document, Field, NodeId, NodeKind, Problem, ProblemKind, Record, Region, RegionCode};
use crate::store::{Action, Version};

/// How many records a refusal names.
const NAMED: usize = 5;

/// What an applied change set leaves: the next snapshot, the versions to write, the documents to keep.
pub(super) type Applied = (Snapshot, Vec<Version>, Vec<Document>);

/// Makes the edits on a copy of the snapshot, and checks that what comes out is whole.
pub(super) fn apply(
    before: &Arc<Snapshot>,
    change_set: ChangeSet,
    stale: Vec<Fault>,
    revision: u64,
    at: Timestamp,
) -> Result<Applied, Vec<Fault>> {
    let ChangeSet { edits, documents, mut faults, .. } = change_set;
    faults.extend(stale);
    let mut after = Snapshot::after(before);
    // By record, the edit that touched it last: what is checked and written is what all edits leave.
    let mut touched: BTreeMap<NodeId, usize> = BTreeMap::new();
    // What is refused is not there for others to name, and that is no fault of theirs.
    let mut refused: BTreeSet<NodeId> = BTreeSet::new();
    for (edit, change) in edits.iter().enumerate() {
        match change {
            Edit::Put(record) | Edit::Ensure(record) => {
                let problems = record.problems();
                if !problems.is_empty() {
                    faults.extend(problems.into_iter().map(|problem| Fault { edit, problem }));
                    refused.insert(record.id());
                    continue;
                }
                let wanted = match after.record(&record.id()) {
                    Some(standing) => matches!(change, Edit::Put(_)) && standing != *record,
                    None => true,
                };
                if wanted {
                    let regions = named_regions(record).map(|region| Record::from(Region::new(region)));
                    let missing = regions.filter(|region| !after.contains(&region.id())).collect::<Vec<_>>();
                    for record in missing.into_iter().chain([record.clone()]) {
                        touched.insert(record.id(), edit);
                        after.put(record, revision, at);
                    }
                }
            }
            Edit::Delete(id) if after.contains(id) => {
                after.remove(id);
                touched.insert(id.clone(), edit);
            }
            Edit::Delete(id) => faults.push(Fault { edit, problem: Problem::not_found(None, format!("there is no {id}")) }),
            Edit::Refused => {}
        }
    }
    for (id, &edit) in &touched {
        let problems = match after.record(id) {
            Some(record) => dangling(&after, &record, &refused),
            None => still_named(&after, id),
        };
        faults.extend(problems.into_iter().map(|problem| Fault { edit, problem }));
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.edit);
        return Err(faults);
    }
    after.settle_many();
    let versions = touched.into_keys().filter_map(|id| version(before, &after, id)).collect();
    Ok((after, versions, documents))
}

/// The version to write of a record that was touched; none where the edits together left it as it was.
fn version(before: &Snapshot, after: &Snapshot, id: NodeId) -> Option<Version> {
    let (old, record) = (before.record(&id), after.record(&id));
    let action = match (&old, &record) {
        (None, Some(_)) => Action::Created,
        (Some(old), Some(new)) if old != new => Action::Updated,
        (Some(_), None) => Action::Deleted,
        _ => return None,
    };
    Some(Version { id, action, record })
}

/// The regions that a record names: a closed list, so the first record that names one brings it in.
fn named_regions(record: &Record) -> impl Iterator<Item = RegionCode> {
    record.links().into_iter().filter(|link| link.kind == NodeKind::Region).filter_map(|link| link.key.parse().ok())
}

/// The links of a record that lead nowhere.
fn dangling(snapshot: &Snapshot, record: &Record, refused: &BTreeSet<NodeId>) -> Vec<Problem> {
    let missing = record.links().into_iter().filter(|link| !snapshot.contains(link) && !refused.contains(link));
    missing
        .map(|link| {
            let (field, mend) = match link.kind {
                NodeKind::MemberState => (Some(Field::MemberStates), "upsertMemberState"),
                NodeKind::Contact => (Some(Field::Contacts), "upsertContact"),
                _ => (Some(Field::Region), "upsertRegion"),
            };
            Problem::not_found(field, format!("there is no {link}: store it first, with {mend} or in the same seedRecords"))
        })
        .collect()
}

/// What still names a record that is to go.
fn still_named(snapshot: &Snapshot, id: &NodeId) -> Vec<Problem> {
    let mut naming = snapshot.all_naming(id).map(|id| id.to_string());
    let named: Vec<String> = naming.by_ref().take(NAMED).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let others = match naming.count() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let message =
        format!("{id} is still named by {}{others}: change or delete them first, or ask for `cascade`", named.join(", "));
    vec![Problem::new(ProblemKind::Conflict, None, message).of(id.clone())]
}
