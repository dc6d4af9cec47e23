//! A document as the executor takes it.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive as LowDirective, DocumentOperations, ExecutableDocument, Field as LowField, FragmentDefinition, FragmentSpread,
    InlineFragment, OperationDefinition, Selection as LowSelection, SelectionSet, TypeCondition, VariableDefinition,
};
use async_graphql::{Name as LowName, Pos, Positioned};
use async_graphql_value::Value as LowValue;
use foldhash::HashSet;
use serde_json::Number;

use super::ast::{Argument, Directive, Document, Field, Name, Operation, Selection, Value, ValueKind};

/// An operation and the fragments that it may spread.
#[derive(Debug)]
pub(in crate::graphql) struct Lowered {
    pub(in crate::graphql) operation: Positioned<OperationDefinition>,
    pub(in crate::graphql) fragments: HashMap<LowName, Positioned<FragmentDefinition>>,
}

impl Lowered {
    /// A document of its own, as the executor wants it.
    pub(in crate::graphql) fn document(&self) -> ExecutableDocument {
        let operations = DocumentOperations::Single(self.operation.clone());
        ExecutableDocument { operations, fragments: self.fragments.clone() }
    }
}

/// One operation of a document and all its fragments. `reworded` are the places of what the executor takes in other words: of
/// whole numbers that stand for ids, since an id may be longer than any number, and of `isDeprecated` where it does not know it.
pub(in crate::graphql) fn lower(document: &Document<'_>, operation: &Operation<'_>, reworded: &HashSet<Pos>) -> Lowered {
    let lower = Lower { reworded };
    let fragments = document.fragments.iter().map(|fragment| {
        let definition = FragmentDefinition {
            type_condition: condition(fragment.on),
            directives: lower.directives(&fragment.directives),
            selection_set: Positioned::new(lower.selections(&fragment.selections), fragment.name.pos),
        };
        (LowName::new(fragment.name.text), Positioned::new(definition, fragment.name.pos))
    });
    let definition = OperationDefinition {
        ty: operation.kind,
        variable_definitions: lower_variables(operation, reworded),
        directives: lower.directives(&operation.directives),
        selection_set: Positioned::new(lower.selections(&operation.selections), operation.pos),
    };
    Lowered { operation: Positioned::new(definition, operation.pos), fragments: fragments.collect() }
}

/// The variables that an operation declares.
pub(in crate::graphql) fn lower_variables(
    operation: &Operation<'_>,
    reworded: &HashSet<Pos>,
) -> Vec<Positioned<VariableDefinition>> {
    let lower = Lower { reworded };
    let variables = operation.variables.iter().map(|variable| {
        let definition = VariableDefinition {
            name: name(variable.name),
            var_type: Positioned::new(variable.ty.clone(), variable.name.pos),
            directives: Vec::new(),
            default_value: variable.default.as_ref().and_then(|value| {
                let fixed = lower.value(value).into_const()?;
                Some(Positioned::new(fixed, value.pos))
            }),
        };
        Positioned::new(definition, variable.name.pos)
    });
    variables.collect()
}

/// A field without what is asked of its answer.
pub(in crate::graphql) fn lower_item(field: &Field<'_>, reworded: &HashSet<Pos>) -> Positioned<LowField> {
    let lower = Lower { reworded };
    let low = LowField {
        alias: field.alias.map(name),
        name: name(field.name),
        arguments: lower.arguments(&field.arguments),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    Positioned::new(low, field.key().pos)
}

/// A value, which may hold variables.
pub(in crate::graphql) fn lower_value(value: &Value<'_>, reworded: &HashSet<Pos>) -> LowValue {
    Lower { reworded }.value(value)
}

struct Lower<'i> {
    reworded: &'i HashSet<Pos>,
}

impl Lower<'_> {
    fn selections(&self, selections: &[Selection<'_>]) -> SelectionSet {
        let items = selections.iter().map(|selection| match selection {
            Selection::Field(field) if self.reworded.contains(&field.name.pos) => {
                // No directive is deprecated, and none is repeatable: the one question stands for the other.
                let low = LowField {
                    alias: Some(name(field.key())),
                    name: Positioned::new(LowName::new("isRepeatable"), field.name.pos),
                    arguments: Vec::new(),
                    directives: self.directives(&field.directives),
                    selection_set: Positioned::default(),
                };
                let pos = field.key().pos;
                Positioned::new(LowSelection::Field(Positioned::new(low, pos)), pos)
            }
            Selection::Field(field) => {
                let low = LowField {
                    alias: field.alias.map(name),
                    name: name(field.name),
                    arguments: self.arguments(&field.arguments),
                    directives: self.directives(&field.directives),
                    selection_set: Positioned::new(self.selections(&field.selections), field.name.pos),
                };
                let pos = field.key().pos;
                Positioned::new(LowSelection::Field(Positioned::new(low, pos)), pos)
            }
            Selection::Spread { name: spread, directives } => {
                let low = FragmentSpread { fragment_name: name(*spread), directives: self.directives(directives) };
                Positioned::new(LowSelection::FragmentSpread(Positioned::new(low, spread.pos)), spread.pos)
            }
            Selection::Inline { pos, on, directives, selections } => {
                let low = InlineFragment {
                    type_condition: on.map(condition),
                    directives: self.directives(directives),
                    selection_set: Positioned::new(self.selections(selections), *pos),
                };
                Positioned::new(LowSelection::InlineFragment(Positioned::new(low, *pos)), *pos)
            }
        });
        SelectionSet { items: items.collect() }
    }

    fn directives(&self, directives: &[Directive<'_>]) -> Vec<Positioned<LowDirective>> {
        let low = |directive: &Directive<'_>| {
            let low = LowDirective { name: name(directive.name), arguments: self.arguments(&directive.arguments) };
            Positioned::new(low, directive.name.pos)
        };
        directives.iter().map(low).collect()
    }

    fn arguments(&self, arguments: &[Argument<'_>]) -> Vec<(Positioned<LowName>, Positioned<LowValue>)> {
        let low =
            |argument: &Argument<'_>| (name(argument.name), Positioned::new(self.value(&argument.value), argument.value.pos));
        arguments.iter().map(low).collect()
    }

    fn value(&self, value: &Value<'_>) -> LowValue {
        match &value.kind {
            ValueKind::Variable(name) => LowValue::Variable(LowName::new(name)),
            ValueKind::Int(digits) if self.reworded.contains(&value.pos) => LowValue::String((*digits).to_owned()),
            ValueKind::Int(digits) | ValueKind::Float(digits) => number(digits),
            ValueKind::String { text, .. } => LowValue::String(text.clone().into_owned()),
            ValueKind::Boolean(truth) => LowValue::Boolean(*truth),
            ValueKind::Null => LowValue::Null,
            ValueKind::Enum(name) => LowValue::Enum(LowName::new(name)),
            ValueKind::List(items) => LowValue::List(items.iter().map(|item| self.value(item)).collect()),
            ValueKind::Object(fields) => {
                let field = |field: &Argument<'_>| (LowName::new(field.name.text), self.value(&field.value));
                LowValue::Object(fields.iter().map(field).collect::<IndexMap<_, _>>())
            }
        }
    }
}

/// A number; one that no number type holds stays the text that it is, and whoever takes it says what is wrong with it.
pub(super) fn number(digits: &str) -> LowValue {
    let whole = digits.parse::<i64>().map(Number::from).or_else(|_| digits.parse::<u64>().map(Number::from)).ok();
    let number = whole.or_else(|| Number::from_f64(digits.parse().ok()?));
    number.map_or_else(|| LowValue::String(digits.to_owned()), LowValue::Number)
}

fn name(name: Name<'_>) -> Positioned<LowName> {
    Positioned::new(LowName::new(name.text), name.pos)
}

fn condition(on: Name<'_>) -> Positioned<TypeCondition> {
    Positioned::new(TypeCondition { on: name(on) }, on.pos)
}
