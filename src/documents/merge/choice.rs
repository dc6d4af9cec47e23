//! The choice between what several documents say about one field.

use std::cmp::Reverse;

use crate::domain::{Field, Language, Warning, WarningCode};

/// What one document says about a field.
#[derive(Debug, Clone)]
pub struct Said<'a, T> {
    pub value: T,
    /// As it is named in a warning.
    pub shown: String,
    pub document: &'a str,
    pub language: Language,
    /// How much the document is to be trusted about the field: more is better.
    pub weight: usize,
    /// What the site prints where it knows nothing: never chosen where there is anything else.
    pub placeholder: bool,
}

/// What counts first between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The number of documents that say so, then their weight.
    Most,
    /// The weight of the best document that says so, then their number.
    Heaviest,
}

/// The value to take, and a warning that names every value and its document where they differ.
///
/// Where the rule leaves two values equal, French comes before English and Spanish, then the document's name decides.
pub fn choose<T: Clone + PartialEq>(field: Field, said: &[Said<'_, T>], rule: Rule) -> (Option<T>, Option<Warning>) {
    let Some(best) = said.iter().max_by_key(|one| standing(one, said, rule)) else { return (None, None) };
    let agree = said.iter().all(|other| other.value == best.value);
    let warning = (!agree).then(|| {
        let values: Vec<_> = said.iter().map(|one| format!("{} in {}", one.shown, one.document)).collect();
        let message = format!("the documents differ: {}; {} was taken", values.join(", "), best.shown);
        Warning::new(WarningCode::SourcesDisagree, field, message)
    });
    (Some(best.value.clone()), warning)
}

/// How a value stands among all, to be compared with the others.
fn standing<'a, T: PartialEq>(one: &Said<'a, T>, said: &[Said<'a, T>], rule: Rule) -> impl Ord + use<'a, T> {
    let same = || said.iter().filter(|other| other.value == one.value);
    let heaviest = same().map(|other| other.weight).max().unwrap_or_default();
    let (first, second) = if rule == Rule::Most { (same().count(), heaviest) } else { (heaviest, same().count()) };
    (!one.placeholder, first, second, Reverse((one.language, one.document)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: i32, document: &str, weight: usize, placeholder: bool) -> Said<'_, i32> {
        Said { value, shown: value.to_string(), document, language: Language::Fr, weight, placeholder }
    }

    #[test]
    fn most_documents_win_or_the_heaviest() {
        let all = [said(1, "a", 9, false), said(2, "b", 1, false), said(2, "c", 1, false)];
        assert_eq!(choose(Field::Year, &all, Rule::Most).0, Some(2));
        assert_eq!(choose(Field::Year, &all, Rule::Heaviest).0, Some(1));
    }

    #[test]
    fn a_placeholder_wins_only_alone() {
        let all = [said(2024, "a", 9, true), said(2024, "b", 9, true), said(2015, "c", 0, false)];
        let (value, warning) = choose(Field::EndDate, &all, Rule::Most);
        assert_eq!(value, Some(2015));
        assert_eq!(warning.unwrap().message, "the documents differ: 2024 in a, 2024 in b, 2015 in c; 2015 was taken");
        assert_eq!(choose(Field::EndDate, &all[..2], Rule::Most), (Some(2024), None));
    }

    #[test]
    fn nothing_said_is_nothing_chosen() {
        assert_eq!(choose::<i32>(Field::Year, &[], Rule::Most), (None, None));
    }
}
