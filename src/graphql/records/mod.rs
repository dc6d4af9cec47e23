//! Records as lines of JSON, in and out: what `seedRecords` takes, what NDJSON holds, what an export writes.
//!
//! One file a noun: first the input, with all that is stored of a record, then the line that an export writes of one. Who reads
//! the line back has the same record.

mod contact;
mod member_state;
mod news_item;
mod project;
mod region;
mod whole;

use std::collections::BTreeMap;

use async_graphql::{InputType, Name, OneofObject, Pos, Value};

use self::contact::ContactRecordInput;
use self::member_state::MemberStateRecordInput;
use self::news_item::NewsItemRecordInput;
use self::project::ProjectRecordInput;
use self::region::RegionRecordInput;
use super::checked;
use crate::catalog::{ChangeSet, View};
use crate::domain::{Document, NodeId, Problem, Record};

/// A record of any kind to be created or changed.
#[derive(Debug, Clone, OneofObject)]
pub enum RecordInput {
    /// A project.
    Project(Box<ProjectRecordInput>),
    /// A state.
    MemberState(MemberStateRecordInput),
    /// A region.
    Region(RegionRecordInput),
    /// A news item.
    NewsItem(Box<NewsItemRecordInput>),
    /// A contact.
    Contact(ContactRecordInput),
}

/// What an input comes to: the record, and the texts of the documents that it was read from.
#[derive(Debug)]
pub struct Made {
    pub record: Record,
    pub documents: Vec<Document>,
}

impl RecordInput {
    /// Reads a record from a line of NDJSON, in the shape that the API takes: `{"memberState": {"code": "GE"}}`.
    pub fn from_json(line: &str) -> Result<RecordInput, NdjsonError> {
        let value: serde_json::Value = serde_json::from_str(line).map_err(|error| NdjsonError(error.to_string()))?;
        let value = Value::from_json(value).map_err(|error| NdjsonError(error.to_string()))?;
        match checked::record(&value) {
            Some(message) => Err(NdjsonError(message)),
            None => {
                RecordInput::parse(Some(value)).map_err(|error| NdjsonError(error.into_server_error(Pos::default()).message))
            }
        }
    }

    /// The edits that bring the records in, one a record and in their order, so that an edit's position tells its record.
    pub fn change_set(records: Vec<RecordInput>, view: &View<'_>) -> ChangeSet {
        let mut change_set = ChangeSet::default();
        // What the records before it made of a record, where several are about the same one.
        let mut made: BTreeMap<NodeId, Record> = BTreeMap::new();
        for record in records {
            let id = record.id();
            let current = made.remove(&id).or_else(|| view.snapshot.record(&id));
            match record.make(current) {
                Ok(Made { record, documents }) => {
                    made.insert(id, record.clone());
                    change_set.put(record);
                    documents.into_iter().for_each(|document| change_set.keep(document));
                }
                Err(problems) => change_set.refuse(problems),
            }
        }
        change_set
    }

    /// What names the record.
    pub fn id(&self) -> NodeId {
        match self {
            RecordInput::Project(input) => input.id(),
            RecordInput::MemberState(input) => input.id(),
            RecordInput::Region(input) => input.id(),
            RecordInput::NewsItem(input) => input.id(),
            RecordInput::Contact(input) => input.id(),
        }
    }

    /// What the input makes of the record that stands.
    pub fn make(self, current: Option<Record>) -> Result<Made, Vec<Problem>> {
        match self {
            RecordInput::Project(input) => input.make(current),
            RecordInput::MemberState(input) => input.make(current),
            RecordInput::Region(input) => input.make(current),
            RecordInput::NewsItem(input) => input.make(current),
            RecordInput::Contact(input) => input.make(current),
        }
    }
}

/// The line of NDJSON that makes a record what it is. `text` finds the text of a document.
pub(super) fn line<E>(record: &Record, text: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
    Ok(match record {
        Record::Project(project) => project::line(project, text)?,
        Record::MemberState(state) => member_state::line(state),
        Record::Region(region) => region::line(region),
        Record::NewsItem(item) => news_item::line(item, text)?,
        Record::Contact(contact) => contact::line(contact),
    })
}

/// An input as JSON under the name of its kind. Some fields are left out, since others of the same input say as much.
fn written(kind: &str, input: &impl InputType, left_out: &[&str]) -> String {
    let mut value = input.to_value();
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, _| !left_out.contains(&name.as_str()));
    }
    let line = Value::Object([(Name::new(kind), value)].into_iter().collect());
    serde_json::to_string(&line).expect("an input holds nothing that JSON cannot")
}

/// A line that holds no record.
#[derive(Debug, thiserror::Error)]
#[error("not a record in JSON: {0}")]
pub struct NdjsonError(String);

#[cfg(test)]
mod tests;
