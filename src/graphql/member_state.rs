//! States.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::connection::{Connection, Edge};
use super::context::ContextExt;
use super::history::{RevisionConnection, snapshot_at};
use super::input::rename;
use super::mutation::{Outcome, commit_one};
use super::news_list::{NewsFilter, NewsOrder, page_of_news};
use super::node::{Contact, MemberState, NewsItem, Node, Region};
use super::options::WriteOptions;
use super::page::Page;
use super::plan::{node, object};
use super::project_list::{ProjectConnection, ProjectFilter, ProjectOrder};
use super::scalars::{CountryCode, Cursor};
use crate::catalog::Scope;
use crate::domain::{self, Field, Language, NodeId, NodeKind, Problem, Record, RegionCode};

/// A state that projects benefit or that news tells of.
#[Object(name = "MemberState")]
impl Node<domain::MemberState> {
    /// The opaque id, the same for ever: `node(id:)` finds the state again.
    pub(super) async fn id(&self) -> ID {
        self.global_id()
    }

    /// The ISO 3166-1 alpha-2 code: `GE`.
    async fn code(&self) -> CountryCode {
        self.record().code.into()
    }

    /// The ISO 3166-1 alpha-3 code: `GEO`.
    async fn alpha3(&self) -> &str {
        self.record().code.alpha3()
    }

    /// The name in the asked language, the caller's own where none is asked (`Accept-Language`), else French.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language that is wanted.")] language: Option<Language>,
    ) -> &str {
        self.record().name(ctx.language(language).unwrap_or(Language::Fr))
    }

    /// The region of the Fund in which the state lies.
    async fn region(&self) -> Option<Region> {
        Node::find(&self.snapshot, self.record().region?.as_str())
    }

    /// The projects that benefit the state.
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which projects are wanted.")] filter: Option<ProjectFilter>,
        #[graphql(desc = "What the list goes by, the most important first.")] order_by: Option<Vec<ProjectOrder>>,
        #[graphql(desc = "How many projects at most, from the start of the list.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
        #[graphql(desc = "How many projects at most, from the end of the list; then the default of `first` does not count.")]
        last: Option<i32>,
        #[graphql(desc = "Ends before this cursor.")] before: Option<Cursor>,
    ) -> Result<ProjectConnection> {
        let page = Page::new(ctx, first, after, last, before)?;
        ProjectConnection::of(
            ctx,
            &page,
            &self.snapshot,
            Scope::Of(self.snapshot.naming(&self.node_id(), NodeKind::Project)),
            filter,
            order_by,
        )
    }

    /// The news that names the state.
    async fn news(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which news items are wanted.")] filter: Option<NewsFilter>,
        #[graphql(desc = "What the list goes by, the most important first.")] order_by: Option<Vec<NewsOrder>>,
        #[graphql(desc = "How many news items at most, from the start of the list.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
        #[graphql(desc = "How many news items at most, from the end of the list; then the default of `first` does not count.")]
        last: Option<i32>,
        #[graphql(desc = "Ends before this cursor.")] before: Option<Cursor>,
    ) -> Result<Connection<Edge<NewsItem>>> {
        let page = Page::new(ctx, first, after, last, before)?;
        page_of_news(
            ctx,
            &page,
            &self.snapshot,
            Scope::Of(self.snapshot.naming(&self.node_id(), NodeKind::NewsItem)),
            filter,
            order_by,
        )
    }

    /// Whom to ask: the contacts of the news that names the state.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many contacts at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<Edge<Contact>>> {
        let contacts = Scope::Of(self.snapshot.contacts_of_state(self.record().code));
        Connection::by_key(&Page::forward(ctx, first, after)?, contacts, &self.snapshot)
    }

    /// Every version of the state that is kept, the newest first: who made it, when, and in which fields it differs from the one
    /// before.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many versions at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<RevisionConnection> {
        RevisionConnection::of(ctx, self.node_id(), first, after)
    }
}

node!("MemberState", Node<domain::MemberState>, |state, at| {
    "id" => state.id(at),
    "code" => state.code(at),
    "alpha3" => state.alpha3(at),
    "name" => state.name(at, at.argument("language")?),
    "region" => state.region(at),
    "projects" => state.projects(at, at.argument("filter")?, at.argument("orderBy")?, at.argument("first")?, at.argument("after")?, at.argument("last")?, at.argument("before")?),
    "news" => state.news(at, at.argument("filter")?, at.argument("orderBy")?, at.argument("first")?, at.argument("after")?, at.argument("last")?, at.argument("before")?),
    "contacts" => state.contacts(at, at.argument("first")?, at.argument("after")?),
    "history" => state.history(at, at.argument("first")?, at.argument("after")?),
});

#[derive(Default)]
pub(super) struct MemberStateQueries;

#[Object]
impl MemberStateQueries {
    /// The state under a code; null where it is not stored.
    async fn member_state(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An ISO 3166-1 code: `GE`, `GEO`.")] code: CountryCode,
        #[graphql(
            desc = "The revision at which the state, and what it names, is shown as it stood; what names it or relates to it is shown as \
                          it is now."
        )]
        as_of_revision: Option<i64>,
    ) -> Result<Option<MemberState>> {
        let Ok(code) = code.state() else { return Ok(None) };
        Ok(Node::find(&snapshot_at(ctx, &NodeId::state(code), as_of_revision)?, code.as_str()))
    }

    /// All states that are stored.
    async fn member_states(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many states at most.", default = 50)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<Edge<MemberState>>> {
        Connection::by_key(&Page::forward(ctx, first, after)?, Scope::All, ctx.snapshot())
    }
}

object!("Query", MemberStateQueries, |queries, at| {
    "memberState" => queries.member_state(at, at.argument("code")?, at.argument("asOfRevision")?),
    "memberStates" => queries.member_states(at, at.argument("first")?, at.argument("after")?),
});

/// A state to be created or changed. Only the code is needed: names and region come from ISO and CLDR.
#[derive(Debug, Clone, InputObject)]
pub struct MemberStateInput {
    /// The ISO 3166-1 code, alpha-2 or alpha-3.
    pub(super) code: CountryCode,
    /// The language of `name`.
    #[graphql(default_with = "Some(Language::Fr)")]
    pub(super) language: Option<Language>,
    /// A name to use in place of CLDR's in this language; `null` goes back to CLDR's.
    pub(super) name: MaybeUndefined<String>,
    /// A region of the Fund to use in place of the usual one.
    pub(super) region: MaybeUndefined<RegionCode>,
}

impl MemberStateInput {
    /// What names the record.
    pub(super) fn id(&self) -> NodeId {
        // A code that no state has names nothing; `record` says so.
        NodeId::new(NodeKind::MemberState, self.code.state().map_or_else(|_| self.code.0.to_string(), |code| code.to_string()))
    }

    /// The record that the input makes of what stands.
    pub(super) fn record(self, current: Option<Record>) -> Result<domain::MemberState, Vec<Problem>> {
        let code = self.code.state().map_err(|error| vec![Problem::invalid(Field::Code, error.to_string())])?;
        let mut state = match current {
            Some(Record::MemberState(state)) => Arc::unwrap_or_clone(state),
            _ => domain::MemberState::new(code),
        };
        rename(&mut state.names, self.language.unwrap_or(Language::Fr), self.name)?;
        match self.region {
            MaybeUndefined::Undefined => {}
            region => state.region = region.take(),
        }
        Ok(state)
    }
}

/// What to write, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpsertMemberStateInput {
    #[graphql(flatten)]
    member_state: MemberStateInput,
    #[graphql(flatten)]
    options: WriteOptions,
}

/// The answer to `upsertMemberState`.
#[derive(SimpleObject)]
pub struct UpsertMemberStatePayload {
    /// The state as it stands now, or on a dry run as it would; null on a refusal.
    member_state: Option<MemberState>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct MemberStateMutations;

#[Object]
impl MemberStateMutations {
    /// Creates a state, or changes the one under the code.
    async fn upsert_member_state(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The state.")] input: UpsertMemberStateInput,
    ) -> Result<UpsertMemberStatePayload> {
        let UpsertMemberStateInput { member_state: input, options } = input;
        let id = input.id();
        let (outcome, committed) = commit_one(ctx, options, id.clone(), |current| input.record(current)).await?;
        let member_state = committed.and_then(|committed| Node::find(&committed.snapshot, &id.key));
        Ok(UpsertMemberStatePayload { member_state, outcome })
    }
}
