//! Rows by the values of a field that has few.

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::Compare;
use super::picked::Picked;
use crate::catalog::RowSet;

/// For each value of a field, the rows that have it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "V: Ord + Clone + Deserialize<'de>"))]
pub(in crate::catalog) struct Facet<V: Ord> {
    by_value: OrdMap<V, RowSet>,
    /// The rows that have any.
    with: RowSet,
}

impl<V: Ord + Clone> Default for Facet<V> {
    fn default() -> Self {
        Facet { by_value: OrdMap::default(), with: RowSet::default() }
    }
}

impl<V: Ord + Clone> Facet<V> {
    /// Notes the values that a row has.
    pub(in crate::catalog) fn add(&mut self, row: u32, values: impl IntoIterator<Item = V>) {
        for value in values {
            self.by_value.entry(value).or_default().insert(row);
            self.with.insert(row);
        }
    }

    /// Takes a row away that has some values.
    pub(in crate::catalog) fn remove(&mut self, row: u32, values: impl IntoIterator<Item = V>) {
        for value in values {
            if let Some(rows) = self.by_value.get_mut(&value) {
                rows.remove(row);
                if rows.is_empty() {
                    self.by_value.remove(&value);
                }
            }
        }
        self.with.remove(row);
    }

    /// Notes the values that a row has in place of those that it had.
    pub(super) fn replace(&mut self, row: u32, before: &[V], after: &[V]) {
        if before != after {
            self.remove(row, before.iter().cloned());
            self.add(row, after.iter().cloned());
        }
    }

    /// Sets the rows that have a value.
    pub(in crate::catalog) fn set(&mut self, value: V, rows: RowSet) {
        if rows.is_empty() {
            self.by_value.remove(&value);
        } else {
            self.by_value.insert(value, rows);
        }
        self.with = self.union(|_| true);
    }

    /// The rows that have a value.
    pub(in crate::catalog) fn rows(&self, value: &V) -> RowSet {
        self.by_value.get(value).cloned().unwrap_or_default()
    }

    /// The rows whose one value passes, where `passes` also tells of none.
    pub(super) fn one(&self, passes: impl Fn(Option<&V>) -> bool) -> Picked {
        let found = self.union(|value| passes(Some(value)));
        if passes(None) { Picked::Out(self.with.without(&found)) } else { Picked::In(found) }
    }

    /// The rows that compare: any of their values may be the wanted one, none of them the unwanted one.
    pub(super) fn any(&self, compare: &Compare<V>) -> Picked {
        match compare {
            Compare::Eq(wanted) => Picked::In(self.rows(wanted)),
            Compare::Ne(unwanted) => Picked::Out(self.rows(unwanted)),
            Compare::In(wanted) => Picked::In(self.any_of(wanted)),
            Compare::NotIn(unwanted) => Picked::Out(self.any_of(unwanted)),
            Compare::IsNull(wanted) if *wanted => Picked::Out(self.with.clone()),
            Compare::IsNull(_) => Picked::In(self.with.clone()),
            other => Picked::In(self.union(|value| other.one(Some(value)))),
        }
    }

    /// The rows that have one of some values.
    fn any_of(&self, values: &[V]) -> RowSet {
        values.iter().filter_map(|value| self.by_value.get(value)).fold(RowSet::default(), |union, rows| union.or(rows))
    }

    fn union(&self, passes: impl Fn(&V) -> bool) -> RowSet {
        let passing = self.by_value.iter().filter(|(value, _)| passes(value));
        passing.fold(RowSet::default(), |union, (_, rows)| union.or(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row 0 has no value, the others have 1, or 1 and 2, or 3.
    fn facet() -> Facet<i32> {
        let mut facet = Facet::default();
        for (row, values) in [(1, vec![1]), (2, vec![1, 2]), (3, vec![3]), (4, vec![9])] {
            facet.add(row, values);
        }
        facet.remove(4, [9]);
        facet
    }

    fn rows(picked: Picked) -> Vec<u32> {
        picked.of(&(0..4).collect()).iter().collect()
    }

    #[test]
    fn a_field_of_several_values_holds_any_of_them() {
        for (compare, expected) in [
            (Compare::Eq(1), vec![1, 2]),
            (Compare::Ne(1), vec![0, 3]),
            (Compare::In(vec![2, 3, 4]), vec![2, 3]),
            (Compare::NotIn(vec![2, 3]), vec![0, 1]),
            (Compare::Gt(1), vec![2, 3]),
            (Compare::IsNull(true), vec![0]),
            (Compare::IsNull(false), vec![1, 2, 3]),
        ] {
            assert_eq!(rows(facet().any(&compare)), expected, "{compare:?}");
        }
    }

    #[test]
    fn a_field_of_one_value_compares_as_its_values_do() {
        let mut facet = Facet::default();
        (1..4).for_each(|row| facet.add(row, [row as i32]));
        for compare in [Compare::Eq(2), Compare::Ne(2), Compare::Lte(2), Compare::IsNull(true), Compare::NotIn(vec![1, 3])] {
            let expected: Vec<u32> = [None, Some(1), Some(2), Some(3)]
                .iter()
                .zip(0..)
                .filter(|(value, _)| compare.one(value.as_ref()))
                .map(|(_, row)| row)
                .collect();
            assert_eq!(rows(facet.one(|value| compare.one(value))), expected, "{compare:?}");
        }
    }
}
