//! How much a query asks for, weighed before anything runs it.
//!
//! A fragment that spreads another twice, which spreads another twice, is short to write and endless to run; checks that unfold
//! it have run it already. So each fragment is weighed once, however often it is spread.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned};

/// The operation or fragment that unfolds to more fields than allowed; none where there is no such.
pub(super) fn beyond(document: &ExecutableDocument, most: usize) -> Option<Pos> {
    let mut scales = Scales { fragments: &document.fragments, weighed: HashMap::new() };
    let operations = document.operations.iter().map(|(_, operation)| (operation.pos, &operation.node.selection_set.node));
    let fragments = document.fragments.values().map(|fragment| (fragment.pos, &fragment.node.selection_set.node));
    operations.chain(fragments).find(|(_, selection)| scales.fields(selection) > most).map(|(position, _)| position)
}

struct Scales<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// The fields of each fragment that was met; none for one that is being weighed, which would be a circle.
    weighed: HashMap<&'a Name, Option<usize>>,
}

impl<'a> Scales<'a> {
    /// How many fields a selection unfolds to.
    fn fields(&mut self, selection: &'a SelectionSet) -> usize {
        let mut fields = 0_usize;
        for item in &selection.items {
            let more = match &item.node {
                Selection::Field(field) => self.fields(&field.node.selection_set.node).saturating_add(1),
                Selection::InlineFragment(fragment) => self.fields(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            };
            fields = fields.saturating_add(more);
        }
        fields
    }

    fn fragment(&mut self, name: &Name) -> usize {
        // One that is not there, or leads back to itself, is for the validation to refuse.
        let Some((name, fragment)) = self.fragments.get_key_value(name) else { return 0 };
        if let Some(weighed) = self.weighed.get(name) {
            return weighed.unwrap_or(0);
        }
        self.weighed.insert(name, None);
        let fields = self.fields(&fragment.node.selection_set.node);
        self.weighed.insert(name, Some(fields));
        fields
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn fits(query: &str, most: usize) -> bool {
        beyond(&parse_query(query).unwrap(), most).is_none()
    }

    #[test]
    fn fields_count_as_often_as_they_are_unfolded() {
        assert!(fits("{ a { b c } }", 3) && !fits("{ a { b c } }", 2));
        let spread = "{ a { ...F } b { ...F ... on X { y } } } fragment F on X { c d }";
        assert!(fits(spread, 7) && !fits(spread, 6));
        assert!(fits("{ a ...Nowhere }", 1));
    }

    #[test]
    fn what_doubles_at_every_step_is_weighed_at_once() {
        let steps: String = (0..60).map(|step| format!("fragment F{step} on Query {{ ...F{0} ...F{0} }}", step + 1)).collect();
        for query in ["{ ...F0 }", "{ a }"] {
            assert!(!fits(&format!("{query} {steps} fragment F60 on Query {{ a }}"), 1_000), "{query}");
        }
    }

    #[test]
    fn a_circle_is_left_to_the_validation() {
        assert!(fits("{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...A }", 3));
    }
}
