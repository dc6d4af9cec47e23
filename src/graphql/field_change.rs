//! A field in which two versions of a record differ.

use async_graphql::{ID, SimpleObject};
use serde_json::Value;

use super::node::global_id;
use super::plan::members;
use crate::domain::{Difference, Language, NodeId};

/// A field of a record that changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct FieldChange {
    /// The id of the record.
    node_id: ID,
    /// The name of the field, as the record's type has it: `status`, `memberStates`. States stand as their codes, contacts as
    /// their addresses. `setByHand` lists the fields that documents leave alone, `typeAsPrinted` the label of the type as it was
    /// given.
    field: &'static str,
    /// The language, for a text that is kept in several.
    language: Option<Language>,
    /// What stood there: a text, a number, a list or an object; null for nothing.
    old: Option<Value>,
    /// What stands there now; null for nothing.
    new: Option<Value>,
}

members!("FieldChange", FieldChange {
    "nodeId" => node_id,
    "field" => field,
    "language" => language,
    "old" => old,
    "new" => new,
});

impl FieldChange {
    /// The change of a record's field.
    pub(super) fn of(id: &NodeId, difference: Difference) -> Self {
        let Difference { field, language, old, new } = difference;
        let value = |value: Value| (!value.is_null()).then_some(value);
        FieldChange { node_id: global_id(id), field, language, old: value(old), new: value(new) }
    }
}
