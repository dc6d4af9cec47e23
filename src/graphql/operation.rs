//! What a caller asks to be run, before and after it is checked.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};

use super::cost::Pages;
use super::document::Lowered;

/// A request as it came: by HTTP or over a socket.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The text of the document.
    pub query: String,
    /// Which of the document's operations to run; none where it has only one.
    pub operation_name: Option<String>,
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// A valid operation without the values of its variables: the same for every request with its text.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) lowered: Lowered,
    pub(super) name: Option<String>,
    pub(super) kind: OperationType,
    pub(super) pages: Pages,
    /// The length of the text.
    pub(super) bytes: usize,
}

/// An operation that may run: it is valid, and keeps to every limit.
#[derive(Debug)]
pub struct Checked {
    pub(super) prepared: Arc<Prepared>,
    pub(super) variables: Variables,
    pub(super) cost: usize,
}

impl Checked {
    /// Whether it asks, changes or listens.
    pub fn kind(&self) -> OperationType {
        self.prepared.kind
    }

    /// The name that its author gave it.
    pub fn name(&self) -> Option<&str> {
        self.prepared.name.as_deref()
    }

    /// The most nodes that its answer can hold.
    pub fn cost(&self) -> usize {
        self.cost
    }

    /// The request as the executor takes it.
    pub(super) fn into_request(self) -> Request {
        let mut request = Request::new("").variables(self.variables);
        request.set_parsed_query(self.prepared.lowered.document());
        request
    }
}
