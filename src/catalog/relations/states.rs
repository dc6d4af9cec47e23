//! The records of each state, in the order of their keys.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Keys;
use crate::catalog::rows::{RowSet, Sorted};
use crate::domain::{CountryCode, NodeKind};

/// The rows of projects and news by the states that they name. A copy shares everything with the original.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct States {
    groups: OrdMap<Group, Sorted>,
    rows: OrdMap<(NodeKind, CountryCode), RowSet>,
}

/// Records that one can go through in the order of their keys: those of one kind about a state, and of one type of project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) kind: NodeKind,
    pub(super) state: CountryCode,
    pub(super) project_type: Option<SmolStr>,
}

impl States {
    /// The rows about a state.
    pub(super) fn rows(&self, kind: NodeKind, state: CountryCode) -> Option<&RowSet> {
        self.rows.get(&(kind, state))
    }

    /// The groups about a state, by type.
    pub(super) fn groups(&self, kind: NodeKind, state: CountryCode) -> impl Iterator<Item = (Option<&str>, &Sorted)> {
        let from = Group { kind, state, project_type: None };
        let groups = self.groups.range(from..).take_while(move |(group, _)| group.kind == kind && group.state == state);
        groups.map(|(group, rows)| (group.project_type.as_deref(), rows))
    }

    pub(super) fn add(
        &mut self,
        kind: NodeKind,
        row: u32,
        states: &[CountryCode],
        project_type: Option<&str>,
        keys: &dyn Keys,
    ) {
        for state in states {
            if self.rows.entry((kind, *state)).or_default().insert(row) {
                let group = Group { kind, state: *state, project_type: project_type.map(SmolStr::new) };
                self.groups.entry(group).or_default().insert(row, compare(kind, row, keys));
            }
        }
    }

    pub(super) fn remove(
        &mut self,
        kind: NodeKind,
        row: u32,
        states: &[CountryCode],
        project_type: Option<&str>,
        keys: &dyn Keys,
    ) {
        for state in states {
            let Some(rows) = self.rows.get_mut(&(kind, *state)) else { continue };
            if !rows.remove(row) {
                continue;
            }
            if rows.is_empty() {
                self.rows.remove(&(kind, *state));
            }
            let group = Group { kind, state: *state, project_type: project_type.map(SmolStr::new) };
            if let Some(sorted) = self.groups.get_mut(&group) {
                let removed = sorted.remove(row, compare(kind, row, keys));
                debug_assert!(removed, "row {row} stands where its key says");
                if sorted.iter().next().is_none() {
                    self.groups.remove(&group);
                }
            }
        }
    }

    /// The states of groups whose rows come in the order of their keys.
    pub(super) fn of(groups: BTreeMap<Group, Vec<u32>>) -> States {
        let mut states = States::default();
        let mut rows: BTreeMap<(NodeKind, CountryCode), Vec<u32>> = BTreeMap::new();
        for (group, sorted) in groups {
            rows.entry((group.kind, group.state)).or_default().extend(&sorted);
            states.groups.insert(group, Sorted::of(sorted.into_iter()));
        }
        states.rows = rows.into_iter().map(|(place, rows)| (place, rows.into_iter().collect())).collect();
        states
    }
}

/// How the keys of rows compare with that of one.
fn compare(kind: NodeKind, row: u32, keys: &dyn Keys) -> impl Fn(u32) -> Ordering {
    move |other| keys.key(kind, other).cmp(keys.key(kind, row))
}
