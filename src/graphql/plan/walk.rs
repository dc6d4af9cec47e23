//! A request on its walk along a plan, and what resolvers see of it.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use async_graphql::parser::types::Field as LowField;
use async_graphql::{
    Context, Data, EmptyMutation, EmptySubscription, InputType, Name, Pos, Positioned, QueryEnv, Schema, SchemaEnv,
    Value as Fixed, Variables,
};
use async_graphql_value::Value;

use super::object::{Object, now, write_object};
use super::rows::Looked;
use super::writable::Refused;
use super::{Argument, Field, Given, KeptRows, Plan};
use crate::catalog::{Catalog, Snapshot};
use crate::config::Limits;
use crate::domain::Language;
use crate::graphql::context::Preferred;

/// The contexts by which resolvers know what a request may ask.
///
/// The library makes them for its own executor alone. But a context of any request can be made out of another's parts, with data
/// that go before those of the request that it came from; so one is taken from a query that asks for nothing else.
#[derive(Clone)]
pub(in crate::graphql) struct Contexts {
    schema: SchemaEnv,
    query: QueryEnv,
}

/// The root of that query.
struct Lender(Arc<Mutex<Option<Contexts>>>);

#[async_graphql::Object]
impl Lender {
    async fn context(&self, ctx: &Context<'_>) -> bool {
        let contexts = Contexts { schema: ctx.schema_env.clone(), query: ctx.query_env.clone() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(contexts);
        true
    }
}

impl Contexts {
    /// Contexts for all requests to a catalog.
    pub(in crate::graphql) fn new(catalog: &Arc<Catalog>, limits: &Limits) -> Contexts {
        let lent = Arc::default();
        let schema = Schema::build(Lender(Arc::clone(&lent)), EmptyMutation, EmptySubscription);
        let schema = schema.data(Arc::clone(catalog)).data(limits.clone()).finish();
        let asked = now(async { Ok(schema.execute("{ context }").await) });
        debug_assert!(asked.is_ok_and(|answer| answer.errors.is_empty()));
        lent.lock().unwrap_or_else(PoisonError::into_inner).take().expect("the resolver leaves a context here")
    }

    /// The context of a field.
    fn of<'r>(&'r self, item: &'r Positioned<LowField>, data: &'r Data) -> Context<'r> {
        self.query.create_context(&self.schema, None, item, Some(data))
    }
}

/// What contexts show of a field that is given no arguments.
static NO_ITEM: LazyLock<Positioned<LowField>> = LazyLock::new(|| {
    let name = Positioned::new(Name::new(""), Pos::default());
    let (arguments, directives, selection_set) = (Vec::new(), Vec::new(), Positioned::default());
    Positioned::new(LowField { alias: None, name, arguments, directives, selection_set }, Pos::default())
});

/// A request on its walk.
pub(in crate::graphql) struct Walk<'r> {
    contexts: &'r Contexts,
    data: &'r Data,
    pub(super) variables: &'r Variables,
    /// The language that the caller prefers.
    pub(super) language: Option<Language>,
    pub(super) snapshot: &'r Arc<Snapshot>,
    pub(super) rows: &'r KeptRows,
    pub(super) looked: Looked,
    /// How many rows were written before, and how many were not.
    pub(super) met: Cell<u64>,
    pub(super) new: Cell<u64>,
    /// The context of all fields that are given no arguments.
    context: Context<'r>,
}

impl<'r> Walk<'r> {
    /// A walk for a request: what resolvers ask its context for, the values of all variables that have any, and what else decides what
    /// is answered.
    pub(in crate::graphql) fn new(
        (contexts, rows): (&'r Contexts, &'r KeptRows),
        data: &'r Data,
        variables: &'r Variables,
        (preferred, snapshot): (Preferred, &'r Arc<Snapshot>),
    ) -> Walk<'r> {
        let (met, new, looked, context) = (Cell::default(), Cell::default(), Looked::default(), contexts.of(&NO_ITEM, data));
        Walk { contexts, data, variables, language: preferred.0, snapshot, rows, looked, met, new, context }
    }

    /// Writes what an object answers to a plan.
    pub(in crate::graphql) fn along<T: Object>(&self, plan: &Plan, root: &T, out: &mut String) -> Result<(), Refused> {
        write_object(root, &plan.root, self, out)?;
        plan.length.store(out.len(), Ordering::Relaxed);
        self.rows.lookups.add(self.met.get(), self.new.get());
        Ok(())
    }
}

/// A field of a walk: what its resolver is called with.
pub(in crate::graphql) struct At<'r> {
    pub(super) walk: &'r Walk<'r>,
    pub(super) field: &'r Field,
    /// Where the field is given arguments.
    context: OnceCell<Context<'r>>,
}

impl<'r> At<'r> {
    pub(super) fn new(walk: &'r Walk<'r>, field: &'r Field) -> At<'r> {
        At { walk, field, context: OnceCell::new() }
    }

    /// The value of an argument; what it is where it is left out.
    pub(in crate::graphql) fn argument<T: InputType>(&self, name: &str) -> Result<T, Refused> {
        let argument = self.field.arguments.iter().find(|argument| argument.name == name);
        T::parse(argument.map(|argument| argument.value(self.walk.variables))).map_err(|_| Refused)
    }
}

impl<'r> Deref for At<'r> {
    type Target = Context<'r>;

    fn deref(&self) -> &Context<'r> {
        match &self.field.item {
            None => &self.walk.context,
            Some(item) => self.context.get_or_init(|| self.walk.contexts.of(item, self.walk.data)),
        }
    }
}

impl Argument {
    fn value(&self, variables: &Variables) -> Fixed {
        match &self.value {
            Given::Fixed(value) => value.clone(),
            Given::Open(value) => filled(value, variables),
        }
    }
}

/// A value with those of the variables in it.
fn filled(value: &Value, variables: &Variables) -> Fixed {
    match value {
        // A variable without a value may be null, or the request would not have come so far.
        Value::Variable(name) => variables.get(name.as_str()).cloned().unwrap_or_default(),
        Value::List(items) => Fixed::List(items.iter().map(|item| filled(item, variables)).collect()),
        Value::Object(fields) => {
            Fixed::Object(fields.iter().map(|(name, value)| (name.clone(), filled(value, variables))).collect())
        }
        fixed => fixed.clone().into_const().unwrap_or_default(),
    }
}
