//! What projects can be tested for and ordered by.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::along::Line;
use super::picked::Picked;
use super::{Compare, Found, Listed};
use crate::catalog::{RowSet, Snapshot};
use crate::domain::{CountryCode, Coverage, Project, ProjectStatus, RegionCode, fold};

/// What a project can be tested for.
#[derive(Debug, Clone, PartialEq)]
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
        Compare::Contains(part) => read(&|code| fold(code).contains(part)),
        Compare::StartsWith(start) => read(&|code| fold(code).starts_with(start)),
        Compare::IsNull(wanted) if *wanted => Picked::none(),
        Compare::IsNull(_) => Picked::all(),
        other => read(&|code| other.one(Some(&code.to_owned()))),
    }
}
