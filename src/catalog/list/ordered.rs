//! Entries in order, to be paged through from any place.

use std::ops::Bound;

use imbl::{OrdMap, OrdSet};

/// An entry of a list: its place, which sorts as the list does, and the key of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    pub place: &'a [u8],
    pub key: &'a str,
}

/// The entries of a list between two places, in either direction.
pub type Entries<'a> = Box<dyn DoubleEndedIterator<Item = Entry<'a>> + 'a>;

/// A list that can go on from any place, whether or not an entry stands there.
pub trait Ordered {
    /// How many entries there are.
    fn total(&self) -> usize;

    /// The entries after one place and before another.
    fn between<'a>(&'a self, after: Option<&[u8]>, before: Option<&[u8]>) -> Entries<'a>;
}

/// Keys in their own order: a place is the key.
impl Ordered for OrdSet<String> {
    fn total(&self) -> usize {
        self.len()
    }

    fn between<'a>(&'a self, after: Option<&[u8]>, before: Option<&[u8]>) -> Entries<'a> {
        match bounds(after, before) {
            Some(bounds) => Box::new(self.range::<_, str>(bounds).map(|key| by_key(key))),
            None => Box::new(std::iter::empty()),
        }
    }
}

/// Records in the order of their keys: a place is the key.
impl<V: Clone> Ordered for OrdMap<String, V> {
    fn total(&self) -> usize {
        self.len()
    }

    fn between<'a>(&'a self, after: Option<&[u8]>, before: Option<&[u8]>) -> Entries<'a> {
        match bounds(after, before) {
            Some(bounds) => Box::new(self.range::<_, str>(bounds).map(|(key, _)| by_key(key))),
            None => Box::new(std::iter::empty()),
        }
    }
}

/// Places with their keys, sorted.
impl Ordered for Vec<(Vec<u8>, String)> {
    fn total(&self) -> usize {
        self.len()
    }

    fn between<'a>(&'a self, after: Option<&[u8]>, before: Option<&[u8]>) -> Entries<'a> {
        let start = after.map_or(0, |after| self.partition_point(|(place, _)| place.as_slice() <= after));
        let end = before.map_or(self.len(), |before| self.partition_point(|(place, _)| place.as_slice() < before));
        let entries = self.get(start..end.max(start)).unwrap_or_default();
        Box::new(entries.iter().map(|(place, key)| Entry { place, key }))
    }
}

fn by_key(key: &str) -> Entry<'_> {
    Entry { place: key.as_bytes(), key }
}

/// The bounds of a range of keys; none where it would end before it starts, or where a place is no key.
fn bounds<'k>(after: Option<&'k [u8]>, before: Option<&'k [u8]>) -> Option<(Bound<&'k str>, Bound<&'k str>)> {
    if after.zip(before).is_some_and(|(after, before)| after >= before) {
        return None;
    }
    let bound = |place: Option<&'k [u8]>| match place {
        Some(place) => std::str::from_utf8(place).ok().map(Bound::Excluded),
        None => Some(Bound::Unbounded),
    };
    Some((bound(after)?, bound(before)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_starts_after_any_place_and_ends_before_any_other() {
        let keys: OrdSet<String> = ["b", "d", "f"].map(str::to_owned).into_iter().collect();
        let places: Vec<_> = keys.iter().map(|key| (key.as_bytes().to_vec(), key.clone())).collect();
        for list in [&keys as &dyn Ordered, &places] {
            let between = |after: Option<&str>, before: Option<&str>| {
                list.between(after.map(str::as_bytes), before.map(str::as_bytes)).map(|entry| entry.key).collect::<Vec<_>>()
            };
            assert_eq!(between(None, None), ["b", "d", "f"]);
            assert_eq!(between(Some("b"), None), ["d", "f"]);
            assert_eq!(between(Some("a"), Some("e")), ["b", "d"]);
            assert_eq!(between(Some("d"), Some("d")), [""; 0]);
            assert_eq!(between(Some("f"), Some("b")), [""; 0]);
            assert_eq!(list.between(None, Some(b"f")).rev().map(|entry| entry.key).collect::<Vec<_>>(), ["d", "b"]);
        }
    }
}
