//! A query along a plan: a valid operation is compiled once for all requests with its text, and then walks the snapshot, straight
//! into the text of the answer.
//!
//! The library has a boxed future for each field, and a tree of values before there is any text. A plan has, for each field, the
//! number of what answers it. That is the very resolver that the library calls, so a field is written once: `object` lists the
//! resolvers of a type beside them, `writable` says how values become JSON, `compile` makes a plan, and `walk` is what resolvers
//! see of a request. `rows` keeps the rows of lists that were written before.
//!
//! A plan answers what goes well. Where a resolver refuses (a limit, a cursor that is none), the library answers the whole
//! operation anew: what errors say, and what they leave of an answer, is decided in one place.

mod compile;
mod covered;
mod object;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod walk;
mod writable;

pub(super) use compile::has_plain_events;
pub(super) use object::{Object, Writer, any_kind, fields, members, node, now, object, parts, write_below};
pub(super) use rows::{KeptRows, write_node, write_row};
pub(super) use text::number;
pub(super) use walk::{At, Contexts, Walk};
pub(super) use writable::{Refused, Writable, Written};

use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::parser::types::Field as LowField;
use async_graphql::{Positioned, Value as Fixed, Variables};
use async_graphql_value::Value;
use smol_str::SmolStr;

/// A query as it is walked.
#[derive(Debug)]
pub(super) struct Plan {
    root: Selection,
    /// Whether it asks for nothing but records and lists, so that an answer takes as long as the nodes in it are many.
    pub(super) is_plain: bool,
    /// The bytes of the last answer: about as much room the next one needs.
    length: AtomicUsize,
}

/// What an answer has besides its data, at most.
const BESIDES: usize = 128;
/// For longer answers room is made as they come.
const LONG: usize = 64 << 10;

impl Plan {
    /// How much room to make for an answer.
    pub(super) fn room(&self) -> usize {
        self.length.load(Ordering::Relaxed).min(LONG) + BESIDES
    }
}

/// The fields that are asked of an object, each once.
type Selection = Vec<Field>;

/// A field that is asked for.
#[derive(Debug)]
pub(super) struct Field {
    /// The name under which the answer stands, as JSON has it, with its colon.
    key: SmolStr,
    /// Which field of its type it is.
    number: usize,
    /// The field as contexts show it; none where it is given no arguments, since then they look at nothing of it.
    item: Option<Box<Positioned<LowField>>>,
    /// The arguments that are given, and those that have defaults.
    arguments: Vec<Argument>,
    /// What must hold for it to be answered.
    conditions: Vec<Condition>,
    /// What is asked of the objects that it answers; where they may be of several types, for each in the order of their kinds.
    below: Vec<Selection>,
    /// Whether it answers the same to all who ask at one revision in one language, and no page.
    is_steady: bool,
    /// By which number the rows that it answers are kept, if they may be.
    rows: Option<u64>,
}

#[derive(Debug)]
struct Argument {
    name: SmolStr,
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
    variable: SmolStr,
    wanted: bool,
}

impl Condition {
    fn holds(&self, variables: &Variables) -> bool {
        variables.get(self.variable.as_str()) == Some(&Fixed::Boolean(self.wanted))
    }
}
