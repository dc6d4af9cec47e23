//! What projects can be tested for and ordered by.

use std::ops::Bound;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::along::Line;
use super::filter::has_part;
use super::picked::Picked;
use super::{Compare, Found, Listed, Picks};
use crate::catalog::rows::Rows;
use crate::catalog::{Noun, RowSet, Snapshot};
use crate::domain::{CountryCode, Coverage, Project, ProjectStatus, RegionCode, fold};

/// What a project can be tested for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProjectTest {
    /// It is one of these, which a search found.
    Found(Found),
    Code(Compare<String>),
    Status(Compare<ProjectStatus>),
    /// By the code of the type.
    Type(Compare<String>),
    Coverage(Compare<Coverage>),
    Region(Compare<RegionCode>),
    /// Any of the states that benefit.
    MemberState(Compare<CountryCode>),
    /// The amount of the budget.
    Budget(Compare<Decimal>),
    Year(Compare<i64>),
    StartYear(Compare<i64>),
    EndYear(Compare<i64>),
    HasWarning(bool),
    UpdatedAfter(Timestamp),
}

/// What projects can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum ProjectOrderField {
    /// The Fund's code.
    Code,
    /// The title, in French, English or Spanish, whatever its accents and case.
    Title,
    /// The amount of the budget.
    Budget,
    /// The year of the allocation.
    Year,
    /// When the project began.
    StartDate,
    /// When the project ended or is to end.
    EndDate,
    /// When the project was last changed.
    UpdatedAt,
    /// How well it answers the `text` of the filter: the best first, where the direction is `ASC`.
    Relevance,
}

impl Listed for Project {
    type Test = ProjectTest;
    type Field = ProjectOrderField;

    fn picked(test: &ProjectTest, snapshot: &Snapshot) -> Picked {
        let index = snapshot.index::<Project>();
        match test {
            ProjectTest::Found(found) => Picked::In(found.rows().clone()),
            ProjectTest::Code(compare) => codes(compare, snapshot),
            ProjectTest::Status(compare) => index.statuses.one(|status| compare.one(status)),
            ProjectTest::Type(compare) => index.types.one(|code| compare.text(code)),
            ProjectTest::Coverage(compare) => index.coverages.one(|coverage| compare.one(coverage)),
            ProjectTest::Region(compare) => index.regions.one(|region| compare.one(region)),
            ProjectTest::MemberState(compare) => index.states.any(compare),
            ProjectTest::Budget(compare) => index.budgets.amounts(compare),
            ProjectTest::Year(compare) => index.years.years(compare),
            ProjectTest::StartYear(compare) => index.starts.years_of_dates(compare),
            ProjectTest::EndYear(compare) => index.ends.years_of_dates(compare),
            ProjectTest::HasWarning(wanted) => {
                let doubted = Picked::In(index.doubted.clone());
                if *wanted { doubted } else { doubted.not() }
            }
            ProjectTest::UpdatedAfter(moment) => index.updates.after(*moment),
        }
    }

    fn picks(snapshot: &Snapshot) -> &Picks<ProjectTest> {
        &snapshot.picks().projects
    }

    fn line(snapshot: &Snapshot, field: ProjectOrderField) -> Line<'_> {
        let index = snapshot.index::<Project>();
        match field {
            ProjectOrderField::Code => Line::Keys,
            ProjectOrderField::Title => Line::Lane(&index.titles),
            ProjectOrderField::Budget => Line::Lane(&index.budgets),
            ProjectOrderField::Year => Line::Lane(&index.years),
            ProjectOrderField::StartDate => Line::Lane(&index.starts),
            ProjectOrderField::EndDate => Line::Lane(&index.ends),
            ProjectOrderField::UpdatedAt => Line::Lane(&index.updates),
            ProjectOrderField::Relevance => Line::Relevance,
        }
    }

    fn field_number(field: ProjectOrderField) -> u8 {
        match field {
            ProjectOrderField::Code => 0,
            ProjectOrderField::Title => 1,
            ProjectOrderField::Budget => 2,
            ProjectOrderField::Year => 3,
            ProjectOrderField::StartDate => 4,
            ProjectOrderField::EndDate => 5,
            ProjectOrderField::UpdatedAt => 6,
            ProjectOrderField::Relevance => 7,
        }
    }
}

/// The projects whose codes compare.
fn codes(compare: &Compare<String>, snapshot: &Snapshot) -> Picked {
    let rows = snapshot.rows::<Project>();
    let named = |codes: &[String]| codes.iter().filter_map(|code| rows.row(code)).collect::<RowSet>();
    let read = |passes: &dyn Fn(&str) -> bool| Picked::In(rows.all().iter().filter(|row| passes(rows.key(*row))).collect());
    match compare {
        Compare::Eq(code) => Picked::In(named(std::slice::from_ref(code))),
        Compare::Ne(code) => Picked::Out(named(std::slice::from_ref(code))),
        Compare::In(codes) => Picked::In(named(codes)),
        Compare::NotIn(codes) => Picked::Out(named(codes)),
        Compare::Contains(part) => read(&|code| has_part(code, part)),
        Compare::StartsWith(start) => Picked::In(starting(rows, start)),
        Compare::IsNull(wanted) if *wanted => Picked::none(),
        Compare::IsNull(_) => Picked::all(),
        other => read(&|code| other.one(Some(&code.to_owned()))),
    }
}

/// The rows of the keys that begin with some letters, whatever their accents and case. The keys that depart from them alike are
/// leapt over.
fn starting<T: Noun>(rows: &Rows<T>, start: &str) -> RowSet {
    let mut found = Vec::new();
    let mut from = Some(String::new());
    while let Some(first) = from.take() {
        for row in rows.range((Bound::Included(&first), Bound::Unbounded)) {
            let key = rows.key(row);
            match begins(key, start) {
                Ok(true) => found.push(row),
                Ok(false) => {}
                Err(end) => {
                    from = after_all(&key[..end]);
                    break;
                }
            }
        }
    }
    found.into_iter().collect()
}

/// Whether a key begins with some folded letters, or is shorter; where it is neither, how much of it shows that.
fn begins(key: &str, start: &str) -> Result<bool, usize> {
    let mut left = start;
    for (at, letter) in key.char_indices() {
        let end = at + letter.len_utf8();
        let folded = fold(&key[at..end]);
        match left.strip_prefix(folded.as_str()) {
            Some(rest) => left = rest,
            None if folded.starts_with(left) => return Ok(true),
            None => return Err(end),
        }
    }
    Ok(left.is_empty())
}

/// The first key that may come after all those with a beginning.
fn after_all(beginning: &str) -> Option<String> {
    let (at, letter) = beginning.char_indices().next_back()?;
    match (letter..=char::MAX).nth(1) {
        Some(next) => Some(format!("{}{next}", &beginning[..at])),
        None => after_all(&beginning[..at]),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_found_by_their_beginning_and_their_parts(
            keys in prop::collection::btree_set("[aAbBéÉ.1\u{301}\u{d7ff}\u{10ffff}]{0,5}", 0..60),
            part in "[aAbé.1\u{d7ff}\u{10ffff}]{0,3}",
        ) {
            let part = fold(&part);
            let mut rows = Rows::<Project>::new(Arc::default());
            for key in &keys {
                rows.put(key, 1, Timestamp::UNIX_EPOCH, Some(Arc::new(Project::new(key))));
            }
            let found: Vec<&str> = starting(&rows, &part).iter().map(|row| rows.key(row)).collect();
            let expected = keys.iter().filter(|key| fold(key).starts_with(&part));
            prop_assert!(found.into_iter().eq(expected));
            for key in &keys {
                prop_assert_eq!(has_part(key, &part), fold(key).contains(&part));
            }
        }
    }
}
