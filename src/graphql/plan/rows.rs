//! Rows of lists that were written before: a record that stands in a list is written once for all answers to the same operation at one
//! revision, whatever page or filter it is met on.
//!
//! What is kept of a row is what the operation asks of its record, as long as that hangs on nothing but the record, the revision and the
//! caller's language: there are no variables in it, and no pages. It is kept under the place in the plan that asks for it.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;

use super::object::Object;
use super::sheet::Sheet;
use super::walk::At;
use super::{Field, Refused, Written, write_below};
use crate::catalog::{Lookups, Noun, Snapshot};
use crate::domain::{Language, NodeKind};
use crate::graphql::node::Node;

/// Where a plan asks for rows, and the language they are answered in where none is asked for.
type Place = (u64, Option<Language>);

/// Rows that were written before, as JSON, bounded by their bytes.
#[derive(Debug)]
pub(in crate::graphql) struct KeptRows {
    most: u64,
    /// Bytes that those of the newest revision take, about.
    bytes: AtomicU64,
    sheets: RwLock<Sheets>,
    pub(in crate::graphql) lookups: Lookups,
}

/// The rows of the newest revision that was asked.
#[derive(Debug, Default)]
struct Sheets {
    revision: u64,
    sheets: HashMap<Place, Arc<Sheet>>,
}

impl KeptRows {
    /// Keeps so many bytes; 0 keeps none.
    pub(in crate::graphql) fn new(most: u64) -> KeptRows {
        KeptRows { most, bytes: AtomicU64::new(0), sheets: RwLock::default(), lookups: Lookups::default() }
    }

    /// The sheet of a place, for rows below a number; none for a revision that is older than others that were asked.
    fn sheet(&self, place: Place, revision: u64, end: u32) -> Option<Arc<Sheet>> {
        {
            let known = self.sheets.read().unwrap_or_else(PoisonError::into_inner);
            if known.revision == revision
                && let Some(sheet) = known.sheets.get(&place)
            {
                return Some(Arc::clone(sheet));
            }
        }
        let mut known = self.sheets.write().unwrap_or_else(PoisonError::into_inner);
        if known.revision > revision {
            return None;
        }
        // What is let go of takes its time to fall apart: nobody else waits for that.
        let older = if known.revision < revision { self.begin_anew(&mut known) } else { HashMap::default() };
        known.revision = revision;
        let mut taken = 0;
        let sheet = known.sheets.entry(place).or_insert_with(|| {
            let sheet = Sheet::new(end);
            taken = sheet.bytes();
            Arc::new(sheet)
        });
        let sheet = Arc::clone(sheet);
        drop(known);
        drop(older);
        self.took(taken);
        Some(sheet)
    }

    /// Counts what was kept. Where that is too much, all begins anew.
    fn took(&self, bytes: usize) {
        let bytes = bytes as u64;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > self.most {
            let older = self.begin_anew(&mut self.sheets.write().unwrap_or_else(PoisonError::into_inner));
            drop(older);
        }
    }

    /// Lets go of what is kept.
    fn begin_anew(&self, known: &mut Sheets) -> HashMap<Place, Arc<Sheet>> {
        self.bytes.store(0, Ordering::Relaxed);
        std::mem::take(&mut known.sheets)
    }
}

/// The sheets that a walk has looked at.
#[derive(Debug, Default)]
pub(super) struct Looked(RefCell<Vec<(u64, Option<Arc<Sheet>>)>>);

impl Looked {
    /// Does something with the sheet of a place, if it has one.
    fn at<R>(&self, number: u64, find: impl FnOnce() -> Option<Arc<Sheet>>, act: impl FnOnce(&Sheet) -> R) -> Option<R> {
        let place = self.0.borrow().iter().position(|(known, _)| *known == number);
        let place = place.unwrap_or_else(|| {
            let mut looked = self.0.borrow_mut();
            looked.push((number, find()));
            looked.len() - 1
        });
        self.0.borrow()[place].1.as_deref().map(act)
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
        Some(row) => write_kept::<T>(row, &node.snapshot, at, out, |out| write_below(node, 0, at, out)),
        None => write_below(node, 0, at, out),
    }
}

/// Writes what is asked of the record in a row of a list.
pub(in crate::graphql) fn write_row<T: Noun>(row: u32, snapshot: &Arc<Snapshot>, at: &At<'_>, out: &mut String) -> Written
where
    Node<T>: Object,
{
    write_kept::<T>(row, snapshot, at, out, |out| write_below(&Node::<T>::at(snapshot, row).ok_or(Refused)?, 0, at, out))
}

/// Writes what was written of a row before, or else writes it now.
fn write_kept<T: Noun>(
    row: u32,
    snapshot: &Arc<Snapshot>,
    at: &At<'_>,
    out: &mut String,
    write: impl FnOnce(&mut String) -> Written,
) -> Written {
    let (walk, kept) = (at.walk, at.walk.rows);
    // A snapshot of the past has a revision as well, and other records.
    let is_newest = Arc::ptr_eq(snapshot, walk.snapshot);
    let Some(number) = at.field.rows.filter(|_| is_newest && kept.most > 0) else { return write(out) };
    let find = || kept.sheet((number, walk.language), snapshot.revision(), snapshot.rows::<T>().end());
    let met = walk.looked.at(number, find, |sheet| sheet.get(row).inspect(|text| out.push_str(text)).is_some());
    if met == Some(true) {
        walk.met.set(walk.met.get() + 1);
        return Ok(());
    }
    walk.new.set(walk.new.get() + 1);
    let start = out.len();
    write(out)?;
    if let Some(bytes) = walk.looked.at(number, find, |sheet| sheet.put(row, &out[start..])) {
        kept.took(bytes);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_newest_revision_are_kept_as_long_as_there_is_room() {
        let kept = KeptRows::new(10_000);
        let sheet = |place: Place, revision: u64| kept.sheet(place, revision, 100);
        let first = sheet((1, None), 5).unwrap();
        kept.took(first.put(7, "{}"));
        let is_first = |other: Option<Arc<Sheet>>| other.is_some_and(|other| Arc::ptr_eq(&other, &first));
        assert!(is_first(sheet((1, None), 5)));
        assert!(!is_first(sheet((1, Some(Language::Fr)), 5)) && !is_first(sheet((2, None), 5)));
        assert!(sheet((1, None), 4).is_none(), "an older revision has other rows");
        let next = sheet((1, None), 6).unwrap();
        assert_eq!(next.get(7), None, "a newer one too");
        assert!(sheet((1, None), 5).is_none());
        kept.took(next.put(7, &"x".repeat(10_000)));
        assert_eq!(sheet((1, None), 6).unwrap().get(7), None, "there was no room for more");
        assert!(kept.bytes.load(Ordering::Relaxed) < 1_000);
    }
}
