//! Rows by a number that they have: an amount, a year, a date, a moment.

use std::num::NonZeroU64;
use std::ops::Bound;

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Compare;
use super::lane::Lane;
use super::picked::Picked;
use crate::catalog::rows::Rows;
use crate::catalog::{Noun, RowSet};
use crate::domain::PartialDate;

/// Into how many steps the rows are cut at most, and how many rows a step has at least.
const STEPS: usize = 128;
const LEAST: usize = 1024;

/// A number as a lane keeps it: one more than it is, so that a row without one takes no room for saying so.
pub(super) type Kept = NonZeroU64;

/// A field of numbers: the rows in its order, and for a range of it the rows within.
#[derive(Debug, Clone, Default)]
pub(in crate::catalog) struct Number {
    pub(super) lane: Lane<Kept>,
    /// At some numbers, the rows that have this one or a smaller.
    steps: Vec<(u64, RowSet)>,
    /// How many rows have changed since the steps were cut.
    moved: usize,
}

impl Number {
    pub(super) fn value(&self, row: u32) -> Option<u64> {
        self.lane.value(row).map(|kept| kept.get() - 1)
    }

    pub(super) fn set(&mut self, row: u32, value: Option<u64>) {
        self.lane.set(row, value.and_then(|value| Kept::new(value.saturating_add(1))));
    }

    /// Puts the rows that changed where they belong. Steps are cut only at the end of a class of numbers, as `class` tells: a
    /// date's year.
    pub(super) fn settle<T: Noun>(
        &mut self,
        changed: &RowSet,
        rows: &Rows<T>,
        before: (&Number, &Rows<T>),
        class: impl Fn(u64) -> u64,
    ) {
        self.lane.settle(changed, rows, (&before.0.lane, before.1));
        self.moved += changed.len();
        if self.moved > LEAST.max(rows.len() / 8) {
            self.cut(rows.len(), class);
            return;
        }
        for row in changed.iter() {
            let value = self.value(row).filter(|_| rows.all().contains(row));
            for (bound, upto) in &mut self.steps {
                if value.is_some_and(|value| value <= *bound) {
                    upto.insert(row);
                } else {
                    upto.remove(row);
                }
            }
        }
    }

    /// Cuts the steps anew.
    fn cut(&mut self, rows: usize, class: impl Fn(u64) -> u64) {
        let most = LEAST.max(rows / STEPS);
        let (mut steps, mut upto, mut waiting) = (Vec::new(), RowSet::default(), Vec::new());
        let mut last = None;
        for row in self.lane.rising.iter() {
            let Some(value) = self.value(row) else { continue };
            if let Some(last) = last.filter(|last| waiting.len() >= most && class(*last) != class(value)) {
                upto = upto.or(&waiting.drain(..).collect());
                steps.push((last, upto.clone()));
            }
            waiting.push(row);
            last = Some(value);
        }
        if let Some(last) = last {
            steps.push((last, upto.or(&waiting.into_iter().collect())));
        }
        (self.steps, self.moved) = (steps, 0);
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
            Compare::Gt(bound) => Picked::In(self.between(high(*bound) + 1, i128::MAX)),
            Compare::Gte(bound) => Picked::In(self.between(low(*bound), i128::MAX)),
            Compare::IsNull(wanted) => {
                let with = self.between(0, i128::MAX);
                if *wanted { Picked::Out(with) } else { Picked::In(with) }
            }
            // Only texts have parts.
            Compare::Contains(_) | Compare::StartsWith(_) => Picked::none(),
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
        let [first, last] = [below, high].map(|number| self.steps.partition_point(|(bound, _)| *bound <= number));
        if first == last {
            return self.walked(Bound::Excluded(below), high);
        }
        self.upto_from_start(high).without(&self.upto_from_start(below))
    }

    /// The rows with a number up to one.
    fn upto_from_start(&self, high: u64) -> RowSet {
        match self.steps[..self.steps.partition_point(|(bound, _)| *bound <= high)].last() {
            Some((bound, upto)) => upto.or(&self.walked(Bound::Excluded(*bound), high)),
            None => self.walked(Bound::Unbounded, high),
        }
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
