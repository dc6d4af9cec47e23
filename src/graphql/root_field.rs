//! The one field at the root of a subscription.
//!
//! The specification wants exactly one, in a fragment or not. The library delivers as many at once as there are, and nothing
//! of fragments at the root. So fragments are unfolded there, the same field twice becomes one, and the rest is refused.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, FragmentDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError};

const ROOT: &str = "Subscription";

/// Brings the subscriptions of a document into a form with one field at the root.
pub(super) fn settle(document: &mut ExecutableDocument) -> Result<(), ServerError> {
    let fragments = document.fragments.clone();
    let operations = match &mut document.operations {
        async_graphql::parser::types::DocumentOperations::Single(operation) => vec![operation],
        async_graphql::parser::types::DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations.into_iter().filter(|operation| operation.node.ty == OperationType::Subscription) {
        let mut fields = Vec::new();
        let whole = unfold(&operation.node.selection_set.node, &fragments, &mut Vec::new(), &mut fields);
        match fields.as_slice() {
            [field] if whole && !field.node.name.node.starts_with("__") => {}
            _ => {
                let message = "a subscription asks for exactly one field at its root, without @skip and @include";
                return Err(ServerError::new(message, Some(operation.pos)));
            }
        }
        let field = |field: Positioned<Field>| Positioned::new(Selection::Field(field.clone()), field.pos);
        operation.node.selection_set.node.items = fields.into_iter().map(field).collect();
    }
    // Nothing but the roots could spread these.
    document.fragments.retain(|_, fragment| fragment.node.type_condition.node.on.node != ROOT);
    Ok(())
}

/// Collects the fields of a selection, those of its fragments too; false where something may leave one out.
fn unfold(
    selection: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    within: &mut Vec<Name>,
    fields: &mut Vec<Positioned<Field>>,
) -> bool {
    selection.items.iter().all(|item| match &item.node {
        Selection::Field(field) => {
            add(field, fields);
            field.node.directives.is_empty()
        }
        Selection::InlineFragment(fragment) => {
            let same = fragment.node.type_condition.as_ref().is_none_or(|condition| condition.node.on.node == ROOT);
            same && fragment.node.directives.is_empty() && unfold(&fragment.node.selection_set.node, fragments, within, fields)
        }
        Selection::FragmentSpread(spread) => {
            let name = &spread.node.fragment_name.node;
            let Some(fragment) = fragments.get(name).filter(|_| !within.contains(name)) else { return false };
            within.push(name.clone());
            let same = fragment.node.type_condition.node.on.node == ROOT && spread.node.directives.is_empty();
            let whole = same && unfold(&fragment.node.selection_set.node, fragments, within, fields);
            within.pop();
            whole
        }
    })
}

/// Adds a field, or what it selects to the same one.
fn add(field: &Positioned<Field>, fields: &mut Vec<Positioned<Field>>) {
    let arguments = |field: &Field| {
        field.arguments.iter().map(|(name, value)| (name.node.clone(), value.node.clone())).collect::<HashMap<_, _>>()
    };
    let same = fields.iter_mut().find(|known| {
        known.node.response_key().node == field.node.response_key().node
            && known.node.name.node == field.node.name.node
            && arguments(&known.node) == arguments(&field.node)
    });
    match same {
        Some(known) => known.node.selection_set.node.items.extend(field.node.selection_set.node.items.iter().cloned()),
        None => fields.push(field.clone()),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn one_field_comes_out_however_it_is_written() {
        for query in [
            "subscription { changes { cursor revision } }",
            "subscription { changes { cursor } ...A } fragment A on Subscription { ...B } fragment B on Subscription { changes { revision } }",
            "subscription { ... { changes { cursor } } ... on Subscription { changes { revision } } }",
        ] {
            let mut document = parse_query(query).unwrap();
            settle(&mut document).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            let items = &operation.node.selection_set.node.items;
            let [Positioned { node: Selection::Field(field), .. }] = items.as_slice() else { panic!("{items:?}") };
            assert_eq!(field.node.selection_set.node.items.len(), 2, "{query}");
            assert!(document.fragments.is_empty());
        }
    }

    #[test]
    fn more_or_less_than_one_field_is_refused() {
        for query in [
            "subscription { changes { cursor } other: changes { cursor } }",
            "subscription { changes(after: \"a\") { cursor } changes { cursor } }",
            "subscription { __typename }",
            "subscription { changes @skip(if: true) { cursor } }",
            "subscription { ...A @include(if: false) } fragment A on Subscription { changes { cursor } }",
            "subscription { ...A } fragment A on Subscription { ...A changes { cursor } }",
            "subscription { ...Nowhere }",
        ] {
            assert!(settle(&mut parse_query(query).unwrap()).is_err(), "{query}");
        }
        assert!(settle(&mut parse_query("{ a b }").unwrap()).is_ok());
    }
}
