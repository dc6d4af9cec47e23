//! Queries along plans, against the library's answers to the same queries: byte by byte.

mod questions;
mod records;
mod shapes;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::futures_util::FutureExt;
use async_graphql::parser::types::OperationType;
use jiff::Timestamp;

use super::covered;
use crate::access::Tokens;
use crate::catalog::{Catalog, ChangeSet, Proposal, View};
use crate::config::Limits;
use crate::domain::{Language, Localized, NodeId, NodeKind, Project, ProjectText, Record};
use crate::graphql::validation::Schema;
use crate::graphql::{Answer, Asked, Caller, Checked, Engine, Guard, Preferred, sdl};
use questions::Questions;

/// How many queries are asked.
const QUERIES: u64 = 2_000;

struct House {
    with_plans: Engine,
    without: Engine,
    /// With plans, but each text is its first.
    forgetful: Engine,
    catalog: Arc<Catalog>,
    _folder: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Arc::new(Catalog::open(folder.path(), Arc::new(|| Timestamp::UNIX_EPOCH)).unwrap());
        records::fill(&catalog);
        let tokens = Arc::new(Tokens::new(folder.path(), "the token of a test").unwrap());
        let mut limits = Limits::default();
        let document = &mut limits.document;
        for bound in [&mut document.cost, &mut document.variables, &mut document.aliases] {
            bound.most = usize::MAX;
        }
        let engine = |guard| Engine::new(Arc::clone(&catalog), Arc::clone(&tokens), guard, limits.clone());
        let guard = || Guard::new(limits.clone(), true);
        let forgetful = engine(Guard::new(Limits { kept_texts: 0, ..limits.clone() }, true));
        House { with_plans: engine(guard()), without: engine(guard().without_plans()), forgetful, catalog, _folder: folder }
    }

    /// The answer along a plan, if there is one, and the library's; nothing where the query is refused before it is run.
    fn ask(&self, asked: Asked, preferred: Preferred) -> Option<(Option<Answer>, Answer)> {
        let check = |engine: &Engine| engine.check(asked.clone());
        let (with, without): (Checked, Checked) = match (check(&self.with_plans), check(&self.without)) {
            (Ok(with), Ok(without)) => (with, without),
            (with, without) => {
                assert_eq!(with.unwrap_err().errors, without.unwrap_err().errors);
                return None;
            }
        };
        let has_plan = with.found.prepared.plan.is_some();
        let run = |engine: &Engine, checked| {
            engine.execute(checked, Caller::Anonymous, preferred).now_or_never().expect("a query never waits")
        };
        let planned = run(&self.with_plans, with);
        // The second time, the rows of its lists are known.
        let again = run(&self.with_plans, check(&self.with_plans).expect("it was valid before"));
        assert_eq!(planned.json, again.json);
        Some((has_plan.then_some(planned), run(&self.without, without)))
    }

    fn asked(&self, query: &str) -> String {
        let (planned, library) =
            self.ask(Asked { query: query.into(), ..Asked::default() }, Preferred(None)).expect("the query may run");
        let planned = planned.expect("there is a plan for it").json;
        assert_eq!(planned, library.json);
        planned
    }
}

#[test]
fn plans_answer_what_the_library_answers() {
    let house = House::new();
    let schema = Schema::new(sdl());
    let (mut whole, mut with_errors, mut asked) = (0, 0, BTreeSet::new());
    for seed in 0..QUERIES {
        let mut questions = Questions::new(&schema, &house.catalog.snapshot(), seed);
        let question = questions.query();
        let text = question.query.plain().unwrap().into_owned();
        let variables = serde_json::Value::Object(question.variables.clone());
        let preferred = [None, Some(Language::Fr), Some(Language::En), Some(Language::Es)][seed as usize % 4];
        let Some((planned, library)) = house.ask(question, Preferred(preferred)) else { continue };
        let Some(planned) = planned else { continue };
        assert_eq!(planned.json, library.json, "{text}\n{variables:#}");
        if library.errors.is_empty() {
            whole += 1
        } else {
            with_errors += 1
        }
        asked.extend(questions.asked);
    }
    // What is asked at random must be worth asking: most of it is valid, has a plan, and is answered.
    assert!(whole > QUERIES / 3 && with_errors > QUERIES / 40, "{whole} whole answers, {with_errors} with errors");
    let left_out: Vec<_> = covered::names().filter(|name| !asked.contains(name)).collect();
    assert!(left_out.is_empty(), "never asked for: {left_out:?}");
}

/// The fields that only the library answers.
const LEFT_TO_THE_LIBRARY: [(&str, &str); 1] = [("Query", "tokens")];

#[test]
fn plans_can_ask_for_every_field_that_queries_can() {
    let schema = Schema::new(sdl());
    let covered: BTreeSet<(String, String)> = covered::names().collect();
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![schema.root(OperationType::Query).unwrap()]);
    let mut missing = Vec::new();
    while let Some(of) = waiting.pop() {
        if !reached.insert(of.name.clone()) {
            continue;
        }
        waiting.extend(of.objects().filter_map(|object| schema.named(object)));
        for (name, field) in of.fields().into_iter().flatten() {
            let place = (of.name.clone(), name.clone());
            if LEFT_TO_THE_LIBRARY.contains(&(&place.0, &place.1)) {
                continue;
            }
            waiting.extend(schema.innermost(&field.ty));
            if of.is_object() && !covered.contains(&place) {
                missing.push(place);
            }
        }
    }
    assert!(missing.is_empty(), "write a line for each of these beside its resolver: {missing:?}");
}

#[test]
fn what_becomes_one_field_is_answered_once() {
    let house = House::new();
    let data = |query: &str| house.asked(query).split_once(",\"extensions\"").unwrap().0.to_owned();
    assert_eq!(
        data(
            "{ service { revision } ...F service { ... on Service { revision } version } } fragment F on Query { service { v: version } }"
        ),
        data("{ service { revision v: version version } }"),
    );
    assert_eq!(
        data(
            "query ($on: Boolean = false) { service { revision ... @include(if: $on) { revision version } ... @skip(if: $on) { v: version } } }"
        ),
        data("{ service { revision v: version } }"),
    );
    assert_eq!(data("{ service @skip(if: true) { version } }"), "{\"data\":{}");
    assert_eq!(
        data("query ($on: Boolean = true) { service @include(if: $on) { __typename ... @skip(if: $on) { version } } }"),
        "{\"data\":{\"service\":{\"__typename\":\"Service\"}}",
    );
}

#[test]
fn a_row_that_was_written_before_is_as_it_is_now() {
    let house = House::new();
    let id = NodeId::new(
        NodeKind::Project,
        &house
            .catalog
            .snapshot()
            .rows::<Project>()
            .records()
            .find(|it| !it.record.member_states.is_empty())
            .unwrap()
            .record
            .code,
    );
    let rename = |title: &str| {
        let Some(Record::Project(mut project)) = house.catalog.snapshot().record(&id) else { unreachable!("it is a project") };
        let text = ProjectText { title: title.to_owned(), description: None };
        Arc::make_mut(&mut project).texts = Localized::one(Language::Fr, text);
        let propose = |_: &View<'_>| {
            let mut change_set = ChangeSet::default();
            change_set.put(Record::Project(project));
            change_set
        };
        house.catalog.commit_blocking(Proposal::new("test", propose)).unwrap().revision.unwrap()
    };
    let query = format!("{{ projects(filter: {{ code: {{ eq: \"{}\" }} }}) {{ nodes {{ title }} }} }}", id.key);
    let first = rename("Le premier");
    assert!(house.asked(&query).contains("Le premier"));
    rename("Le second");
    assert!(house.asked(&query).contains("Le second"));
    // A page of the past shows the record as it stood, also along the same plan.
    let pages = "title memberStates { projects(first: 100) { nodes { code title } } }";
    let query = format!("query($at: Int) {{ project(code: \"{}\", asOfRevision: $at) {{ {pages} }} }}", id.key);
    let asked = |at: Option<u64>| {
        let variables = at.map(|at| ("at".to_owned(), at.into())).into_iter().collect();
        let asked = Asked { query: query.as_str().into(), operation_name: None, variables };
        let (planned, library) = house.ask(asked, Preferred(None)).expect("the query may run");
        assert_eq!(planned.expect("there is a plan for it").json, library.json);
        library.json
    };
    for _ in 0..2 {
        let times = |at: Option<u64>, title: &str| asked(at).matches(title).count();
        assert!(times(None, "Le second") > 1 && times(None, "Le premier") == 0);
        assert!(times(Some(first), "Le premier") > 1 && times(Some(first), "Le second") == 0);
    }
}
