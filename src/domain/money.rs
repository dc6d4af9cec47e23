//! Exact amounts of money.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An exact amount in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount: Decimal,
    /// ISO 4217, upper case.
    pub currency: String,
}

/// More than anything costs, and little enough that millions of amounts can be summed.
const MOST: i64 = 1_000_000_000_000_000;
/// More decimals than any currency has.
const DECIMALS: u32 = 4;

impl Money {
    /// Whether an amount is one that something can cost: not negative, below a million billions, of four decimals at most.
    pub fn is_amount(amount: Decimal) -> bool {
        !amount.is_sign_negative() && amount < Decimal::from(MOST) && amount.normalize().scale() <= DECIMALS
    }

    /// An amount in United States dollars, the currency of the Fund, with its two decimals.
    pub fn usd(mut amount: Decimal) -> Self {
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        Money { amount, currency: "USD".to_owned() }
    }
}
