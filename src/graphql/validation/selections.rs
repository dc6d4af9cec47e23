//! The walk over every operation and fragment with the types at hand: fields, arguments, conditions.

use foldhash::{HashSet, HashSetExt};

use async_graphql::Pos;
use async_graphql::parser::types::{DirectiveLocation, OperationType, Type};

use super::Validation;
use super::fault::Quoted;
use super::schema::{FieldDef, InputDef, TypeDef};
use crate::graphql::document::{Argument, Field, Name, Selection};

/// What an operation or a fragment uses.
#[derive(Debug, Default)]
pub(super) struct Used<'v> {
    pub(super) variables: Vec<Usage<'v>>,
    /// The fragments that it spreads itself.
    pub(super) spreads: Vec<Name<'v>>,
}

/// A variable where a value is wanted.
#[derive(Debug)]
pub(super) struct Usage<'v> {
    pub(super) name: &'v str,
    pub(super) pos: Pos,
    /// The type that is wanted; none where nothing is known of the place.
    pub(super) ty: Option<&'v Type>,
    /// Whether the place has a default of its own.
    pub(super) has_default: bool,
    /// The input object of which exactly one field may be given, where the place is a field of one.
    pub(super) one_of: Option<&'v str>,
}

/// What the operations use, then what the fragments use, each in the document'v order.
#[derive(Debug)]
pub(super) struct AllUsed<'v> {
    pub(super) operations: Vec<Used<'v>>,
    pub(super) fragments: Vec<Used<'v>>,
}

impl<'v> Validation<'v> {
    /// Walks the whole document.
    pub(super) fn walk(&mut self) -> AllUsed<'v> {
        let document = self.document;
        let operations = document.operations.iter().map(|operation| {
            let mut used = Used::default();
            let root = self.schema.root(operation.kind);
            if root.is_none() {
                self.faults.add(operation.pos, || format!("there is no {} in this API", operation.kind));
            }
            self.variable_definitions(&operation.variables, &mut used);
            let location = match operation.kind {
                OperationType::Query => DirectiveLocation::Query,
                OperationType::Mutation => DirectiveLocation::Mutation,
                OperationType::Subscription => DirectiveLocation::Subscription,
            };
            self.directives(&operation.directives, location, &mut used);
            self.selections(root, &operation.selections, &mut used);
            used
        });
        let operations = operations.collect();
        let fragments = document.fragments.iter().map(|fragment| {
            let mut used = Used::default();
            let on = self.condition(fragment.on);
            self.directives(&fragment.directives, DirectiveLocation::FragmentDefinition, &mut used);
            self.selections(on, &fragment.selections, &mut used);
            used
        });
        let fragments = fragments.collect();
        AllUsed { operations, fragments }
    }

    fn selections(&mut self, of: Option<&'v TypeDef>, selections: &'v [Selection<'v>], used: &mut Used<'v>) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.field(of, field, used),
                Selection::Spread { name, directives } => {
                    self.directives(directives, DirectiveLocation::FragmentSpread, used);
                    used.spreads.push(*name);
                    match self.fragments.get(name.text) {
                        None => self.faults.add(name.pos, || format!("the fragment {} is not in the query", Quoted(name.text))),
                        Some(fragment) => {
                            let on = self.schema.named(fragment.on.text).filter(|on| on.is_composite());
                            self.overlap(of, on, name.pos);
                        }
                    }
                }
                Selection::Inline { pos, on, directives, selections } => {
                    self.directives(directives, DirectiveLocation::InlineFragment, used);
                    let inner = match on {
                        None => of,
                        Some(on) => {
                            let on = self.condition(*on);
                            self.overlap(of, on, *pos);
                            on
                        }
                    };
                    self.selections(inner, selections, used);
                }
            }
        }
    }

    fn field(&mut self, of: Option<&'v TypeDef>, field: &'v Field<'v>, used: &mut Used<'v>) {
        let name = field.name;
        let definition = of.and_then(|of| self.schema.field(of, name.text));
        if of.is_some_and(|of| of.name == "__Directive") && name.text == "isDeprecated" {
            self.reworded.insert(name.pos);
        }
        if let (Some(of), None) = (of, definition) {
            let known = of.fields().into_iter().flat_map(|fields| fields.keys().map(String::as_str));
            let meant = self.faults.meant(name.text, known);
            self.faults.add(name.pos, || format!("`{}` has no field {}{meant}", of.name, Quoted(name.text)));
        }
        let owner = || format!("the field {}", Quoted(name.text));
        self.arguments(definition.map(|definition| definition.arguments.as_slice()), &field.arguments, name.pos, owner, used);
        self.directives(&field.directives, DirectiveLocation::Field, used);
        let answered = definition.and_then(|FieldDef { ty, .. }| self.schema.innermost(ty));
        if let Some(answered) = answered {
            if answered.is_composite() && field.selections.is_empty() {
                self.faults.add(name.pos, || {
                    format!(
                        "{} answers `{}`, of which fields must be selected: write {{ … }} behind it",
                        owner(),
                        answered.name
                    )
                });
            }
            if answered.is_leaf() && !field.selections.is_empty() {
                self.faults.add(name.pos, || format!("{} answers `{}`, which has no fields to select", owner(), answered.name));
            }
        }
        self.selections(answered.filter(|answered| answered.is_composite()), &field.selections, used);
    }

    /// Arguments against what may be given; none known where their owner is not.
    pub(super) fn arguments(
        &mut self,
        known: Option<&'v [InputDef]>,
        given: &'v [Argument<'v>],
        pos: Pos,
        owner: impl Fn() -> String,
        used: &mut Used<'v>,
    ) {
        let mut names = HashSet::new();
        for Argument { name, value } in given {
            if !names.insert(name.text) {
                self.faults.add(name.pos, || format!("{} is given the argument {} twice", owner(), Quoted(name.text)));
            }
            let definition = known.and_then(|known| known.iter().find(|known| known.name == name.text));
            if let (Some(known), None) = (known, definition) {
                let meant = self.faults.meant(name.text, known.iter().map(|known| known.name.as_str()));
                self.faults.add(name.pos, || format!("{} takes no argument {}{meant}", owner(), Quoted(name.text)));
            }
            let has_default = definition.is_some_and(|definition| definition.default.is_some());
            self.value(value, definition.map(|definition| &definition.ty), has_default, None, used);
        }
        for missing in known.unwrap_or_default().iter().filter(|known| known.required() && !names.contains(known.name.as_str()))
        {
            self.faults.add(pos, || format!("{} needs the argument `{}: {}`", owner(), missing.name, missing.ty));
        }
    }

    /// The type that a fragment is on, where it has fields.
    fn condition(&mut self, on: Name<'v>) -> Option<&'v TypeDef> {
        let Some(definition) = self.schema.named(on.text) else {
            self.unknown_type(on.text, on.pos);
            return None;
        };
        if !definition.is_composite() {
            self.faults.add(on.pos, || format!("a fragment cannot be on `{}`, which has no fields", definition.name));
            return None;
        }
        Some(definition)
    }

    pub(super) fn unknown_type(&mut self, name: &str, pos: Pos) {
        let meant = self.faults.meant(name, self.schema.names());
        self.faults.add(pos, || format!("there is no type {}{meant}", Quoted(name)));
    }

    fn overlap(&mut self, outer: Option<&'v TypeDef>, inner: Option<&'v TypeDef>, pos: Pos) {
        let (Some(outer), Some(inner)) = (outer, inner) else { return };
        if !outer.overlaps(inner) {
            self.faults.add(pos, || format!("a fragment on `{}` never applies here: this is `{}`", inner.name, outer.name));
        }
    }
}
