//! How often a question about the schema goes round: types have fields, which have types, which have fields.

use foldhash::{HashMap, HashMapExt};

use async_graphql::Pos;

use super::Validation;
use crate::graphql::document::{Field, Selection};

/// The fields that answer lists of what leads to types again.
const LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];
/// Lists within lists that are refused.
const TOO_DEEP: usize = 3;

impl<'v> Validation<'v> {
    pub(super) fn introspections(&mut self) {
        let document = self.document;
        let operations = document.operations.iter().map(|operation| &operation.selections);
        let fragments = document.fragments.iter().map(|fragment| &fragment.selections);
        let mut deepest = HashMap::new();
        for selections in operations.chain(fragments) {
            if let Some(pos) = self.introspection(selections, &mut deepest) {
                let message = || format!("a question about the schema goes round {TOO_DEEP} times: ask for less at once");
                self.faults.add(pos, message);
            }
        }
    }

    /// The first question about the schema that goes round too often.
    fn introspection(&self, selections: &'v [Selection<'v>], deepest: &mut HashMap<&'v str, Option<usize>>) -> Option<Pos> {
        selections.iter().find_map(|selection| match selection {
            Selection::Field(field) if matches!(field.name.text, "__schema" | "__type") => {
                (self.field_lists(field, deepest) >= TOO_DEEP).then_some(field.name.pos)
            }
            Selection::Field(Field { selections, .. }) | Selection::Inline { selections, .. } => {
                self.introspection(selections, deepest)
            }
            Selection::Spread { .. } => None,
        })
    }

    /// The most lists within one another in a selection; each fragment is looked at once.
    fn lists(&self, selections: &'v [Selection<'v>], deepest: &mut HashMap<&'v str, Option<usize>>) -> usize {
        let of = |selection: &'v Selection<'v>| match selection {
            Selection::Field(field) => self.field_lists(field, deepest),
            Selection::Inline { selections, .. } => self.lists(selections, deepest),
            Selection::Spread { name, .. } => {
                let Some(fragment) = self.fragments.get(name.text) else { return 0 };
                // One that is being looked at leads in a circle, which is refused for that.
                if let Some(known) = deepest.get(name.text) {
                    return known.unwrap_or(0);
                }
                deepest.insert(name.text, None);
                let found = self.lists(&fragment.selections, deepest);
                deepest.insert(name.text, Some(found));
                found
            }
        };
        selections.iter().map(of).max().unwrap_or(0)
    }

    fn field_lists(&self, field: &'v Field<'v>, deepest: &mut HashMap<&'v str, Option<usize>>) -> usize {
        usize::from(LISTS.contains(&field.name.text)) + self.lists(&field.selections, deepest)
    }
}
