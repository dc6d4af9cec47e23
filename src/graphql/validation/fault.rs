//! What is wrong with a document.

use std::fmt;

use async_graphql::Pos;

/// One fault: a sentence, and the place.
#[derive(Debug, Clone)]
pub(in crate::graphql) struct Fault {
    pub(in crate::graphql) message: String,
    pub(in crate::graphql) pos: Pos,
}

/// Faults as they are found, up to a number.
#[derive(Debug)]
pub(super) struct Faults {
    found: Vec<Fault>,
    most: usize,
    suggestions: bool,
}

impl Faults {
    pub(super) fn new(most: usize, suggestions: bool) -> Faults {
        Faults { found: Vec::new(), most, suggestions }
    }

    pub(super) fn add(&mut self, pos: Pos, message: impl FnOnce() -> String) {
        if self.found.len() < self.most {
            self.found.push(Fault { message: message(), pos });
        }
    }

    /// The words that offer what was meant perhaps; none where nothing is near, or nothing is to be told of the schema.
    pub(super) fn meant<'n>(&self, written: &str, known: impl IntoIterator<Item = &'n str>) -> String {
        if !self.suggestions || written.len() > LONGEST {
            return String::new();
        }
        let near = |name: &'n str| (strsim::damerau_levenshtein(&written.to_lowercase(), &name.to_lowercase()), name);
        let most = written.len() / 3 + 1;
        let best = known.into_iter().map(near).filter(|(distance, _)| *distance <= most).min();
        best.map_or_else(String::new, |(_, name)| format!(": did you mean `{name}`?"))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_result(self) -> Result<(), Vec<Fault>> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }
}

/// The longest name, in bytes, that is repeated in an error.
const LONGEST: usize = 60;

/// A name that a caller wrote, as an error repeats it: a long one is cut.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names are ASCII, or they could not be read.
        match self.0.get(..LONGEST) {
            Some(start) if start.len() < self.0.len() => write!(out, "`{start}…`"),
            _ => write!(out, "`{}`", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_offered_unless_that_is_off() {
        let known = ["regions", "region", "projects"];
        assert_eq!(Faults::new(1, true).meant("regoins", known), ": did you mean `regions`?");
        assert_eq!(Faults::new(1, true).meant("weather", known), "");
        assert_eq!(Faults::new(1, false).meant("regoins", known), "");
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(Quoted("abc").to_string(), "`abc`");
        assert_eq!(Quoted(&"a".repeat(1_000)).to_string(), format!("`{}…`", "a".repeat(60)));
    }
}
