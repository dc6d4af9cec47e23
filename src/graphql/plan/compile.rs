//! A valid operation to a plan.

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashSet};

use std::cell::Cell;
use std::sync::atomic::AtomicUsize;

use async_graphql::Pos;
use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::parser::types::OperationType;

use smol_str::SmolStr;

use super::covered::number;
use super::{Argument, Condition, Field, Given, Plan, Selection, rows, text};
use crate::domain::NodeKind;
use crate::graphql::document::{self, Directive, Document, Fragment, Operation, ValueKind, lower_item, lower_value};
use crate::graphql::validation::{FieldDef, InputDef, Schema, TypeDef};

/// The number of `__typename`, which all objects have.
pub(super) const TYPE_NAME: usize = usize::MAX;

impl Plan {
    /// The plan of an operation of a valid document; none where the library has to run it: it is no query, or it asks for the
    /// schema, or what `@skip` and `@include` say of fields that become one is too tangled. `reworded` are the places of what the
    /// library takes in other words.
    pub(in crate::graphql) fn of(
        schema: &Schema,
        document: &Document<'_>,
        operation: &Operation<'_>,
        reworded: &HashSet<Pos>,
    ) -> Option<Plan> {
        if operation.kind != OperationType::Query {
            return None;
        }
        let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
        let root = schema.root(OperationType::Query)?;
        let compiler = Compiler { schema, fragments, reworded, looks_far: Cell::new(false) };
        let root = compiler.selection(root, &[(&operation.selections, Vec::new())])?;
        Some(Plan { is_plain: !compiler.looks_far.get(), root, length: AtomicUsize::new(0) })
    }
}

/// Whether the events of a subscription look through little and not at the disk. One whose field at the root is in a fragment is
/// taken for one that does.
pub(in crate::graphql) fn has_plain_events(
    schema: &Schema,
    document: &Document<'_>,
    operation: &Operation<'_>,
    reworded: &HashSet<Pos>,
) -> bool {
    let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
    let compiler = Compiler { schema, fragments, reworded, looks_far: Cell::new(false) };
    let compiles = |selection: &document::Selection<'_>| {
        let document::Selection::Field(field) = selection else { return None };
        let definition = schema.field(schema.root(operation.kind)?, field.name.text)?;
        compiler.selection(schema.innermost(&definition.ty)?, &[(&field.selections, Vec::new())])
    };
    operation.selections.iter().all(|selection| compiles(selection).is_some()) && !compiler.looks_far.get()
}

/// A field as it is written first, and what must hold for it to be answered.
struct Merged<'d> {
    field: &'d document::Field<'d>,
    conditions: Vec<Condition>,
    /// What is asked of its answer wherever it is written, and what must hold besides for that.
    below: Vec<Conditional<'d>>,
}

/// Selections, and what must hold for them.
type Conditional<'d> = (&'d [document::Selection<'d>], Vec<Condition>);

impl<'d> Merged<'d> {
    /// Adds the field where it is written again; nothing where it may be answered there and not where it is written first, so that
    /// its place in the answer differs from request to request.
    fn add(&mut self, again: &'d document::Field<'d>, conditions: Vec<Condition>) -> Option<()> {
        if !self.conditions.iter().all(|condition| conditions.contains(condition)) {
            return None;
        }
        let besides = conditions.into_iter().filter(|condition| !self.conditions.contains(condition)).collect();
        self.below.push((&again.selections, besides));
        Some(())
    }
}

struct Compiler<'d> {
    schema: &'d Schema,
    fragments: HashMap<&'d str, &'d Fragment<'d>>,
    reworded: &'d HashSet<Pos>,
    /// Whether some field looks through much, or at the disk.
    looks_far: Cell<bool>,
}

/// Fields that look through much, or at the disk, whatever they answer.
const FAR: [&str; 7] = ["search", "totals", "groups", "relatedNews", "relatedProjects", "changes", "history"];
/// The same of one type, where others have fields of that name too.
const FAR_OF_TYPES: [(&str, &str); 2] = [("Project", "contacts"), ("Source", "text")];

impl<'d> Compiler<'d> {
    /// What some selections together ask of an object.
    fn selection(&self, of: &TypeDef, selections: &[Conditional<'d>]) -> Option<Selection> {
        let mut merged = IndexMap::default();
        for (selections, conditions) in selections {
            self.collect(of, selections, conditions, &mut merged)?;
        }
        merged.into_values().map(|merged| self.field(of, merged)).collect()
    }

    /// Gathers the fields of a selection by the names they answer under, its fragments unfolded.
    fn collect(
        &self,
        of: &TypeDef,
        selections: &'d [document::Selection<'d>],
        conditions: &[Condition],
        merged: &mut IndexMap<&'d str, Merged<'d>, RandomState>,
    ) -> Option<()> {
        for selection in selections {
            let directives = match selection {
                document::Selection::Field(field) => &field.directives,
                document::Selection::Spread { directives, .. } | document::Selection::Inline { directives, .. } => directives,
            };
            let Some(conditions) = conditions_of(directives, conditions) else { continue };
            let (on, selections) = match selection {
                document::Selection::Field(field) => {
                    match merged.entry(field.key().text) {
                        Entry::Vacant(place) => {
                            let below = vec![(field.selections.as_slice(), Vec::new())];
                            place.insert(Merged { field, conditions, below });
                        }
                        Entry::Occupied(known) => known.into_mut().add(field, conditions)?,
                    }
                    continue;
                }
                document::Selection::Spread { name, .. } => {
                    let fragment = self.fragments.get(name.text)?;
                    (Some(fragment.on), &fragment.selections)
                }
                document::Selection::Inline { on, selections, .. } => (*on, selections),
            };
            if on.is_none_or(|on| self.schema.named(on.text).is_some_and(|on| of.overlaps(on))) {
                self.collect(of, selections, &conditions, merged)?;
            }
        }
        Some(())
    }

    fn field(&self, of: &TypeDef, merged: Merged<'d>) -> Option<Field> {
        let Merged { field: first, conditions, below: selections } = merged;
        let mut key = String::with_capacity(first.key().text.len() + 3);
        text::quoted(first.key().text, &mut key);
        key.push(':');
        let key = SmolStr::from(key);
        let item = (!first.arguments.is_empty()).then(|| Box::new(lower_item(first, self.reworded)));
        if first.name.text == "__typename" {
            let (arguments, below, is_steady) = (Vec::new(), Vec::new(), conditions.is_empty());
            return Some(Field { key, number: TYPE_NAME, item, arguments, conditions, below, is_steady, rows: None });
        }
        let number = number(&of.name, first.name.text)?;
        let is_given = |argument: &str| first.arguments.iter().any(|given| given.name.text == argument);
        let (name, of_type) = (first.name.text, (of.name.as_str(), first.name.text));
        if FAR.contains(&name) || FAR_OF_TYPES.contains(&of_type) || is_given("asOfRevision") {
            self.looks_far.set(true);
        }
        let definition = self.schema.field(of, first.name.text)?;
        let answered = self.schema.innermost(&definition.ty)?;
        let below = if answered.is_object() {
            vec![self.selection(answered, &selections)?]
        } else if answered.is_composite() {
            let objects = NodeKind::ALL.iter().map(|kind| self.schema.named(kind.type_name()));
            objects.map(|object| self.selection(object?, &selections)).collect::<Option<_>>()?
        } else {
            Vec::new()
        };
        let arguments = self.arguments(first, definition);
        let is_fixed = |argument: &Argument| matches!(argument.value, Given::Fixed(_));
        let is_steady = conditions.is_empty()
            && arguments.iter().all(is_fixed)
            && !rows::is_page(&answered.name)
            && below.iter().flatten().all(|field| field.is_steady);
        let rows = rows::numbered(&of.name, &answered.name, &below);
        Some(Field { key, number, item, arguments, conditions, below, is_steady, rows })
    }

    /// The arguments that are given, and those that have defaults.
    fn arguments(&self, field: &document::Field<'_>, definition: &FieldDef) -> Vec<Argument> {
        let value = |known: &InputDef| {
            let value = match field.arguments.iter().find(|given| given.name.text == known.name) {
                Some(given) => {
                    let value = lower_value(&given.value, self.reworded);
                    value.clone().into_const().map_or(Given::Open(value), Given::Fixed)
                }
                None => Given::Fixed(known.default.clone()?),
            };
            Some(Argument { name: SmolStr::new(&known.name), value })
        };
        definition.arguments.iter().filter_map(value).collect()
    }
}

/// What must hold by the directives of a selection, and by those around it; none where it can never hold.
fn conditions_of(directives: &[Directive<'_>], around: &[Condition]) -> Option<Vec<Condition>> {
    let mut conditions = around.to_vec();
    for directive in directives {
        let wanted = match directive.name.text {
            "include" => true,
            "skip" => false,
            _ => continue,
        };
        match directive.arguments.first().map(|argument| &argument.value.kind) {
            Some(ValueKind::Boolean(value)) if *value == wanted => {}
            Some(ValueKind::Variable(variable)) => {
                let condition = Condition { variable: SmolStr::new(variable), wanted };
                if !conditions.contains(&condition) {
                    conditions.push(condition);
                }
            }
            _ => return None,
        }
    }
    Some(conditions)
}
