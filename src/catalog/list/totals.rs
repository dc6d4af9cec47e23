//! What the projects of a list come to together.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::Project;

/// The currency that is summed: the Fund's own.
const CURRENCY: &str = "USD";
/// Cents.
const DECIMALS: u32 = 2;

/// What some projects come to together. Amounts are exact and in US dollars.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectTotals {
    /// How many projects there are.
    pub projects: usize,
    /// How many of them have no budget in US dollars.
    pub without_budget: usize,
    pub budget: Decimal,
    pub smallest: Option<Decimal>,
    pub largest: Option<Decimal>,
}

impl ProjectTotals {
    pub(super) fn of<'a>(projects: impl Iterator<Item = &'a Project>) -> ProjectTotals {
        let mut totals = ProjectTotals::default();
        projects.for_each(|project| totals.add(amount(project)));
        totals
    }

    /// Adds a project with what it has of a budget.
    pub(super) fn add(&mut self, amount: Option<Decimal>) {
        self.projects += 1;
        let Some(amount) = amount else {
            self.without_budget += 1;
            return;
        };
        self.budget += amount;
        self.smallest = Some(self.smallest.map_or(amount, |smallest| smallest.min(amount)));
        self.largest = Some(self.largest.map_or(amount, |largest| largest.max(amount)));
    }

    /// The average of the budgets there are, to the cent.
    pub fn average(&self) -> Option<Decimal> {
        let budgets = Decimal::from(self.projects - self.without_budget);
        let average = self.budget.checked_div(budgets)?;
        Some(average.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointNearestEven))
    }
}

/// What a project adds to a sum.
pub(super) fn amount(project: &Project) -> Option<Decimal> {
    project.budget.as_ref().filter(|budget| budget.currency == CURRENCY).map(|budget| budget.amount)
}

/// An amount in equal parts that sum to it to the cent, the first ones a cent larger where it does not divide.
pub(super) fn parts(amount: Decimal, count: usize) -> Vec<Decimal> {
    let scale = amount.scale().max(DECIMALS);
    let mut whole = amount;
    whole.rescale(scale);
    let (each, over) = (whole.mantissa() / count as i128, whole.mantissa() % count as i128);
    (0..count as i128).map(|part| Decimal::from_i128_with_scale(each + i128::from(part < over), scale)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_average_is_of_the_budgets_there_are() {
        let mut totals = ProjectTotals::default();
        assert_eq!(totals.average(), None);
        for amount in [Some("10.00"), None, Some("0.01"), Some("0.02")] {
            totals.add(amount.map(|amount| amount.parse().unwrap()));
        }
        assert_eq!((totals.projects, totals.without_budget), (4, 1));
        assert_eq!(totals.average(), Some("3.34".parse().unwrap()));
        assert_eq!((totals.smallest, totals.largest), (Some("0.01".parse().unwrap()), Some("10.00".parse().unwrap())));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_and_differ_by_a_cent_at_most(cents in 0i64..10_000_000_000, count in 1usize..20) {
            let amount = Decimal::new(cents, 2);
            let parts = parts(amount, count);
            prop_assert_eq!(parts.len(), count);
            prop_assert_eq!(parts.iter().sum::<Decimal>(), amount);
            prop_assert!(parts[0] - parts[count - 1] <= Decimal::new(1, 2));
        }
    }
}
