//! Whether a document may run: the rules of the specification, as graphql-js 16 holds them.
//!
//! `selections` walks the document once with the types at hand; `fragments` and `variables` look at what it gathered, `merging`
//! at fields that answer under one name, `subscription` and `introspection` at what only those may not. `coercion` then holds the
//! values of the variables against their types. A test compares all of it with graphql-js over hundreds of documents.

mod coercion;
mod directives;
mod fault;
mod fragments;
mod introspection;
mod merging;
mod schema;
mod selections;
mod subscription;
mod values;
mod variables;

use foldhash::{HashMap, HashSet, HashSetExt};

use async_graphql::Pos;

pub(super) use coercion::coerce;
pub(super) use fault::Fault;
#[cfg(test)]
pub(super) use schema::Kind;
pub(super) use schema::{FieldDef, InputDef, Schema, TypeDef};

use super::document::{Document, Fragment};
use fault::Faults;

/// A document with what every rule asks of it.
struct Validation<'v> {
    schema: &'v Schema,
    document: &'v Document<'v>,
    fragments: HashMap<&'v str, &'v Fragment<'v>>,
    faults: Faults,
    /// Where something stands for what the executor takes in other words.
    reworded: HashSet<Pos>,
    /// Whether fields become one because they are given the same numbers and strings.
    compares_values: bool,
}

/// What is known of a document once nothing is wrong with it.
#[derive(Debug)]
pub(super) struct Valid {
    /// The places of what the executor takes in other words.
    pub(super) reworded: HashSet<Pos>,
    /// Whether it might be invalid with other numbers and strings in it: fields answer under one name that are given the same.
    pub(super) compares_values: bool,
}

/// What is wrong with a document, at most so many faults; else what is known of it.
pub(super) fn validate(
    schema: &Schema,
    document: &Document<'_>,
    most_faults: usize,
    suggestions: bool,
) -> Result<Valid, Vec<Fault>> {
    let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
    let faults = Faults::new(most_faults, suggestions);
    let mut validation = Validation { schema, document, fragments, faults, reworded: HashSet::new(), compares_values: false };
    validation.names();
    let used = validation.walk();
    validation.reached(&used);
    validation.subscriptions();
    validation.introspections();
    if validation.faults.is_empty() {
        // It looks at types that are known to be there only now.
        validation.merging();
    }
    let Validation { faults, reworded, compares_values, .. } = validation;
    faults.into_result().map(|()| Valid { reworded, compares_values })
}
