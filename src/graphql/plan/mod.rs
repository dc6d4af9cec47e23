//! A query along a plan: a valid operation is compiled once for all requests with its text, and then walks the snapshot, straight
//! into the text of the answer.
//!
//! The library has a boxed future for each field, and a tree of values before there is any text. A plan has, for each field, the
//! number of what answers it. That is the very resolver that the library calls, so a field is written once: `object` lists the
//! resolvers of a type beside them, `writable` says how values become JSON, `compile` makes a plan, and `walk` is what resolvers
//! see of a request.
//!
//! A plan answers what goes well. Where a resolver refuses (a limit, a cursor that is none), the library answers the whole
//! operation anew: what errors say, and what they leave of an answer, is decided in one place.

mod compile;
mod covered;
mod object;
#[cfg(test)]
mod tests;
mod text;
mod walk;
mod writable;

pub(super) use object::{Object, Writer, any_kind, members, now, object, parts, write_below};
pub(super) use walk::{At, Contexts, Walk};
pub(super) use writable::{Writable, Written};

use async_graphql::parser::types::Field as LowField;
use async_graphql::{Positioned, Value as Fixed, Variables};
use async_graphql_value::Value;

/// A query as it is walked.
#[derive(Debug)]
pub(super) struct Plan {
    root: Selection,
}

/// The fields that are asked of an object, each once.
type Selection = Vec<Field>;

/// A field that is asked for.
#[derive(Debug)]
pub(super) struct Field {
    /// The name under which the answer stands, as JSON has it, with its colon.
    key: Box<str>,
    /// Which field of its type it is.
    number: usize,
    /// The field as contexts show it.
    item: Positioned<LowField>,
    /// The arguments that are given, and those that have defaults.
    arguments: Vec<Argument>,
    /// What must hold for it to be answered.
    conditions: Vec<Condition>,
    /// What is asked of the objects that it answers; where they may be of several types, for each in the order of their kinds.
    below: Vec<Selection>,
}

#[derive(Debug)]
struct Argument {
    name: String,
    value: Given,
}

#[derive(Debug)]
enum Given {
    Fixed(Fixed),
    /// There are variables in it.
    Open(Value),
}

/// A variable of `@skip` or `@include`, and the value that lets a field stay.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    variable: String,
    wanted: bool,
}

impl Condition {
    fn holds(&self, variables: &Variables) -> bool {
        variables.get(self.variable.as_str()) == Some(&Fixed::Boolean(self.wanted))
    }
}
