//! Many records of mixed kinds in one commit.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{self, Poll, Waker};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, InputObject, InputType, Name, Object, OneofObject, Pos, Request, Result, Schema,
    SimpleObject, Value, Variables,
};

use super::contact::ContactInput;
use super::context::ContextExt;
use super::member_state::MemberStateInput;
use super::mutation::{Manner, Outcome, commit};
use super::mutation_error::MutationError;
use super::news_item::NewsItemInput;
use super::node::AnyNode;
use super::options::SeedOptions;
use super::project::ProjectInput;
use super::region::RegionInput;
use crate::catalog::{ChangeSet, View};
use crate::domain::{NodeId, Problem, Record};

/// A record of any kind to be created or changed.
#[derive(Debug, Clone, OneofObject)]
pub enum RecordInput {
    /// A project.
    Project(ProjectInput),
    /// A state.
    MemberState(MemberStateInput),
    /// A region.
    Region(RegionInput),
    /// A news item.
    NewsItem(NewsItemInput),
    /// A contact.
    Contact(ContactInput),
}

impl RecordInput {
    /// Reads a record from a line of NDJSON, in the shape that the API takes: `{"memberState": {"code": "GE"}}`.
    pub fn from_json(line: &str) -> Result<RecordInput, NdjsonError> {
        let value: serde_json::Value = serde_json::from_str(line).map_err(|error| NdjsonError(error.to_string()))?;
        let value = Value::from_json(value).map_err(|error| NdjsonError(error.to_string()))?;
        match check(&value) {
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
            match record.record(current) {
                Ok(record) => {
                    made.insert(id, record.clone());
                    change_set.put(record);
                }
                Err(problems) => change_set.refuse(problems),
            }
        }
        change_set
    }

    fn id(&self) -> NodeId {
        match self {
            RecordInput::Project(input) => input.id(),
            RecordInput::MemberState(input) => input.id(),
            RecordInput::Region(input) => input.id(),
            RecordInput::NewsItem(input) => input.id(),
            RecordInput::Contact(input) => input.id(),
        }
    }

    fn record(self, current: Option<Record>) -> Result<Record, Vec<Problem>> {
        match self {
            RecordInput::Project(input) => input.record(current),
            RecordInput::MemberState(input) => input.record(current),
            RecordInput::Region(input) => input.record(current),
            RecordInput::NewsItem(input) => input.record(current),
            RecordInput::Contact(input) => input.record(current),
        }
    }
}

/// What the schema has against a record, in the words that a mutation would answer. Parsing alone overlooks unknown fields.
fn check(record: &Value) -> Option<String> {
    struct Check;

    #[Object]
    impl Check {
        async fn record(&self, record: RecordInput) -> bool {
            drop(record);
            true
        }
    }

    static SCHEMA: LazyLock<Schema<Check, EmptyMutation, EmptySubscription>> =
        LazyLock::new(|| Schema::new(Check, EmptyMutation, EmptySubscription));
    let variables = Variables::from_value(Value::Object([(Name::new("r"), record.clone())].into_iter().collect()));
    let request = Request::new("query($r: RecordInput!) { record(record: $r) }").variables(variables);
    let answer = pin!(SCHEMA.execute(request)).poll(&mut task::Context::from_waker(Waker::noop()));
    let Poll::Ready(answer) = answer else { unreachable!("nothing in the check waits") };
    answer.errors.into_iter().next().map(|error| error.message)
}

/// A line that holds no record.
#[derive(Debug, thiserror::Error)]
#[error("not a record in JSON: {0}")]
pub struct NdjsonError(String);

/// Records to be created or changed together.
#[derive(Debug, Clone, InputObject)]
pub struct SeedRecordsInput {
    /// The records, in any order: one may name another of the same call.
    records: Vec<RecordInput>,
    #[graphql(flatten)]
    options: SeedOptions,
}

/// The answer to `seedRecords`.
#[derive(SimpleObject)]
pub struct SeedRecordsPayload {
    /// The records as they stand now, or on a dry run as they would, in the order of the input; empty on a refusal.
    nodes: Vec<AnyNode>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct SeedRecordsMutations;

#[Object]
impl SeedRecordsMutations {
    /// Creates or changes many records of mixed kinds, all of them or none.
    async fn seed_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records.")] input: SeedRecordsInput,
    ) -> Result<SeedRecordsPayload> {
        ctx.writer()?;
        let SeedRecordsInput { records, options } = input;
        let most = ctx.limits().records;
        if records.len() > most {
            let message =
                format!("{} records are too many for one call, which holds at most {most}: send several", records.len());
            let outcome = Outcome::refused(vec![MutationError::limit(message, &["input", "records"])]);
            return Ok(SeedRecordsPayload { nodes: Vec::new(), outcome });
        }
        let ids: Vec<NodeId> = records.iter().map(RecordInput::id).collect();
        let path = |edit: usize| vec!["input".to_owned(), "records".to_owned(), edit.to_string()];
        let manner = Manner::of(options.dry_run, options.idempotency_key.clone(), ids.clone());
        let propose = move |view: &View<'_>| options.guard(RecordInput::change_set(records, view));
        let (outcome, committed) = commit(ctx, manner, path, propose).await?;
        let nodes = committed.map(|committed| ids.iter().filter_map(|id| AnyNode::find(&committed.snapshot, id)).collect());
        Ok(SeedRecordsPayload { nodes: nodes.unwrap_or_default(), outcome })
    }
}
