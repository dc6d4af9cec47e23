//! Entries in order, to be paged through from any place.

use std::borrow::Cow;

/// An entry of a list: its place, which sorts as the list does, and the key of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    pub place: Cow<'a, [u8]>,
    pub key: &'a str,
}

/// Entries of a list, one after the other.
pub type Entries<'a> = Box<dyn Iterator<Item = Entry<'a>> + 'a>;

/// A list that can go on from any place, whether or not an entry stands there.
pub trait Ordered: Send + Sync {
    /// How many entries there are.
    fn total(&self) -> usize;

    /// The entries after a place, or all.
    fn after<'a>(&'a self, place: Option<&[u8]>) -> Entries<'a>;

    /// The entries before a place, or all, the last first.
    fn before<'a>(&'a self, place: Option<&[u8]>) -> Entries<'a>;
}

/// Places with their keys, sorted.
impl Ordered for Vec<(Vec<u8>, String)> {
    fn total(&self) -> usize {
        self.len()
    }

    fn after<'a>(&'a self, place: Option<&[u8]>) -> Entries<'a> {
        let start = place.map_or(0, |after| self.partition_point(|(place, _)| place.as_slice() <= after));
        Box::new(self[start..].iter().map(entry))
    }

    fn before<'a>(&'a self, place: Option<&[u8]>) -> Entries<'a> {
        let end = place.map_or(self.len(), |before| self.partition_point(|(place, _)| place.as_slice() < before));
        Box::new(self[..end].iter().rev().map(entry))
    }
}

fn entry((place, key): &(Vec<u8>, String)) -> Entry<'_> {
    Entry { place: Cow::Borrowed(place), key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_starts_after_any_place_and_before_any_other() {
        let places: Vec<_> = ["b", "d", "f"].map(|key| (key.as_bytes().to_vec(), key.to_owned())).into();
        let keys = |entries: Entries<'_>| entries.map(|entry| entry.key.to_owned()).collect::<String>();
        for (place, after, before) in [("a", "bdf", ""), ("b", "df", ""), ("c", "df", "b"), ("f", "", "db"), ("g", "", "fdb")] {
            assert_eq!(keys(places.after(Some(place.as_bytes()))), after);
            assert_eq!(keys(places.before(Some(place.as_bytes()))), before);
        }
        assert_eq!((keys(places.after(None)), keys(places.before(None))), ("bdf".to_owned(), "fdb".to_owned()));
    }
}
