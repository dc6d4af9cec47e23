//! Every limit on requests in one place: its default, and why it is there. A refusal names the limit and how to fit under it.

use std::time::Duration;

/// How much one request may ask for, and one process may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Nodes on a page of a list. More are asked for page by page.
    pub page: usize,
    /// Levels of fields in a query: no honest question of this graph needs more.
    pub depth: usize,
    /// Brackets within brackets in a query's text: the parser takes them on its stack.
    pub nesting: usize,
    /// Objects and lists within one another in a request's variables: a filter of filters is tested on the stack.
    pub variable_nesting: usize,
    /// Fields of a query, its fragments unfolded: a short text can ask for more than there is time to answer.
    pub fields: usize,
    /// Bytes of a request's body from a caller who may only read.
    pub query_bytes: usize,
    /// Bytes of a request's body from a caller who may write: documents and records come in it.
    pub seeding_bytes: usize,
    /// Documents in one `seedDocuments`.
    pub documents: usize,
    /// Records in one `seedRecords`.
    pub records: usize,
    /// Parts of a filter, those within it counted too.
    pub filter_parts: usize,
    /// Texts to look up in a filter.
    pub filter_texts: usize,
    /// Bytes of a text to search for.
    pub search_bytes: usize,
    /// Fields that a list goes by.
    pub order_fields: usize,
    /// Bytes of one document: pages of the Fund have a few thousand.
    pub document_bytes: usize,
    /// Bytes of an idempotency key: a UUID has 36.
    pub idempotency_key_bytes: usize,
    /// Operations at once on one WebSocket.
    pub socket_operations: usize,
    /// WebSockets and event streams that are open at once, of all callers together.
    pub streams: usize,
    /// How long a WebSocket may take to say who it is.
    pub socket_init: Duration,
    /// How often an open WebSocket or event stream gets a sign of life. A socket that gives none back twice is ended.
    pub heartbeat: Duration,
    /// How long a WebSocket or event stream may take to read what waits for it: then it is told to come again.
    pub slow_reader: Duration,
    /// How long a WebSocket that is closed may take to say goodbye.
    pub farewell: Duration,
    /// How long requests in flight may go on once the server is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            page: 100,
            depth: 16,
            nesting: 48,
            variable_nesting: 32,
            fields: 1_000,
            query_bytes: 1 << 20,
            seeding_bytes: 32 << 20,
            filter_parts: 200,
            filter_texts: 8,
            search_bytes: 1_000,
            order_fields: 8,
            documents: 1_000,
            records: 10_000,
            document_bytes: 1 << 20,
            idempotency_key_bytes: 200,
            socket_operations: 100,
            streams: 5_000,
            socket_init: Duration::from_secs(5),
            heartbeat: Duration::from_secs(10),
            slow_reader: Duration::from_secs(10),
            farewell: Duration::from_secs(2),
            grace: Duration::from_secs(5),
        }
    }
}
