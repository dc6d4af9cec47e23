//! Which fields of a record a writer set by hand.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Field, Language, Warning};

/// The fields of a record that a writer set by hand, a text in each language by itself. Documents read later leave them alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curated(BTreeSet<(Field, Option<Language>)>);

impl Curated {
    /// Marks a field; for a text, in one language.
    pub fn mark(&mut self, field: Field, language: Option<Language>) {
        self.0.insert((field, language));
    }

    /// Marks what another has marked, too.
    pub fn join(&mut self, other: &Curated) {
        self.0.extend(&other.0);
    }

    /// Whether a field was set by hand, in whatever language.
    pub fn has(&self, field: Field) -> bool {
        self.0.iter().any(|(marked, _)| *marked == field)
    }

    /// The fields, with the language of each text.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Option<Language>)> {
        self.0.iter().copied()
    }

    /// Takes out the doubts about fields that were set by hand: they were about what had stood there before.
    pub fn settle(&self, warnings: &mut Vec<Warning>) {
        warnings.retain(|warning| !warning.field.is_some_and(|field| self.has(field)));
    }
}
