//! What a caller asks to be run, before and after it is checked.

use async_graphql::Request;
use async_graphql::parser::types::OperationType;

/// A request as it came: by HTTP or over a socket.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The text of the document.
    pub query: String,
    /// Which of the document's operations to run; none where it has only one.
    pub operation_name: Option<String>,
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// An operation that may run: it keeps to every limit.
#[derive(Debug)]
pub struct Checked {
    pub(super) request: Request,
    pub(super) kind: OperationType,
}

impl Checked {
    /// Whether it asks, changes or listens.
    pub fn kind(&self) -> OperationType {
        self.kind
    }
}
