//! The records that share something with a record, the closest first, page by page.
//!
//! Those that share more than states come first: each of their signs is had by a bounded number of records, so all of them are
//! found and scored. Those that share only states, and maybe a type, can be any number; their score is less than that of all
//! others, and they are gone through in the order of their keys until the page is full.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use super::index::{Keys, RelationIndex};
use super::mark::Marks;
use super::reason::{STATES, TERM, TYPE, points, terms_count, weight};
use super::sign::{Sign, SignKind};
use crate::catalog::rows::{RowSet, Sorted};
use crate::catalog::search;
use crate::domain::NodeKind;

/// A page of the records that are related to one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RelatedPage {
    /// How many there are, whatever the page.
    pub total: usize,
    /// Those on the page, the closest first, then by key.
    pub related: Vec<Related>,
    /// Whether others stand before and after those.
    pub has_previous: bool,
    pub has_next: bool,
}

/// A record that shares something with another.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The key of the related record.
    pub key: String,
    /// The sum of the points of the reasons.
    pub score: f64,
}

/// A place in a list of related records: after the one with this score and key, whether or not it is still there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelatedPlace<'a> {
    pub score: f64,
    pub key: &'a str,
}

/// What a record shares with another by rare signs.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    halves: u32,
    terms: u32,
}

impl Tally {
    /// What it counts, where the two share a state too or do not.
    fn halves(self, with_states: bool) -> u32 {
        let terms = terms_count(self.terms as usize, with_states || self.halves > 0);
        self.halves + if terms { self.terms * TERM } else { 0 }
    }
}

/// The list of what is related to a record.
pub(super) struct Relatives<'a> {
    index: &'a RelationIndex,
    keys: &'a dyn Keys,
    marks: &'a Marks<'a>,
    /// The kind of the related records, and the row of the record itself where it is of that kind.
    kind: NodeKind,
    itself: Option<u32>,
    /// Those that share more than states, by half points, the most first.
    closer: Vec<(Reverse<u32>, u32)>,
    /// The same by row.
    closer_rows: FxHashMap<u32, u32>,
    total: usize,
}

/// A related record on its way to a page.
type Entry<'a> = (u32, &'a str);

impl<'a> Relatives<'a> {
    /// The records of a kind that are related to one with some marks.
    pub(super) fn of(
        index: &'a RelationIndex,
        keys: &'a dyn Keys,
        marks: &'a Marks<'a>,
        kind: NodeKind,
        itself: Option<u32>,
    ) -> Relatives<'a> {
        let closer = Vec::new();
        let mut list = Relatives { index, keys, marks, kind, itself, closer, closer_rows: FxHashMap::default(), total: 0 };
        let sharing = list.sharing_states();
        let types = marks.project_type.filter(|_| kind == NodeKind::Project).and_then(|code| index.types.get(code));
        for (row, tally) in list.tallies() {
            let with_states = sharing.contains(row);
            let mut halves = tally.halves(with_states);
            if halves == 0 {
                continue;
            }
            if with_states {
                halves += STATES;
            } else {
                list.total += 1;
            }
            halves += types.filter(|rows| rows.contains(row)).map_or(0, |_| TYPE);
            list.closer.push((Reverse(halves), row));
            list.closer_rows.insert(row, halves);
        }
        list.closer.sort_unstable();
        list.total += sharing.len() - usize::from(itself.is_some_and(|row| sharing.contains(row)));
        list
    }

    /// The page after a place, or the first.
    pub(super) fn page(&self, after: Option<RelatedPlace<'_>>, first: usize) -> RelatedPage {
        let mut related = self.after(after, first + 1);
        let has_next = related.len() > first;
        related.truncate(first);
        let has_previous = after.is_some_and(|after| {
            let head = self.after(None, 1);
            head.first().is_some_and(|(halves, key)| (Reverse(points(*halves)), *key) <= (Reverse(after.score), after.key))
        });
        let related = related.into_iter().map(|(halves, key)| Related { key: key.to_owned(), score: points(halves) }).collect();
        RelatedPage { total: self.total, related, has_previous, has_next }
    }

    /// The keys of those that share more than states, the closest first.
    pub(super) fn closer(&self, most: usize) -> Vec<&'a str> {
        let mut found = Vec::new();
        self.closer_after(None, most, &mut found);
        found.into_iter().map(|(_, key)| key).collect()
    }

    /// So many entries after a place.
    fn after(&self, after: Option<RelatedPlace<'_>>, most: usize) -> Vec<Entry<'a>> {
        let mut found = Vec::new();
        self.closer_after(after, most, &mut found);
        let project_type = self.marks.project_type.filter(|_| self.kind == NodeKind::Project);
        for (halves, of_type) in [(STATES + TYPE, true), (STATES, false)] {
            if found.len() >= most || (of_type && project_type.is_none()) {
                continue;
            }
            let Some(after) = self.place_within(after, halves) else { continue };
            self.walk(
                halves,
                |code| project_type.is_some_and(|wanted| code == Some(wanted)) == of_type,
                after,
                most,
                &mut found,
            );
        }
        found
    }

    /// Where to begin among entries of some half points: after a key, or at their start. None where all of them lie before.
    fn place_within<'k>(&self, after: Option<RelatedPlace<'k>>, halves: u32) -> Option<Option<&'k str>> {
        match after {
            Some(after) if after.score < points(halves) => None,
            Some(after) if after.score == points(halves) => Some(Some(after.key)),
            _ => Some(None),
        }
    }

    fn closer_after(&self, after: Option<RelatedPlace<'_>>, most: usize, found: &mut Vec<Entry<'a>>) {
        for same in self.closer.chunk_by(|one, other| one.0 == other.0) {
            if found.len() >= most {
                return;
            }
            let halves = same[0].0.0;
            let Some(after) = self.place_within(after, halves) else { continue };
            let keys = same.iter().map(|(_, row)| self.keys.key(self.kind, *row));
            let mut keys: Vec<&str> = keys.filter(|key| after.is_none_or(|after| *key > after)).collect();
            let wanted = most - found.len();
            if keys.len() > wanted {
                keys.select_nth_unstable(wanted - 1);
                keys.truncate(wanted);
            }
            keys.sort_unstable();
            found.extend(keys.into_iter().map(|key| (halves, key)));
        }
    }

    /// Goes through the groups of some types about the states in the order of the keys.
    fn walk(
        &self,
        halves: u32,
        of: impl Fn(Option<&str>) -> bool,
        after: Option<&str>,
        most: usize,
        found: &mut Vec<Entry<'a>>,
    ) {
        let groups = self.marks.states.iter().flat_map(|state| self.index.states.groups(self.kind, *state));
        let mut lists: Vec<_> =
            groups.filter(|(code, _)| of(*code)).map(|(_, sorted)| self.rows_after(sorted, after)).collect();
        let mut heads: BinaryHeap<Reverse<(&str, u32, usize)>> = BinaryHeap::new();
        let keyed = |row: u32, list: usize| Reverse((self.keys.key(self.kind, row), row, list));
        for (list, rows) in lists.iter_mut().enumerate() {
            heads.extend(rows.next().map(|row| keyed(row, list)));
        }
        let mut last = None;
        while found.len() < most {
            let Some(Reverse((key, row, list))) = heads.pop() else { return };
            heads.extend(lists[list].next().map(|row| keyed(row, list)));
            // A record about several of the states stands in several lists.
            if last.replace(row) != Some(row) && self.itself != Some(row) && !self.closer_rows.contains_key(&row) {
                found.push((halves, key));
            }
        }
    }

    fn rows_after(&self, sorted: &'a Sorted, after: Option<&str>) -> impl Iterator<Item = u32> + use<'a> {
        sorted.from(after.map_or(sorted.start(), |after| sorted.gap(|row| self.keys.key(self.kind, row) <= after)))
    }

    /// The rows that share a state.
    fn sharing_states(&self) -> RowSet {
        let mut sets = self.marks.states.iter().filter_map(|state| self.index.states.rows(self.kind, *state));
        let first = sets.next().cloned().unwrap_or_default();
        sets.fold(first, |union, rows| union.or(rows))
    }

    /// What each row shares by rare signs.
    fn tallies(&self) -> FxHashMap<u32, Tally> {
        let mut tallies: FxHashMap<u32, Tally> = FxHashMap::default();
        let mut add = |sign: Sign, row: u32| {
            if self.itself != Some(row) {
                let tally = tallies.entry(row).or_default();
                match weight(sign.kind()) {
                    Some(halves) => tally.halves += halves,
                    None => tally.terms += 1,
                }
            }
        };
        let own = self.marks.own_sign();
        for (sign, code) in
            own.map(|own| (own, None)).into_iter().chain(self.marks.told.iter().map(|mark| (mark.sign, Some(mark))))
        {
            if self.index.is_common(sign) {
                continue;
            }
            for documents in self.index.postings.documents(sign) {
                let from = documents.partition_point(|document| *document < search::document(self.kind, 0));
                let of_kind = documents[from..].iter().take_while(|document| search::kind(**document) == self.kind);
                of_kind.for_each(|document| add(sign, search::row(*document)));
            }
            // The project that is named stands under its code.
            if let Some(mark) = code.filter(|mark| mark.sign.kind() == SignKind::Code && self.kind == NodeKind::Project)
                && let Some(row) = self.keys.row(NodeKind::Project, mark.printed)
            {
                add(sign, row);
            }
        }
        tallies
    }
}
