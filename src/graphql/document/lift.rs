//! Values out of a document: what a text gives its fields, taken for what it gives by variables.

use async_graphql::{Name, Pos};

use super::ast::{Argument, Document, Selection, Value, ValueKind};

impl Value<'_> {
    /// Whether it is a number or a string.
    fn is_literal(&self) -> bool {
        matches!(self.kind, ValueKind::Int(_) | ValueKind::Float(_) | ValueKind::String { .. })
    }

    /// Whether a number or a string is in it.
    pub(in crate::graphql) fn has_literals(&self) -> bool {
        match &self.kind {
            ValueKind::List(items) => items.iter().any(Value::has_literals),
            ValueKind::Object(fields) => fields.iter().any(|field| field.value.has_literals()),
            _ => self.is_literal(),
        }
    }
}

/// Puts variables of these names in the places of all numbers and strings that fields are given, in the order of the text, and
/// tells the places; nothing where there are not as many.
pub(in crate::graphql) fn lift<'a>(document: &mut Document<'a>, names: &'a [Name]) -> Option<Vec<Pos>> {
    let mut literals = Vec::with_capacity(names.len());
    let operations = document.operations.iter_mut().map(|operation| &mut operation.selections);
    let fragments = document.fragments.iter_mut().map(|fragment| &mut fragment.selections);
    operations.chain(fragments).for_each(|selections| of_selections(selections, &mut literals));
    if literals.len() != names.len() {
        return None;
    }
    literals.sort_by_key(|value| value.pos);
    let places = literals.into_iter().zip(names).map(|(value, name)| {
        value.kind = ValueKind::Variable(name);
        value.pos
    });
    Some(places.collect())
}

fn of_selections<'d, 'a>(selections: &'d mut [Selection<'a>], found: &mut Vec<&'d mut Value<'a>>) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                of_arguments(&mut field.arguments, found);
                of_selections(&mut field.selections, found);
            }
            Selection::Inline { selections, .. } => of_selections(selections, found),
            Selection::Spread { .. } => {}
        }
    }
}

fn of_arguments<'d, 'a>(arguments: &'d mut [Argument<'a>], found: &mut Vec<&'d mut Value<'a>>) {
    arguments.iter_mut().for_each(|argument| of_value(&mut argument.value, found));
}

fn of_value<'d, 'a>(value: &'d mut Value<'a>, found: &mut Vec<&'d mut Value<'a>>) {
    if value.is_literal() {
        return found.push(value);
    }
    match &mut value.kind {
        ValueKind::List(items) => items.iter_mut().for_each(|item| of_value(item, found)),
        ValueKind::Object(fields) => of_arguments(fields, found),
        _ => {}
    }
}
