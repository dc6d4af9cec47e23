//! Directives: known, where they may stand, and once in a place.

use foldhash::{HashSet, HashSetExt};

use async_graphql::parser::types::DirectiveLocation;

use super::Validation;
use super::fault::Quoted;
use super::selections::Used;
use crate::graphql::document::Directive;

impl<'v> Validation<'v> {
    pub(super) fn directives(&mut self, given: &'v [Directive<'v>], place: DirectiveLocation, used: &mut Used<'v>) {
        let mut names = HashSet::new();
        for Directive { name, arguments } in given {
            let definition = self.schema.directive(name.text);
            match definition {
                None => self.faults.add(name.pos, || format!("there is no directive {}", Quoted(name.text))),
                Some(definition) if !definition.locations.contains(&place) => {
                    self.faults.add(name.pos, || format!("the directive {} may not stand here", Quoted(name.text)));
                }
                Some(_) => {}
            }
            if definition.is_some() && !names.insert(name.text) {
                self.faults.add(name.pos, || format!("the directive {} stands here twice", Quoted(name.text)));
            }
            let owner = || format!("the directive {}", Quoted(name.text));
            self.arguments(definition.map(|definition| definition.arguments.as_slice()), arguments, name.pos, owner, used);
        }
    }
}
