//! Every link backward: from a record to those that name it.

use imbl::{HashMap, OrdSet};

use crate::domain::{NodeId, NodeKind};

/// Keys of records of one kind, in order.
pub type Keys = OrdSet<String>;

/// For a record and a kind, the keys of the records of that kind that name it, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Links(HashMap<(NodeId, NodeKind), Keys>);

impl Links {
    pub(super) fn add(&mut self, from: &NodeId, to: NodeId) {
        self.0.entry((to, from.kind)).or_default().insert(from.key.clone());
    }

    pub(super) fn remove(&mut self, from: &NodeId, to: NodeId) {
        let place = (to, from.kind);
        if let Some(keys) = self.0.get_mut(&place) {
            keys.remove(&from.key);
            if keys.is_empty() {
                self.0.remove(&place);
            }
        }
    }

    /// The keys of the records of a kind that name this one.
    pub(super) fn to(&self, id: &NodeId, kind: NodeKind) -> Keys {
        self.0.get(&(id.clone(), kind)).cloned().unwrap_or_default()
    }
}
