//! Every link backward: from a record to those that name it.

use imbl::HashMap;
use serde::{Deserialize, Serialize};

use super::RowSet;
use crate::domain::{NodeId, NodeKind};

/// For a record and a kind, the rows of the records of that kind that name it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Links(HashMap<(NodeId, NodeKind), RowSet>);

impl Links {
    pub(super) fn add(&mut self, (from, row): (NodeKind, u32), to: NodeId) {
        self.0.entry((to, from)).or_default().insert(row);
    }

    pub(super) fn remove(&mut self, (from, row): (NodeKind, u32), to: NodeId) {
        let place = (to, from);
        if let Some(rows) = self.0.get_mut(&place) {
            rows.remove(row);
            if rows.is_empty() {
                self.0.remove(&place);
            }
        }
    }

    /// The rows of the records of a kind that name this one.
    pub(super) fn to(&self, id: &NodeId, kind: NodeKind) -> RowSet {
        self.0.get(&(id.clone(), kind)).cloned().unwrap_or_default()
    }
}
