//! Rows by a number that they have: an amount, a year, a date, a moment.

use std::num::NonZeroU64;
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::Compare;
use super::lane::Lane;
use super::picked::Picked;
use crate::catalog::rows::{Reader, Rows};
use crate::catalog::{Noun, RowSet};
use crate::domain::PartialDate;

/// Into how many steps the rows are cut at most, and how many rows a step has at least.
const STEPS: usize = 128;
const LEAST: usize = 64;

/// A number as a lane keeps it: one more than it is, so that a row without one takes no room for saying so.
pub(super) type Kept = NonZeroU64;

/// A field of numbers: the rows in its order, and for a range of it the rows within.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::catalog) struct Number {
    pub(super) lane: Lane<Kept>,
    /// The rows without a number.
    without: RowSet,
    /// Numbers between which the rows are cut into steps: each is the last of its step.
    bounds: Arc<[u64]>,
    /// A binary indexed tree over the steps: the rows of the steps that each place sums up.
    steps: Arc<Vec<RowSet>>,
    /// How many rows have changed since the steps were cut.
    moved: usize,
    /// The rows of the first so many steps, put together when they are first asked for: nothing to be written down.
    #[serde(skip)]
    sums: Arc<Sums>,
}

/// For each step, the rows of all up to it.
type Sums = OnceLock<Box<[OnceLock<RowSet>]>>;

impl Number {
    pub(super) fn value(&self, row: u32) -> Option<u64> {
        self.lane.value(row).map(|kept| kept.get() - 1)
    }

    /// The values of rows that are asked for in order.
    pub(super) fn reader(&self) -> NumberReader<'_> {
        NumberReader(self.lane.reader())
    }

    pub(super) fn set(&mut self, row: u32, value: Option<u64>) {
        self.lane.set(row, value.and_then(|value| Kept::new(value.saturating_add(1))));
    }

    /// Puts the rows that changed where they belong, going on from an earlier number that is settled. Steps are cut only at the end of
    /// a class of numbers, as `class` tells: a date's year.
    pub(super) fn settle<T: Noun>(
        &mut self,
        changed: &RowSet,
        rows: &Rows<T>,
        before: (&Number, &Rows<T>),
        class: impl Fn(u64) -> u64,
    ) {
        let (number_before, rows_before) = before;
        self.lane.settle(changed, rows, (&number_before.lane, rows_before));
        *self = Number { lane: std::mem::take(&mut self.lane), ..number_before.clone() };
        for row in changed.iter() {
            if rows.all().contains(row) && self.value(row).is_none() {
                self.without.insert(row);
            } else {
                self.without.remove(row);
            }
        }
        let step = |number: &Number, rows: &Rows<T>, row| {
            number
                .value(row)
                .filter(|_| rows.all().contains(row))
                .map(|value| self.bounds.partition_point(|bound| *bound < value))
        };
        let moved = changed.iter().map(|row| (row, step(number_before, rows_before, row), step(self, rows, row)));
        let moved: Vec<_> = moved.filter(|(_, from, to)| from != to).collect();
        if moved.is_empty() {
            return;
        }
        self.sums = Arc::default();
        self.moved += moved.len();
        if self.moved > LEAST.max(rows.len() / 8) {
            self.cut(rows.len(), class);
            return;
        }
        for (row, from, to) in moved {
            let steps = Arc::make_mut(&mut self.steps);
            for place in above(from, steps.len()) {
                steps[place].remove(row);
            }
            for place in above(to, steps.len()) {
                steps[place].insert(row);
            }
        }
    }

    /// Cuts the steps anew.
    fn cut(&mut self, rows: usize, class: impl Fn(u64) -> u64) {
        let most = LEAST.max(rows / STEPS);
        let (mut bounds, mut steps, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
        let mut last = None;
        for row in self.lane.rising.iter() {
            let Some(value) = self.value(row) else { continue };
            if let Some(last) = last.filter(|last| waiting.len() >= most && class(*last) != class(value)) {
                bounds.push(last);
                steps.push(waiting.drain(..).collect::<RowSet>());
            }
            waiting.push(row);
            last = Some(value);
        }
        if let Some(last) = last {
            bounds.push(last);
            steps.push(waiting.into_iter().collect());
        }
        for place in 0..steps.len() {
            if let Some(next) = above(Some(place), steps.len()).nth(1) {
                steps[next] = steps[next].or(&steps[place]);
            }
        }
        (self.bounds, self.steps, self.moved) = (bounds.into(), Arc::new(steps), 0);
    }

    /// The rows of the steps after the first so many, up to so many. What both ends have in common is not put together only to be
    /// taken away again.
    fn steps(&self, mut after: usize, mut upto: usize) -> RowSet {
        let mut rows = RowSet::default();
        while upto > after {
            rows = rows.or(&self.steps[upto - 1]);
            upto &= upto - 1;
        }
        while after > upto {
            rows = rows.without(&self.steps[after - 1]);
            after &= after - 1;
        }
        rows
    }

    /// The rows whose number compares, where `low` and `high` tell the first and the last number that a wanted value stands for.
    pub(super) fn picked<V: Copy>(&self, compare: &Compare<V>, low: impl Fn(V) -> i128, high: impl Fn(V) -> i128) -> Picked {
        let range = |wanted: V| self.between(low(wanted), high(wanted));
        let any = |wanted: &[V]| wanted.iter().fold(RowSet::default(), |union, wanted| union.or(&range(*wanted)));
        match compare {
            Compare::Eq(wanted) => Picked::In(range(*wanted)),
            Compare::Ne(unwanted) => Picked::Out(range(*unwanted)),
            Compare::In(wanted) => Picked::In(any(wanted)),
            Compare::NotIn(unwanted) => Picked::Out(any(unwanted)),
            Compare::Lt(bound) => Picked::In(self.between(0, low(*bound) - 1)),
            Compare::Lte(bound) => Picked::In(self.between(0, high(*bound))),
            // There is no need to put all the others together.
            Compare::Gt(bound) => Picked::Out(self.between(0, high(*bound)).or(&self.without)),
            Compare::Gte(bound) => Picked::Out(self.between(0, low(*bound) - 1).or(&self.without)),
            Compare::IsNull(true) => Picked::In(self.without.clone()),
            Compare::IsNull(false) => Picked::Out(self.without.clone()),
            // Only texts have parts.
            Compare::Contains(_) | Compare::StartsWith(_) => Picked::none(),
        }
    }

    /// The rows with a number, or without any.
    pub(super) fn equal(&self, value: Option<u64>) -> Picked {
        match value {
            Some(value) => Picked::In(self.between(value.into(), value.into())),
            None => Picked::In(self.without.clone()),
        }
    }

    /// The rows with a number from one to another.
    fn between(&self, low: i128, high: i128) -> RowSet {
        let number = |number: i128| u64::try_from(number.clamp(0, i128::from(u64::MAX))).expect("it is clamped");
        if high < low.max(0) {
            return RowSet::default();
        }
        match number(low).checked_sub(1).filter(|_| low > 0) {
            Some(below) => self.upto(number(high), below),
            None => self.upto_from_start(number(high)),
        }
    }

    /// The rows with a number up to one and above another.
    fn upto(&self, high: u64, below: u64) -> RowSet {
        let (first, last) = (self.whole_steps(below), self.whole_steps(high));
        if first == last {
            return self.walked(Bound::Excluded(below), high);
        }
        self.steps(first, last).or(&self.rest(last, high)).without(&self.rest(first, below))
    }

    /// The rows with a number up to one.
    fn upto_from_start(&self, high: u64) -> RowSet {
        let whole = self.whole_steps(high);
        let rest = self.rest(whole, high);
        let Some(last) = whole.checked_sub(1) else { return rest };
        let sums = self.sums.get_or_init(|| self.steps.iter().map(|_| OnceLock::new()).collect());
        sums[last].get_or_init(|| self.steps(0, whole)).or(&rest)
    }

    /// How many steps have no number above one.
    fn whole_steps(&self, high: u64) -> usize {
        self.bounds.partition_point(|bound| *bound <= high)
    }

    /// The rows beyond so many whole steps with a number up to one.
    fn rest(&self, whole: usize, high: u64) -> RowSet {
        match whole.checked_sub(1) {
            Some(last) => self.walked(Bound::Excluded(self.bounds[last]), high),
            None => self.walked(Bound::Unbounded, high),
        }
    }

    /// The last number of the steps at the beginning that have none of some rows; none where the first step has one.
    pub(super) fn last_skipped(&self, picked: &RowSet) -> Option<u64> {
        let skipped = self.descend(|rows| picked.shared(rows) == 0);
        Some(self.bounds[skipped.checked_sub(1)?])
    }

    /// The last number of the last step that has any of some rows; none where rows beyond all steps, or none at all, are among
    /// them.
    pub(super) fn last_reached(&self, picked: &RowSet) -> Option<u64> {
        let last = *self.bounds.last()?;
        let beyond = self.lane.rising.gap(|row| self.value(row).is_some_and(|value| value <= last));
        if self.lane.rising.from(beyond).any(|row| picked.contains(row)) {
            return None;
        }
        let mut left: usize = summed(self.steps.len()).map(|place| picked.shared(&self.steps[place])).sum();
        let before = self.descend(|rows| {
            let here = picked.shared(rows);
            // The step with the last of them is not passed.
            let is_passed = here < left;
            left -= if is_passed { here } else { 0 };
            is_passed
        });
        self.bounds.get(before).copied()
    }

    /// How many steps are passed, where it is told of the rows of more and more of them whether they all are.
    fn descend(&self, mut are_passed: impl FnMut(&RowSet) -> bool) -> usize {
        let mut passed = 0;
        let mut stride = self.steps.len().checked_ilog2().map_or(0, |log| 1 << log);
        while stride > 0 {
            if passed + stride <= self.steps.len() && are_passed(&self.steps[passed + stride - 1]) {
                passed += stride;
            }
            stride /= 2;
        }
        passed
    }

    /// The rows of a short stretch, one by one.
    fn walked(&self, above: Bound<u64>, high: u64) -> RowSet {
        let start = match above {
            Bound::Excluded(above) => self.lane.rising.gap(|row| self.value(row).is_some_and(|value| value <= above)),
            _ => self.lane.rising.start(),
        };
        self.lane.rising.from(start).take_while(|row| self.value(*row).is_some_and(|value| value <= high)).collect()
    }
}

/// See [`Number::reader`].
#[derive(Debug)]
pub(super) struct NumberReader<'a>(Reader<'a, Option<Kept>>);

impl NumberReader<'_> {
    pub(super) fn get(&mut self, row: u32) -> Option<u64> {
        (*self.0.get(row)?).map(|kept| kept.get() - 1)
    }
}

/// The places of a binary indexed tree that together sum up its first so many steps.
fn summed(count: usize) -> impl Iterator<Item = usize> {
    let some = |count: usize| (count > 0).then_some(count);
    std::iter::successors(some(count), move |count| some(count & (count - 1))).map(|count| count - 1)
}

/// The places of a binary indexed tree of some length that sum up a step; none where it lies beyond them.
fn above(step: Option<usize>, length: usize) -> impl Iterator<Item = usize> {
    let next = move |place: &usize| Some(place + ((place + 1) & (place + 1).wrapping_neg()));
    std::iter::successors(step, next).take_while(move |place| *place < length)
}

/// A year as a number that grows with it.
pub(super) fn year(year: i16) -> u64 {
    (i64::from(year) - i64::from(i16::MIN)).unsigned_abs()
}

/// The year that a number stands for.
pub(super) fn year_of(number: u64) -> i16 {
    i16::try_from(i64::try_from(number).unwrap_or(i64::MAX).saturating_add(i64::from(i16::MIN))).unwrap_or(i16::MAX)
}

/// A date as a number that grows with it: a year stands before its months, and a month before its days.
pub(super) fn date(date: PartialDate) -> u64 {
    let part = |part: Option<u8>| u64::from(part.unwrap_or_default());
    year(date.year()) * DATES_OF_A_YEAR + part(date.month()) * 100 + part(date.day())
}

/// How far the numbers of the same date in two years that follow one another are apart.
const DATES_OF_A_YEAR: u64 = 10_000;

/// The last number of the year that a date's number lies in.
pub(super) fn end_of_year(number: u64) -> u64 {
    number / DATES_OF_A_YEAR * DATES_OF_A_YEAR + DATES_OF_A_YEAR - 1
}

/// How many parts of an amount are told apart: it has four decimals at most.
pub(super) const PARTS: u64 = 10_000;

/// An amount as a number.
pub(super) fn amount(amount: Decimal) -> u64 {
    (amount * Decimal::from(PARTS)).to_u64().unwrap_or(u64::MAX - 1)
}

/// A moment as a number.
pub(super) fn micros(moment: Timestamp) -> u64 {
    moment.as_microsecond().cast_unsigned() ^ (1 << 63)
}

impl Number {
    /// The rows whose amount compares.
    pub(super) fn amounts(&self, compare: &Compare<Decimal>) -> Picked {
        let parts = |amount: Decimal, round: fn(&Decimal) -> Decimal| {
            let most = Decimal::from(u64::MAX);
            let parts = amount
                .checked_mul(Decimal::from(PARTS))
                .map_or(if amount.is_sign_negative() { -most } else { most }, |parts| round(&parts));
            parts.to_i128().expect("it has no decimals, and a decimal is below 2^96")
        };
        self.picked(compare, |amount| parts(amount, Decimal::ceil), |amount| parts(amount, Decimal::floor))
    }

    /// The rows whose year compares.
    pub(super) fn years(&self, compare: &Compare<i64>) -> Picked {
        let number = |wanted: i64| i128::from(wanted) - i128::from(i16::MIN);
        self.picked(compare, number, number)
    }

    /// The rows whose date's year compares.
    pub(super) fn years_of_dates(&self, compare: &Compare<i64>) -> Picked {
        let first = |wanted: i64| (i128::from(wanted) - i128::from(i16::MIN)) * i128::from(DATES_OF_A_YEAR);
        self.picked(compare, first, |wanted| first(wanted) + i128::from(DATES_OF_A_YEAR) - 1)
    }

    /// The rows whose moment is later than one.
    pub(super) fn after(&self, moment: Timestamp) -> Picked {
        // Moments are kept to the microsecond: what is later by less is not.
        let number = i128::from(micros(moment));
        self.picked(&Compare::Gt(number), |wanted| wanted, |wanted| wanted)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::along::Along;
    use super::super::order::Direction;
    use super::*;
    use crate::domain::Project;

    /// Rows with numbers, changed in two goes: the first many at once, the second few.
    fn changed(first: &[Option<u64>], second: &[(usize, Option<u64>)]) -> (Number, Rows<Project>, Vec<Option<u64>>) {
        let (mut number, mut rows) = (Number::default(), Rows::<Project>::new(Arc::default()));
        let mut values = first.to_vec();
        for (row, value) in first.iter().enumerate() {
            let project = Arc::new(Project::new(format!("P{row:05}")));
            let row = rows.put(&project.code.clone(), 1, Timestamp::UNIX_EPOCH, Some(project));
            number.set(row, *value);
        }
        let (before, empty) = (Number::default(), Rows::new(Arc::default()));
        number.settle(rows.all(), &rows, (&before, &empty), |number| number / 10);
        // What was summed up before must not be taken for what there is afterwards.
        (0..50).for_each(|tenth| drop(number.between(0, tenth * 10)));
        let before = number.clone();
        for (row, value) in second {
            let row = row % values.len();
            values[row] = *value;
            number.set(row as u32, *value);
        }
        let changed = second.iter().map(|(row, _)| (row % values.len()) as u32).collect();
        number.settle(&changed, &rows, (&before, &rows), |number| number / 10);
        (number, rows, values)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_range_has_the_rows_whose_numbers_lie_in_it(
            first in prop::collection::vec(prop::option::of(0_u64..500), 2_500..5_000),
            second in prop::collection::vec((0_usize..5_000, prop::option::of(0_u64..600)), 0..60),
            ranges in prop::collection::vec((-10_i128..600, -10_i128..600), 12),
            picked in (0_i128..500, 0_i128..600),
        ) {
            let (number, rows, values) = changed(&first, &second);
            prop_assert!(!number.steps.is_empty());
            for (low, high) in ranges.into_iter().chain([(0, i128::MAX), (i128::MIN, 250), (600, 700)]) {
                let found: Vec<u32> = number.between(low, high).iter().collect();
                let wanted = |value: &Option<u64>| value.is_some_and(|value| (low..=high).contains(&i128::from(value)));
                let expected: Vec<u32> = (0..).zip(&values).filter(|(_, value)| wanted(value)).map(|(row, _)| row).collect();
                prop_assert_eq!(found, expected, "{} to {}", low, high);
            }
            // No picked row is leapt over, whichever way a walk goes.
            let picked: RowSet = number.between(picked.0, picked.1).iter().filter(|row| row % 3 == 0).collect();
            for (direction, down) in [(Direction::Asc, true), (Direction::Asc, false), (Direction::Desc, true), (Direction::Desc, false)] {
                let sorted = number.sorted(direction);
                let Some(gap) = number.leap(&picked, direction, down) else { continue };
                let left_out = if down { sorted.down_from(gap).collect::<Vec<_>>() } else { sorted.from(gap).collect() };
                prop_assert!(left_out.iter().all(|row| !picked.contains(*row)), "{:?} {}", direction, down);
            }
            let mut expected: Vec<(u64, u32)> = (0..).zip(&values).filter_map(|(row, value)| Some(((*value)?, row))).collect();
            expected.sort_unstable();
            let sorted: Vec<u32> = number.lane.rising.iter().collect();
            prop_assert_eq!(sorted, expected.into_iter().map(|(_, row)| row).collect::<Vec<_>>());
            prop_assert_eq!(rows.len(), values.len());
        }
    }
}
