//! The values of variables, held against their types and brought into their form.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type, VariableDefinition};
use async_graphql::{Name, Positioned, Value, Variables};
use serde_json::Value as Json;

use super::fault::{Fault, Faults, Quoted};
use super::schema::{Kind, Schema};

/// The values of an operation's variables, by their types; what is given beside them is left out.
pub(in crate::graphql) fn coerce(
    schema: &Schema,
    declared: &[Positioned<VariableDefinition>],
    mut given: serde_json::Map<String, Json>,
    most_faults: usize,
    suggestions: bool,
) -> Result<Variables, Vec<Fault>> {
    let mut values = Variables::default();
    let mut faults = Faults::new(most_faults, suggestions);
    for Positioned { pos, node: variable } in declared {
        let (name, ty) = (&variable.name.node, &variable.var_type.node);
        let value = given.remove(name.as_str());
        let is_null = value.as_ref().is_some_and(Json::is_null);
        if !ty.nullable && (is_null || (value.is_none() && variable.default_value.is_none())) {
            faults.add(*pos, || format!("the variable `${}: {ty}` needs a value: give it in `variables`", Cut(name)));
            continue;
        }
        let Some(value) = value else { continue };
        let mut coercion = Coercion { schema, faults: &faults, path: Path { variable: name, steps: Vec::new() } };
        match coercion.value(value, ty) {
            Ok(value) => drop(values.insert(name.clone(), value)),
            Err(message) => faults.add(*pos, || message),
        }
    }
    faults.into_result().map(|()| values)
}

/// A name that a caller wrote, cut where it is long.
struct Cut<'a>(&'a str);

impl std::fmt::Display for Cut<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", Quoted(self.0).to_string().trim_matches('`'))
    }
}

struct Coercion<'c> {
    schema: &'c Schema,
    faults: &'c Faults,
    path: Path<'c>,
}

/// Where a value stands: `$input.budget.amount`, `$ids[3]`. It is written only where something is wrong there.
struct Path<'c> {
    variable: &'c str,
    steps: Vec<Step<'c>>,
}

enum Step<'c> {
    Field(&'c str),
    Item(usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "${}", Cut(self.variable))?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Field(name) => write!(out, ".{name}"),
            Step::Item(place) => write!(out, "[{place}]"),
        })
    }
}

impl<'c> Coercion<'c> {
    fn value(&mut self, value: Json, ty: &Type) -> Result<Value, String> {
        if value.is_null() {
            return if ty.nullable { Ok(Value::Null) } else { Err(format!("{} is null, and a `{ty}` is wanted", self.path)) };
        }
        let name = match &ty.base {
            BaseType::List(item) => {
                let Json::Array(items) = value else { return Ok(Value::List(vec![self.value(value, item)?])) };
                let each = |(place, value)| self.below(Step::Item(place), value, item);
                return items.into_iter().enumerate().map(each).collect::<Result<_, _>>().map(Value::List);
            }
            BaseType::Named(name) => name.as_str(),
        };
        match self.schema.named(name).map(|named| &named.kind) {
            Some(Kind::Input { one_of, .. }) => self.object(value, name, *one_of),
            Some(Kind::Enum(values)) => match value.as_str() {
                Some(text) if values.contains(text) => Ok(Value::Enum(Name::new(text))),
                Some(text) => {
                    let meant = self.faults.meant(text, values.iter().map(String::as_str));
                    Err(format!("{} is no value of `{name}`{meant}", self.path))
                }
                None => Err(self.wanted(name)),
            },
            _ => self.scalar(value, name),
        }
    }

    fn scalar(&self, value: Json, name: &str) -> Result<Value, String> {
        let whole = |number: &serde_json::Number| {
            // 1.0 is a whole number in JSON.
            let float = || number.as_f64().filter(|float| float.fract() == 0.0);
            number
                .as_i64()
                .map(i128::from)
                .or_else(|| number.as_u64().map(i128::from))
                .or_else(|| float().map(|float| float as i128))
        };
        match (name, &value) {
            ("Int", Json::Number(number)) => match whole(number).map(i32::try_from) {
                Some(Ok(whole)) => Ok(Value::Number(whole.into())),
                Some(Err(_)) => Err(format!("{} does not fit `Int`, which has 32 bits", self.path)),
                None => Err(self.wanted(name)),
            },
            ("ID", Json::Number(number)) => match whole(number) {
                Some(whole) => Ok(Value::String(whole.to_string())),
                None => Err(self.wanted(name)),
            },
            ("Float", Json::Number(_)) | ("Boolean", Json::Bool(_)) | ("String" | "ID", Json::String(_)) => Ok(fixed(value)),
            ("Int" | "Float" | "Boolean" | "String" | "ID", _) => Err(self.wanted(name)),
            // What a scalar of the API takes, it says itself when it is read.
            _ => Ok(fixed(value)),
        }
    }

    fn object(&mut self, value: Json, name: &str, one_of: bool) -> Result<Value, String> {
        let schema = self.schema;
        let Some(Kind::Input { fields: known, .. }) = schema.named(name).map(|named| &named.kind) else {
            return Err(self.wanted(name));
        };
        let Json::Object(mut given) = value else { return Err(self.wanted(name)) };
        let mut fields = IndexMap::new();
        for field in known {
            match given.remove(&field.name) {
                Some(value) => {
                    let value = self.below(Step::Field(&field.name), value, &field.ty)?;
                    fields.insert(Name::new(&field.name), value);
                }
                None if field.required() => {
                    return Err(format!("{} needs the field `{}: {}`", self.path, field.name, field.ty));
                }
                None => {}
            }
        }
        if let Some(unknown) = given.keys().next() {
            let meant = self.faults.meant(unknown, known.iter().map(|known| known.name.as_str()));
            return Err(format!("{} has a field that `{name}` does not have: {}{meant}", self.path, Printed(unknown)));
        }
        if one_of && (fields.len() != 1 || fields.values().any(|value| *value == Value::Null)) {
            return Err(format!("{} takes exactly one of the fields of `{name}`, and no null", self.path));
        }
        Ok(Value::Object(fields))
    }

    fn below(&mut self, step: Step<'c>, value: Json, ty: &Type) -> Result<Value, String> {
        self.path.steps.push(step);
        let value = self.value(value, ty)?;
        self.path.steps.pop();
        Ok(value)
    }

    fn wanted(&self, name: &str) -> String {
        format!("{} is no `{name}`", self.path)
    }
}

/// A key of a caller's object as an error repeats it: its beginning, and nothing that is not of a name.
struct Printed<'a>(&'a str);

impl std::fmt::Display for Printed<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name: String = self.0.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
        write!(out, "{}", Quoted(&name))
    }
}

/// A value that is taken as it is.
fn fixed(value: Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(truth),
        Json::Number(number) => Value::Number(number),
        Json::String(text) => Value::String(text),
        Json::Array(items) => Value::List(items.into_iter().map(fixed).collect()),
        Json::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (Name::new(name), fixed(value))).collect())
        }
    }
}
