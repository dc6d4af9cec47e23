//! What the projects of a list come to together.

use rust_decimal::{Decimal, RoundingStrategy};

use super::number::PARTS;
use crate::domain::Project;

/// The currency that is summed: the Fund's own.
const CURRENCY: &str = "USD";
/// Cents.
const DECIMALS: u32 = 2;
const CENT: u64 = PARTS / 10_u64.pow(DECIMALS);

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
    /// The average of the budgets there are, to the cent.
    pub fn average(&self) -> Option<Decimal> {
        let budgets = Decimal::from(self.projects - self.without_budget);
        let average = self.budget.checked_div(budgets)?;
        Some(average.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointNearestEven))
    }
}

/// A sum in the making, in the parts of [`PARTS`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    projects: usize,
    budgets: usize,
    budget: u128,
    smallest: u64,
    largest: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Sum { projects: 0, budgets: 0, budget: 0, smallest: u64::MAX, largest: 0 }
    }
}

impl Sum {
    /// Adds a project with what it has of a budget.
    pub(super) fn add(&mut self, amount: Option<u64>) {
        self.projects += 1;
        let Some(amount) = amount else { return };
        self.budgets += 1;
        self.budget += u128::from(amount);
        self.smallest = self.smallest.min(amount);
        self.largest = self.largest.max(amount);
    }
}

impl From<Sum> for ProjectTotals {
    fn from(sum: Sum) -> Self {
        let any = |amount: u64| (sum.budgets > 0).then(|| decimal(amount.into()));
        ProjectTotals {
            projects: sum.projects,
            without_budget: sum.projects - sum.budgets,
            budget: decimal(sum.budget),
            smallest: any(sum.smallest),
            largest: any(sum.largest),
        }
    }
}

/// A sum of parts as an amount: to the cent, unless it has smaller parts.
fn decimal(parts: u128) -> Decimal {
    // Most are whole cents.
    if let Ok(parts) = u64::try_from(parts)
        && parts.is_multiple_of(CENT)
    {
        return Decimal::new((parts / CENT) as i64, DECIMALS);
    }
    let amount = i128::try_from(parts).ok().and_then(|parts| Decimal::try_from_i128_with_scale(parts, PARTS.ilog10()).ok());
    let mut amount = amount.unwrap_or(Decimal::MAX).normalize();
    amount.rescale(amount.scale().max(DECIMALS));
    amount
}

/// Whether a project's budget is summed.
pub(in crate::catalog) fn counts(project: &Project) -> bool {
    project.budget.as_ref().is_some_and(|budget| budget.currency == CURRENCY)
}

/// The share of one of several in an amount: equal parts that sum to it to the cent, the first ones a cent larger where it does not
/// divide.
pub(super) fn share(amount: u64, count: u64, number: u64) -> u64 {
    // An amount with smaller parts than cents is divided in those.
    let unit = if amount.is_multiple_of(CENT) { CENT } else { 1 };
    let whole = amount / unit;
    (whole / count + u64::from(number < whole % count)) * unit
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_average_is_of_the_budgets_there_are() {
        assert_eq!(ProjectTotals::default().average(), None);
        let mut sum = Sum::default();
        for cents in [Some(1000), None, Some(1), Some(2)] {
            sum.add(cents.map(|cents: u64| cents * CENT));
        }
        let totals = ProjectTotals::from(sum);
        assert_eq!((totals.projects, totals.without_budget), (4, 1));
        assert_eq!(totals.average(), Some("3.34".parse().unwrap()));
        assert_eq!((totals.smallest, totals.largest), (Some("0.01".parse().unwrap()), Some("10.00".parse().unwrap())));
        assert_eq!(totals.budget.to_string(), "10.03");
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_whole_and_differ_by_a_cent_at_most(amount in 0u64..10_000_000_000, in_cents: bool, count in 1u64..20) {
            let unit = CENT;
            let amount = if in_cents { amount * unit } else { amount };
            let shares: Vec<u64> = (0..count).map(|number| share(amount, count, number)).collect();
            prop_assert_eq!(shares.iter().sum::<u64>(), amount);
            let apart = shares[0] - shares[shares.len() - 1];
            prop_assert!(apart <= 1 || apart == unit && amount.is_multiple_of(unit));
            prop_assert!(!in_cents || shares.iter().all(|share| share % unit == 0));
        }
    }
}
