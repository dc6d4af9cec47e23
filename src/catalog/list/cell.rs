//! What a project is grouped by, packed into one number.

use serde::{Deserialize, Serialize};

use super::ProjectDimension;
use super::number::{year, year_of};
use super::totals;
use crate::domain::{CountryCode, Coverage, Project, ProjectStatus, RegionCode};

/// The values of a project in all dimensions but for the states after its first one. Some of the dimensions are put out by a mask, so
/// that a group is told by a number, and the next row by one look at its cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Cell(u64);

/// Whether there are more states than one.
const SEVERAL: u64 = 1 << 62;
/// Whether the budget is one that is summed.
const COUNTS: u64 = 1 << 63;

/// Where the bits of a dimension begin, and how many they are. A value is kept as one more than its number, so that 0 is for none.
fn bits(dimension: ProjectDimension) -> (u32, u32) {
    match dimension {
        ProjectDimension::Type => (0, 24),
        ProjectDimension::Year => (24, 17),
        ProjectDimension::MemberState => (41, 10),
        ProjectDimension::Region => (51, 4),
        ProjectDimension::Status => (55, 3),
        ProjectDimension::Coverage => (58, 4),
    }
}

impl Cell {
    /// The cell of a project with the number of its type, of which there are less than 16,777,215.
    pub(super) fn of(project: &Project, project_type: Option<u32>) -> Cell {
        let state = project.member_states.first().map(|state| number_of_state(*state));
        let cell = Cell::default()
            .with(ProjectDimension::MemberState, state)
            .with(ProjectDimension::Region, project.region.map(|region| region as u64))
            .with(ProjectDimension::Type, project_type.map(u64::from))
            .with(ProjectDimension::Status, project.status.map(|status| status as u64))
            .with(ProjectDimension::Coverage, project.coverage.map(|coverage| coverage as u64))
            .with(ProjectDimension::Year, project.year.map(year));
        let flag = |flag: u64, is_set: bool| if is_set { flag } else { 0 };
        Cell(cell.0 | flag(SEVERAL, project.member_states.len() > 1) | flag(COUNTS, totals::counts(project)))
    }

    /// The mask that leaves some dimensions, and whether there are several states where these are among them.
    pub(super) fn mask(dimensions: &[ProjectDimension]) -> Cell {
        let bits = |dimension: &ProjectDimension| {
            let (shift, width) = bits(*dimension);
            let several = if *dimension == ProjectDimension::MemberState { SEVERAL } else { 0 };
            (((1 << width) - 1) << shift) | several
        };
        Cell(dimensions.iter().map(bits).fold(0, |mask, bits| mask | bits))
    }

    /// What a mask leaves.
    pub(super) fn masked(self, mask: Cell) -> Cell {
        Cell(self.0 & mask.0)
    }

    /// So many bits in which all dimensions have a part: the highest, since those of a product tell of no higher ones of its factors.
    pub(super) fn hash(self, bits: u32) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - bits)) as usize
    }

    /// Whether the budget is one that is summed.
    pub(super) fn counts(self) -> bool {
        self.0 & COUNTS != 0
    }

    /// Whether there are more states than one.
    pub(super) fn has_several(self) -> bool {
        self.0 & SEVERAL != 0
    }

    /// The cell as one of a single state.
    pub(super) fn of_state(self, state: CountryCode) -> Cell {
        Cell(self.0 & !SEVERAL).with(ProjectDimension::MemberState, Some(number_of_state(state)))
    }

    fn with(self, dimension: ProjectDimension, number: Option<u64>) -> Cell {
        let (shift, width) = bits(dimension);
        let value = number.map_or(0, |number| number + 1);
        debug_assert!(value >> width == 0, "{dimension:?} has room for {number:?}");
        Cell(self.0 & !(((1 << width) - 1) << shift) | value << shift)
    }

    fn number(self, dimension: ProjectDimension) -> Option<u64> {
        let (shift, width) = bits(dimension);
        (self.0 >> shift & ((1 << width) - 1)).checked_sub(1)
    }

    pub(super) fn member_state(self) -> Option<CountryCode> {
        self.number(ProjectDimension::MemberState).and_then(state_of_number)
    }

    pub(super) fn region(self) -> Option<RegionCode> {
        self.number(ProjectDimension::Region).and_then(|number| RegionCode::ALL.get(number as usize).copied())
    }

    /// The number of the type.
    pub(super) fn project_type(self) -> Option<u32> {
        self.number(ProjectDimension::Type).map(|number| number as u32)
    }

    pub(super) fn status(self) -> Option<ProjectStatus> {
        self.number(ProjectDimension::Status).and_then(|number| ProjectStatus::ALL.get(number as usize).copied())
    }

    pub(super) fn coverage(self) -> Option<Coverage> {
        self.number(ProjectDimension::Coverage).and_then(|number| Coverage::ALL.get(number as usize).copied())
    }

    pub(super) fn year(self) -> Option<i16> {
        self.number(ProjectDimension::Year).map(year_of)
    }
}

/// The letters of the alphabet.
const LETTERS: u64 = 26;

/// A state's two letters as a number.
fn number_of_state(state: CountryCode) -> u64 {
    state.as_str().bytes().fold(0, |number, letter| number * LETTERS + u64::from(letter - b'A'))
}

fn state_of_number(number: u64) -> Option<CountryCode> {
    let letter = |number: u64| char::from(b'A' + number as u8);
    [letter(number / LETTERS), letter(number % LETTERS)].iter().collect::<String>().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::Money;

    const ALL: [ProjectDimension; 6] = [
        ProjectDimension::MemberState,
        ProjectDimension::Region,
        ProjectDimension::Type,
        ProjectDimension::Status,
        ProjectDimension::Coverage,
        ProjectDimension::Year,
    ];

    #[test]
    fn groups_that_differ_in_one_dimension_alone_are_told_apart_by_a_few_bits() {
        let hashes = |cells: Vec<Cell>| cells.iter().map(|cell| cell.hash(12)).collect::<BTreeSet<_>>().len();
        let with = |dimension, values: u64| (0..values).map(|value| Cell::default().with(dimension, Some(value))).collect();
        assert_eq!(ALL.map(|dimension| hashes(with(dimension, 6))), [6; 6]);
    }

    proptest! {
        #[test]
        fn a_cell_has_what_was_put_into_it_and_a_mask_leaves_what_it_names(
            states in prop::collection::vec(prop::sample::select(CountryCode::all().collect::<Vec<_>>()), 0..3),
            region in prop::option::of(prop::sample::select(RegionCode::ALL.to_vec())),
            status in prop::option::of(prop::sample::select(ProjectStatus::ALL.to_vec())),
            coverage in prop::option::of(prop::sample::select(Coverage::ALL.to_vec())),
            kind in prop::option::of(0_u32..16_777_215),
            year: Option<i16>,
            counts: bool,
            dimensions in prop::sample::subsequence(ALL.to_vec(), 0..=6),
        ) {
            let budget = counts.then(|| Money::usd(1.into()));
            let project = Project { member_states: states.clone(), region, status, coverage, year, budget, ..Project::new("P") };
            let cell = Cell::of(&project, kind).masked(Cell::mask(&dimensions));
            let asked = |dimension: ProjectDimension| dimensions.contains(&dimension);
            prop_assert_eq!(cell.member_state(), states.first().copied().filter(|_| asked(ProjectDimension::MemberState)));
            prop_assert_eq!(cell.has_several(), states.len() > 1 && asked(ProjectDimension::MemberState));
            prop_assert_eq!(cell.region(), region.filter(|_| asked(ProjectDimension::Region)));
            prop_assert_eq!(cell.status(), status.filter(|_| asked(ProjectDimension::Status)));
            prop_assert_eq!(cell.coverage(), coverage.filter(|_| asked(ProjectDimension::Coverage)));
            prop_assert_eq!(cell.project_type(), kind.filter(|_| asked(ProjectDimension::Type)));
            prop_assert_eq!(cell.year(), year.filter(|_| asked(ProjectDimension::Year)));
            prop_assert_eq!(Cell::of(&project, kind).counts(), counts);
            for state in states {
                let of_state = cell.of_state(state);
                prop_assert!(of_state.member_state() == Some(state) && !of_state.has_several() && of_state.year() == cell.year());
            }
        }
    }
}
