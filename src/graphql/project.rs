//! Projects.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::connection::{Connection, Edge, RelatedEdge};
use super::context::ContextExt;
use super::history::{RevisionConnection, snapshot_at};
use super::input::{Editing, MoneyInput, MoneyOutput};
use super::mutation::{Outcome, commit_one};
use super::node::{Contact, MemberState, NewsItem, Node, Project, Region};
use super::options::WriteOptions;
use super::page::Page;
use super::plan::{node, object};
use super::project_list::{ProjectConnection, ProjectFilter, ProjectOrder};
use super::project_type::ProjectType;
use super::scalars::{CountryCode, Cursor, DateTime};
use super::source::{DataWarning, Date, Source};
use crate::catalog::Scope;
use crate::domain::{
    self, Coverage, Field, Language, NodeId, NodeKind, Problem, ProjectStatus, ProjectText, Record, RegionCode,
};

/// A project that the Fund paid for.
#[Object(name = "Project")]
impl Node<domain::Project> {
    /// The opaque id, the same for ever: `node(id:)` finds the project again.
    pub(super) async fn id(&self) -> ID {
        self.global_id()
    }

    /// The Fund's “Projet ID”: `RR.0147`, `TC4-805`.
    async fn code(&self) -> &str {
        &self.record().code
    }

    /// The agency's own number of the project, its Prima ID: `GE10P0514`.
    async fn prima_id(&self) -> Option<&str> {
        self.record().prima_id.as_deref()
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

    /// The description in the asked language, or the caller's own (`Accept-Language`); where there is none, in French, English or Spanish,
    /// in this order.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language that is wanted.")] language: Option<Language>,
    ) -> Option<&str> {
        self.record().description(ctx.language(language))
    }

    /// The languages in which there are texts of the project.
    async fn languages(&self) -> Vec<Language> {
        self.record().texts.languages()
    }

    /// How far the project has come.
    async fn status(&self) -> Option<ProjectStatus> {
        self.record().status
    }

    /// What kind of project it is.
    #[graphql(name = "type")]
    async fn project_type(&self) -> Option<ProjectType> {
        self.record().project_type.clone().map(ProjectType)
    }

    /// How much of the world the project covers.
    async fn coverage(&self) -> Option<Coverage> {
        self.record().coverage
    }

    /// The region of the Fund to which the project is counted.
    async fn region(&self) -> Option<Region> {
        Node::find(&self.snapshot, self.record().region?.as_str())
    }

    /// What the Fund gave.
    async fn budget(&self) -> Option<MoneyOutput> {
        self.record().budget.as_ref().map(MoneyOutput::from)
    }

    /// The year of the allocation.
    async fn year(&self) -> Option<i16> {
        self.record().year
    }

    /// When the project began.
    async fn start_date(&self) -> Option<Date> {
        self.record().start_date.map(Date::from)
    }

    /// When the project ended or is to end. See `warnings`: `2024` may be the site's placeholder.
    async fn end_date(&self) -> Option<Date> {
        self.record().end_date.map(Date::from)
    }

    /// The states that benefit, in the document's order.
    async fn member_states(&self) -> Vec<MemberState> {
        self.record().member_states.iter().filter_map(|state| Node::find(&self.snapshot, state.as_str())).collect()
    }

    /// What stood in the document's list of states and names none of them, as printed.
    async fn unrecognized_states(&self) -> &[String] {
        &self.record().unrecognized_states
    }

    /// News that names the project, or shares a contact, place, state or telling words with it, the closest first.
    async fn related_news(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many news items at most.", default = 10)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<RelatedEdge<NewsItem>>> {
        Connection::related(&Page::forward(ctx, first, after)?, &self.node_id(), &self.snapshot)
    }

    /// Other projects that name the project or share a contact, place, state or telling words with it, the closest first.
    async fn related_projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many projects at most.", default = 10)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<RelatedEdge<Project>>> {
        Connection::related(&Page::forward(ctx, first, after)?, &self.node_id(), &self.snapshot)
    }

    /// Whom to ask: the contacts of the news about the project's states, and of the hundred news items related most closely.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many contacts at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<Edge<Contact>>> {
        let contacts = Scope::Of(self.snapshot.contacts_of_project(&self.record().code));
        Connection::by_key(&Page::forward(ctx, first, after)?, contacts, &self.snapshot)
    }

    /// The documents that the project was read from.
    async fn sources(&self) -> Vec<Source> {
        self.record().sources.iter().cloned().map(Source).collect()
    }

    /// What a reader should doubt about the project, and why.
    async fn warnings(&self) -> Vec<DataWarning> {
        self.record().warnings.iter().map(DataWarning::from).collect()
    }

    /// The revision of the store that last changed the project.
    async fn revision(&self) -> u64 {
        self.stored().revision
    }

    /// When the project was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.stored().updated_at)
    }

    /// Every version of the project that is kept, the newest first: who made it, when, and in which fields it differs from the one
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

node!("Project", Node<domain::Project>, |project, at| {
    "id" => project.id(at),
    "code" => project.code(at),
    "primaId" => project.prima_id(at),
    "title" => project.title(at, at.argument("language")?),
    "description" => project.description(at, at.argument("language")?),
    "languages" => project.languages(at),
    "status" => project.status(at),
    "type" => project.project_type(at),
    "coverage" => project.coverage(at),
    "region" => project.region(at),
    "budget" => project.budget(at),
    "year" => project.year(at),
    "startDate" => project.start_date(at),
    "endDate" => project.end_date(at),
    "memberStates" => project.member_states(at),
    "unrecognizedStates" => project.unrecognized_states(at),
    "relatedNews" => project.related_news(at, at.argument("first")?, at.argument("after")?),
    "relatedProjects" => project.related_projects(at, at.argument("first")?, at.argument("after")?),
    "contacts" => project.contacts(at, at.argument("first")?, at.argument("after")?),
    "sources" => project.sources(at),
    "warnings" => project.warnings(at),
    "revision" => project.revision(at),
    "updatedAt" => project.updated_at(at),
    "history" => project.history(at, at.argument("first")?, at.argument("after")?),
});

#[derive(Default)]
pub(super) struct ProjectQueries;

#[Object]
impl ProjectQueries {
    /// The project under a code; null where there is none.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The Fund's “Projet ID”: `RR.0147`.")] code: String,
        #[graphql(
            desc = "The revision at which the project, and what it names, is shown as it stood; what names it or relates to it is shown as \
                          it is now."
        )]
        as_of_revision: Option<i64>,
    ) -> Result<Option<Project>> {
        let id = NodeId::new(NodeKind::Project, code);
        Ok(Node::find(&snapshot_at(ctx, &id, as_of_revision)?, &id.key))
    }

    /// All projects.
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
        ProjectConnection::of(ctx, &page, ctx.snapshot(), Scope::All, filter, order_by)
    }
}

object!("Query", ProjectQueries, |queries, at| {
    "project" => queries.project(at, at.argument("code")?, at.argument("asOfRevision")?),
    "projects" => queries.projects(at, at.argument("filter")?, at.argument("orderBy")?, at.argument("first")?, at.argument("after")?, at.argument("last")?, at.argument("before")?),
});

/// A project to be created or changed. What is left out stays as it is, `null` takes it away.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectInput {
    /// The Fund's “Projet ID”, which names the project: `RR.0147`.
    pub(super) code: String,
    /// The language of `title` and `description`. Texts in other languages stay as they are.
    #[graphql(default_with = "Some(Language::Fr)")]
    pub(super) language: Option<Language>,
    /// The title. A new project needs one.
    pub(super) title: MaybeUndefined<String>,
    /// The description.
    pub(super) description: MaybeUndefined<String>,
    /// The agency's own number of the project: `GE10P0514`.
    pub(super) prima_id: MaybeUndefined<String>,
    /// How far the project has come.
    pub(super) status: MaybeUndefined<ProjectStatus>,
    /// What kind of project it is: a code (`LABOUR_MIGRATION`) or a label in any of the three languages.
    #[graphql(name = "type")]
    pub(super) project_type: MaybeUndefined<String>,
    /// How much of the world the project covers.
    pub(super) coverage: MaybeUndefined<Coverage>,
    /// The region of the Fund to which the project is counted.
    pub(super) region: MaybeUndefined<RegionCode>,
    /// What the Fund gave.
    pub(super) budget: MaybeUndefined<MoneyInput>,
    /// The year of the allocation.
    pub(super) year: MaybeUndefined<i32>,
    /// When the project began: `2020`, `2020-05` or `2020-05-31`.
    pub(super) start_date: MaybeUndefined<String>,
    /// When the project ended or is to end: `2023`, `2023-05` or `2023-05-31`.
    pub(super) end_date: MaybeUndefined<String>,
    /// The states that benefit, in order. Each must be stored already.
    pub(super) member_states: MaybeUndefined<Vec<CountryCode>>,
}

impl ProjectInput {
    /// What names the record.
    pub(super) fn id(&self) -> NodeId {
        NodeId::new(NodeKind::Project, &self.code)
    }

    /// The record that the input makes of what stands.
    pub(super) fn record(self, current: Option<Record>) -> Result<domain::Project, Vec<Problem>> {
        let mut project = match current {
            Some(Record::Project(project)) => Arc::unwrap_or_clone(project),
            _ => domain::Project::new(&self.code),
        };
        let language = self.language.unwrap_or(Language::Fr);
        let mut editing = Editing::of_texts_in(language);
        let mut text = project.texts.remove(language);
        if text.is_some() || !self.title.is_undefined() || !self.description.is_undefined() {
            let text = text.get_or_insert_with(|| ProjectText { title: String::new(), description: None });
            editing.required(Field::Title, &mut text.title, self.title);
            editing.optional(Field::Description, &mut text.description, self.description);
        }
        if let Some(text) = text {
            project.texts.insert(language, text);
        }
        editing.optional(Field::PrimaId, &mut project.prima_id, self.prima_id);
        editing.optional(Field::Status, &mut project.status, self.status);
        editing.project_type(&mut project.project_type, self.project_type);
        editing.optional(Field::Coverage, &mut project.coverage, self.coverage);
        editing.optional(Field::Region, &mut project.region, self.region);
        editing.budget(&mut project.budget, self.budget);
        editing.year(Field::Year, &mut project.year, self.year);
        editing.date(Field::StartDate, &mut project.start_date, self.start_date);
        editing.date(Field::EndDate, &mut project.end_date, self.end_date);
        editing.states(&mut project.member_states, self.member_states);
        editing.finish(&mut project.curated, &mut project.warnings)?;
        Ok(project)
    }
}

/// What to write, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpsertProjectInput {
    #[graphql(flatten)]
    project: ProjectInput,
    #[graphql(flatten)]
    options: WriteOptions,
}

/// The answer to `upsertProject`.
#[derive(SimpleObject)]
pub struct UpsertProjectPayload {
    /// The project as it stands now, or on a dry run as it would; null on a refusal.
    project: Option<Project>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct ProjectMutations;

#[Object]
impl ProjectMutations {
    /// Creates a project, or changes the one under the code.
    async fn upsert_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: UpsertProjectInput,
    ) -> Result<UpsertProjectPayload> {
        let UpsertProjectInput { project: input, options } = input;
        let id = input.id();
        let (outcome, committed) = commit_one(ctx, options, id.clone(), |current| input.record(current)).await?;
        let project = committed.and_then(|committed| Node::find(&committed.snapshot, &id.key));
        Ok(UpsertProjectPayload { project, outcome })
    }
}
