//! Projects of a list, grouped.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::List;
use super::cell::Cell;
use super::index::ProjectIndex;
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
type GroupKey = Vec<(bool, SmolStr)>;

impl List<Project> {
    /// What the projects of the list come to together.
    pub fn totals(&self) -> ProjectTotals {
        let index = self.snapshot().index::<Project>();
        let (mut cells, mut budgets) = (index.cells.reader(), index.budgets.reader());
        let mut sum = Sum::default();
        self.rows().each(|row| {
            let counts = cells.get(row).is_some_and(|cell| cell.counts());
            sum.add(budgets.get(row).filter(|_| counts));
        });
        ProjectTotals::from(sum)
    }

    /// The projects of the list, grouped.
    pub fn groups(&self, by: &[ProjectDimension], share: ShareRule) -> Vec<Group> {
        let index = self.snapshot().index::<Project>();
        let (mut cells, mut budgets) = (index.cells.reader(), index.budgets.reader());
        let mask = Cell::mask(by);
        let mut sums = Sums::default();
        self.rows().each(|row| {
            let cell = cells.get(row).copied().unwrap_or_default();
            let amount = budgets.get(row).filter(|_| cell.counts());
            let shared = cell.masked(mask);
            let Some(states) = Some(row).filter(|_| shared.has_several()).and_then(|row| index.several.get(&row)) else {
                return sums.of(shared).add(amount);
            };
            let count = states.len() as u64;
            for (number, state) in (0..).zip(states.iter()) {
                let part = match share {
                    ShareRule::Full => amount,
                    ShareRule::EqualShare => amount.map(|amount| totals::share(amount, count, number)),
                };
                sums.of(shared.of_state(*state)).add(part);
            }
        });
        let mut groups: Vec<Group> = sums.all.into_iter().map(|(shared, sum)| Group::of(shared, index, sum)).collect();
        groups.sort_by_cached_key(|group| group.key(by));
        groups
    }
}

/// How many bits of a cell's hash find its group without a look into the map: most lists have far fewer groups than these tell apart.
const NEAR: u32 = 12;

/// The sums of groups.
struct Sums {
    all: Vec<(Cell, Sum)>,
    places: FxHashMap<Cell, u32>,
    /// For some bits of a cell's hash, the place of the group that was met last.
    near: Box<[u32; 1 << NEAR]>,
}

impl Default for Sums {
    fn default() -> Self {
        Sums { all: Vec::new(), places: FxHashMap::default(), near: Box::new([0; 1 << NEAR]) }
    }
}

impl Sums {
    #[inline]
    fn of(&mut self, cell: Cell) -> &mut Sum {
        let near = &mut self.near[cell.hash(NEAR)];
        if self.all.get(*near as usize).is_none_or(|(other, _)| *other != cell) {
            *near = *self.places.entry(cell).or_insert_with(|| {
                self.all.push((cell, Sum::default()));
                self.all.len() as u32 - 1
            });
        }
        &mut self.all[*near as usize].1
    }
}

impl Group {
    /// The group of what its projects share, and what they come to.
    fn of(shared: Cell, index: &ProjectIndex, sum: Sum) -> Group {
        Group {
            member_state: shared.member_state(),
            region: shared.region(),
            project_type: shared.project_type().and_then(|number| index.known_types.get(number).cloned()),
            status: shared.status(),
            coverage: shared.coverage(),
            year: shared.year(),
            totals: ProjectTotals::from(sum),
        }
    }

    fn key(&self, by: &[ProjectDimension]) -> GroupKey {
        let value = |dimension: &ProjectDimension| match dimension {
            ProjectDimension::MemberState => self.member_state.as_ref().map(|state| SmolStr::new(state.as_str())),
            ProjectDimension::Region => self.region.map(|region| SmolStr::new(region.as_str())),
            ProjectDimension::Type => self.project_type.as_ref().map(|kind| SmolStr::new(&kind.code)),
            ProjectDimension::Status => self.status.map(|status| SmolStr::new(status.as_str())),
            ProjectDimension::Coverage => self.coverage.map(|coverage| SmolStr::new(coverage.as_str())),
            ProjectDimension::Year => self.year.map(|year| format_smolstr!("{:05}", i32::from(year) - i32::from(i16::MIN))),
        };
        by.iter().map(|dimension| value(dimension).map_or((true, SmolStr::default()), |value| (false, value))).collect()
    }
}
