//! What stands before the executor, whatever transport a request comes by: a text and its variables become an operation that
//! is valid and keeps to every limit, or an answer that says why not.

use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::OperationType;
use async_graphql::{Pos, Response, ServerError, Variables};
use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};
use sha2::{Digest, Sha256};

use super::cost::{Pages, with_defaults};
use super::document::{Document, Unreadable, lower_variables, parse};
use super::error::{Code, refused};
use super::operation::{Asked, Checked, Prepared};
use super::plan::{Plan, has_plain_events};
use super::trusted::Trusted;
use super::validation::{Fault, Schema, coerce, validate};
use super::{sdl, weight};
use crate::catalog::Lookups;
use crate::config::{Excess, Limits};

/// How many times the length of its text a checked operation takes in memory, its plan counted: 200 MB for 4 MB of texts.
const PREPARED: usize = 50;

/// Bytes that an operation takes, about.
const COMMON: usize = 20 << 10;

/// What names an operation: the name that was asked for, if one was, and the text.
type Known = (Option<Box<str>>, Box<str>);

/// The same, as a request has it.
#[derive(Hash)]
struct Meant<'t>(Option<&'t str>, &'t str);

impl Equivalent<Known> for Meant<'_> {
    fn equivalent(&self, known: &Known) -> bool {
        self.1 == &*known.1 && self.0 == known.0.as_deref()
    }
}

/// Weighs operations by the bytes that they take, about.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Known, Arc<Prepared>> for Bytes {
    fn weight(&self, _: &Known, prepared: &Arc<Prepared>) -> u64 {
        (prepared.text.len() * PREPARED) as u64
    }
}

/// The guard over the API.
#[derive(Debug, Clone)]
pub struct Guard {
    schema: Arc<Schema>,
    limits: Limits,
    /// Whether errors say which name was meant perhaps.
    suggestions: bool,
    /// The operations that alone may run, if an operator gave a list of them.
    trusted: Option<Arc<Trusted>>,
    /// Whether queries are answered along plans, where they can be.
    plans: bool,
    /// Valid operations, bounded by what they take in memory.
    known: Arc<Cache<Known, Arc<Prepared>, Bytes, RandomState>>,
    lookups: Arc<Lookups>,
}

impl Guard {
    pub fn new(limits: Limits, suggestions: bool) -> Guard {
        let most = limits.kept_texts * 4;
        let about = most as usize / COMMON;
        let known = Cache::with(about, most, Bytes, RandomState::default(), DefaultLifecycle::default()).into();
        let (schema, lookups) = (Arc::new(Schema::new(sdl())), Arc::default());
        Guard { schema, limits, suggestions, trusted: None, plans: true, known, lookups }
    }

    /// Lets only these operations run.
    pub fn trusting(self, trusted: Trusted) -> Guard {
        Guard { trusted: Some(Arc::new(trusted)), ..self }
    }

    /// Lets the library run all queries, which answers the same.
    pub fn without_plans(self) -> Guard {
        Guard { plans: false, ..self }
    }

    pub(super) fn trusted(&self) -> Option<&Trusted> {
        self.trusted.as_deref()
    }

    /// The operation that is asked for; the answer instead where it must not run.
    pub fn check(&self, asked: Asked) -> Result<Checked, Box<Response>> {
        let Asked { query, operation_name, variables } = asked;
        if self.trusted().is_some_and(|trusted| !trusted.holds(&query)) {
            let message = "this server runs only operations that its operator knows: send one of them, or its id";
            return Err(refused(vec![ServerError::new(message, None)], Code::NotTrusted.as_str()));
        }
        let deepest = variables.values().map(depth).max().unwrap_or(0);
        self.limits.variable_nesting.hold(deepest).map_err(|excess| too_much(excess, None))?;
        let prepared = match self.known.get(&Meant(operation_name.as_deref(), &query)) {
            Some(prepared) => {
                self.lookups.hit();
                prepared
            }
            None => {
                self.lookups.miss();
                let prepared = Arc::new(self.prepare(&query, operation_name.as_deref())?);
                self.known.insert((operation_name.map(Into::into), query.into()), Arc::clone(&prepared));
                prepared
            }
        };
        let variables = coerce(&self.schema, &prepared.variables, variables, self.limits.errors, self.suggestions)
            .map_err(|faults| invalid(faults, Code::BadUserInput.as_str()))?;
        let variables = with_defaults(&prepared.variables, variables);
        let cost = self.cost(&prepared, &variables)?;
        Ok(Checked { prepared, variables, cost })
    }

    /// How often an operation was known already.
    pub(super) fn lookups(&self) -> &Lookups {
        &self.lookups
    }

    /// What is wrong with a document, whichever of its operations is meant, and whatever the values of its variables.
    pub fn validate(&self, text: &str) -> Result<(), String> {
        let document = self.read(text).map_err(|answer| first_message(&answer))?;
        let valid = validate(&self.schema, &document, self.limits.errors, self.suggestions);
        valid.map(drop).map_err(|faults| faults.into_iter().map(|fault| fault.message).next().unwrap_or_default())
    }

    /// Reads and weighs a text.
    fn read<'a>(&self, text: &'a str) -> Result<Document<'a>, Box<Response>> {
        let limits = &self.limits.document;
        limits.bytes.hold(text.len()).map_err(|excess| too_much(excess, None))?;
        let document = parse(text, limits).map_err(|unreadable| match unreadable {
            Unreadable::TooMuch(excess) => too_much(excess, None),
            Unreadable::Syntax { message, pos } => {
                let fault = Fault { message: message.into_owned(), pos };
                invalid(vec![fault], "GRAPHQL_PARSE_FAILED")
            }
        })?;
        weight::hold(&document, limits).map_err(|(excess, pos)| too_much(excess, Some(pos)))?;
        Ok(document)
    }

    /// Reads, weighs and validates a text; all of it before the executor sees any.
    fn prepare(&self, text: &str, name: Option<&str>) -> Result<Prepared, Box<Response>> {
        let document = self.read(text)?;
        let reworded = validate(&self.schema, &document, self.limits.errors, self.suggestions)
            .map_err(|faults| invalid(faults, "GRAPHQL_VALIDATION_FAILED"))?;
        let mut named = document.operations.iter().filter(|it| name.is_none() || it.name.map(|name| name.text) == name);
        let (Some(operation), other) = (named.next(), named.next()) else {
            return Err(unknown_operation("the query has no operation of the name in `operationName`"));
        };
        if other.is_some() {
            return Err(unknown_operation("the query has several operations: say in `operationName` which to run"));
        }
        Ok(Prepared {
            text: text.to_owned(),
            hash: Sha256::digest(text).into(),
            name: operation.name.map(|name| name.text.to_owned()),
            kind: operation.kind,
            variables: lower_variables(operation, &reworded),
            pages: Pages::of(&self.schema, &document, operation, self.limits.page),
            plan: if self.plans { Plan::of(&self.schema, &document, operation, &reworded) } else { None },
            has_plain_events: operation.kind == OperationType::Subscription
                && has_plain_events(&self.schema, &document, operation, &reworded),
            reworded,
            lowered: OnceLock::new(),
        })
    }

    fn cost(&self, prepared: &Prepared, variables: &Variables) -> Result<usize, Box<Response>> {
        let cost =
            prepared.pages.cost(variables, &self.limits.page_bound()).map_err(|(excess, pos)| too_much(excess, Some(pos)))?;
        self.limits.document.cost.hold(cost).map_err(|excess| too_much(excess, None))?;
        Ok(cost)
    }
}

fn unknown_operation(message: &str) -> Box<Response> {
    refused(vec![ServerError::new(message, None)], Code::BadUserInput.as_str())
}

fn invalid(faults: Vec<Fault>, code: &str) -> Box<Response> {
    refused(faults.into_iter().map(|Fault { message, pos }| ServerError::new(message, Some(pos))).collect(), code)
}

fn too_much(excess: Excess, pos: Option<Pos>) -> Box<Response> {
    let mut error = ServerError::new(excess.to_string(), pos);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("limit", excess.bound.name);
    extensions.set("asked", excess.asked);
    extensions.set("most", excess.bound.most);
    refused(vec![error], Code::LimitExceeded.as_str())
}

fn first_message(answer: &Response) -> String {
    answer.errors.first().map(|error| error.message.clone()).unwrap_or_default()
}

/// How deep a value nests. JSON nests no deeper than its parser lets it.
fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
