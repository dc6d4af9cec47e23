//! The data that is asked about, and what the questions must be answered.

use std::path::Path;
use std::sync::Arc;

use fundgraph::access::Tokens;
use fundgraph::catalog::{Catalog, ChangeSet, Proposal, View};
use fundgraph::config::Limits;
use fundgraph::domain::{Contact, Record};
use fundgraph::graphql::{Asked, Caller, Engine, Guard, Preferred};
use jiff::Timestamp;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::data::{Dice, news_item, places, project};

/// How many records a commit has.
const BULK: usize = 10_000;
/// How many people there are to ask; each news item names two.
const CONTACTS: u64 = 500;

/// The store, open in this process.
pub struct Store {
    /// Answers as the schema's own executor does.
    pub engine: Engine,
    /// Answers along plans.
    pub planned: Engine,
    runtime: Runtime,
}

impl Store {
    /// Fills a folder: half as many news items as projects.
    pub fn fill(folder: &Path, projects: u64) -> Store {
        let catalog = Catalog::open(folder, Arc::new(Timestamp::now)).expect("an empty store opens");
        let contacts = (0..CONTACTS).map(|number| Record::Contact(Arc::new(contact(number))));
        let records = places().chain(contacts).chain((0..projects).map(|number| project(number, 0)));
        let records: Vec<Record> = records.chain((0..projects / 2).map(news_with_contacts)).collect();
        records.chunks(BULK).for_each(|bulk| commit(&catalog, bulk.to_vec()));
        let limits = Limits::default();
        let tokens = Arc::new(Tokens::new(folder, "the token of a bench").expect("there are no tokens yet"));
        let catalog = Arc::new(catalog);
        let engine = |guard| Engine::new(Arc::clone(&catalog), Arc::clone(&tokens), guard, limits.clone());
        let guard = || Guard::new(limits.clone(), true);
        Store {
            engine: engine(guard().without_plans()),
            planned: engine(guard()),
            runtime: Builder::new_current_thread().build().expect("a runtime for one thread"),
        }
    }

    /// What the schema's own executor answers to a body.
    pub fn answer(&self, body: &str) -> String {
        let mut body: Value = serde_json::from_str(body).expect("a body is JSON");
        let query = body["query"].as_str().expect("a body has a query").into();
        let variables = body["variables"].as_object_mut().map(std::mem::take).unwrap_or_default();
        let checked = self.engine.check(Asked { query, operation_name: None, variables });
        let checked = checked.unwrap_or_else(|refusal| panic!("{:?}", refusal.errors));
        let answer = self.runtime.block_on(self.engine.execute(checked, Caller::Anonymous, Preferred(None)));
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        answer.json
    }
}

fn contact(number: u64) -> Contact {
    let phones = vec![format!("+4122717{number:04}")];
    let email = Some(format!("person{number}@example.org"));
    Contact { email, phones, ..Contact::new(format!("Personne {number}")) }
}

fn news_with_contacts(number: u64) -> Record {
    let mut dice = Dice(number);
    let contacts = [dice.throw(), dice.throw()].map(|thrown| contact(thrown % CONTACTS).key()).to_vec();
    match news_item(number) {
        Record::NewsItem(item) => {
            Record::NewsItem(Arc::new(fundgraph::domain::NewsItem { contacts, ..Arc::unwrap_or_clone(item) }))
        }
        other => other,
    }
}

fn commit(catalog: &Catalog, records: Vec<Record>) {
    let propose = move |_: &View<'_>| {
        let mut change_set = ChangeSet::default();
        records.into_iter().for_each(|record| change_set.put(record));
        change_set
    };
    catalog.commit_blocking(Proposal::new("bench", propose)).expect("what is made up can be stored");
}
