//! Queries made up from the schema: every field, argument and type, with aliases, fragments, directives and variables.

use std::collections::BTreeSet;
use std::fmt::Write;

use async_graphql::parser::types::{BaseType, OperationType, Type};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::catalog::Snapshot;
use crate::domain::{NewsItem, NodeKind, Project};
use crate::graphql::Asked;
use crate::graphql::validation::{InputDef, Kind, Schema, TypeDef};

/// How deep queries nest.
const DEPTH: usize = 6;

/// Numbers that look thrown, the same each time (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.throw() % bound as u64) as usize
    }

    /// Once in so many throws.
    pub(super) fn once_in(&mut self, throws: usize) -> bool {
        self.below(throws) == 0
    }

    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// One query on its way to be written.
pub(super) struct Questions<'s> {
    schema: &'s Schema,
    dice: Dice,
    codes: Vec<String>,
    slugs: Vec<String>,
    revision: u64,
    aliases: usize,
    declared: String,
    variables: Map<String, Value>,
    fragments: String,
    /// The fields that were asked for, by type and name.
    pub(super) asked: BTreeSet<(String, String)>,
}

impl<'s> Questions<'s> {
    pub(super) fn new(schema: &'s Schema, snapshot: &Snapshot, seed: u64) -> Questions<'s> {
        Questions {
            schema,
            dice: Dice(seed),
            codes: snapshot.rows::<Project>().records().map(|stored| stored.record.code.clone()).collect(),
            slugs: snapshot.rows::<NewsItem>().records().map(|stored| stored.record.slug.clone()).collect(),
            revision: snapshot.revision(),
            aliases: 0,
            declared: String::new(),
            variables: Map::new(),
            fragments: String::new(),
            asked: BTreeSet::new(),
        }
    }

    pub(super) fn query(&mut self) -> Asked {
        let root = self.schema.root(OperationType::Query).unwrap();
        let selection = self.selection(root, 0);
        let declared = if self.declared.is_empty() { String::new() } else { format!("({})", self.declared) };
        let query = format!("query {declared} {selection} {}", self.fragments);
        Asked { query: query.into(), operation_name: None, variables: self.variables.clone() }
    }

    fn selection(&mut self, of: &'s TypeDef, depth: usize) -> String {
        let mut text = String::from("{");
        for _ in 0..1 + self.dice.below(if depth == 0 { 2 } else { 5 }) {
            match self.dice.below(12) {
                0 => text.push_str(" __typename"),
                1 => text.push_str(&self.fragment(of, depth)),
                2 if !of.is_object() => text.push_str(&self.fragment(of, depth)),
                _ => text.push_str(&self.field(of, depth)),
            }
        }
        text.push_str(" }");
        text
    }

    /// A field, sometimes twice, or fragments where there is none.
    fn field(&mut self, of: &'s TypeDef, depth: usize) -> String {
        let Some(fields) = of.fields() else { return self.fragment(of, depth) };
        if !of.is_object() && self.dice.once_in(2) {
            return self.fragment(of, depth);
        }
        let mut names: Vec<&String> = fields.keys().filter(|name| *name != "tokens").collect();
        names.sort();
        let name = self.dice.of(&names);
        let definition = &fields[name];
        let answered = self.schema.innermost(&definition.ty).unwrap();
        if answered.is_composite() && depth >= DEPTH {
            return " __typename".to_owned();
        }
        if of.is_object() {
            self.asked.insert((of.name.clone(), name.clone()));
        }
        let arguments = self.arguments(&definition.arguments, depth);
        // What takes arguments may stand in one place with other arguments.
        let alias = if !definition.arguments.is_empty() || self.dice.once_in(6) {
            self.aliases += 1;
            format!("a{}: ", self.aliases)
        } else {
            String::new()
        };
        let directives = self.directives();
        let mut text = format!(" {alias}{name}{arguments}{directives}");
        if answered.is_composite() {
            text.push(' ');
            text.push_str(&self.selection(answered, depth + 1));
            if self.dice.once_in(8) {
                write!(text, " {alias}{name}{arguments}{directives} {}", self.selection(answered, depth + 1)).unwrap();
            }
        }
        text
    }

    fn fragment(&mut self, of: &'s TypeDef, depth: usize) -> String {
        let mut objects: Vec<&str> = of.objects().collect();
        objects.sort();
        let on = match self.dice.below(4) {
            0 => of,
            _ => self.schema.named(self.dice.of(&objects)).unwrap(),
        };
        let directives = self.directives();
        let selection = self.selection(on, depth + usize::from(!of.is_object()));
        match self.dice.below(3) {
            0 => {
                self.aliases += 1;
                let number = self.aliases;
                write!(self.fragments, " fragment F{number} on {} {selection}", on.name).unwrap();
                format!(" ...F{number}{directives}")
            }
            1 if on.name == of.name => format!(" ...{directives} {selection}"),
            _ => format!(" ... on {}{directives} {selection}", on.name),
        }
    }

    fn directives(&mut self) -> String {
        if !self.dice.once_in(20) {
            return String::new();
        }
        let name = self.dice.of(&["skip", "include"]);
        let value = match self.dice.below(3) {
            0 => self.dice.once_in(2).to_string(),
            _ => {
                let value = Value::Bool(self.dice.once_in(2));
                self.variable("Boolean!", value)
            }
        };
        format!(" @{name}(if: {value})")
    }

    /// Declares a variable of a value: given with the request, or by its default.
    fn variable(&mut self, ty: &str, value: Value) -> String {
        self.aliases += 1;
        let name = format!("v{}", self.aliases);
        match self.dice.below(3) {
            0 if ty.starts_with("Boolean") => write!(self.declared, " ${name}: {ty} = {value}").unwrap(),
            _ => {
                write!(self.declared, " ${name}: {ty}").unwrap();
                self.variables.insert(name.clone(), value);
            }
        }
        format!("${name}")
    }

    fn arguments(&mut self, known: &[InputDef], depth: usize) -> String {
        let mut text = String::new();
        for argument in known {
            // Deep lists are short, so that the answers are.
            let kept_short = argument.name == "first" && depth > 0;
            let wanted = argument.required() || kept_short || self.dice.once_in(3);
            if !wanted || (matches!(argument.name.as_str(), "before" | "after") && !self.dice.once_in(4)) {
                continue;
            }
            let value = self.value(&argument.name, &argument.ty, 0);
            let written = if self.dice.once_in(4) {
                self.variable(&argument.ty.to_string(), value)
            } else if self.dice.once_in(10) && argument.ty.nullable {
                self.aliases += 1;
                write!(self.declared, " $v{}: {}", self.aliases, argument.ty).unwrap();
                format!("$v{}", self.aliases)
            } else {
                self.literal(&value, &argument.ty)
            };
            write!(text, " {}: {written}", argument.name).unwrap();
        }
        if text.is_empty() { text } else { format!("({text})") }
    }

    /// A value for an argument, as JSON writes it; now and then one that is refused.
    fn value(&mut self, name: &str, ty: &Type, depth: usize) -> Value {
        if ty.nullable && self.dice.once_in(12) {
            return Value::Null;
        }
        let named = match &ty.base {
            BaseType::List(item) => {
                return (0..self.dice.below(3)).map(|_| self.value(name, item, depth + 1)).collect();
            }
            BaseType::Named(named) => named.as_str(),
        };
        match &self.schema.named(named).unwrap().kind {
            Kind::Enum(values) => {
                let mut values: Vec<&String> = values.iter().collect();
                values.sort();
                json!(self.dice.of(&values))
            }
            Kind::Input { fields, .. } => {
                let mut object = Map::new();
                for field in fields {
                    let few = if depth > 2 { 12 } else { 5 };
                    if field.required() || self.dice.once_in(few) {
                        object.insert(field.name.clone(), self.value(&field.name, &field.ty, depth + 1));
                    }
                }
                Value::Object(object)
            }
            _ => self.scalar(name, named),
        }
    }

    fn scalar(&mut self, name: &str, named: &str) -> Value {
        match (named, name) {
            ("Int", "first" | "last") => match self.dice.below(200) {
                0 => json!(-1),
                1 => json!(101),
                few => json!(few % 5),
            },
            ("Int", "asOfRevision") => json!(1 + self.dice.below(self.revision as usize + 1)),
            ("Int", _) => json!(2001 + self.dice.below(25)),
            ("Boolean", _) => json!(self.dice.once_in(2)),
            ("Decimal", _) => json!(format!("{}.00", self.dice.below(90_000))),
            ("DateTime", _) => json!("1970-01-01T00:00:00Z"),
            ("CountryCode", _) => json!(self.dice.of(&["GE", "ken", "DJ", "VNM", "XX", "MX"])),
            ("ID", _) => {
                let id = match self.dice.below(6) {
                    0 => format!("MemberState:{}", self.dice.of(&["GE", "KE", "DJ"])),
                    1 => format!("NewsItem:{}", self.dice.of(&self.slugs)),
                    2 => "Region:AFRICA".to_owned(),
                    3 => format!("Contact:c{}@iom.int", self.dice.below(6)),
                    4 => "Fund:1".to_owned(),
                    _ => format!("Project:{}", self.dice.of(&self.codes)),
                };
                json!(BASE64_URL_SAFE_NO_PAD.encode(id))
            }
            // A cursor of the lists by key, of another list, or none.
            ("Cursor", _) => match self.dice.below(4) {
                0 => json!("no cursor"),
                kind => {
                    let kind = [NodeKind::Project, NodeKind::MemberState, NodeKind::NewsItem][kind - 1];
                    json!(crate::graphql::scalars::Cursor::of(&[kind as u8], b"P.10").0)
                }
            },
            (_, "code") => json!(self.dice.of(&self.codes)),
            (_, "slug") => json!(self.dice.of(&self.slugs)),
            (_, "email") => json!(format!("C{}@iom.int", self.dice.below(7))),
            (_, "text") => json!(self.dice.of(&["migration", "retour", "P.1", "nothing at all", "\"é\n", ""])),
            _ => json!(self.dice.of(&["LABOUR_MIGRATION", "P.", "1", "\\ \u{1}\"quoted\"", "é"])),
        }
    }

    /// A value as a query writes it.
    fn literal(&self, value: &Value, ty: &Type) -> String {
        let item = match &ty.base {
            BaseType::List(item) => item,
            BaseType::Named(_) => ty,
        };
        match value {
            Value::Array(items) => {
                format!("[{}]", items.iter().map(|value| self.literal(value, item)).collect::<Vec<_>>().join(" "))
            }
            Value::Object(fields) => {
                let Some(Kind::Input { fields: known, .. }) = self.schema.innermost(ty).map(|named| &named.kind) else {
                    unreachable!("only input objects are objects")
                };
                let field = |(name, value): (&String, &Value)| {
                    let known = known.iter().find(|known| known.name == *name).unwrap();
                    format!("{name}: {}", self.literal(value, &known.ty))
                };
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(" "))
            }
            Value::String(name) if matches!(self.schema.innermost(ty).unwrap().kind, Kind::Enum(_)) => name.clone(),
            other => other.to_string(),
        }
    }
}
