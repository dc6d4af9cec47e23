//! Regions.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::connection::{Connection, Edge};
use super::context::ContextExt;
use super::history::{RevisionConnection, snapshot_at};
use super::input::rename;
use super::mutation::{Outcome, commit_one};
use super::news_list::{NewsFilter, NewsOrder, page_of_news};
use super::node::{MemberState, NewsItem, Node, Region};
use super::options::WriteOptions;
use super::page::Page;
use super::plan::{node, object};
use super::project_list::{ProjectConnection, ProjectFilter, ProjectOrder};
use super::scalars::Cursor;
use crate::catalog::Scope;
use crate::domain::{self, Language, NodeId, NodeKind, Problem, Record, RegionCode};

/// A region of the Fund.
#[Object(name = "Region")]
impl Node<domain::Region> {
    /// The opaque id, the same for ever: `node(id:)` finds the region again.
    pub(super) async fn id(&self) -> ID {
        self.global_id()
    }

    /// The code of the region.
    async fn code(&self) -> RegionCode {
        self.record().code
    }

    /// The name in the asked language, the caller's own where none is asked (`Accept-Language`), else French.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language that is wanted.")] language: Option<Language>,
    ) -> &str {
        self.record().name(ctx.language(language).unwrap_or(Language::Fr))
    }

    /// The states in the region.
    async fn member_states(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many states at most.", default = 50)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<Edge<MemberState>>> {
        let states = Scope::Of(self.snapshot.naming(&self.node_id(), NodeKind::MemberState));
        Connection::by_key(&Page::forward(ctx, first, after)?, states, &self.snapshot)
    }

    /// The projects that are counted to the region.
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

    /// The news that names a state of the region.
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
        page_of_news(ctx, &page, &self.snapshot, Scope::Of(self.snapshot.news_of_region(self.record().code)), filter, order_by)
    }

    /// Every version of the region that is kept, the newest first: who made it, when, and in which fields it differs from the one
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

node!("Region", Node<domain::Region>, |region, at| {
    "id" => region.id(at),
    "code" => region.code(at),
    "name" => region.name(at, at.argument("language")?),
    "memberStates" => region.member_states(at, at.argument("first")?, at.argument("after")?),
    "projects" => region.projects(at, at.argument("filter")?, at.argument("orderBy")?, at.argument("first")?, at.argument("after")?, at.argument("last")?, at.argument("before")?),
    "news" => region.news(at, at.argument("filter")?, at.argument("orderBy")?, at.argument("first")?, at.argument("after")?, at.argument("last")?, at.argument("before")?),
    "history" => region.history(at, at.argument("first")?, at.argument("after")?),
});

#[derive(Default)]
pub(super) struct RegionQueries;

#[Object]
impl RegionQueries {
    /// The region under a code; null where nothing was ever stored about it.
    async fn region(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code of the region.")] code: RegionCode,
        #[graphql(
            desc = "The revision at which the region, and what it names, is shown as it stood; what names it or relates to it is shown as \
                          it is now."
        )]
        as_of_revision: Option<i64>,
    ) -> Result<Option<Region>> {
        Ok(Node::find(&snapshot_at(ctx, &NodeId::region(code), as_of_revision)?, code.as_str()))
    }

    /// All regions that some record names.
    async fn regions(&self, ctx: &Context<'_>) -> Vec<Region> {
        let snapshot = ctx.snapshot();
        RegionCode::ALL.iter().filter_map(|code| Node::find(snapshot, code.as_str())).collect()
    }
}

object!("Query", RegionQueries, |queries, at| {
    "region" => queries.region(at, at.argument("code")?, at.argument("asOfRevision")?),
    "regions" => queries.regions(at),
});

/// A region to be created or changed. Only the code is needed: the names are the Fund's own.
#[derive(Debug, Clone, InputObject)]
pub struct RegionInput {
    /// The code of the region.
    pub(super) code: RegionCode,
    /// The language of `name`.
    #[graphql(default_with = "Some(Language::Fr)")]
    pub(super) language: Option<Language>,
    /// A name to use in place of the Fund's in this language; `null` goes back to the Fund's.
    pub(super) name: MaybeUndefined<String>,
}

impl RegionInput {
    /// What names the record.
    pub(super) fn id(&self) -> NodeId {
        NodeId::region(self.code)
    }

    /// The record that the input makes of what stands.
    pub(super) fn record(self, current: Option<Record>) -> Result<domain::Region, Vec<Problem>> {
        let mut region = match current {
            Some(Record::Region(region)) => Arc::unwrap_or_clone(region),
            _ => domain::Region::new(self.code),
        };
        rename(&mut region.names, self.language.unwrap_or(Language::Fr), self.name)?;
        Ok(region)
    }
}

/// What to write, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpsertRegionInput {
    #[graphql(flatten)]
    region: RegionInput,
    #[graphql(flatten)]
    options: WriteOptions,
}

/// The answer to `upsertRegion`.
#[derive(SimpleObject)]
pub struct UpsertRegionPayload {
    /// The region as it stands now, or on a dry run as it would; null on a refusal.
    region: Option<Region>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct RegionMutations;

#[Object]
impl RegionMutations {
    /// Creates a region, or changes the one under the code.
    async fn upsert_region(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The region.")] input: UpsertRegionInput,
    ) -> Result<UpsertRegionPayload> {
        let UpsertRegionInput { region: input, options } = input;
        let id = input.id();
        let (outcome, committed) = commit_one(ctx, options, id.clone(), |current| input.record(current)).await?;
        let region = committed.and_then(|committed| Node::find(&committed.snapshot, &id.key));
        Ok(UpsertRegionPayload { region, outcome })
    }
}
