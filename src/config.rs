//! Every limit on requests in one place: its default, and why it is there. A refusal names the limit and how to fit under it.

use std::time::Duration;

/// The target of spans that are for traces alone; the log goes without them.
pub const TRACES: &str = "fundgraph::traces";

/// The most there may be of something.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// The limit's name, as a refusal has it in `extensions.limit`.
    pub name: &'static str,
    pub most: usize,
    /// What is counted, in the plural.
    pub what: &'static str,
    /// How to fit.
    pub fit: &'static str,
}

impl Bound {
    const fn new(name: &'static str, most: usize, what: &'static str, fit: &'static str) -> Bound {
        Bound { name, most, what, fit }
    }

    /// Refuses a count that is beyond the bound.
    pub fn hold(&self, asked: usize) -> Result<(), Excess> {
        if asked <= self.most { Ok(()) } else { Err(Excess { bound: *self, asked }) }
    }
}

/// More than a bound allows. What is counted while it is read is known to be at least so much.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the request has {asked} {}, and the limit is {}: {}", bound.what, bound.most, bound.fit)]
pub struct Excess {
    pub bound: Bound,
    pub asked: usize,
}

/// How much the text of a query may hold. All of it is counted on the text as it is read, before anything unfolds or runs it.
#[derive(Debug, Clone)]
pub struct DocumentLimits {
    pub bytes: Bound,
    /// Words, numbers, strings and signs.
    pub tokens: Bound,
    /// Brackets within brackets: they are read on the stack.
    pub nesting: Bound,
    pub operations: Bound,
    /// Variables of one operation.
    pub variables: Bound,
    pub fragments: Bound,
    /// Directives in one place.
    pub directives: Bound,
    /// Levels of fields: no honest question of this graph needs more.
    pub depth: Bound,
    /// Fields, the fragments unfolded: a short text can ask for more than there is time to answer.
    pub fields: Bound,
    /// Fields with a name of the caller's own, the fragments unfolded.
    pub aliases: Bound,
    /// The most nodes that the answer can hold: the size of each page, times the sizes of the pages that it stands on.
    pub cost: Bound,
}

/// How much one request may ask for, and one process may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What a query's text is held to.
    pub document: DocumentLimits,
    /// Errors in one answer.
    pub errors: usize,
    /// Letters of one error's message.
    pub error_letters: usize,
    /// Bytes of the texts that are known by their hash. Checked operations are kept in four times as many.
    pub kept_texts: u64,
    /// Bytes of the answers that are kept for the next who asks the same; 0 keeps none.
    pub kept_answers: u64,
    /// Bytes of the rows of lists that are kept as they were written; 0 keeps none.
    pub kept_rows: u64,
    /// How long a query or the answer to one event may run, and how long a mutation may wait for other writes before it begins: a commit that has begun is
    /// always finished and acknowledged, for nobody could tell from half an answer whether it was.
    pub query_time: Duration,
    /// Queries and mutations that run at once; more wait for a moment.
    pub running: usize,
    /// Events of subscriptions that are answered at once; more wait, as long as it takes.
    pub running_events: usize,
    /// How long a query waits for its turn before it is refused.
    pub turn_time: Duration,
    /// Requests in one body, as a JSON array; 0 takes none.
    pub batch: usize,
    /// Requests a minute from one token or address; 0 counts none.
    pub rate: u32,
    /// Connections at once, those that became WebSockets not counted.
    pub connections: usize,
    /// How long a connection may take to send the head of a request, and to stay idle between two.
    pub head_time: Duration,
    /// How long the body of a request may take to come.
    pub body_time: Duration,
    /// The same from a caller who may write, whose body may be longer.
    pub seeding_time: Duration,
    /// How long a caller may read nothing of an answer, or next to nothing.
    pub write_time: Duration,
    /// How long a body may still take to come once the server is told to stop.
    pub late_time: Duration,
    /// How long connections are still taken once the server is told to stop and says so at `/readyz`.
    pub drain: Duration,
    /// Nodes on a page of a list. More are asked for page by page.
    pub page: usize,
    /// Objects and lists within one another in a request's variables: a filter of filters is tested on the stack.
    pub variable_nesting: Bound,
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
    /// Exports and backups that are written at once: each has a thread of its own, for as long as its reader takes.
    pub exports: usize,
    /// How long a WebSocket may take to say who it is.
    pub socket_init: Duration,
    /// How often an open WebSocket or event stream gets a sign of life. A socket that gives none back twice is ended.
    pub heartbeat: Duration,
    /// How long a WebSocket or event stream may take to read what waits for it: then it is told to come again.
    pub slow_reader: Duration,
    /// How long a WebSocket that is closed may take to say goodbye.
    pub farewell: Duration,
    /// Records of a stream that are stored in one commit.
    pub chunk_records: usize,
    /// Bytes of the lines that are stored in one commit.
    pub chunk_bytes: usize,
    /// Bytes of one line of a stream: the texts of a record's documents come in it.
    pub stream_line_bytes: usize,
    /// Lines of a stream that wait for a record that they name.
    pub stream_waiting: usize,
    /// Bytes of those lines.
    pub stream_waiting_bytes: usize,
    /// Streams of records that are read at once: each takes memory for a chunk, a line, and what waits.
    pub seed_streams: usize,
    /// How long a stream may pause between its lines before what came of them is stored.
    pub stream_pause: Duration,
    /// How long a stream may send nothing, or less than a line, before it is taken for broken off. One that goes on may go on for
    /// as long as it likes.
    pub stream_silence: Duration,
    /// How long requests in flight may go on once the server is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            document: DocumentLimits {
                bytes: Bound::new("bytes", 32 << 10, "bytes of text", "send long values in `variables`"),
                tokens: Bound::new("tokens", 4_000, "words and signs", "send values in `variables`, or ask for less at once"),
                nesting: Bound::new("nesting", 40, "brackets within one another", "ask for less at once"),
                operations: Bound::new("operations", 20, "operations", "send only those that you run"),
                variables: Bound::new("variables", 50, "variables", "put some of them together in one input"),
                fragments: Bound::new("fragments", 100, "fragments", "send only those that you use"),
                directives: Bound::new("directives", 4, "directives in one place", "leave some of them out"),
                depth: Bound::new("depth", 16, "levels of fields", "ask for the inner ones in a request of their own"),
                fields: Bound::new("fields", 1_000, "fields with fragments unfolded", "ask for less at once"),
                aliases: Bound::new("aliases", 99, "aliases", "ask for several records with `nodes(ids:)` or a filter"),
                cost: Bound::new("cost", 100_000, "nodes at most to answer", "ask for smaller pages with `first`"),
            },
            errors: 20,
            error_letters: 300,
            kept_texts: 4 << 20,
            kept_answers: 32 << 20,
            kept_rows: 16 << 20,
            query_time: Duration::from_secs(10),
            running: 64,
            running_events: 16,
            turn_time: Duration::from_secs(2),
            batch: 0,
            rate: 0,
            connections: 4_096,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(20),
            seeding_time: Duration::from_secs(300),
            write_time: Duration::from_secs(28),
            late_time: Duration::from_secs(2),
            drain: Duration::ZERO,
            page: 100,
            variable_nesting: Bound::new(
                "variableNesting",
                32,
                "objects and lists within one another in its variables",
                "ask for less at once",
            ),
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
            exports: 32,
            socket_init: Duration::from_secs(5),
            heartbeat: Duration::from_secs(10),
            slow_reader: Duration::from_secs(7),
            farewell: Duration::from_secs(2),
            chunk_records: 500,
            chunk_bytes: 4 << 20,
            stream_line_bytes: 32 << 20,
            stream_waiting: 10_000,
            stream_waiting_bytes: 32 << 20,
            seed_streams: 8,
            stream_pause: Duration::from_millis(300),
            stream_silence: Duration::from_secs(25),
            grace: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The bound on the size of one page.
    pub fn page_bound(&self) -> Bound {
        Bound::new("page", self.page, "nodes on one page", "ask for the rest with `after`")
    }
}
