//! Rows in order, to be paged through from any place.

use std::fmt::Debug;

/// Rows of a list, one after the other.
pub type Steps<'a> = Box<dyn Iterator<Item = u32> + 'a>;

/// A list that can go on from any place, whether or not an entry stands there.
pub trait Ordered: Debug + Send + Sync {
    /// How many entries there are.
    fn total(&self) -> usize;

    /// The place of a row: bytes that sort as the list does.
    fn place(&self, row: u32) -> Vec<u8>;

    /// The entries after a place, or all.
    fn after<'a>(&'a self, place: Option<&[u8]>) -> Steps<'a>;

    /// The entries before a place, or all, the last first.
    fn before<'a>(&'a self, place: Option<&[u8]>) -> Steps<'a>;
}
