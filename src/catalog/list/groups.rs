//! Projects of a list, grouped.

use std::collections::BTreeMap;

use super::List;
use super::totals::{self, ProjectTotals};
use crate::domain::{CountryCode, Coverage, Project, ProjectStatus, ProjectType, RegionCode};

/// By what projects can be grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum ProjectDimension {
    /// Each state that benefits. A project of several states is in several groups: see `shareRule`.
    MemberState,
    /// The region to which the project is counted.
    Region,
    /// What kind of project it is.
    Type,
    /// How far the project has come.
    Status,
    /// How much of the world the project covers.
    Coverage,
    /// The year of the allocation.
    Year,
}

/// How the budget of a project that benefits several states counts for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum ShareRule {
    /// Whole for each state: a state's group says what all its projects cost, and the groups together are more than the total.
    Full,
    /// In equal parts, one for each state: the groups sum to the total, to the cent.
    EqualShare,
}

/// What the projects of a group share, and what they come to. A dimension that was not asked for, or of which the projects have
/// no value, is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    pub member_state: Option<CountryCode>,
    pub region: Option<RegionCode>,
    pub project_type: Option<ProjectType>,
    pub status: Option<ProjectStatus>,
    pub coverage: Option<Coverage>,
    pub year: Option<i16>,
    pub totals: ProjectTotals,
}

/// What tells groups apart, in the order in which they are answered: by the dimensions, those without a value last.
type GroupKey = Vec<(bool, String)>;

impl List<Project> {
    /// What the projects of the list come to together.
    pub fn totals(&self) -> ProjectTotals {
        ProjectTotals::of(self.records().map(|stored| &stored.record))
    }

    /// The projects of the list, grouped.
    pub fn groups(&self, by: &[ProjectDimension], share: ShareRule) -> Vec<Group> {
        let mut groups: BTreeMap<GroupKey, Group> = BTreeMap::new();
        for stored in self.records() {
            let project = &stored.record;
            let states = match by.contains(&ProjectDimension::MemberState) {
                true if !project.member_states.is_empty() => project.member_states.iter().copied().map(Some).collect(),
                _ => vec![None],
            };
            let amount = totals::amount(project);
            let shares = match share {
                ShareRule::Full => vec![amount; states.len()],
                ShareRule::EqualShare => match amount {
                    Some(amount) => totals::parts(amount, states.len()).into_iter().map(Some).collect(),
                    None => vec![None; states.len()],
                },
            };
            for (state, amount) in states.into_iter().zip(shares) {
                let group = groups.entry(key(project, state, by)).or_insert_with(|| group(project, state, by));
                group.totals.add(amount);
            }
        }
        groups.into_values().collect()
    }
}

fn key(project: &Project, state: Option<CountryCode>, by: &[ProjectDimension]) -> GroupKey {
    let value = |dimension: &ProjectDimension| match dimension {
        ProjectDimension::MemberState => state.map(|state| state.to_string()),
        ProjectDimension::Region => project.region.map(|region| region.to_string()),
        ProjectDimension::Type => project.project_type.as_ref().map(|kind| kind.code.clone()),
        ProjectDimension::Status => project.status.map(|status| status.as_str().to_owned()),
        ProjectDimension::Coverage => project.coverage.map(|coverage| coverage.as_str().to_owned()),
        ProjectDimension::Year => project.year.map(|year| format!("{year:05}")),
    };
    by.iter().map(|dimension| value(dimension).map_or((true, String::new()), |value| (false, value))).collect()
}

fn group(project: &Project, state: Option<CountryCode>, by: &[ProjectDimension]) -> Group {
    let mut group = Group::default();
    for dimension in by {
        match dimension {
            ProjectDimension::MemberState => group.member_state = state,
            ProjectDimension::Region => group.region = project.region,
            ProjectDimension::Type => group.project_type.clone_from(&project.project_type),
            ProjectDimension::Status => group.status = project.status,
            ProjectDimension::Coverage => group.coverage = project.coverage,
            ProjectDimension::Year => group.year = project.year,
        }
    }
    group
}
