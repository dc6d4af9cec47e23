//! Inputs that come as JSON beside a query, checked as a query's own would be: parsing alone overlooks unknown fields.

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{self, Poll, Waker};

use async_graphql::{EmptyMutation, EmptySubscription, Name, Object, Request, Schema, Value, Variables};

use super::news_list::NewsFilter;
use super::project_list::ProjectFilter;
use super::records::RecordInput;

struct Check;

#[Object]
impl Check {
    async fn record(&self, input: RecordInput) -> bool {
        drop(input);
        true
    }

    async fn projects(&self, input: ProjectFilter) -> bool {
        drop(input);
        true
    }

    async fn news(&self, input: NewsFilter) -> bool {
        drop(input);
        true
    }
}

/// What the schema has against a record, in the words that a mutation would answer.
pub(super) fn record(value: &Value) -> Option<String> {
    against("query($i: RecordInput!) { record(input: $i) }", value)
}

/// What the schema has against a filter of projects.
pub(super) fn project_filter(value: &Value) -> Option<String> {
    against("query($i: ProjectFilter!) { projects(input: $i) }", value)
}

/// What the schema has against a filter of news.
pub(super) fn news_filter(value: &Value) -> Option<String> {
    against("query($i: NewsFilter!) { news(input: $i) }", value)
}

fn against(query: &str, value: &Value) -> Option<String> {
    static SCHEMA: LazyLock<Schema<Check, EmptyMutation, EmptySubscription>> =
        LazyLock::new(|| Schema::new(Check, EmptyMutation, EmptySubscription));
    let variables = Variables::from_value(Value::Object([(Name::new("i"), value.clone())].into_iter().collect()));
    let answer =
        pin!(SCHEMA.execute(Request::new(query).variables(variables))).poll(&mut task::Context::from_waker(Waker::noop()));
    let Poll::Ready(answer) = answer else { unreachable!("nothing in the check waits") };
    answer.errors.into_iter().next().map(|error| error.message)
}
