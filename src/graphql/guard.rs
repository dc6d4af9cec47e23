//! What stands before the executor, whatever transport a request comes by: a text and its variables become an operation that
//! is valid and keeps to every limit, or an answer that says why not.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::OperationType;
use async_graphql::{Name, Pos, Request, Response, ServerError, Variables};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use super::cost::{Pages, with_defaults};
use super::document::{Document, Shape, Unreadable, lower_variables, parse};
use super::error::{Code, refused};
use super::known::KnownOperations;
use super::operation::{Asked, Checked, Found, Lifted, Prepared, Text};
use super::plan::{Plan, has_plain_events};
use super::trusted::Trusted;
use super::validation::{Fault, Schema, Valid, coerce, validate};
use super::{sdl, weight};
use crate::catalog::Lookups;
use crate::config::{Excess, Limits};

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
    known: Arc<KnownOperations>,
    lookups: Arc<Lookups>,
}

impl Guard {
    pub fn new(limits: Limits, suggestions: bool) -> Guard {
        let known = KnownOperations::new(limits.kept_texts * 4).into();
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
        let Asked { query: text, operation_name, variables } = asked;
        let deepest = variables.values().map(depth).max().unwrap_or(0);
        self.limits.variable_nesting.hold(deepest).map_err(|excess| too_much(excess, None))?;
        let name = operation_name.as_deref();
        // What is known was allowed.
        let mut found = match self.known.by_text(name, &text) {
            Some(found) => {
                if found.is_first {
                    self.lookups.hit();
                }
                found
            }
            None => self.found(name, &text, !variables.is_empty())?,
        };
        if !found.is_first {
            if let Ok((variables, cost)) = self.hold(&found, variables.clone()) {
                self.lookups.hit();
                return Ok(Checked { text, found, variables, cost });
            }
            // What is wrong is told with its place in this text, and not in another of its shape.
            found = self.read_anew(name, &text, &plain(&text)?)?;
        }
        let (variables, cost) = self.hold(&found, variables)?;
        Ok(Checked { text, found, variables, cost })
    }

    /// The operation as the executor takes it.
    pub(super) fn request(&self, mut operation: Checked) -> Result<Request, Box<Response>> {
        if !operation.found.is_first {
            operation.found = self.read_anew(None, &operation.text, &plain(&operation.text)?)?;
        }
        Ok(operation.into_request(&self.limits.document))
    }

    /// The operation that a text asks for that is not known itself.
    fn found(&self, name: Option<&str>, text: &Text, has_variables: bool) -> Result<Found, Box<Response>> {
        let plain = plain(text)?;
        if self.trusted().is_some_and(|trusted| !trusted.holds(&plain)) {
            let message = "this server runs only operations that its operator knows: send one of them, or its id";
            return Err(refused(vec![ServerError::new(message, None)], Code::NotTrusted.as_str()));
        }
        let Some(found) = self.by_shape(name, &plain) else {
            return self.read_anew(name, text, &plain);
        };
        // A text that has variables is sent again with other values, and from now on is known itself; one that has its values written in
        // it is mostly never seen again.
        if has_variables {
            self.known.keep(name, text, &found);
        }
        Ok(found)
    }

    /// The operation that all texts of this one's shape ask for, if one of them is known.
    fn by_shape(&self, name: Option<&str>, text: &str) -> Option<Found> {
        let shape = self.shape(text)?;
        if name.is_some() && name != shape.name {
            return None;
        }
        self.known.by_shape(&shape)
    }

    /// The shape of a text, where operations are known by shapes: only plans take values from anywhere else than the text.
    fn shape<'a>(&self, text: &'a str) -> Option<Shape<'a>> {
        if self.plans { Shape::of(text, &self.limits.document) } else { None }
    }

    /// Prepares the operation that a text asks for, which is `plain` without quotes. From now on it is known.
    fn read_anew(&self, name: Option<&str>, text: &Text, plain: &str) -> Result<Found, Box<Response>> {
        self.lookups.miss();
        let shape = self.shape(plain);
        let prepared = Arc::new(self.prepare(plain, name, shape.as_ref())?);
        let own = prepared.lifted.as_ref().and_then(|lifted| lifted.own(shape.as_ref()?));
        let found = Found { prepared, own: own.map(Arc::new), is_first: true };
        self.known.keep(name, text, &found);
        Ok(found)
    }

    /// The values of an operation's variables, and what it costs with them.
    fn hold(&self, found: &Found, given: Map<String, Json>) -> Result<(Variables, usize), Box<Response>> {
        let prepared = &*found.prepared;
        let variables = coerce(&self.schema, &prepared.variables, given, self.limits.errors, self.suggestions)
            .map_err(|faults| invalid(faults, Code::BadUserInput.as_str()))?;
        let mut variables = with_defaults(&prepared.variables, variables);
        if let (Some(lifted), Some(own)) = (&prepared.lifted, &found.own) {
            let values = lifted.places.iter().zip(&own.values);
            values.for_each(|(place, value)| drop(variables.insert(place.name.clone(), value.clone())));
        }
        let cost = self.cost(prepared, &variables)?;
        Ok((variables, cost))
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

    /// Reads, weighs and validates a text; all of it before the executor sees any. Given its shape, what it prepares is for all texts
    /// of that, where it can be.
    fn prepare(&self, text: &str, name: Option<&str>, shape: Option<&Shape<'_>>) -> Result<Prepared, Box<Response>> {
        // No name begins with a digit.
        let names: Vec<_> =
            shape.iter().flat_map(|it| 0..it.literals.len()).map(|place| Name::new(place.to_string())).collect();
        let mut document = self.read(text)?;
        let Valid { reworded, compares_values } = validate(&self.schema, &document, self.limits.errors, self.suggestions)
            .map_err(|faults| invalid(faults, "GRAPHQL_VALIDATION_FAILED"))?;
        let place = meant(&document, name)?;
        let shape = shape.filter(|_| !compares_values);
        let lifted = shape.and_then(|shape| Lifted::of(&mut document, shape, &names, &reworded));
        let operation = &document.operations[place];
        let plan = if self.plans { Plan::of(&self.schema, &document, operation, &reworded) } else { None };
        let fits = lifted.as_ref().is_none_or(|lifted| shape.is_some_and(|shape| lifted.own(shape).is_some()));
        if lifted.is_some() && (plan.is_none() || !fits) {
            return self.prepare(text, name, None);
        }
        Ok(Prepared {
            text: text.to_owned(),
            hash: Sha256::digest(lifted.as_ref().map_or(text, |lifted| &lifted.shape)).into(),
            name: operation.name.map(|name| name.text.into()),
            kind: operation.kind,
            variables: lower_variables(operation, &reworded),
            pages: Pages::of(&self.schema, &document, operation, self.limits.page),
            plan,
            has_plain_events: operation.kind == OperationType::Subscription
                && has_plain_events(&self.schema, &document, operation, &reworded),
            lifted,
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

/// A text without quotes.
fn plain(text: &Text) -> Result<Cow<'_, str>, Box<Response>> {
    text.plain().map_err(|error| unknown_operation(&format!("the query is no text: {error}")))
}

/// Which operation of a document is meant by a name, or by none.
fn meant(document: &Document<'_>, name: Option<&str>) -> Result<usize, Box<Response>> {
    let is_meant = |place: &usize| name.is_none() || document.operations[*place].name.map(|name| name.text) == name;
    let mut meant = (0..document.operations.len()).filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => Err(unknown_operation("the query has no operation of the name in `operationName`")),
        _ => Err(unknown_operation("the query has several operations: say in `operationName` which to run")),
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
