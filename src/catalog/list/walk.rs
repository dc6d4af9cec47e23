//! The rows of a list in its order, from any place on.
//!
//! A row's place is the ranks of the fields in order, then its key: bytes that compare as the list is sorted. Ties are broken by
//! the key, so the same question always gives the same answer. A list of many rows is walked along the sorted rows of its first
//! field, looking at each whether it was picked; one of few rows is put in order by itself. Most rows stand in the order of their
//! keys already.

use std::cmp::Ordering;
use std::ops::Bound;

use super::Scores;
use super::along::{Along, Line};
use super::order::{Direction, Nulls, Rank};
use super::ordered::Steps;
use super::picked::Picked;
use crate::catalog::rows::{Gap, Rows, Sorted};
use crate::catalog::{Noun, RowSet};

/// How many rows are put in order at once.
const BATCH: usize = 64;
/// How many rows are looked at one by one before it is asked how many can be passed over.
const NEAR: usize = 512;
/// From how many rows of one value on they are a list of their own, to be walked along the field that follows.
const MANY: usize = 256;

/// A list about to be walked.
pub(super) struct Walk<'a, T: Noun> {
    rows: &'a Rows<T>,
    /// The rows that were picked; none where all are.
    picked: Option<RowSet>,
    fields: Vec<Field<'a>>,
    /// The scores to order by, where that is asked for.
    relevance: Option<&'a Scores>,
}

/// A field to order by.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) line: Line<'a>,
    pub(super) direction: Direction,
    pub(super) nulls: Nulls,
}

/// Which way a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Down,
    Up,
}

impl<'a, T: Noun> Walk<'a, T> {
    pub(super) fn new(
        rows: &'a Rows<T>,
        picked: Option<RowSet>,
        mut fields: Vec<Field<'a>>,
        relevance: Option<&'a Scores>,
    ) -> Walk<'a, T> {
        // No two rows have one key: what follows decides nothing.
        if let Some(keys) = fields.iter().position(|field| matches!(field.line, Line::Keys)) {
            fields.truncate(keys + 1);
        }
        Walk { rows, picked, fields, relevance }
    }

    /// The rows after a place.
    pub(super) fn after(self, place: Option<&[u8]>) -> Steps<'a> {
        self.from(place, Way::Down)
    }

    /// The rows before a place, the last first.
    pub(super) fn before(self, place: Option<&[u8]>) -> Steps<'a> {
        self.from(place, Way::Up)
    }

    fn from(self, place: Option<&[u8]>, way: Way) -> Steps<'a> {
        let steps = self.steps(place, way);
        let Some(place) = place.map(<[u8]>::to_vec) else { return steps };
        Box::new(steps.skip_while(move |row| match way {
            Way::Down => self.place(*row) <= place,
            Way::Up => self.place(*row) >= place,
        }))
    }

    /// The picked rows in order, from a place or shortly before it on.
    fn steps(&self, place: Option<&[u8]>, way: Way) -> Steps<'a> {
        // At so many, putting all in order costs what walking until a page is full does.
        let are_few = |rows: usize| rows.pow(2) / 8 < self.rows.len();
        let by_keys = match self.fields.first() {
            None => Some((place, Direction::Asc)),
            Some(Field { line: Line::Keys, direction, .. }) => {
                Some((place.map(|place| place.get(place.len() / 2 + 1..).unwrap_or_default()), *direction))
            }
            Some(_) => None,
        };
        if let Some((key, direction)) = by_keys {
            let others = |picked: &RowSet| picked.range(self.rows.in_order()..u32::MAX).collect::<Vec<_>>();
            return match (&self.picked, self.picked.as_ref().map(others)) {
                (Some(picked), Some(others)) if are_few(others.len()) => {
                    let others = self.put_in_order(others, place, way);
                    self.between(self.in_order(picked, key, way, direction), others, way)
                }
                _ => self.along_keys(key, way, direction),
            };
        }
        let by_relevance = || self.fields.iter().any(|field| matches!(field.line, Line::Relevance));
        if let Some(picked) = self.picked.as_ref().filter(|picked| are_few(picked.len()) || by_relevance()) {
            return self.put_in_order(picked.iter().collect(), place, way);
        }
        match self.fields.first() {
            Some(Field { line: Line::Lane(lane), direction, nulls }) => self.along(*lane, *direction, *nulls, place, way),
            _ => self.put_in_order(self.rows.all().iter().collect(), place, way),
        }
    }

    /// The picked rows of those that stand in the order of their keys, from a key on.
    fn in_order(&self, picked: &RowSet, key: Option<&[u8]>, way: Way, direction: Direction) -> Steps<'a> {
        // What is no key was made by nobody here.
        let key = key.map(|key| std::str::from_utf8(key).unwrap_or_default());
        let end = self.rows.in_order();
        if (way == Way::Down) == (direction == Direction::Asc) {
            let first = |key| self.rows.range((Bound::Excluded(key), Bound::Unbounded)).find(|row| *row < end).unwrap_or(end);
            Box::new(picked.clone().into_range(key.map_or(0, first)..end, false))
        } else {
            let last = |key| self.rows.range((Bound::Unbounded, Bound::Excluded(key))).rev().find(|row| *row < end);
            let end = key.map_or(end, |key| last(key).map_or(0, |last| last + 1));
            Box::new(picked.clone().into_range(0..end, true))
        }
    }

    /// Rows in order, and others in order between them.
    fn between(&self, rows: Steps<'a>, others: Steps<'a>, way: Way) -> Steps<'a> {
        let (walk, mut rows, mut others) = (self.clone(), rows.peekable(), others.peekable());
        Box::new(std::iter::from_fn(move || match (rows.peek(), others.peek()) {
            (Some(row), Some(other)) if walk.compare(*other, *row, way).is_lt() => others.next(),
            (None, _) => others.next(),
            _ => rows.next(),
        }))
    }

    fn along_keys(&self, key: Option<&[u8]>, way: Way, direction: Direction) -> Steps<'a> {
        // What is no key was made by nobody here; the walk then starts at the end that such a cursor would be at.
        let key = key.map(|key| std::str::from_utf8(key).unwrap_or_default().to_owned());
        let bound = key.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let is_picked = self.is_picked();
        match (way, direction) {
            (Way::Down, Direction::Asc) | (Way::Up, Direction::Desc) => {
                Box::new(self.rows.range((bound, Bound::Unbounded)).filter(is_picked))
            }
            _ => Box::new(self.rows.range((Bound::Unbounded, bound)).rev().filter(is_picked)),
        }
    }

    /// Whether a row was picked.
    fn is_picked(&self) -> impl Fn(&u32) -> bool + use<'a, T> {
        let picked = self.picked.clone();
        move |row| picked.as_ref().is_none_or(|picked| picked.contains(*row))
    }

    /// The rows along the first field.
    fn along(&self, lane: &'a dyn Along, direction: Direction, nulls: Nulls, place: Option<&[u8]>, way: Way) -> Steps<'a> {
        let mut parts: Vec<(u8, &'a Sorted)> = match nulls {
            Nulls::First => vec![(FIRST, lane.without()), (VALUE, lane.sorted(direction))],
            Nulls::Last => vec![(VALUE, lane.sorted(direction)), (LAST, lane.without())],
        };
        if way == Way::Up {
            parts.reverse();
        }
        // The parts before the one where the place lies have nothing after it.
        let within = place.and_then(|place| parts.iter().position(|(part, _)| place.first() == Some(part)));
        let mut steps: Steps<'a> = Box::new(std::iter::empty());
        for (number, (part, sorted)) in parts.into_iter().enumerate().skip(within.unwrap_or_default()) {
            let end = || if way == Way::Down { sorted.start() } else { sorted.end() };
            let place = place.filter(|_| within == Some(number));
            let gap = match (place, &self.picked) {
                (Some(place), _) => self.gap(sorted, place, way),
                (None, Some(picked)) if part == VALUE && !self.begins_near(sorted, end(), way) => {
                    lane.leap(picked, direction, way == Way::Down).unwrap_or_else(end)
                }
                _ => end(),
            };
            steps = Box::new(steps.chain(self.part((lane, direction), sorted, gap, place, way)));
        }
        steps
    }

    /// Whether a row that was picked stands soon after a gap, or before it.
    fn begins_near(&self, sorted: &'a Sorted, gap: Gap, way: Way) -> bool {
        let mut some: Steps<'a> = match way {
            Way::Down => Box::new(sorted.from(gap).take(NEAR)),
            Way::Up => Box::new(sorted.down_from(gap).take(NEAR)),
        };
        let is_picked = self.is_picked();
        some.any(|row| is_picked(&row))
    }

    /// The gap of the sorted rows where the rows after or before a place begin; with more fields than one, where the rows begin
    /// that have the value of the first.
    fn gap(&self, sorted: &Sorted, place: &[u8], way: Way) -> Gap {
        let several = self.fields.len() > 1;
        sorted.gap(|row| {
            let ours = if several { self.first(row) } else { self.place(row) };
            let theirs = if several { &place[..place.len().min(ours.len())] } else { place };
            match (way, several) {
                (Way::Down, false) | (Way::Up, true) => *ours <= *theirs,
                (Way::Down, true) | (Way::Up, false) => *ours < *theirs,
            }
        })
    }

    /// The picked rows of a part from a gap on. Rows of one value are put in the order of the fields that follow.
    fn part(
        &self,
        (lane, direction): (&'a dyn Along, Direction),
        sorted: &'a Sorted,
        gap: Gap,
        place: Option<&[u8]>,
        way: Way,
    ) -> Steps<'a> {
        if self.fields.len() == 1 {
            return self.picked_from(sorted, gap, way);
        }
        let (walk, place) = (self.clone(), place.map(<[u8]>::to_vec));
        let mut rows = self.picked_from(sorted, gap, way).peekable();
        let next_same = move || -> Option<Steps<'a>> {
            let first = rows.next()?;
            let is_same = |row: &u32| lane.compare(*row, first).is_none_or(Ordering::is_eq);
            let mut same = vec![first];
            while let Some(row) = rows.next_if(is_same) {
                same.push(row);
                let Some(alike) = Some(first).filter(|_| same.len() == MANY).and_then(|row| lane.alike(row)) else { continue };
                let compare = |row| match (lane.compare(row, first).unwrap_or(Ordering::Equal), direction) {
                    (ordering, Direction::Asc) => ordering,
                    (ordering, Direction::Desc) => ordering.reverse(),
                };
                let beyond = sorted.gap(|row| if way == Way::Down { compare(row).is_le() } else { compare(row).is_lt() });
                rows = walk.picked_from(sorted, beyond, way).peekable();
                let place = place.as_ref().and_then(|place| place.strip_prefix(walk.first(first).as_slice()));
                return Some(walk.within(alike).steps(place, way));
            }
            same.sort_unstable_by(|one, other| walk.compare(*one, *other, way));
            Some(Box::new(same.into_iter()))
        };
        Box::new(std::iter::from_fn(next_same).flatten())
    }

    /// The picked rows from a gap on.
    fn picked_from(&self, sorted: &'a Sorted, gap: Gap, way: Way) -> Steps<'a> {
        match way {
            Way::Down => Box::new(sorted.from(gap).filter(self.is_picked())),
            Way::Up => Box::new(sorted.down_from(gap).filter(self.is_picked())),
        }
    }

    /// The list of those rows that are all alike by the first field. What follows it puts them in order.
    fn within(&self, alike: Picked) -> Walk<'a, T> {
        let picked = match &self.picked {
            Some(picked) => Picked::In(picked.clone()).and(alike),
            None => alike,
        };
        Walk { picked: Some(picked.of(self.rows.all())), fields: self.fields[1..].to_vec(), ..self.clone() }
    }

    /// Rows in the order of all fields, as many at a time as a page may want.
    fn put_in_order(&self, mut rows: Vec<u32>, place: Option<&[u8]>, way: Way) -> Steps<'a> {
        if let Some(place) = place {
            rows.retain(|row| match way {
                Way::Down => *self.place(*row) > *place,
                Way::Up => *self.place(*row) < *place,
            });
        }
        let walk = self.clone();
        let (mut next, mut ordered) = (0, 0);
        Box::new(std::iter::from_fn(move || {
            if next == ordered {
                let (rest, compare) = (&mut rows[ordered..], |one: &u32, other: &u32| walk.compare(*one, *other, way));
                let batch = rest.len().min(BATCH.max(ordered));
                if batch < rest.len() {
                    rest.select_nth_unstable_by(batch, compare);
                }
                rest[..batch].sort_unstable_by(compare);
                ordered += batch;
            }
            next += 1;
            rows.get(next - 1).copied()
        }))
    }

    /// How two rows stand to one another.
    fn compare(&self, one: u32, other: u32, way: Way) -> Ordering {
        let by_field = |field: &Field<'_>| {
            let compared = match &field.line {
                Line::Keys => Some(self.rows.key(one).cmp(self.rows.key(other))),
                Line::Lane(lane) => lane.compare(one, other),
                Line::Relevance => {
                    let scores = [one, other].map(|row| self.score(row));
                    scores[0].zip(scores[1]).map(|(one, other)| other.total_cmp(&one))
                }
            };
            match (compared, field.direction) {
                (Some(compared), Direction::Asc) => compared,
                (Some(compared), Direction::Desc) => compared.reverse(),
                (None, _) => self.null(field, one).cmp(&self.null(field, other)),
            }
        };
        let fields = self.fields.iter().map(by_field).find(|ordering| ordering.is_ne());
        let ordering = fields.unwrap_or_else(|| self.rows.key(one).cmp(self.rows.key(other)));
        if way == Way::Up { ordering.reverse() } else { ordering }
    }

    fn score(&self, row: u32) -> Option<f32> {
        self.relevance?.of(row)
    }

    /// The part of a field's order in which a row stands.
    fn null(&self, field: &Field<'_>, row: u32) -> u8 {
        match (self.rank(field, row), field.nulls) {
            (Some(_), _) => VALUE,
            (None, Nulls::First) => FIRST,
            (None, Nulls::Last) => LAST,
        }
    }

    fn rank(&self, field: &Field<'_>, row: u32) -> Option<Rank> {
        match &field.line {
            Line::Keys => Some(Rank::Text(self.rows.key(row).to_owned())),
            Line::Lane(lane) => lane.rank(row),
            Line::Relevance => self.score(row).map(|score| Rank::Score(f64::from(score))),
        }
    }

    /// The place of a row.
    pub(super) fn place(&self, row: u32) -> Vec<u8> {
        let key = self.rows.key(row).as_bytes();
        let mut place = Vec::with_capacity(key.len() + 10 * self.fields.len());
        self.fields.iter().for_each(|field| self.add_rank(field, row, &mut place));
        place.extend(key);
        place
    }

    /// The beginning of a row's place that its first field makes.
    fn first(&self, row: u32) -> Vec<u8> {
        let mut first = Vec::new();
        self.add_rank(&self.fields[0], row, &mut first);
        first
    }

    fn add_rank(&self, field: &Field<'_>, row: u32, place: &mut Vec<u8>) {
        place.push(self.null(field, row));
        let bytes = self.rank(field, row).map(|rank| rank.bytes()).unwrap_or_default();
        match field.direction {
            Direction::Asc => place.extend(bytes),
            Direction::Desc => place.extend(bytes.iter().map(|byte| !byte)),
        }
    }
}

impl<T: Noun> Clone for Walk<'_, T> {
    fn clone(&self) -> Self {
        Walk { rows: self.rows, picked: self.picked.clone(), fields: self.fields.clone(), relevance: self.relevance }
    }
}

/// The first byte of a rank: rows without a value stand before or after those with one.
const FIRST: u8 = 0;
const VALUE: u8 = 1;
const LAST: u8 = 2;
