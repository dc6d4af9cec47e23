//! How much a query asks for, weighed before anything runs it.
//!
//! A fragment that spreads another twice, which spreads another twice, is short to write and endless to run; checks that unfold
//! it have run it already. So each fragment is weighed once, however often it is spread.

use foldhash::{HashMap, HashMapExt};

use async_graphql::Pos;

use super::document::{Document, Fragment, Selection};
use crate::config::{DocumentLimits, Excess};

/// What a selection unfolds to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Weight {
    fields: usize,
    aliases: usize,
    /// Levels of fields.
    depth: usize,
}

/// Holds every operation and fragment to the limits; the first that is beyond one, and how.
pub(super) fn hold(document: &Document<'_>, limits: &DocumentLimits) -> Result<(), (Excess, Pos)> {
    let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
    let mut scales = Scales { fragments, weighed: HashMap::new() };
    let operations = document.operations.iter().map(|operation| (operation.pos, &operation.selections));
    let fragments = document.fragments.iter().map(|fragment| (fragment.name.pos, &fragment.selections));
    for (pos, selections) in operations.chain(fragments) {
        let Weight { fields, aliases, depth } = scales.weigh(selections);
        let held = limits.fields.hold(fields).and(limits.aliases.hold(aliases)).and(limits.depth.hold(depth));
        held.map_err(|excess| (excess, pos))?;
    }
    Ok(())
}

struct Scales<'d> {
    fragments: HashMap<&'d str, &'d Fragment<'d>>,
    /// Each fragment that was met; none for one that is being weighed, which would be a circle.
    weighed: HashMap<&'d str, Option<Weight>>,
}

impl<'d> Scales<'d> {
    fn weigh(&mut self, selections: &'d [Selection<'d>]) -> Weight {
        let mut whole = Weight::default();
        for selection in selections {
            let part = match selection {
                Selection::Field(field) => {
                    let inner = self.weigh(&field.selections);
                    Weight {
                        fields: inner.fields.saturating_add(1),
                        aliases: inner.aliases.saturating_add(usize::from(field.alias.is_some())),
                        depth: inner.depth + 1,
                    }
                }
                Selection::Inline { selections, .. } => self.weigh(selections),
                Selection::Spread { name, .. } => self.fragment(name.text),
            };
            whole = Weight {
                fields: whole.fields.saturating_add(part.fields),
                aliases: whole.aliases.saturating_add(part.aliases),
                depth: whole.depth.max(part.depth),
            };
        }
        whole
    }

    fn fragment(&mut self, name: &str) -> Weight {
        // One that is not there, or leads back to itself, is for the validation to refuse.
        let Some((&name, &fragment)) = self.fragments.get_key_value(name) else { return Weight::default() };
        if let Some(weighed) = self.weighed.get(name) {
            return weighed.unwrap_or_default();
        }
        self.weighed.insert(name, None);
        let weight = self.weigh(&fragment.selections);
        self.weighed.insert(name, Some(weight));
        weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;
    use crate::graphql::document::parse;

    fn weight(query: &str) -> [usize; 3] {
        let document = parse(query, &Limits::default().document).unwrap();
        let fragments = document.fragments.iter().map(|fragment| (fragment.name.text, fragment)).collect();
        let mut scales = Scales { fragments, weighed: HashMap::new() };
        let Weight { fields, aliases, depth } = scales.weigh(&document.operations[0].selections);
        [fields, aliases, depth]
    }

    #[test]
    fn what_is_spread_counts_as_often_as_it_is_unfolded() {
        assert_eq!(weight("{ a { b x: c } }"), [3, 1, 2]);
        assert_eq!(weight("{ a { ...F } b { ...F ... on X { y } } } fragment F on X { c z: d }"), [7, 2, 2]);
        assert_eq!(weight("{ a ...Nowhere }"), [1, 0, 1]);
    }

    #[test]
    fn what_doubles_at_every_step_is_weighed_at_once() {
        let steps: String = (0..60).map(|step| format!("fragment F{step} on Query {{ ...F{0} ...F{0} }} ", step + 1)).collect();
        for query in ["{ ...F0 }", "{ a }"] {
            let query = format!("{query} {steps} fragment F60 on Query {{ a }}");
            let limits = Limits::default().document;
            let (excess, _) = hold(&parse(&query, &limits).unwrap(), &limits).unwrap_err();
            assert_eq!(excess.bound.name, "fields");
        }
    }

    #[test]
    fn a_circle_is_left_to_the_validation() {
        assert_eq!(weight("{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...A }"), [2, 0, 1]);
    }
}
