//! The schema, and the one way to run a request against it.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use async_graphql::futures_util::FutureExt;
use async_graphql::futures_util::stream::{self, BoxStream, StreamExt};
use async_graphql::parser::types::{OperationType, VariableDefinition};
use async_graphql::{MergedObject, Request, Response, Schema, SchemaBuilder, ServerError, Value, Variables};

use super::change::ChangeQueries;
use super::contact::{ContactMutations, ContactQueries};
use super::context::{Caller, Preferred};
use super::delete::DeleteMutations;
use super::error::Code;
use super::member_state::{MemberStateMutations, MemberStateQueries};
use super::nesting;
use super::news_item::{NewsItemMutations, NewsItemQueries};
use super::node::NodeQueries;
use super::operation::{Asked, Checked};
use super::project::{ProjectMutations, ProjectQueries};
use super::region::{RegionMutations, RegionQueries};
use super::root_field;
use super::search::SearchQueries;
use super::seed_documents::SeedDocumentsMutations;
use super::seed_records::SeedRecordsMutations;
use super::service::ServiceQueries;
use super::subscription::Subscription;
use super::weight;
use crate::catalog::Catalog;
use crate::config::Limits;

/// The questions that the graph answers.
#[derive(Default, MergedObject)]
pub(super) struct Query(
    NodeQueries,
    ProjectQueries,
    MemberStateQueries,
    RegionQueries,
    NewsItemQueries,
    ContactQueries,
    SearchQueries,
    ChangeQueries,
    ServiceQueries,
);

/// The changes that a bearer of a token may make.
#[derive(Default, MergedObject)]
pub(super) struct Mutation(
    ProjectMutations,
    MemberStateMutations,
    RegionMutations,
    NewsItemMutations,
    ContactMutations,
    DeleteMutations,
    SeedDocumentsMutations,
    SeedRecordsMutations,
);

/// The API over a catalog.
#[derive(Clone)]
pub struct Engine {
    schema: Schema<Query, Mutation, Subscription>,
    catalog: Arc<Catalog>,
    nesting: usize,
    variable_nesting: usize,
    fields: usize,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Engine").field("catalog", &self.catalog).finish_non_exhaustive()
    }
}

impl Engine {
    pub fn new(catalog: Arc<Catalog>, limits: Limits) -> Engine {
        let (nesting, variable_nesting, fields) = (limits.nesting, limits.variable_nesting, limits.fields);
        let schema = builder().limit_depth(limits.depth).data(Arc::clone(&catalog)).data(limits).finish();
        Engine { schema, catalog, nesting, variable_nesting, fields }
    }

    /// The operation that is asked for, checked against every limit; the answer instead where it must not run. Whatever
    /// transport a request comes by, it runs only through here.
    pub fn check(&self, asked: Asked) -> Result<Checked, Box<Response>> {
        let variables = Variables::from_json(serde_json::Value::Object(asked.variables));
        let mut request = Request::new(asked.query).variables(variables);
        request.operation_name = asked.operation_name;
        let kind = self.prepare(&mut request)?;
        Ok(Checked { request, kind })
    }

    /// Parses a request and tells what its operation is; an answer instead where it cannot be parsed.
    fn prepare(&self, request: &mut Request) -> Result<OperationType, Box<Response>> {
        if let Some(position) = nesting::beyond(&request.query, self.nesting) {
            let message = format!("the query nests its brackets more than {} deep: ask for less at once", self.nesting);
            let error = ServerError::new(message, Some(position));
            return Err(never_run(error, Code::LimitExceeded.as_str()));
        }
        if let Some((name, _)) = request.variables.iter().find(|(_, value)| depth(value) > self.variable_nesting) {
            let message = format!("the variable `${name}` nests deeper than {}: ask for less at once", self.variable_nesting);
            return Err(never_run(ServerError::new(message, None), Code::LimitExceeded.as_str()));
        }
        let name = request.operation_name.clone();
        let given: HashSet<String> =
            request.variables.iter().filter(|(_, value)| **value != Value::Null).map(|(name, _)| name.to_string()).collect();
        let document = request.parsed_query().map_err(|error| {
            let ServerError { message, locations, .. } = error;
            // The parser draws the line at fault; what it expected stands last.
            let expected = message.rsplit_once("= ").map_or(message.as_str(), |(_, expected)| expected);
            let message = format!("the query cannot be read: {}", expected.trim());
            let error = ServerError { locations, ..ServerError::new(message, None) };
            never_run(error, "GRAPHQL_PARSE_FAILED")
        })?;
        if let Some(position) = weight::beyond(document, self.fields) {
            let message = format!("the query unfolds to more than {} fields: ask for less at once", self.fields);
            return Err(never_run(ServerError::new(message, Some(position)), Code::LimitExceeded.as_str()));
        }
        let mut operations = document.operations.iter();
        let operation = operations.find(|(known, _)| name.is_none() || known.map(|known| known.as_str()) == name.as_deref());
        // An operation that is not there is the executor's to refuse.
        let Some((_, operation)) = operation else { return Ok(OperationType::Query) };
        let missing = operation.node.variable_definitions.iter().find(|definition| {
            let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
            !var_type.node.nullable && default_value.is_none() && !given.contains(name.node.as_str())
        });
        match missing {
            None => Ok(operation.node.ty),
            // The executor would see it only on its way, with half of a mutation done.
            Some(definition) => {
                let VariableDefinition { name, var_type, .. } = &definition.node;
                let message = format!("the variable `${}: {}` needs a value: give it in `variables`", name.node, var_type.node);
                Err(never_run(ServerError::new(message, Some(definition.pos)), Code::BadUserInput.as_str()))
            }
        }
    }

    /// Runs an operation for a caller, against the newest snapshot from start to end.
    pub async fn execute(&self, operation: Checked, caller: Caller, preferred: Preferred) -> Response {
        let request = operation.request.data(caller).data(preferred).data(self.catalog.snapshot());
        let response = self.schema.execute(request).await;
        let never_run = response.errors.iter().all(|error| error.path.is_empty());
        coded(response, if never_run { "GRAPHQL_VALIDATION_FAILED" } else { Code::BadUserInput.as_str() })
    }

    /// Runs a subscription for a caller: an answer for each event, from the snapshot that is the newest when it is delivered. An
    /// answer instead where it cannot begin.
    pub fn subscribe(
        &self,
        operation: Checked,
        caller: Caller,
        preferred: Preferred,
    ) -> Result<BoxStream<'static, Response>, Box<Response>> {
        let mut request = operation.request;
        let refused = |error| never_run(error, "GRAPHQL_VALIDATION_FAILED");
        let mut document = request.parsed_query().map_err(refused)?.clone();
        root_field::settle(&mut document).map_err(refused)?;
        request.set_parsed_query(document);
        let mut answers = self.schema.execute_stream(request.data(caller).data(preferred));
        // What stands against it is said before the first event: a rule, or what the field that is listened to refuses.
        let first = answers.next().now_or_never().flatten();
        match first {
            Some(answer) if answer.errors.iter().any(|error| error.path.len() <= 1) => {
                let never_ran = answer.errors.iter().all(|error| error.path.is_empty());
                let code = if never_ran { "GRAPHQL_VALIDATION_FAILED" } else { Code::BadUserInput.as_str() };
                Err(Box::new(coded(answer, code)))
            }
            first => {
                let answers = stream::iter(first).chain(answers);
                Ok(answers.map(|answer| coded(answer, Code::BadUserInput.as_str())).boxed())
            }
        }
    }
}

/// How deep a value nests. JSON nests no deeper than its parser lets it.
fn depth(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The answer to a request that is not run.
fn never_run(error: ServerError, code: &str) -> Box<Response> {
    Box::new(coded(Response::from_errors(vec![error]), code))
}

/// Gives a code to each error that has none.
fn coded(mut response: Response, code: &str) -> Response {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
    response
}

/// The schema as the GraphQL schema definition language writes it.
pub fn sdl() -> &'static str {
    static SDL: LazyLock<String> = LazyLock::new(|| builder().finish().sdl());
    &SDL
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
}
