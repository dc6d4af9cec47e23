//! What is asked: the questions of the table, each in the ways that a client may ask again.

use fundgraph::domain::Language;
use serde_json::{Value, json};

use crate::data::{Dice, state, word};

/// How many bodies a cell goes round in, where they differ.
const BODIES: usize = 10_000;
/// The states that are asked for: each has more projects and news than are on a page.
const STATES: u64 = 100;

/// A question, and the values that it is asked with.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    pub name: &'static str,
    text: &'static str,
    values: fn(&mut Dice, u64) -> Value,
}

/// How a client asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    Same,
    OtherVariables,
    /// Other variables, of a server that keeps no rows of lists either.
    NothingKept,
    NewText,
}

/// The three questions of the table.
pub const QUESTIONS: [Question; 3] = [
    Question {
        name: "point",
        text: include_str!("point.graphql"),
        values: |dice, projects| json!({ "code": code(dice, projects) }),
    },
    Question { name: "nested", text: include_str!("nested.graphql"), values: |dice, _| json!({ "state": place(dice) }) },
    Question {
        name: "list of 50",
        text: include_str!("list.graphql"),
        values: |dice, _| json!({ "year": 2001 + dice.below(20), "state": place(dice) }),
    },
];

pub const SEARCH: Question = Question {
    name: "search, first 20",
    text: include_str!("search.graphql"),
    values: |dice, _| json!({ "text": word(dice.rank(5_000) as u64, Language::Fr) }),
};

pub const GROUPS: Question =
    Question { name: "groups by region and year over all", text: include_str!("groups.graphql"), values: |_, _| json!({}) };

pub const UPSERT: Question = Question {
    name: "upsert of a project",
    text: include_str!("upsert.graphql"),
    values: |dice, projects| json!({ "code": code(dice, projects), "title": "Renforcer les capacités de gestion des migrations, @@" }),
};

impl Again {
    pub const ALL: [Again; 4] = [Again::Same, Again::OtherVariables, Again::NothingKept, Again::NewText];

    pub fn name(self) -> &'static str {
        match self {
            Again::Same => "the same request again",
            Again::OtherVariables => "other variables, answer not kept",
            Again::NothingKept => "nor any row of a list",
            Again::NewText => "every request a new text",
        }
    }
}

impl Question {
    /// The bodies of requests, in which the load puts a number of its own for `@@`.
    pub fn bodies(&self, again: Again, projects: u64) -> Vec<String> {
        let mut dice = Dice(7);
        let count = if again == Again::Same { 1 } else { BODIES };
        let bodies = (0..count).map(|_| {
            let values = (self.values)(&mut dice, projects);
            match again {
                Again::Same | Again::OtherVariables | Again::NothingKept => json!({ "query": self.text, "variables": values }),
                Again::NewText => json!({ "query": self.written_out(&values) }),
            }
        });
        bodies.map(|body| body.to_string()).collect()
    }

    /// The text with the values in the places of the variables, under a new name each time.
    fn written_out(&self, values: &Value) -> String {
        let (head, fields) = self.text.split_once('{').expect("a query has fields");
        let name = head.split('(').next().unwrap_or_default().trim();
        let values = values.as_object().into_iter().flatten();
        let fields =
            values.fold(fields.to_owned(), |fields, (name, value)| fields.replace(&format!("${name}"), &value.to_string()));
        format!("{name}@@ {{{fields}")
    }
}

fn code(dice: &mut Dice, projects: u64) -> String {
    format!("RR.{:07}", dice.below(projects))
}

fn place(dice: &mut Dice) -> String {
    state(dice.below(STATES)).as_str().to_owned()
}
