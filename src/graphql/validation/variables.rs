//! Variables: what an operation declares, against what it uses.

use foldhash::{HashMap, HashSet, HashSetExt};

use async_graphql::parser::types::{BaseType, DirectiveLocation, Type};

use super::Validation;
use super::fault::Quoted;
use super::schema::{TypeDef, innermost};
use super::selections::{Usage, Used};
use crate::graphql::document::{Operation, ValueKind, Variable};

impl<'v> Validation<'v> {
    /// The declarations of an operation. Their defaults and directives hold no variables, so that nothing is used by them.
    pub(super) fn variable_definitions(&mut self, variables: &'v [Variable<'v>], used: &mut Used<'v>) {
        let mut names = HashSet::new();
        for Variable { name, ty, default, directives } in variables {
            if !names.insert(name.text) {
                self.faults.add(name.pos, || format!("the variable {} is declared twice", Quoted(name.text)));
            }
            match self.schema.innermost(ty) {
                None => self.unknown_type(innermost(ty), name.pos),
                Some(named) if !named.is_input() => {
                    self.faults.add(name.pos, || format!("`{}` is no type for a variable: it is only answered", named.name));
                }
                Some(_) => {}
            }
            if let Some(value) = default {
                self.value(
                    value,
                    Some(ty).filter(|ty| self.schema.innermost(ty).is_some_and(TypeDef::is_input)),
                    false,
                    None,
                    used,
                );
            }
            self.directives(directives, DirectiveLocation::VariableDefinition, used);
        }
    }

    /// Which declared variables an operation uses, and whether each fits where it stands.
    pub(super) fn variables(&mut self, operation: &'v Operation<'v>, usages: &[&Usage<'v>]) {
        let declared: HashMap<&str, &Variable<'v>> =
            operation.variables.iter().map(|variable| (variable.name.text, variable)).collect();
        let mut used = HashSet::new();
        for usage in usages {
            let Some(variable) = declared.get(usage.name) else {
                self.faults.add(usage.pos, || format!("the variable {} is not declared", Quoted(usage.name)));
                continue;
            };
            used.insert(usage.name);
            let known = self.schema.innermost(&variable.ty).is_some();
            let Some(wanted) = usage.ty.filter(|_| known) else { continue };
            let has_value = variable.default.as_ref().is_some_and(|value| !matches!(value.kind, ValueKind::Null));
            // Where the place or the variable has a default, a variable that may be left out does.
            let forgiven = variable.ty.nullable && (has_value || usage.has_default);
            if !fits(&variable.ty, wanted, forgiven) {
                self.faults.add(usage.pos, || {
                    format!("the variable {} is a `{}`, and `{wanted}` is wanted here", Quoted(usage.name), variable.ty)
                });
            }
            if let Some(one_of) = usage.one_of.filter(|_| variable.ty.nullable) {
                self.faults.add(usage.pos, || {
                    format!(
                        "the variable {} may be null, which no field of `{one_of}` may: declare it with `!`",
                        Quoted(usage.name)
                    )
                });
            }
        }
        for variable in operation.variables.iter().filter(|variable| !used.contains(variable.name.text)) {
            self.faults.add(variable.name.pos, || format!("the variable {} is never used", Quoted(variable.name.text)));
        }
    }
}

/// Whether a variable of one type may stand where another is wanted.
fn fits(given: &Type, wanted: &Type, forgiven: bool) -> bool {
    let value_fits = wanted.nullable || !given.nullable || forgiven;
    value_fits
        && match (&given.base, &wanted.base) {
            (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
            (BaseType::List(given), BaseType::List(wanted)) => fits(given, wanted, false),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_may_be_stricter_than_its_place_and_never_laxer() {
        let fits = |given: &str, wanted: &str, forgiven| {
            super::fits(&Type::new(given).unwrap(), &Type::new(wanted).unwrap(), forgiven)
        };
        assert!(fits("Int!", "Int", false) && fits("[Int!]!", "[Int]", false) && fits("Int", "Int!", true));
        assert!(!fits("Int", "Int!", false) && !fits("[Int]", "[Int!]", true) && !fits("Int", "[Int]", false));
        assert!(!fits("Int", "String", true) && !fits("[Int]", "Int", false));
    }
}
