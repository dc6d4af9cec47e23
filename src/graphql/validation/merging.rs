//! Fields that answer under one name must be one field, or never meet.
//!
//! Fields of one name are looked at as a group, level by level: first that all of a group answer in one shape, then that those
//! of a group which can meet in one object are the same field with the same arguments. Comparing them in pairs, as the
//! specification words it, would take a short text a very long time.

use std::ptr;

use foldhash::fast::RandomState;
use foldhash::{HashSet, HashSetExt};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};

use super::Validation;
use super::fault::Quoted;
use super::schema::{FieldDef, TypeDef};
use crate::graphql::document::{Argument, Field, Selection, Value, ValueKind};

/// Fields looked at in one document before it is refused as too tangled. The unfolded fields are bounded already; what is left
/// is how often the same are looked at.
const MOST_LOOKS: usize = 100_000;

/// A field where it stands: the type that it is selected of, and its definition.
#[derive(Clone, Copy)]
struct Placed<'v> {
    field: &'v Field<'v>,
    of: &'v TypeDef,
    definition: &'v FieldDef,
}

/// Whether it is seen at once that no two fields answer under one name: there are no fragments, and few fields in each place.
fn each_once(selections: &[Selection<'_>]) -> bool {
    selections.len() <= FEW
        && selections.iter().enumerate().all(|(place, selection)| {
            let Selection::Field(field) = selection else { return false };
            let is_same =
                |other: &Selection<'_>| matches!(other, Selection::Field(other) if other.key().text == field.key().text);
            !selections[..place].iter().any(is_same) && each_once(&field.selections)
        })
}

/// So many fields of one place are compared with one another.
const FEW: usize = 40;

type Groups<'v> = IndexMap<&'v str, Vec<Placed<'v>>, RandomState>;

impl<'v> Validation<'v> {
    /// Only for documents without other faults: everything that they name is there.
    pub(super) fn merging(&mut self) {
        let mut looks = 0;
        for operation in &self.document.operations {
            if each_once(&operation.selections) {
                continue;
            }
            let Some(root) = self.schema.root(operation.kind) else { continue };
            let mut groups = Groups::default();
            self.collect(root, &operation.selections, &mut groups, &mut HashSet::new());
            self.same_shape(&groups, &mut looks);
            self.same_field(&groups, &mut looks);
            if looks > MOST_LOOKS {
                self.faults.add(operation.pos, || "too many fields answer under the same names: give them aliases".to_owned());
            }
        }
    }

    /// The fields of a selection by the names they answer under, its fragments unfolded.
    fn collect(
        &self,
        of: &'v TypeDef,
        selections: &'v [Selection<'v>],
        groups: &mut Groups<'v>,
        unfolded: &mut HashSet<(&'v str, &'v str)>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    if let Some(definition) = self.schema.field(of, field.name.text) {
                        groups.entry(field.key().text).or_default().push(Placed { field, of, definition });
                    }
                }
                Selection::Inline { on, selections, .. } => {
                    let on = on.and_then(|on| self.schema.named(on.text)).unwrap_or(of);
                    self.collect(on, selections, groups, unfolded);
                }
                Selection::Spread { name, .. } => {
                    let fragment = self.fragments.get(name.text).filter(|_| unfolded.insert((name.text, &of.name)));
                    if let Some(fragment) = fragment
                        && let Some(on) = self.schema.named(fragment.on.text)
                    {
                        self.collect(on, &fragment.selections, groups, unfolded);
                    }
                }
            }
        }
    }

    /// The fields below those of a group.
    fn below(&self, group: &[Placed<'v>]) -> Groups<'v> {
        let mut groups = Groups::default();
        let mut unfolded = HashSet::new();
        for placed in group {
            if let Some(answered) = self.schema.innermost(&placed.definition.ty) {
                self.collect(answered, &placed.field.selections, &mut groups, &mut unfolded);
            }
        }
        groups
    }

    fn same_shape(&mut self, groups: &Groups<'v>, looks: &mut usize) {
        for group in groups.values().filter(|group| self.looked(group, looks)).collect::<Vec<_>>() {
            let first = group[0].definition;
            let other = group.iter().find(|placed| !self.one_shape(&first.ty, &placed.definition.ty));
            if let Some(other) = other {
                let name = other.field.key();
                self.faults.add(name.pos, || {
                    let types = (&first.ty, &other.definition.ty);
                    format!("two fields answer under {}, `{}` and `{}`: give one an alias", Quoted(name.text), types.0, types.1)
                });
            }
            self.same_shape(&self.below(group), looks);
        }
    }

    /// Whether the values of two types are written alike.
    fn one_shape(&self, one: &Type, other: &Type) -> bool {
        if one.nullable != other.nullable {
            return false;
        }
        match (&one.base, &other.base) {
            (BaseType::List(one), BaseType::List(other)) => self.one_shape(one, other),
            (BaseType::Named(one), BaseType::Named(other)) => {
                let composite = |name: &str| self.schema.named(name).is_some_and(TypeDef::is_composite);
                one == other || (composite(one) && composite(other))
            }
            _ => false,
        }
    }

    fn same_field(&mut self, groups: &Groups<'v>, looks: &mut usize) {
        for group in groups.values().filter(|group| self.looked(group, looks)).collect::<Vec<_>>() {
            // Fields of two objects never meet; those of an interface meet those of every object.
            let (of_objects, anywhere): (Vec<_>, Vec<_>) = group.iter().copied().partition(|placed| placed.of.is_object());
            let mut by_object: IndexMap<&str, Vec<Placed<'v>>> = IndexMap::new();
            for placed in of_objects {
                by_object.entry(&placed.of.name).or_insert_with(|| anywhere.clone()).push(placed);
            }
            if by_object.is_empty() {
                by_object.insert("", anywhere);
            }
            for meeting in by_object.values() {
                let first = meeting[0].field;
                let is_given_values = |field: &Field<'_>| field.arguments.iter().any(|argument| argument.value.has_literals());
                self.compares_values |= is_given_values(first) && meeting.iter().any(|placed| !ptr::eq(placed.field, first));
                let other = meeting.iter().find(|placed| {
                    placed.field.name.text != first.name.text || !same_arguments(&first.arguments, &placed.field.arguments)
                });
                if let Some(other) = other {
                    let name = other.field.key();
                    self.faults.add(name.pos, || {
                        format!("two fields that differ answer under {}: give one an alias", Quoted(name.text))
                    });
                }
                self.same_field(&self.below(meeting), looks);
            }
        }
    }

    /// Counts how often fields are looked at; false once it was too often.
    fn looked(&self, group: &[Placed<'v>], looks: &mut usize) -> bool {
        *looks += group.len();
        *looks <= MOST_LOOKS
    }
}

fn same_arguments(one: &[Argument<'_>], other: &[Argument<'_>]) -> bool {
    one.len() == other.len()
        && one.iter().all(|argument| {
            let same = other.iter().find(|other| other.name.text == argument.name.text);
            same.is_some_and(|other| same_value(&argument.value, &other.value))
        })
}

fn same_value(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (&one.kind, &other.kind) {
        (ValueKind::Variable(one), ValueKind::Variable(other))
        | (ValueKind::Int(one), ValueKind::Int(other))
        | (ValueKind::Float(one), ValueKind::Float(other))
        | (ValueKind::Enum(one), ValueKind::Enum(other)) => one == other,
        (ValueKind::String { text: one, block: a }, ValueKind::String { text: other, block: b }) => one == other && a == b,
        (ValueKind::Boolean(one), ValueKind::Boolean(other)) => one == other,
        (ValueKind::Null, ValueKind::Null) => true,
        (ValueKind::List(one), ValueKind::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_value(one, other))
        }
        (ValueKind::Object(one), ValueKind::Object(other)) => same_arguments(one, other),
        _ => false,
    }
}
