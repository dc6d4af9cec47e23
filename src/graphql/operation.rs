//! What a caller asks to be run, before and after it is checked.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::{OperationType, VariableDefinition};
use async_graphql::{Name, Pos, Positioned, Request, Response, ServerError, Value, Variables};
use foldhash::HashSet;
use serde_json::value::RawValue;
use smol_str::SmolStr;

use super::cost::Pages;
use super::document::{Document, Lowered, Operation, Shape, lift, lower, parse};
use super::plan::Plan;
use crate::config::DocumentLimits;

/// A request as it came: by HTTP or over a socket.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The text of the document.
    pub query: Text,
    /// Which of the document's operations to run; none where it has only one.
    pub operation_name: Option<String>,
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// The text of a document. What is known by the text as it is sent is not even unquoted.
#[derive(Debug, Clone)]
pub enum Text {
    Plain(String),
    /// A string as JSON writes it, with its quotes.
    Quoted(Box<RawValue>),
}

impl Text {
    /// The text itself; an error where JSON has no such string.
    pub fn plain(&self) -> serde_json::Result<Cow<'_, str>> {
        match self {
            Text::Plain(text) => Ok(Cow::Borrowed(text)),
            Text::Quoted(json) => serde_json::from_str(json.get()).map(Cow::Owned),
        }
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::Plain(String::new())
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Text {
        Text::Plain(text.into())
    }
}

/// A valid operation without the values of its variables: the same for every request with its text, or with the shape of it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The text that was read. Places, and all that the library takes, are of this one.
    pub(super) text: String,
    /// What is taken from a text for what it gives by variables, where others of its shape may give something else.
    pub(super) lifted: Option<Lifted>,
    /// The SHA-256 of the shape; where the operation is of this text alone, of the text.
    pub(super) hash: [u8; 32],
    pub(super) name: Option<SmolStr>,
    pub(super) kind: OperationType,
    pub(super) variables: Vec<Positioned<VariableDefinition>>,
    pub(super) pages: Pages,
    /// How it is answered without the library, where it can be.
    pub(super) plan: Option<Plan>,
    /// Whether it is a subscription whose events look through little.
    pub(super) has_plain_events: bool,
    /// Where it is taken in other words than it was written.
    pub(super) reworded: HashSet<Pos>,
    /// The operation as the library takes it, once that has to run it.
    pub(super) lowered: OnceLock<Lowered>,
}

impl Prepared {
    /// The operation as the library takes it.
    fn lowered(&self, limits: &DocumentLimits) -> &Lowered {
        self.lowered.get_or_init(|| {
            const READ: &str = "the text was read before, with this operation in it";
            let document = parse(&self.text, limits).expect(READ);
            let named = |operation: &&Operation<'_>| operation.name.map(|name| name.text) == self.name.as_deref();
            lower(&document, document.operations.iter().find(named).expect(READ), &self.reworded)
        })
    }
}

/// The values that texts of one shape give, each in its own way.
#[derive(Debug)]
pub(super) struct Lifted {
    pub(super) shape: Box<str>,
    pub(super) places: Vec<Place>,
}

/// Where a text gives a value.
#[derive(Debug)]
pub(super) struct Place {
    /// The name of the variable that it is taken for. No caller can write it.
    pub(super) name: Name,
    pub(super) is_id: bool,
}

impl Lifted {
    /// Takes the values out of a document of this shape; nothing where it has others. `reworded` are the places of whole numbers that
    /// stand for ids.
    pub(super) fn of<'a>(
        document: &mut Document<'a>,
        shape: &Shape<'_>,
        names: &'a [Name],
        reworded: &HashSet<Pos>,
    ) -> Option<Lifted> {
        let places = lift(document, names)?.into_iter().zip(names);
        let places = places.map(|(pos, name)| Place { name: name.clone(), is_id: reworded.contains(&pos) });
        Some(Lifted { shape: shape.text.as_str().into(), places: places.collect() })
    }

    /// What a text of this shape has of its own; none where only a validation can tell whether its values fit.
    pub(super) fn own(&self, shape: &Shape<'_>) -> Option<Own> {
        let values = self.places.iter().zip(&shape.literals).map(|(place, literal)| literal.value(place.is_id));
        Some(Own { name: shape.name.map(SmolStr::new), values: values.collect::<Option<_>>()? })
    }
}

/// What a text has of its own, where its operation is that of its shape.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) name: Option<SmolStr>,
    pub(super) values: Vec<Value>,
}

/// An operation as it was found for a text.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) prepared: Arc<Prepared>,
    /// What the text has of its own, where the operation is that of its shape.
    pub(super) own: Option<Arc<Own>>,
    /// Whether the operation was read from this text, so that places in it are right.
    pub(super) is_first: bool,
}

/// How many nodes are read in less time than it takes to make room for what waits meanwhile.
const BRIEF: usize = 200;

/// An operation that may run: it is valid, and keeps to every limit.
#[derive(Debug)]
pub struct Checked {
    pub(super) text: Text,
    pub(super) found: Found,
    /// The values of the variables, their defaults and what the text gives among them.
    pub(super) variables: Variables,
    pub(super) cost: usize,
}

impl Checked {
    /// Whether it asks, changes or listens.
    pub fn kind(&self) -> OperationType {
        self.found.prepared.kind
    }

    /// The name that its author gave it.
    pub fn name(&self) -> Option<&str> {
        match &self.found.own {
            Some(own) => own.name.as_deref(),
            None => self.found.prepared.name.as_deref(),
        }
    }

    /// All that decides its answer besides the caller and the revision: its text or the shape of it, its name, and the values of its
    /// variables.
    pub fn identity(&self) -> ([u8; 32], Option<&str>, &Variables) {
        (self.found.prepared.hash, self.name(), &self.variables)
    }

    /// The most nodes that its answer can hold.
    pub fn cost(&self) -> usize {
        self.cost
    }

    /// Whether it is answered at once, or each of its events is, so that nothing waits for it long.
    pub fn is_brief(&self) -> bool {
        let is_plain = match self.kind() {
            OperationType::Subscription => self.found.prepared.has_plain_events,
            _ => self.found.prepared.plan.as_ref().is_some_and(|plan| plan.is_plain),
        };
        self.cost <= BRIEF && is_plain
    }

    /// The request as the executor takes it. The operation must be prepared from its own text.
    pub(super) fn into_request(self, limits: &DocumentLimits) -> Request {
        let mut request = Request::new("").variables(self.variables);
        request.set_parsed_query(self.found.prepared.lowered(limits).document());
        request
    }
}

/// What an operation answers, or a subscription to one event.
#[derive(Debug)]
pub struct Answer {
    /// The whole answer as JSON.
    pub json: String,
    /// The errors in it.
    pub errors: Vec<ServerError>,
}

impl Answer {
    /// The answer that the library made, written in the order of the specification: what it cost comes last.
    pub fn of(mut response: Response) -> Answer {
        let extensions = std::mem::take(&mut response.extensions);
        let json = serde_json::to_string(&response).and_then(|mut json| {
            if !extensions.is_empty() {
                json.pop();
                json = json + ",\"extensions\":" + &serde_json::to_string(&extensions)? + "}";
            }
            Ok(json)
        });
        let json = json.unwrap_or_else(|error| {
            tracing::error!(%error, "an answer could not be written as JSON");
            let told = r#"{"message":"the answer could not be written as JSON","extensions":{"code":"INTERNAL"}}"#;
            format!(r#"{{"data":null,"errors":[{told}]}}"#)
        });
        Answer { json, errors: response.errors }
    }

    /// Whether the request was refused before anything was run.
    pub fn never_ran(&self) -> bool {
        !self.errors.is_empty() && self.errors.iter().all(|error| error.path.is_empty())
    }
}
