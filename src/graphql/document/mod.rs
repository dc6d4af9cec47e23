//! A query's text, read by the letter of the GraphQL specification, with every limit on its size held while it is read.
//!
//! The library's own parser takes nesting on its stack, knows no escaped surrogate pairs and no descriptions of operations, and
//! keeps neither the order nor the doubles that a validation must see. This one is a lexer and a parser without
//! lookahead; `lower` hands the executor what it read. `shape` tells what texts have in common that differ only in the values they
//! give, and `lift` takes these out of a document.

mod ast;
mod lexer;
mod lift;
mod lower;
mod parser;
mod shape;
mod strings;

pub(super) use ast::{Argument, Directive, Document, Field, Fragment, Name, Operation, Selection, Value, ValueKind, Variable};
pub(super) use lift::lift;
pub(super) use lower::{Lowered, lower, lower_item, lower_value, lower_variables};
pub(super) use parser::{Unreadable, parse};
pub(super) use shape::Shape;
