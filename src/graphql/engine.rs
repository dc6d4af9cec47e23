//! The schema, and the one way to run a request against it.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use async_graphql::futures_util::FutureExt;
use async_graphql::futures_util::stream::{self, BoxStream, StreamExt};
use async_graphql::{Data, MergedObject, Response, Schema, SchemaBuilder, ValidationMode, value};

use tracing::instrument;

use super::change::ChangeQueries;
use super::contact::{ContactMutations, ContactQueries};
use super::context::{Asking, Caller, Preferred};
use super::delete::DeleteMutations;
use super::error::{Code, add_codes, refused, shorten};
use super::guard::Guard;
use super::member_state::{MemberStateMutations, MemberStateQueries};
use super::news_item::{NewsItemMutations, NewsItemQueries};
use super::node::NodeQueries;
use super::operation::{Answer, Asked, Checked};
use super::plan::{Contexts, KeptRows, Walk, number, parts};
use super::project::{ProjectMutations, ProjectQueries};
use super::region::{RegionMutations, RegionQueries};
use super::root_field;
use super::search::SearchQueries;
use super::seed_documents::SeedDocumentsMutations;
use super::seed_records::SeedRecordsMutations;
use super::service::ServiceQueries;
use super::subscription::{AtOnce, Subscription, Turns};
use super::token::{TokenMutations, TokenQueries};
use crate::access::Tokens;
use crate::catalog::{Catalog, Lookups};
use crate::config::{Limits, TRACES};

/// The questions that the graph answers.
#[derive(Default, MergedObject)]
pub(super) struct Query(
    NodeQueries,
    ProjectQueries,
    MemberStateQueries,
    RegionQueries,
    NewsItemQueries,
    ContactQueries,
    SearchQueries,
    ChangeQueries,
    ServiceQueries,
    TokenQueries,
);

/// The changes that a bearer of a token may make.
#[derive(Default, MergedObject)]
pub(super) struct Mutation(
    ProjectMutations,
    MemberStateMutations,
    RegionMutations,
    NewsItemMutations,
    ContactMutations,
    DeleteMutations,
    SeedDocumentsMutations,
    SeedRecordsMutations,
    TokenMutations,
);

parts!(
    "Query",
    Query {
        NodeQueries,
        ProjectQueries,
        MemberStateQueries,
        RegionQueries,
        NewsItemQueries,
        ContactQueries,
        SearchQueries,
        ChangeQueries,
        ServiceQueries,
    }
);

/// The API over a catalog.
#[derive(Clone)]
pub struct Engine {
    schema: Schema<Query, Mutation, Subscription>,
    contexts: Contexts,
    rows: Arc<KeptRows>,
    catalog: Arc<Catalog>,
    guard: Guard,
    limits: Limits,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Engine").field("catalog", &self.catalog).finish_non_exhaustive()
    }
}

impl Engine {
    pub fn new(catalog: Arc<Catalog>, tokens: Arc<Tokens>, guard: Guard, limits: Limits) -> Engine {
        let mut schema = builder().data(Arc::clone(&catalog)).data(tokens).data(limits.clone()).data(Turns::new(&limits));
        // The guard has held all rules and limits before the executor sees a document.
        schema = schema.validation_mode(ValidationMode::Fast).limit_recursive_depth(usize::MAX);
        let contexts = Contexts::new(&catalog, &limits);
        let rows = KeptRows::new(limits.kept_rows).into();
        Engine { schema: schema.finish(), contexts, rows, catalog, guard, limits }
    }

    /// The operation that is asked for, checked against every rule and limit; the answer instead where it must not run. Whatever
    /// transport a request comes by, it runs only through here.
    #[instrument(target = TRACES, level = "trace", name = "validate", skip_all)]
    pub fn check(&self, asked: Asked) -> Result<Checked, Box<Response>> {
        self.guard.check(asked)
    }

    /// The text of a trusted operation; none where there is no list of them, or it has no such id.
    pub fn trusted_text(&self, id: &str) -> Option<&str> {
        self.guard.trusted()?.text(id)
    }

    /// How often an operation was known already, and had not to be read and validated.
    pub fn lookups(&self) -> &Lookups {
        self.guard.lookups()
    }

    /// How often a row of a list was written before, and had not to be written anew.
    pub fn row_lookups(&self) -> &Lookups {
        &self.rows.lookups
    }

    /// Runs an operation for a caller, against the newest snapshot from start to end.
    #[instrument(target = TRACES, level = "trace", skip_all, fields(graphql.operation.name = operation.name(), cost = operation.cost()))]
    pub async fn execute(&self, operation: Checked, caller: Caller, preferred: Preferred) -> Answer {
        let asking = self.asking(Instant::now(), preferred);
        if let Some(json) = self.walked(&operation, asking.clone()) {
            return Answer { json, errors: Vec::new() };
        }
        let (cost, most) = (operation.cost(), self.limits.document.cost.most);
        let request = match self.guard.request(operation) {
            Ok(request) => request,
            Err(refused) => return Answer::of(*refused),
        };
        let request = request.data(caller).data(asking);
        let cost = value!({ "requested": cost, "limit": most });
        Answer::of(self.finished(self.schema.execute(request).await).extension("cost", cost))
    }

    /// What an operation answers that has a plan, unless something in it is refused. It is found out at once, however long that takes.
    #[instrument(target = TRACES, level = "trace", name = "execute", skip_all, fields(graphql.operation.name = operation.name(), cost = operation.cost()))]
    pub fn answer(&self, operation: &Checked, begun: Instant, preferred: Preferred) -> Option<String> {
        self.walked(operation, self.asking(begun, preferred))
    }

    /// What resolvers of a request go by that began at some time.
    fn asking(&self, begun: Instant, preferred: Preferred) -> Asking {
        Asking { preferred, snapshot: self.catalog.snapshot(), until: begun + self.limits.query_time }
    }

    /// See [`Engine::answer`].
    fn walked(&self, operation: &Checked, asking: Asking) -> Option<String> {
        let plan = operation.found.prepared.plan.as_ref()?;
        let (preferred, snapshot) = (asking.preferred, Arc::clone(&asking.snapshot));
        let mut data = Data::default();
        data.insert(asking);
        let walk = Walk::new((&self.contexts, &self.rows), &data, &operation.variables, (preferred, &snapshot));
        let mut json = String::with_capacity(plan.room());
        json.push_str("{\"data\":");
        walk.along(plan, &Query::default(), &mut json).ok()?;
        json.push_str(",\"extensions\":{\"cost\":{\"requested\":");
        number(operation.cost() as u64, &mut json);
        json.push_str(",\"limit\":");
        number(self.limits.document.cost.most as u64, &mut json);
        json.push_str("}}}");
        Some(json)
    }

    /// Runs a subscription for a caller: an answer for each event, from the snapshot that is the newest when it is delivered. An
    /// answer instead where it cannot begin.
    pub fn subscribe(
        &self,
        operation: Checked,
        caller: Caller,
        preferred: Preferred,
    ) -> Result<BoxStream<'static, Answer>, Box<Response>> {
        let at_once = AtOnce(operation.is_brief());
        let mut request = self.guard.request(operation)?;
        let refused = |error| refused(vec![error], "GRAPHQL_VALIDATION_FAILED");
        let mut document = request.parsed_query().map_err(refused)?.clone();
        root_field::settle(&mut document).map_err(refused)?;
        request.set_parsed_query(document);
        let mut answers = self.schema.execute_stream(request.data(caller).data(preferred).data(at_once));
        // What stands against it is said before the first event: a rule, or what the field that is listened to refuses.
        let first = answers.next().now_or_never().flatten();
        match first {
            Some(answer) if answer.errors.iter().any(|error| error.path.len() <= 1) => Err(Box::new(self.finished(answer))),
            first => {
                let answers = stream::iter(first).chain(answers);
                let engine = self.clone();
                Ok(answers.map(move |answer| Answer::of(engine.finished(answer))).boxed())
            }
        }
    }

    /// An answer as it goes out: each error with a code, and not too much of them.
    fn finished(&self, mut response: Response) -> Response {
        let never_ran = response.errors.iter().all(|error| error.path.is_empty());
        add_codes(&mut response, if never_ran { "GRAPHQL_VALIDATION_FAILED" } else { Code::BadUserInput.as_str() });
        shorten(&mut response, &self.limits);
        response
    }
}

/// The schema as the GraphQL schema definition language writes it.
pub fn sdl() -> &'static str {
    static SDL: LazyLock<String> = LazyLock::new(|| builder().finish().sdl());
    &SDL
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
}
