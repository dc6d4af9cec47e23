//! Values that stand in the text, against the types that are wanted.

use foldhash::{HashSet, HashSetExt};

use async_graphql::parser::types::{BaseType, Type};

use super::Validation;
use super::fault::Quoted;
use super::schema::{InputDef, Kind, TypeDef};
use super::selections::{Usage, Used};
use crate::graphql::document::{Argument, Value, ValueKind};

impl<'v> Validation<'v> {
    /// Holds a value against the type that is wanted, and gathers the variables in it. Nothing is wanted where nothing is known
    /// of the place.
    pub(super) fn value(
        &mut self,
        value: &'v Value<'v>,
        ty: Option<&'v Type>,
        has_default: bool,
        one_of: Option<&'v str>,
        used: &mut Used<'v>,
    ) {
        let named = ty.and_then(|ty| self.schema.innermost(ty));
        match &value.kind {
            ValueKind::Variable(name) => used.variables.push(Usage { name, pos: value.pos, ty, has_default, one_of }),
            ValueKind::Null => {
                if let Some(ty) = ty.filter(|ty| !ty.nullable) {
                    self.faults.add(value.pos, || format!("`{ty}` is wanted here, and null is none"));
                }
            }
            ValueKind::List(items) => {
                let item = match ty.map(|ty| &ty.base) {
                    Some(BaseType::List(item)) => Some(&**item),
                    // A list where none is wanted: its items are looked at for the variables in them.
                    _ => {
                        self.leaf(value, ty, named);
                        return items.iter().for_each(|item| self.within_no_type(item, ty, used));
                    }
                };
                items.iter().for_each(|each| self.value(each, item, false, None, used));
            }
            ValueKind::Object(fields) => match named.map(|named| (named, &named.kind)) {
                Some((of, Kind::Input { fields: known, one_of })) => {
                    // As graphql-js has it, which misses the rule on variables where the object stands in a list or may not be null:
                    // the executor refuses a null there when it meets one.
                    let watched = *one_of && ty.is_some_and(|ty| ty.nullable && matches!(ty.base, BaseType::Named(_)));
                    self.object(fields, of, known, watched, used);
                    self.completeness(value, fields, of, known, *one_of);
                }
                _ => {
                    self.leaf(value, ty, named);
                    self.doubles(fields);
                    fields.iter().for_each(|field| self.within_no_type(&field.value, None, used));
                }
            },
            _ => self.leaf(value, ty, named),
        }
    }

    /// Gathers the variables of a value that stands where the schema knows no parts.
    fn within_no_type(&mut self, value: &'v Value<'v>, ty: Option<&'v Type>, used: &mut Used<'v>) {
        match &value.kind {
            ValueKind::Variable(name) => {
                used.variables.push(Usage { name, pos: value.pos, ty, has_default: false, one_of: None });
            }
            ValueKind::List(items) => items.iter().for_each(|item| self.within_no_type(item, ty, used)),
            ValueKind::Object(fields) => {
                self.doubles(fields);
                fields.iter().for_each(|field| self.within_no_type(&field.value, None, used));
            }
            _ => {}
        }
    }

    /// The fields of an input object, each against its type.
    fn object(
        &mut self,
        given: &'v [Argument<'v>],
        of: &'v TypeDef,
        known: &'v [InputDef],
        watched: bool,
        used: &mut Used<'v>,
    ) {
        self.doubles(given);
        for field in given {
            let definition = known.iter().find(|known| known.name == field.name.text);
            if definition.is_none() {
                let meant = self.faults.meant(field.name.text, known.iter().map(|known| known.name.as_str()));
                self.faults.add(field.name.pos, || format!("`{}` has no field {}{meant}", of.name, Quoted(field.name.text)));
            }
            let has_default = definition.is_some_and(|definition| definition.default.is_some());
            let one_of = watched.then_some(of.name.as_str());
            self.value(&field.value, definition.map(|definition| &definition.ty), has_default, one_of, used);
        }
    }

    /// Whether an input object has all the fields that it needs.
    fn completeness(&mut self, value: &Value<'v>, given: &[Argument<'v>], of: &TypeDef, known: &[InputDef], one_of: bool) {
        let missing = |known: &&InputDef| known.required() && !given.iter().any(|given| given.name.text == known.name);
        for missing in known.iter().filter(missing) {
            self.faults.add(value.pos, || format!("`{}` needs the field `{}: {}`", of.name, missing.name, missing.ty));
        }
        if one_of && (given.len() != 1 || matches!(given[0].value.kind, ValueKind::Null)) {
            self.faults.add(value.pos, || format!("`{}` takes exactly one of its fields, and no null", of.name));
        }
    }

    fn doubles(&mut self, given: &'v [Argument<'v>]) {
        let mut names = HashSet::new();
        for Argument { name, .. } in given {
            if !names.insert(name.text) {
                self.faults.add(name.pos, || format!("the field {} is given twice", Quoted(name.text)));
            }
        }
    }

    /// Holds a value that is written as a whole against a scalar or an enum.
    fn leaf(&mut self, value: &'v Value<'v>, ty: Option<&'v Type>, named: Option<&'v TypeDef>) {
        let (Some(ty), Some(named)) = (ty, named) else { return };
        let fits = match &named.kind {
            Kind::Scalar => match (named.name.as_str(), &value.kind) {
                ("Int", ValueKind::Int(digits)) => {
                    if digits.parse::<i32>().is_err() {
                        self.faults.add(value.pos, || "this number does not fit `Int`, which has 32 bits".to_owned());
                    }
                    return;
                }
                ("ID", ValueKind::Int(_)) => {
                    self.reworded.insert(value.pos);
                    return;
                }
                ("Float", ValueKind::Int(_) | ValueKind::Float(_)) | ("Boolean", ValueKind::Boolean(_)) => true,
                ("String" | "ID", ValueKind::String { .. }) => true,
                ("Int" | "Float" | "Boolean" | "String" | "ID", _) => false,
                // What a scalar of the API takes, it says itself when it is read.
                _ => true,
            },
            Kind::Enum(values) => {
                let ValueKind::Enum(name) = &value.kind else {
                    return self
                        .faults
                        .add(value.pos, || format!("a value of `{}` is wanted here, written without quotes", named.name));
                };
                if !values.contains(*name) {
                    let meant = self.faults.meant(name, values.iter().map(String::as_str));
                    self.faults.add(value.pos, || format!("`{}` has no value {}{meant}", named.name, Quoted(name)));
                }
                return;
            }
            _ => false,
        };
        if !fits {
            self.faults.add(value.pos, || format!("`{ty}` is wanted here, and this value is none"));
        }
    }
}
