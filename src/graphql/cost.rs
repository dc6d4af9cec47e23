//! What an operation costs: the most nodes that its answer can hold, counted before it runs.
//!
//! A page counts its size, once for each node that it stands on: 50 projects with 10 news each are 50 and 500 nodes. Fields that
//! answer one record, or the few of a record's own, count nothing.

use foldhash::HashMap;

use async_graphql::Variables;
use async_graphql::parser::types::{BaseType, Type, VariableDefinition};
use async_graphql::{Pos, Positioned, Value};

use super::document::{Argument, Document, Field, Fragment, Operation, Selection, ValueKind};
use super::validation::{FieldDef, Schema, TypeDef};
use crate::config::{Bound, Excess};

/// The pages of an operation, each with those that stand on it.
#[derive(Debug, Default)]
pub(super) struct Pages(Vec<Page>);

#[derive(Debug)]
struct Page {
    pos: Pos,
    sizes: Vec<Size>,
    within: Pages,
}

/// Where the size of a page comes from. Of several, such as `first` and `last`, the largest counts.
#[derive(Debug)]
enum Size {
    Fixed(usize),
    /// A number, or a list of ids, that a variable holds; the other where it holds none.
    Variable(String, usize),
}

impl Pages {
    /// The pages of an operation of a valid document. `most` is the size of a page that is not limited.
    pub(super) fn of(schema: &Schema, document: &Document<'_>, operation: &Operation<'_>, most: usize) -> Pages {
        let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
        let mut pages = Pages::default();
        if let Some(root) = schema.root(operation.kind) {
            Reader { schema, fragments, most }.read(root, &operation.selections, &mut pages);
        }
        pages
    }

    /// What it costs with these variables; a page that is larger than may be is refused.
    pub(super) fn cost(&self, variables: &Variables, page: &Bound) -> Result<usize, (Excess, Pos)> {
        self.0.iter().try_fold(0_usize, |sum, each| {
            let size = each.sizes.iter().map(|size| size.of(variables)).max().unwrap_or(0);
            page.hold(size).map_err(|excess| (excess, each.pos))?;
            let below = each.within.cost(variables, page)?;
            Ok(sum.saturating_add(size.saturating_mul(below.saturating_add(1))))
        })
    }
}

impl Size {
    fn of(&self, variables: &Variables) -> usize {
        match self {
            Size::Fixed(size) => *size,
            Size::Variable(name, other) => match variables.get(name.as_str()) {
                Some(Value::Number(number)) => number.as_u64().map_or(0, |size| usize::try_from(size).unwrap_or(usize::MAX)),
                Some(Value::List(items)) => items.len(),
                _ => *other,
            },
        }
    }
}

struct Reader<'v> {
    schema: &'v Schema,
    fragments: HashMap<&'v str, &'v Fragment<'v>>,
    most: usize,
}

impl<'v> Reader<'v> {
    fn read(&self, of: &'v TypeDef, selections: &'v [Selection<'v>], pages: &mut Pages) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    let Some(definition) = self.schema.field(of, field.name.text) else { continue };
                    let Some(answered) = self.schema.innermost(&definition.ty) else { continue };
                    let sizes = self.sizes(field, definition);
                    if sizes.is_empty() {
                        self.read(answered, &field.selections, pages);
                    } else {
                        let mut within = Pages::default();
                        self.read(answered, &field.selections, &mut within);
                        pages.0.push(Page { pos: field.name.pos, sizes, within });
                    }
                }
                Selection::Inline { on, selections, .. } => {
                    let on = on.and_then(|on| self.schema.named(on.text)).unwrap_or(of);
                    self.read(on, selections, pages);
                }
                Selection::Spread { name, .. } => {
                    let fragment = self.fragments.get(name.text);
                    if let Some((fragment, on)) = fragment.and_then(|it| Some((it, self.schema.named(it.on.text)?))) {
                        self.read(on, &fragment.selections, pages);
                    }
                }
            }
        }
    }

    /// Where the size of the page that a field answers comes from; nothing where it answers none.
    fn sizes(&self, field: &'v Field<'v>, definition: &'v FieldDef) -> Vec<Size> {
        let given = |name: &str| field.arguments.iter().find(|argument| argument.name.text == name);
        let known = |name: &str| definition.arguments.iter().find(|argument| argument.name == name);
        if known("ids").is_some_and(|ids| is_list(&ids.ty)) {
            return given("ids").map(|ids| self.size(ids, 1)).into_iter().collect();
        }
        let Some(first) = known("first") else { return Vec::new() };
        let unless_given = match &first.default {
            Some(Value::Number(number)) => number.as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(self.most),
            _ => self.most,
        };
        let sizes: Vec<_> = ["first", "last"].into_iter().filter_map(given).map(|size| self.size(size, self.most)).collect();
        if sizes.is_empty() { vec![Size::Fixed(unless_given)] } else { sizes }
    }

    fn size(&self, argument: &Argument<'_>, other: usize) -> Size {
        match &argument.value.kind {
            ValueKind::Variable(name) => Size::Variable((*name).to_owned(), other),
            // What is negative is for the field to refuse.
            ValueKind::Int(digits) => Size::Fixed(digits.parse().unwrap_or(0)),
            ValueKind::List(items) => Size::Fixed(items.len()),
            _ => Size::Fixed(other),
        }
    }
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

/// The values of an operation's variables, with the defaults of those that are not given.
pub(super) fn with_defaults(declared: &[Positioned<VariableDefinition>], mut values: Variables) -> Variables {
    for Positioned { node: variable, .. } in declared {
        if let Some(value) = variable.default_value.as_ref().filter(|_| !values.contains_key(&variable.name.node)) {
            values.insert(variable.name.node.clone(), value.node.clone());
        }
    }
    values
}
