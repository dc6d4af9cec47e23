//! What lists of projects and news go by, kept in step with the records.

use std::fmt;
use std::sync::Arc;

use imbl::HashMap;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::cell::Cell;
use super::facet::Facet;
use super::lane::Lane;
use super::number::{self, Number};
use crate::catalog::rows::{Column, Rows};
use crate::catalog::{Noun, RowSet};
use crate::domain::{CountryCode, Coverage, NewsItem, Project, ProjectStatus, ProjectType, RegionCode, slug};

/// What lists of a kind of record go by. A copy shares all it can with the original.
pub trait Index<T: Noun>: Clone + Default + fmt::Debug + Send + Sync + Serialize + DeserializeOwned {
    /// Notes what a row has in place of what it had. Orders are right again once the index is settled.
    #[doc(hidden)]
    fn replace(&mut self, row: u32, before: Option<&T>, after: Option<(&T, Timestamp)>);
    /// Puts the rows that changed where they belong in the orders of `before`, which is an earlier index that is settled, with its
    /// rows.
    #[doc(hidden)]
    fn settle(&mut self, changed: &RowSet, rows: &Rows<T>, before: (&Self, &Rows<T>));
}

/// Kinds of record that are listed by their keys alone.
impl<T: Noun> Index<T> for () {
    fn replace(&mut self, _: u32, _: Option<&T>, _: Option<(&T, Timestamp)>) {}
    fn settle(&mut self, _: &RowSet, _: &Rows<T>, _: (&Self, &Rows<T>)) {}
}

/// What lists of projects go by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProjectIndex {
    pub(super) statuses: Facet<ProjectStatus>,
    /// By the codes of the types.
    pub(super) types: Facet<String>,
    pub(super) coverages: Facet<Coverage>,
    pub(super) regions: Facet<RegionCode>,
    pub(super) states: Facet<CountryCode>,
    /// The projects with a warning.
    pub(super) doubted: RowSet,
    /// The slugs of the titles.
    pub(super) titles: Lane<SmolStr>,
    pub(super) budgets: Number,
    pub(super) years: Number,
    pub(super) starts: Number,
    pub(super) ends: Number,
    pub(super) updates: Number,
    pub(super) cells: Column<Cell>,
    /// The states of projects that have more than one.
    pub(super) several: HashMap<u32, Arc<[CountryCode]>>,
    /// Each type as it was first met, by number.
    pub(super) known_types: KnownTypes,
}

/// The types that projects have, numbered as their codes are met.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct KnownTypes {
    by_number: imbl::Vector<ProjectType>,
    by_code: HashMap<String, u32>,
}

impl KnownTypes {
    pub(super) fn get(&self, number: u32) -> Option<&ProjectType> {
        self.by_number.get(number as usize)
    }

    fn number(&mut self, project_type: &ProjectType) -> u32 {
        if let Some(number) = self.by_code.get(&project_type.code) {
            return *number;
        }
        let number = self.by_number.len() as u32;
        self.by_number.push_back(project_type.clone());
        self.by_code.insert(project_type.code.clone(), number);
        number
    }
}

impl Index<Project> for ProjectIndex {
    fn replace(&mut self, row: u32, before: Option<&Project>, after: Option<(&Project, Timestamp)>) {
        let (after, updated_at) = after.unzip();
        let kind = |project: &Project| project.project_type.as_ref().map(|kind| kind.code.clone());
        self.statuses.replace(row, before.and_then(|it| it.status).as_slice(), after.and_then(|it| it.status).as_slice());
        self.types.replace(row, before.and_then(kind).as_slice(), after.and_then(kind).as_slice());
        self.coverages.replace(row, before.and_then(|it| it.coverage).as_slice(), after.and_then(|it| it.coverage).as_slice());
        self.regions.replace(row, before.and_then(|it| it.region).as_slice(), after.and_then(|it| it.region).as_slice());
        self.states.replace(row, states(before), states(after));
        if after.is_some_and(|it| !it.warnings.is_empty()) {
            self.doubted.insert(row);
        } else {
            self.doubted.remove(row);
        }
        let title = |project: &Project| SmolStr::from(slug(project.title(None)));
        if before.is_none() || before.map(|it| it.title(None)) != after.map(|it| it.title(None)) {
            self.titles.set(row, after.map(title));
        }
        self.budgets.set(row, after.and_then(|it| it.budget.as_ref()).map(|budget| number::amount(budget.amount)));
        self.years.set(row, after.and_then(|it| it.year).map(number::year));
        self.starts.set(row, after.and_then(|it| it.start_date).map(number::date));
        self.ends.set(row, after.and_then(|it| it.end_date).map(number::date));
        self.updates.set(row, updated_at.map(number::micros));
        match states(after) {
            several @ [_, _, ..] if several != states(before) => drop(self.several.insert(row, several.into())),
            [_, _, ..] => {}
            _ => drop(self.several.remove(&row)),
        }
        let cell = after.map(|project| {
            let project_type = project.project_type.as_ref().map(|kind| self.known_types.number(kind));
            Cell::of(project, project_type)
        });
        let cell = cell.unwrap_or_default();
        if self.cells.get(row) != Some(&cell) {
            self.cells.set(row, cell);
        }
    }

    fn settle(&mut self, changed: &RowSet, rows: &Rows<Project>, (index, rows_before): (&Self, &Rows<Project>)) {
        self.titles.settle(changed, rows, (&index.titles, rows_before));
        self.budgets.settle(changed, rows, (&index.budgets, rows_before), |amount| amount);
        self.years.settle(changed, rows, (&index.years, rows_before), |year| year);
        self.starts.settle(changed, rows, (&index.starts, rows_before), number::end_of_year);
        self.ends.settle(changed, rows, (&index.ends, rows_before), number::end_of_year);
        self.updates.settle(changed, rows, (&index.updates, rows_before), |moment| moment);
    }
}

/// The states of a project; none where there is none.
fn states(project: Option<&Project>) -> &[CountryCode] {
    project.map_or(&[], |project| &project.member_states)
}

/// What lists of news go by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewsIndex {
    pub(super) states: Facet<CountryCode>,
    /// The slugs of the titles.
    pub(super) titles: Lane<SmolStr>,
    pub(super) published: Number,
    pub(super) updates: Number,
}

impl Index<NewsItem> for NewsIndex {
    fn replace(&mut self, row: u32, before: Option<&NewsItem>, after: Option<(&NewsItem, Timestamp)>) {
        let (after, updated_at) = after.unzip();
        let states = |item: Option<&'_ NewsItem>| item.map(|item| item.member_states.clone()).unwrap_or_default();
        self.states.replace(row, &states(before), &states(after));
        let title = |item: &NewsItem| SmolStr::from(slug(item.title(None)));
        if before.is_none() || before.map(|it| it.title(None)) != after.map(|it| it.title(None)) {
            self.titles.set(row, after.map(title));
        }
        self.published.set(row, after.and_then(|it| it.published_on).map(number::date));
        self.updates.set(row, updated_at.map(number::micros));
    }

    fn settle(&mut self, changed: &RowSet, rows: &Rows<NewsItem>, (index, rows_before): (&Self, &Rows<NewsItem>)) {
        self.titles.settle(changed, rows, (&index.titles, rows_before));
        self.published.settle(changed, rows, (&index.published, rows_before), number::end_of_year);
        self.updates.settle(changed, rows, (&index.updates, rows_before), |moment| moment);
    }
}
