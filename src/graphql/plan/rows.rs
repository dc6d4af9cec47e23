//! Rows of lists that were written before: a record that stands in a list is written once for all answers to the same operation at one
//! revision, whatever page or filter it is met on.
//!
//! What is kept of a row is what the operation asks of its record, as long as that hangs on nothing but the record, the revision and the
//! caller's language: there are no variables in it, and no pages. It is kept under the place in the plan that asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::object::Object;
use super::walk::At;
use super::{Field, Refused, Written, write_below};
use crate::catalog::{Lookups, Noun, Snapshot};
use crate::domain::{Language, NodeKind};
use crate::graphql::node::Node;

/// Bytes that a row takes in memory besides its text, about.
const BESIDES: u64 = 100;
/// Bytes that most rows take, about.
const COMMON: u64 = 400;

/// The place of a row: where a plan asks for it, the row, the language it is answered in where none is asked for, and the revision.
type Place = (u64, u32, Option<Language>, u64);

/// Rows that were written before, as JSON, bounded by their bytes.
#[derive(Debug)]
pub(in crate::graphql) struct KeptRows {
    /// None where none are kept.
    kept: Option<Cache<Place, Arc<str>, Bytes, RandomState>>,
    pub(in crate::graphql) lookups: Lookups,
}

/// Weighs rows by the bytes that they take, about.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Place, Arc<str>> for Bytes {
    fn weight(&self, _: &Place, text: &Arc<str>) -> u64 {
        text.len() as u64 + BESIDES
    }
}

impl KeptRows {
    /// Keeps so many bytes; 0 keeps none.
    pub(in crate::graphql) fn new(most: u64) -> KeptRows {
        let kept = || Cache::with((most / COMMON) as usize, most, Bytes, RandomState::default(), DefaultLifecycle::default());
        KeptRows { kept: (most > 0).then(kept), lookups: Lookups::default() }
    }
}

/// A new number for a field whose rows may be kept; none where they may not. `of` is the name of the type that has the field,
/// `answered` of the one that it answers, and `below` what is asked of that.
pub(super) fn numbered(of: &str, answered: &str, below: &[Vec<Field>]) -> Option<u64> {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let is_of_list = is_page(of) || of.ends_with("Edge");
    let is_record = NodeKind::ALL.iter().any(|kind| kind.type_name() == answered);
    let may_be_kept = is_of_list && is_record && below.iter().flatten().all(|field| field.is_steady);
    may_be_kept.then(|| LAST.fetch_add(1, Ordering::Relaxed))
}

/// Whether a type is a page of a list.
pub(super) fn is_page(of: &str) -> bool {
    of.ends_with("Connection")
}

/// Writes what is asked of a record.
pub(in crate::graphql) fn write_node<T: Noun>(node: &Node<T>, at: &At<'_>, out: &mut String) -> Written
where
    Node<T>: Object,
{
    match node.row {
        Some(row) => write_kept(row, &node.snapshot, at, out, |out| write_below(node, 0, at, out)),
        None => write_below(node, 0, at, out),
    }
}

/// Writes what is asked of the record in a row of a list.
pub(in crate::graphql) fn write_row<T: Noun>(row: u32, snapshot: &Arc<Snapshot>, at: &At<'_>, out: &mut String) -> Written
where
    Node<T>: Object,
{
    write_kept(row, snapshot, at, out, |out| write_below(&Node::<T>::at(snapshot, row).ok_or(Refused)?, 0, at, out))
}

/// Writes what was written of a row before, or else writes it now.
fn write_kept(
    row: u32,
    snapshot: &Arc<Snapshot>,
    at: &At<'_>,
    out: &mut String,
    write: impl FnOnce(&mut String) -> Written,
) -> Written {
    let walk = at.walk;
    // A snapshot of the past has a revision as well, and other records.
    let is_newest = Arc::ptr_eq(snapshot, walk.snapshot);
    let (Some(number), Some(kept), true) = (at.field.rows, &walk.rows.kept, is_newest) else { return write(out) };
    let place = (number, row, walk.language, walk.snapshot.revision());
    if let Some(text) = kept.get(&place) {
        walk.met.set(walk.met.get() + 1);
        out.push_str(&text);
        return Ok(());
    }
    walk.new.set(walk.new.get() + 1);
    let start = out.len();
    write(out)?;
    kept.insert(place, out[start..].into());
    Ok(())
}
