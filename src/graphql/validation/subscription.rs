//! A subscription listens to one thing.

use async_graphql::parser::types::OperationType;

use super::Validation;
use crate::graphql::document::{Directive, Field, Selection, ValueKind};

/// What the directives of a selection say before anything is run.
enum Taken {
    Yes,
    No,
    /// It hangs on a variable, which is not known yet.
    Perhaps,
}

impl<'v> Validation<'v> {
    pub(super) fn subscriptions(&mut self) {
        for operation in self.document.operations.iter().filter(|operation| operation.kind == OperationType::Subscription) {
            let mut fields = Vec::new();
            let certain = self.roots(&operation.selections, &mut fields, &mut Vec::new());
            if !certain {
                self.faults.add(operation.pos, || "what a subscription listens to may not hang on a variable".to_owned());
            }
            if fields.iter().any(|field| field.key().text != fields[0].key().text) {
                self.faults.add(operation.pos, || "a subscription listens to one field: send one for each".to_owned());
            }
            if fields.iter().any(|field| field.name.text.starts_with("__")) {
                self.faults.add(operation.pos, || "a subscription cannot listen to the schema".to_owned());
            }
        }
    }

    /// The fields at the root, fragments unfolded; false where that hangs on a variable.
    fn roots(&self, selections: &'v [Selection<'v>], fields: &mut Vec<&'v Field<'v>>, unfolded: &mut Vec<&'v str>) -> bool {
        selections.iter().all(|selection| {
            let (Selection::Field(Field { directives, .. })
            | Selection::Spread { directives, .. }
            | Selection::Inline { directives, .. }) = selection;
            match taken(directives) {
                Taken::Perhaps => return false,
                Taken::No => return true,
                Taken::Yes => {}
            }
            match selection {
                Selection::Field(field) => {
                    fields.push(field);
                    true
                }
                Selection::Inline { selections, .. } => self.roots(selections, fields, unfolded),
                Selection::Spread { name, .. } => match self.fragments.get(name.text) {
                    Some(fragment) if !unfolded.contains(&name.text) => {
                        unfolded.push(name.text);
                        self.roots(&fragment.selections, fields, unfolded)
                    }
                    _ => true,
                },
            }
        })
    }
}

fn taken(directives: &[Directive<'_>]) -> Taken {
    for directive in directives {
        let condition =
            directive.arguments.iter().find(|argument| argument.name.text == "if").map(|argument| &argument.value.kind);
        match (directive.name.text, condition) {
            ("skip" | "include", Some(ValueKind::Variable(_))) => return Taken::Perhaps,
            ("skip", Some(ValueKind::Boolean(true))) | ("include", Some(ValueKind::Boolean(false))) => return Taken::No,
            _ => {}
        }
    }
    Taken::Yes
}
