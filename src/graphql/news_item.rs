//! News items.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::connection::{Connection, Edge, RelatedEdge};
use super::context::ContextExt;
use super::history::{RevisionConnection, snapshot_at};
use super::input::Editing;
use super::mutation::{Outcome, commit_one};
use super::news_list::{NewsFilter, NewsOrder, page_of_news};
use super::node::{Contact, MemberState, NewsItem, Node, Project, Region, local_id};
use super::options::WriteOptions;
use super::page::Page;
use super::plan::{node, object};
use super::scalars::{CountryCode, Cursor, DateTime};
use super::source::{DataWarning, Date, Source};
use crate::catalog::Scope;
use crate::domain::{self, Field, Language, NewsText, NodeId, NodeKind, Problem, Record};

/// A news item of the agency.
#[Object(name = "NewsItem")]
impl Node<domain::NewsItem> {
    /// The opaque id, the same for ever: `node(id:)` finds the news item again.
    pub(super) async fn id(&self) -> ID {
        self.global_id()
    }

    /// The title in small letters without accents, its words joined by hyphens. It names the item.
    async fn slug(&self) -> &str {
        &self.record().slug
    }

    /// The title in the asked language, or the caller's own (`Accept-Language`); where there is none, in French, English or Spanish,
    /// in this order.
    async fn title(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language that is wanted.")] language: Option<Language>,
    ) -> &str {
        self.record().title(ctx.language(language))
    }

    /// The text in the asked language, or the caller's own (`Accept-Language`); where there is none, in French, English or Spanish,
    /// in this order.
    async fn body(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language that is wanted.")] language: Option<Language>,
    ) -> &str {
        self.record().body(ctx.language(language))
    }

    /// The languages in which there are texts of the item.
    async fn languages(&self) -> Vec<Language> {
        self.record().texts.languages()
    }

    /// The place of the dateline, as printed: `Tbilisi`.
    async fn place(&self) -> Option<&str> {
        self.record().place.as_deref()
    }

    /// When the item was published, as far as the page says it.
    async fn published_on(&self) -> Option<Date> {
        self.record().published_on.map(Date::from)
    }

    /// The states that the item names, in the order of their first mention.
    async fn member_states(&self) -> Vec<MemberState> {
        self.record().member_states.iter().filter_map(|state| Node::find(&self.snapshot, state.as_str())).collect()
    }

    /// The regions of those states.
    async fn regions(&self) -> Vec<Region> {
        let states = self.record().member_states.iter();
        let states = states.filter_map(|state| self.snapshot.get::<domain::MemberState>(state.as_str()));
        let regions: BTreeSet<_> = states.filter_map(|stored| stored.record.region).collect();
        regions.into_iter().filter_map(|region| Node::find(&self.snapshot, region.as_str())).collect()
    }

    /// Whom to ask, in the document's order.
    async fn contacts(&self) -> Vec<Contact> {
        self.record().contacts.iter().filter_map(|key| Node::find(&self.snapshot, key)).collect()
    }

    /// Projects that the item names, or that share a contact, place, state or telling words with it, the closest first.
    async fn related_projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many projects at most.", default = 10)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<RelatedEdge<Project>>> {
        Connection::related(&Page::forward(ctx, first, after)?, &self.node_id(), &self.snapshot)
    }

    /// Other news that names the same projects, or shares a contact, place, state or telling words with the item, the closest first.
    async fn related_news(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many news items at most.", default = 10)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<RelatedEdge<NewsItem>>> {
        Connection::related(&Page::forward(ctx, first, after)?, &self.node_id(), &self.snapshot)
    }

    /// The documents that the item was read from.
    async fn sources(&self) -> Vec<Source> {
        self.record().sources.iter().cloned().map(Source).collect()
    }

    /// What a reader should doubt about the item, and why.
    async fn warnings(&self) -> Vec<DataWarning> {
        self.record().warnings.iter().map(DataWarning::from).collect()
    }

    /// The revision of the store that last changed the item.
    async fn revision(&self) -> u64 {
        self.stored().revision
    }

    /// When the item was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.stored().updated_at)
    }

    /// Every version of the news item that is kept, the newest first: who made it, when, and in which fields it differs from the one
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

node!("NewsItem", Node<domain::NewsItem>, |item, at| {
    "id" => item.id(at),
    "slug" => item.slug(at),
    "title" => item.title(at, at.argument("language")?),
    "body" => item.body(at, at.argument("language")?),
    "languages" => item.languages(at),
    "place" => item.place(at),
    "publishedOn" => item.published_on(at),
    "memberStates" => item.member_states(at),
    "regions" => item.regions(at),
    "contacts" => item.contacts(at),
    "relatedProjects" => item.related_projects(at, at.argument("first")?, at.argument("after")?),
    "relatedNews" => item.related_news(at, at.argument("first")?, at.argument("after")?),
    "sources" => item.sources(at),
    "warnings" => item.warnings(at),
    "revision" => item.revision(at),
    "updatedAt" => item.updated_at(at),
    "history" => item.history(at, at.argument("first")?, at.argument("after")?),
});

#[derive(Default)]
pub(super) struct NewsItemQueries;

#[Object]
impl NewsItemQueries {
    /// The news item under a slug; null where there is none.
    async fn news_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The title in small letters without accents, its words joined by hyphens.")] slug: String,
        #[graphql(
            desc = "The revision at which the news item, and what it names, is shown as it stood; what names it or relates to it is shown as \
                          it is now."
        )]
        as_of_revision: Option<i64>,
    ) -> Result<Option<NewsItem>> {
        let id = NodeId::new(NodeKind::NewsItem, slug);
        Ok(Node::find(&snapshot_at(ctx, &id, as_of_revision)?, &id.key))
    }

    /// All news items.
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
        page_of_news(ctx, &page, ctx.snapshot(), Scope::All, filter, order_by)
    }
}

object!("Query", NewsItemQueries, |queries, at| {
    "newsItem" => queries.news_item(at, at.argument("slug")?, at.argument("asOfRevision")?),
    "news" => queries.news(at, at.argument("filter")?, at.argument("orderBy")?, at.argument("first")?, at.argument("after")?, at.argument("last")?, at.argument("before")?),
});

/// A news item to be created or changed. What is left out stays as it is, `null` takes it away.
#[derive(Debug, Clone, InputObject)]
pub struct NewsItemInput {
    /// The slug, which names the item: small letters, digits and single hyphens. Left out, it is made from the title.
    pub(super) slug: Option<String>,
    /// The language of `title` and `body`. Texts in other languages stay as they are.
    #[graphql(default_with = "Some(Language::Fr)")]
    pub(super) language: Option<Language>,
    /// The title. A new item needs one.
    pub(super) title: MaybeUndefined<String>,
    /// The text.
    pub(super) body: MaybeUndefined<String>,
    /// The place of the dateline: `Tbilisi`.
    pub(super) place: MaybeUndefined<String>,
    /// When the item was published: `2018`, `2018-06` or `2018-06-30`.
    pub(super) published_on: MaybeUndefined<String>,
    /// The states that the item names, in order. Each must be stored already.
    pub(super) member_states: MaybeUndefined<Vec<CountryCode>>,
    /// Whom to ask, in order: the e-mail addresses or ids of contacts. Each must be stored already.
    pub(super) contacts: MaybeUndefined<Vec<String>>,
}

impl NewsItemInput {
    /// What names the record.
    pub(super) fn id(&self) -> NodeId {
        NodeId::new(NodeKind::NewsItem, self.slug())
    }

    fn slug(&self) -> String {
        match (&self.slug, &self.title) {
            (Some(slug), _) => slug.clone(),
            (None, MaybeUndefined::Value(title)) => domain::slug(title),
            (None, _) => String::new(),
        }
    }

    /// The record that the input makes of what stands.
    pub(super) fn record(self, current: Option<Record>) -> Result<domain::NewsItem, Vec<Problem>> {
        let slug = self.slug();
        if slug.is_empty() {
            return Err(vec![Problem::invalid(Field::Slug, "a news item needs a slug, or a title to make one from")]);
        }
        let mut item = match current {
            Some(Record::NewsItem(item)) => Arc::unwrap_or_clone(item),
            _ => domain::NewsItem::new(slug),
        };
        let language = self.language.unwrap_or(Language::Fr);
        let mut editing = Editing::of_texts_in(language);
        let mut text = item.texts.remove(language);
        if text.is_some() || !self.title.is_undefined() || !self.body.is_undefined() {
            let text = text.get_or_insert_with(|| NewsText { title: String::new(), body: String::new() });
            editing.required(Field::Title, &mut text.title, self.title);
            editing.required(Field::Body, &mut text.body, self.body);
        }
        if let Some(text) = text {
            item.texts.insert(language, text);
        }
        editing.optional(Field::Place, &mut item.place, self.place);
        editing.date(Field::PublishedOn, &mut item.published_on, self.published_on);
        editing.states(&mut item.member_states, self.member_states);
        let contacts = self.contacts.map_value(|names| names.iter().map(|name| contact_key(name)).collect());
        editing.list(Field::Contacts, &mut item.contacts, contacts);
        editing.finish(&mut item.curated, &mut item.warnings)?;
        Ok(item)
    }
}

/// The key of a contact that is named by its address or its id.
fn contact_key(name: &str) -> String {
    let id = local_id(&ID::from(name)).filter(|id| id.kind == NodeKind::Contact);
    id.map_or_else(|| name.trim().to_lowercase(), |id| id.key)
}

/// What to write, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpsertNewsItemInput {
    #[graphql(flatten)]
    news_item: NewsItemInput,
    #[graphql(flatten)]
    options: WriteOptions,
}

/// The answer to `upsertNewsItem`.
#[derive(SimpleObject)]
pub struct UpsertNewsItemPayload {
    /// The news item as it stands now, or on a dry run as it would; null on a refusal.
    news_item: Option<NewsItem>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct NewsItemMutations;

#[Object]
impl NewsItemMutations {
    /// Creates a news item, or changes the one under the slug.
    async fn upsert_news_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The news item.")] input: UpsertNewsItemInput,
    ) -> Result<UpsertNewsItemPayload> {
        let UpsertNewsItemInput { news_item: input, options } = input;
        let id = input.id();
        let (outcome, committed) = commit_one(ctx, options, id.clone(), |current| input.record(current)).await?;
        let news_item = committed.and_then(|committed| Node::find(&committed.snapshot, &id.key));
        Ok(UpsertNewsItemPayload { news_item, outcome })
    }
}
