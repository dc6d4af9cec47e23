//! The operators of filters. All that are given in one filter must hold.

use async_graphql::{InputObject, InputType};

use super::scalars::{CountryCode, Decimal};
use crate::catalog::{Compare, Filter};
use crate::domain::{self, Coverage, ProjectStatus, RegionCode, fold};

/// Compares numbers. All operators that are given must hold.
#[derive(Debug, Clone, InputObject)]
#[graphql(concrete(name = "IntFilter", params(i64)), concrete(name = "DecimalFilter", params(Decimal)))]
pub struct NumberFilter<V: InputType> {
    /// Is this.
    eq: Option<V>,
    /// Is not this; also true where there is no value.
    ne: Option<V>,
    /// Is one of these.
    #[graphql(name = "in")]
    any_of: Option<Vec<V>>,
    /// Is none of these; also true where there is no value.
    not_in: Option<Vec<V>>,
    /// Is less than this.
    lt: Option<V>,
    /// Is this or less.
    lte: Option<V>,
    /// Is more than this.
    gt: Option<V>,
    /// Is this or more.
    gte: Option<V>,
    /// Whether there is no value.
    is_null: Option<bool>,
}

/// Compares texts. All operators that are given must hold.
#[derive(Debug, Clone, InputObject)]
pub struct StringFilter {
    /// Is exactly this.
    eq: Option<String>,
    /// Is not exactly this; also true where there is no value.
    ne: Option<String>,
    /// Is exactly one of these.
    #[graphql(name = "in")]
    any_of: Option<Vec<String>>,
    /// Is exactly none of these; also true where there is no value.
    not_in: Option<Vec<String>>,
    /// Has this somewhere in it, whatever its accents and case.
    contains: Option<String>,
    /// Begins with this, whatever its accents and case.
    starts_with: Option<String>,
    /// Whether there is no value.
    is_null: Option<bool>,
}

/// Compares codes. All operators that are given must hold. Where a record has several values, any of them may be the wanted one
/// and none of them an unwanted one.
#[derive(Debug, Clone, InputObject)]
#[graphql(
    concrete(name = "ProjectStatusFilter", params(ProjectStatus)),
    concrete(name = "CoverageFilter", params(Coverage)),
    concrete(name = "RegionFilter", params(RegionCode)),
    concrete(name = "CountryFilter", params(CountryCode))
)]
pub struct CodeFilter<V: InputType> {
    /// Is this.
    eq: Option<V>,
    /// Is not this; also true where there is no value.
    ne: Option<V>,
    /// Is one of these.
    #[graphql(name = "in")]
    any_of: Option<Vec<V>>,
    /// Is none of these; also true where there is no value.
    not_in: Option<Vec<V>>,
    /// Whether there is no value.
    is_null: Option<bool>,
}

/// The comparisons that a filter asks for, each made a test.
pub(super) trait Comparisons<V> {
    fn comparisons(self) -> Vec<Compare<V>>;

    /// All of the comparisons must hold.
    fn tests<T>(self, test: impl Fn(Compare<V>) -> T) -> Vec<Filter<T>>
    where
        Self: Sized,
    {
        self.comparisons().into_iter().map(|compare| Filter::Test(test(compare))).collect()
    }
}

impl Comparisons<i64> for NumberFilter<i64> {
    fn comparisons(self) -> Vec<Compare<i64>> {
        number(self, |value| value)
    }
}

impl Comparisons<rust_decimal::Decimal> for NumberFilter<Decimal> {
    fn comparisons(self) -> Vec<Compare<rust_decimal::Decimal>> {
        number(self, |value| value.0)
    }
}

impl Comparisons<String> for StringFilter {
    fn comparisons(self) -> Vec<Compare<String>> {
        let StringFilter { eq, ne, any_of, not_in, contains, starts_with, is_null } = self;
        given([
            eq.map(Compare::Eq),
            ne.map(Compare::Ne),
            any_of.map(Compare::In),
            not_in.map(Compare::NotIn),
            contains.map(|part| Compare::Contains(fold(&part))),
            starts_with.map(|start| Compare::StartsWith(fold(&start))),
            is_null.map(Compare::IsNull),
        ])
    }
}

macro_rules! code_comparisons {
    ($($code:ty),+) => {
        $(impl Comparisons<$code> for CodeFilter<$code> {
            fn comparisons(self) -> Vec<Compare<$code>> {
                code(self, Some)
            }
        })+
    };
}

code_comparisons!(ProjectStatus, Coverage, RegionCode);

/// A code that no state has is no record's: it is not found, and it is in the way of nothing.
impl Comparisons<domain::CountryCode> for CodeFilter<CountryCode> {
    fn comparisons(self) -> Vec<Compare<domain::CountryCode>> {
        code(self, |code| code.state().ok())
    }
}

fn number<V: InputType, C>(filter: NumberFilter<V>, value: impl Fn(V) -> C) -> Vec<Compare<C>> {
    let NumberFilter { eq, ne, any_of, not_in, lt, lte, gt, gte, is_null } = filter;
    let values = |values: Vec<V>| values.into_iter().map(&value).collect();
    given([
        eq.map(&value).map(Compare::Eq),
        ne.map(&value).map(Compare::Ne),
        any_of.map(values).map(Compare::In),
        not_in.map(values).map(Compare::NotIn),
        lt.map(&value).map(Compare::Lt),
        lte.map(&value).map(Compare::Lte),
        gt.map(&value).map(Compare::Gt),
        gte.map(&value).map(Compare::Gte),
        is_null.map(Compare::IsNull),
    ])
}

fn code<V: InputType, C>(filter: CodeFilter<V>, value: impl Fn(V) -> Option<C>) -> Vec<Compare<C>> {
    let CodeFilter { eq, ne, any_of, not_in, is_null } = filter;
    let values = |values: Vec<V>| values.into_iter().filter_map(&value).collect();
    given([
        eq.map(|eq| Compare::In(value(eq).into_iter().collect())),
        ne.map(|ne| Compare::NotIn(value(ne).into_iter().collect())),
        any_of.map(values).map(Compare::In),
        not_in.map(values).map(Compare::NotIn),
        is_null.map(Compare::IsNull),
    ])
}

fn given<C, const N: usize>(comparisons: [Option<Compare<C>>; N]) -> Vec<Compare<C>> {
    comparisons.into_iter().flatten().collect()
}
