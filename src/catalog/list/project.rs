//! What projects can be tested for and ordered by.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::order::Rank;
use super::{Compare, Listed};
use crate::catalog::{Snapshot, Stored};
use crate::domain::{CountryCode, Coverage, PartialDate, Project, ProjectStatus, RegionCode, slug};

/// What a project can be tested for.
#[derive(Debug, Clone, PartialEq)]
pub enum ProjectTest {
    /// It is one of these, which a search found; with how well each answers.
    Found(Arc<HashMap<String, f32>>),
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

    fn passes(stored: &Stored<Self>, test: &ProjectTest, _: &Snapshot) -> bool {
        let project = &stored.record;
        let year = |date: Option<PartialDate>| date.map(|date| i64::from(date.year()));
        match test {
            ProjectTest::Found(found) => found.contains_key(&project.code),
            ProjectTest::Code(compare) => compare.text(Some(&project.code)),
            ProjectTest::Status(compare) => compare.one(project.status.as_ref()),
            ProjectTest::Type(compare) => compare.text(project.project_type.as_ref().map(|kind| &kind.code)),
            ProjectTest::Coverage(compare) => compare.one(project.coverage.as_ref()),
            ProjectTest::Region(compare) => compare.one(project.region.as_ref()),
            ProjectTest::MemberState(compare) => compare.any(&project.member_states),
            ProjectTest::Budget(compare) => compare.one(project.budget.as_ref().map(|budget| &budget.amount)),
            ProjectTest::Year(compare) => compare.one(project.year.map(i64::from).as_ref()),
            ProjectTest::StartYear(compare) => compare.one(year(project.start_date).as_ref()),
            ProjectTest::EndYear(compare) => compare.one(year(project.end_date).as_ref()),
            ProjectTest::HasWarning(wanted) => project.warnings.is_empty() != *wanted,
            ProjectTest::UpdatedAfter(moment) => stored.updated_at > *moment,
        }
    }

    fn rank(stored: &Stored<Self>, field: ProjectOrderField) -> Option<Rank> {
        let project = &stored.record;
        match field {
            ProjectOrderField::Code => Some(Rank::Text(project.code.clone())),
            ProjectOrderField::Title => Some(Rank::Text(slug(project.title(None)))),
            ProjectOrderField::Budget => project.budget.as_ref().map(|budget| Rank::Number(millionths(budget.amount))),
            ProjectOrderField::Year => project.year.map(|year| Rank::Number(year.into())),
            ProjectOrderField::StartDate => project.start_date.map(date),
            ProjectOrderField::EndDate => project.end_date.map(date),
            ProjectOrderField::UpdatedAt => Some(Rank::Number(stored.updated_at.as_microsecond().into())),
            // It is the question's, not the record's.
            ProjectOrderField::Relevance => None,
        }
    }

    fn is_relevance(field: ProjectOrderField) -> bool {
        field == ProjectOrderField::Relevance
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

/// A date as ISO 8601 writes it, so that a year stands before its months, and a month before its days.
pub(super) fn date(date: PartialDate) -> Rank {
    Rank::Text(date.to_string())
}

/// An amount as a whole number; no currency has smaller parts.
fn millionths(amount: Decimal) -> i128 {
    let mut amount = amount.round_dp(6);
    amount.rescale(6);
    amount.mantissa()
}
