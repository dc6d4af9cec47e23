//! What a document says, in its order and with its doubles, borrowed from its text.

use std::borrow::Cow;

use async_graphql::Pos;
use async_graphql::parser::types::{OperationType, Type};

#[derive(Debug, Default)]
pub(in crate::graphql) struct Document<'a> {
    pub(in crate::graphql) operations: Vec<Operation<'a>>,
    pub(in crate::graphql) fragments: Vec<Fragment<'a>>,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::graphql) struct Name<'a> {
    pub(in crate::graphql) text: &'a str,
    pub(in crate::graphql) pos: Pos,
}

#[derive(Debug)]
pub(in crate::graphql) struct Operation<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) kind: OperationType,
    pub(in crate::graphql) name: Option<Name<'a>>,
    pub(in crate::graphql) variables: Vec<Variable<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    pub(in crate::graphql) selections: Vec<Selection<'a>>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Variable<'a> {
    pub(in crate::graphql) name: Name<'a>,
    pub(in crate::graphql) ty: Type,
    pub(in crate::graphql) default: Option<Value<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Fragment<'a> {
    pub(in crate::graphql) name: Name<'a>,
    pub(in crate::graphql) on: Name<'a>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    pub(in crate::graphql) selections: Vec<Selection<'a>>,
}

#[derive(Debug)]
pub(in crate::graphql) enum Selection<'a> {
    Field(Field<'a>),
    /// `...Name`
    Spread {
        name: Name<'a>,
        directives: Vec<Directive<'a>>,
    },
    /// `... on Type { }` or `... { }`
    Inline {
        pos: Pos,
        on: Option<Name<'a>>,
        directives: Vec<Directive<'a>>,
        selections: Vec<Selection<'a>>,
    },
}

#[derive(Debug)]
pub(in crate::graphql) struct Field<'a> {
    pub(in crate::graphql) alias: Option<Name<'a>>,
    pub(in crate::graphql) name: Name<'a>,
    pub(in crate::graphql) arguments: Vec<Argument<'a>>,
    pub(in crate::graphql) directives: Vec<Directive<'a>>,
    /// Empty where nothing is selected: braces with nothing between them cannot be read.
    pub(in crate::graphql) selections: Vec<Selection<'a>>,
}

impl<'a> Field<'a> {
    /// The name under which the answer stands.
    pub(in crate::graphql) fn key(&self) -> Name<'a> {
        self.alias.unwrap_or(self.name)
    }
}

#[derive(Debug)]
pub(in crate::graphql) struct Directive<'a> {
    pub(in crate::graphql) name: Name<'a>,
    pub(in crate::graphql) arguments: Vec<Argument<'a>>,
}

/// A named value: an argument, or a field of an input object.
#[derive(Debug)]
pub(in crate::graphql) struct Argument<'a> {
    pub(in crate::graphql) name: Name<'a>,
    pub(in crate::graphql) value: Value<'a>,
}

#[derive(Debug)]
pub(in crate::graphql) struct Value<'a> {
    pub(in crate::graphql) pos: Pos,
    pub(in crate::graphql) kind: ValueKind<'a>,
}

#[derive(Debug)]
pub(in crate::graphql) enum ValueKind<'a> {
    Variable(&'a str),
    Int(&'a str),
    Float(&'a str),
    String { text: Cow<'a, str>, block: bool },
    Boolean(bool),
    Null,
    Enum(&'a str),
    List(Vec<Value<'a>>),
    Object(Vec<Argument<'a>>),
}
