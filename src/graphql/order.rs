//! The order that is asked for.

use async_graphql::Result;

use super::error::{Code, refusal};
use crate::catalog::{Direction, Nulls, Order};
use crate::config::Limits;

/// One field of an order, with what is left out filled in.
pub(super) fn by<F>(field: F, direction: Option<Direction>, nulls: Option<Nulls>) -> Order<F> {
    Order { field, direction: direction.unwrap_or(Direction::Asc), nulls: nulls.unwrap_or(Nulls::Last) }
}

/// The fields of an order, if there are no more than allowed.
pub(super) fn checked<I, F>(fields: Option<Vec<I>>, limits: &Limits, order: impl Fn(I) -> Order<F>) -> Result<Vec<Order<F>>> {
    let fields = fields.unwrap_or_default();
    let most = limits.order_fields;
    if fields.len() > most {
        let message =
            format!("`orderBy` has {} fields, but at most {most} are allowed: leave out those that decide least", fields.len());
        return Err(refusal(Code::LimitExceeded, message));
    }
    Ok(fields.into_iter().map(order).collect())
}
