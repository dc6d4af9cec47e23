//! Records on their way out, whole lists at a time: NDJSON that `seed` reads back to the same records, and CSV for spreadsheets.
//!
//! An export is of one snapshot. It writes record by record, and holds no more of them in memory than the snapshot does.

mod csv;

use std::io::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use async_graphql::{InputType, Pos, Value};

use super::news_list::{self, NewsFilter};
use super::project_list::{self, ProjectFilter};
use super::{checked, records};
use crate::catalog::{Catalog, InOrder, List, Noun, Ordered, Scope, Snapshot, Stored};
use crate::config::Limits;
use crate::domain::{Contact, Language, MemberState, NewsItem, NodeKind, Project, Record, Region};

/// What an export is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The records of one kind.
    Kind(NodeKind),
    /// The records of all kinds, each behind those that it names.
    All,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A line of JSON for each record, in the shape that `seedRecords` takes, with all that is stored of it.
    Ndjson,
    /// RFC 4180, with a header, for spreadsheets.
    Csv,
}

/// An export to be written.
#[derive(Debug)]
pub struct Export {
    content: Content,
    format: Format,
    /// The language of names, labels and texts in CSV. NDJSON holds all languages.
    language: Option<Language>,
    filter: Filter,
}

#[derive(Debug)]
enum Filter {
    None,
    Projects(Box<ProjectFilter>),
    News(Box<NewsFilter>),
}

/// Why an export was not made, or broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("there is no export “{0}”: ask for projects, news, member-states, contacts, regions or all, as .ndjson or .csv")]
    Unknown(String),
    #[error("an export of all kinds has no columns: ask for all.ndjson, or for one kind as .csv")]
    NoColumns,
    #[error("there is no language “{0}”: ask for fr, en or es")]
    Language(String),
    #[error("the filter is not one of this list: {0}")]
    Filter(String),
    #[error("{0}")]
    Limit(String),
    #[error("the document {0} of a record is lost: restore a backup")]
    Lost(String),
    #[error("it could not be written: {0}")]
    Write(#[from] io::Error),
}

impl FromStr for Content {
    type Err = ExportError;

    fn from_str(name: &str) -> Result<Self, ExportError> {
        Ok(match name {
            "projects" => Content::Kind(NodeKind::Project),
            "news" => Content::Kind(NodeKind::NewsItem),
            "member-states" => Content::Kind(NodeKind::MemberState),
            "contacts" => Content::Kind(NodeKind::Contact),
            "regions" => Content::Kind(NodeKind::Region),
            "all" => Content::All,
            _ => return Err(ExportError::Unknown(name.to_owned())),
        })
    }
}

impl FromStr for Format {
    type Err = ExportError;

    fn from_str(name: &str) -> Result<Self, ExportError> {
        match name {
            "ndjson" => Ok(Format::Ndjson),
            "csv" => Ok(Format::Csv),
            _ => Err(ExportError::Unknown(format!(".{name}"))),
        }
    }
}

impl Format {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Ndjson => "application/x-ndjson; charset=utf-8",
            Format::Csv => "text/csv; charset=utf-8; header=present",
        }
    }
}

impl Export {
    /// An export of some records. The filter is JSON in the shape of the filter that the query of the same list takes.
    pub fn new(
        content: Content,
        format: Format,
        filter: Option<&str>,
        language: Option<Language>,
    ) -> Result<Export, ExportError> {
        if content == Content::All && format == Format::Csv {
            return Err(ExportError::NoColumns);
        }
        let filter = match (filter, content) {
            (None, _) => Filter::None,
            (Some(json), Content::Kind(NodeKind::Project)) => {
                Filter::Projects(Box::new(parsed(json, checked::project_filter)?))
            }
            (Some(json), Content::Kind(NodeKind::NewsItem)) => Filter::News(Box::new(parsed(json, checked::news_filter)?)),
            (Some(_), _) => {
                return Err(ExportError::Filter("only projects and news can be filtered, so leave it out".to_owned()));
            }
        };
        Ok(Export { content, format, language, filter })
    }

    /// The records, ready to be written; a filter beyond the limits is refused.
    pub fn of(self, snapshot: Arc<Snapshot>, limits: &Limits) -> Result<Ready, ExportError> {
        let limit = |error: async_graphql::Error| ExportError::Limit(error.message);
        let list = match self.filter {
            Filter::None => None,
            Filter::Projects(filter) => {
                Some(Filtered::Projects(project_list::filtered(&snapshot, *filter, limits).map_err(limit)?))
            }
            Filter::News(filter) => Some(Filtered::News(news_list::filtered(&snapshot, *filter, limits).map_err(limit)?)),
        };
        let Export { content, format, language, .. } = self;
        Ok(Ready { content, format, language, list, snapshot })
    }
}

/// A filter read from JSON.
fn parsed<T: InputType>(json: &str, against: impl FnOnce(&Value) -> Option<String>) -> Result<T, ExportError> {
    let value: serde_json::Value = serde_json::from_str(json).map_err(|error| ExportError::Filter(error.to_string()))?;
    let value = Value::from_json(value).map_err(|error| ExportError::Filter(error.to_string()))?;
    match against(&value) {
        Some(message) => Err(ExportError::Filter(message)),
        None => T::parse(Some(value)).map_err(|error| ExportError::Filter(error.into_server_error(Pos::default()).message)),
    }
}

/// An export of one snapshot, ready to be written.
#[derive(Debug)]
pub struct Ready {
    content: Content,
    format: Format,
    language: Option<Language>,
    list: Option<Filtered>,
    snapshot: Arc<Snapshot>,
}

/// The records that pass a filter.
#[derive(Debug)]
enum Filtered {
    Projects(List<Project>),
    News(List<NewsItem>),
}

impl Ready {
    pub fn format(&self) -> Format {
        self.format
    }

    /// Writes the export from its beginning to its end.
    pub fn write(&self, catalog: &Catalog, out: &mut impl Write) -> Result<(), ExportError> {
        match (self.format, self.content) {
            (Format::Csv, Content::Kind(kind)) => csv::write(self, kind, out),
            (_, Content::Kind(kind)) => self.lines(kind, catalog, out),
            (_, Content::All) => {
                let order = [NodeKind::Region, NodeKind::MemberState, NodeKind::Contact, NodeKind::Project, NodeKind::NewsItem];
                order.into_iter().try_for_each(|kind| self.lines(kind, catalog, out))
            }
        }
    }

    fn lines(&self, kind: NodeKind, catalog: &Catalog, out: &mut impl Write) -> Result<(), ExportError> {
        let text = |sha256: &str| match catalog.document(sha256) {
            Ok(Some(text)) => Ok(text),
            _ => Err(ExportError::Lost(sha256.to_owned())),
        };
        let mut line = |record: Record| Ok(writeln!(out, "{}", records::line(&record, text)?)?);
        match kind {
            NodeKind::Project => self.each::<Project>(&mut |stored| line(Arc::clone(&stored.record).record())),
            NodeKind::MemberState => self.each::<MemberState>(&mut |stored| line(Arc::clone(&stored.record).record())),
            NodeKind::Region => self.each::<Region>(&mut |stored| line(Arc::clone(&stored.record).record())),
            NodeKind::NewsItem => self.each::<NewsItem>(&mut |stored| line(Arc::clone(&stored.record).record())),
            NodeKind::Contact => self.each::<Contact>(&mut |stored| line(Arc::clone(&stored.record).record())),
        }
    }

    /// Does something with each record that is wanted, in the order of their keys.
    fn each<T: Noun>(&self, done: &mut dyn FnMut(&Stored<T>) -> Result<(), ExportError>) -> Result<(), ExportError> {
        let all = InOrder::<T>::new(&self.snapshot, Scope::All);
        let list = self.list.as_ref().map_or(&all as &dyn Ordered, Filtered::list);
        for row in list.after(None) {
            if let Some(stored) = self.snapshot.rows::<T>().at(row) {
                done(&stored)?;
            }
        }
        Ok(())
    }
}

impl Filtered {
    fn list(&self) -> &dyn Ordered {
        match self {
            Filtered::Projects(list) => list,
            Filtered::News(list) => list,
        }
    }
}
