//! Projects of a list, grouped.

use rustc_hash::FxHashMap;

use super::List;
use super::index::ProjectIndex;
use super::number::year_of;
use super::totals::{self, ProjectTotals, Sum};
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
        let index = self.snapshot().index::<Project>();
        let mut sum = Sum::default();
        self.rows().iter().for_each(|row| sum.add(amount(index, row)));
        ProjectTotals::from(sum)
    }

    /// The projects of the list, grouped.
    pub fn groups(&self, by: &[ProjectDimension], share: ShareRule) -> Vec<Group> {
        let index = self.snapshot().index::<Project>();
        let mask = Mask::of(by);
        let mut sums: FxHashMap<Shared, Sum> = FxHashMap::default();
        for row in self.rows().iter() {
            let (shared, amount) = (mask.shared(index, row), amount(index, row));
            let Some(states) = index.several.get(&row).filter(|_| shared.several) else {
                sums.entry(shared).or_default().add(amount);
                continue;
            };
            let count = states.len() as u64;
            for (number, state) in (0..).zip(states.iter()) {
                let part = match share {
                    ShareRule::Full => amount,
                    ShareRule::EqualShare => amount.map(|amount| totals::share(amount, count, number)),
                };
                let shared = Shared { state: Some(*state), several: false, ..shared };
                sums.entry(shared).or_default().add(part);
            }
        }
        let mut groups: Vec<Group> = sums.into_iter().map(|(shared, sum)| shared.group(index, sum)).collect();
        groups.sort_by_cached_key(|group| group.key(by));
        groups
    }
}

/// What a project adds to a sum.
fn amount(index: &ProjectIndex, row: u32) -> Option<u64> {
    index.budgets.value(row).filter(|_| index.cells.get(row).is_some_and(|cell| cell.counts))
}

/// What a group has in common, as the index keeps it; none where it was not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shared {
    state: Option<CountryCode>,
    /// Whether there are more states, each of which is a group's.
    several: bool,
    region: Option<RegionCode>,
    status: Option<ProjectStatus>,
    coverage: Option<Coverage>,
    project_type: Option<u32>,
    year: Option<u64>,
}

/// Which dimensions were asked for.
#[derive(Debug, Clone, Copy)]
struct Mask {
    state: bool,
    region: bool,
    status: bool,
    coverage: bool,
    project_type: bool,
    year: bool,
}

impl Mask {
    fn of(by: &[ProjectDimension]) -> Mask {
        let asked = |dimension| by.contains(&dimension);
        Mask {
            state: asked(ProjectDimension::MemberState),
            region: asked(ProjectDimension::Region),
            status: asked(ProjectDimension::Status),
            coverage: asked(ProjectDimension::Coverage),
            project_type: asked(ProjectDimension::Type),
            year: asked(ProjectDimension::Year),
        }
    }

    fn shared(&self, index: &ProjectIndex, row: u32) -> Shared {
        let cell = index.cells.get(row).copied().unwrap_or_default();
        Shared {
            state: cell.state.filter(|_| self.state),
            several: cell.several && self.state,
            region: cell.region.filter(|_| self.region),
            status: cell.status.filter(|_| self.status),
            coverage: cell.coverage.filter(|_| self.coverage),
            project_type: cell.project_type.filter(|_| self.project_type),
            year: if self.year { index.years.value(row) } else { None },
        }
    }
}

impl Shared {
    fn group(self, index: &ProjectIndex, sum: Sum) -> Group {
        Group {
            member_state: self.state,
            region: self.region,
            project_type: self.project_type.and_then(|number| index.known_types.get(number).cloned()),
            status: self.status,
            coverage: self.coverage,
            year: self.year.map(year_of),
            totals: ProjectTotals::from(sum),
        }
    }
}

impl Group {
    fn key(&self, by: &[ProjectDimension]) -> GroupKey {
        let value = |dimension: &ProjectDimension| match dimension {
            ProjectDimension::MemberState => self.member_state.map(|state| state.to_string()),
            ProjectDimension::Region => self.region.map(|region| region.to_string()),
            ProjectDimension::Type => self.project_type.as_ref().map(|kind| kind.code.clone()),
            ProjectDimension::Status => self.status.map(|status| status.as_str().to_owned()),
            ProjectDimension::Coverage => self.coverage.map(|coverage| coverage.as_str().to_owned()),
            ProjectDimension::Year => self.year.map(|year| format!("{:05}", i32::from(year) - i32::from(i16::MIN))),
        };
        by.iter().map(|dimension| value(dimension).map_or((true, String::new()), |value| (false, value))).collect()
    }
}
