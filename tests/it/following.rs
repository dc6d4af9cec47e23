//! Partners follow the changes while everything happens to the server, and have what it has.

use std::collections::BTreeMap;
use std::thread;

use serde_json::{Value, json};

use crate::app::App;
use crate::chance::Chance;
use crate::socket::Socket;
use crate::stream::Stream;

const CHANGE: &str = "{ cursor action nodeId node { __typename id ... on Project { code title(language: FR) memberStates { code } revision }
    ... on MemberState { state: code name(language: FR) } ... on Region { region: code name(language: FR) } ... on Contact { contact: name email } ... on NewsItem { slug headline: title(language: FR) revision } } }";

const ROUNDS: usize = 5;
const WRITES: u64 = 40;

/// Somebody who keeps a copy.
#[derive(Default)]
struct Partner {
    copy: BTreeMap<String, Value>,
    /// Every change that came, as it came.
    seen: Vec<(String, String, String)>,
    cursor: Value,
}

impl Partner {
    fn take(&mut self, change: &Value) {
        let text = |field: &str| change[field].as_str().unwrap().to_owned();
        let id = text("nodeId");
        // A record that is gone by now comes without itself; its deletion follows.
        if change["node"].is_null() {
            self.copy.remove(&id);
        } else {
            self.copy.insert(id.clone(), change["node"].clone());
        }
        self.cursor = change["cursor"].clone();
        self.seen.push((text("cursor"), text("action"), id));
    }

    /// Follows over a WebSocket until the line breaks, or the last change of all is there.
    fn follow_socket(mut self, address: String, last: Option<String>) -> Partner {
        let Some(mut socket) = Socket::reach(&address) else { return self };
        socket.introduce(None);
        if socket.hear_if_there().is_none() {
            return self;
        }
        let query = format!("subscription($after: Cursor) {{ changes(after: $after) {CHANGE} }}");
        socket.subscribe("follow", &query, json!({ "after": self.cursor }));
        while !self.has(last.as_deref()) {
            let Some(said) = socket.hear_if_there() else { break };
            assert_eq!(said["type"], "next", "{said}");
            self.take(&said["payload"]["data"]["changes"]);
        }
        self
    }

    /// As [`Partner::follow_socket`], over an event stream.
    fn follow_stream(mut self, address: String, last: Option<String>) -> Partner {
        let query = format!("subscription($after: Cursor) {{ changes(after: $after) {CHANGE} }}");
        let Some(mut stream) = Stream::reach(&address, &query, json!({ "after": self.cursor })) else { return self };
        while !self.has(last.as_deref()) {
            let Some(answer) = stream.answer() else { break };
            self.take(&answer["data"]["changes"]);
        }
        self
    }

    /// Asks for everything that is new.
    fn ask(&mut self, app: &App) {
        let query = format!(
            "query($after: Cursor) {{ changes(after: $after, first: 7) {{ nodes: edges {{ node {CHANGE} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        loop {
            let answer = app.post(&json!({ "query": query, "variables": { "after": self.cursor } }), None);
            let page = &answer["data"]["changes"];
            page["nodes"].as_array().unwrap().iter().for_each(|edge| self.take(&edge["node"]));
            self.cursor = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                return;
            }
        }
    }

    fn has(&self, last: Option<&str>) -> bool {
        last.is_some() && self.cursor.as_str() == last
    }
}

/// Writes something, or takes something away.
fn write(app: &App, chance: &mut Chance) {
    let number = chance.below(12);
    let state = chance.one_of(&["KE", "GE", "DJ", "MX", "PE"]);
    let (query, input) = match chance.below(5) {
        0 => ("upsertMemberState(input: $input) { errors { message } }", json!({ "code": state })),
        1 => (
            "upsertContact(input: $input) { errors { message } }",
            json!({ "name": format!("Contact {}", chance.below(100)), "email": format!("c{number}@iom.int") }),
        ),
        2 => {
            let list = app.ask("{ projects(first: 100) { nodes { id } } contacts(first: 100) { nodes { id } } }");
            let all: Vec<_> = ["/projects/nodes", "/contacts/nodes"]
                .iter()
                .flat_map(|list_of| list.pointer(list_of).unwrap().as_array().unwrap().clone())
                .collect();
            if all.is_empty() {
                return;
            }
            ("deleteNode(input: $input) { errors { message } }", json!({ "id": chance.one_of(&all)["id"] }))
        }
        _ => (
            "upsertProject(input: $input) { errors { message } }",
            json!({ "code": format!("P.{number:02}"), "title": format!("Titre {}", chance.below(1000)) }),
        ),
    };
    let kind = match query.split('(').next() {
        Some("upsertMemberState") => "UpsertMemberStateInput",
        Some("upsertContact") => "UpsertContactInput",
        Some("deleteNode") => "DeleteNodeInput",
        _ => "UpsertProjectInput",
    };
    app.write(&format!("mutation($input: {kind}!) {{ {query} }}"), json!({ "input": input }));
}

/// Everything that the server has, as the partners keep it.
fn everything(app: &App) -> BTreeMap<String, Value> {
    let node = &CHANGE[CHANGE.find("node {").unwrap() + 5..CHANGE.len() - 2];
    let ids = app.ask("{ projects(first: 100) { nodes { id } } memberStates { nodes { id } } regions { id } news { nodes { id } } contacts(first: 100) { nodes { id } } }");
    let lists = ["/projects/nodes", "/memberStates/nodes", "/regions", "/news/nodes", "/contacts/nodes"];
    let ids: Vec<_> =
        lists.iter().flat_map(|list| ids.pointer(list).unwrap().as_array().unwrap()).map(|node| node["id"].clone()).collect();
    let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {node} }}");
    let answer = app.post(&json!({ "query": query, "variables": { "ids": ids } }), None);
    let nodes = answer["data"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
    nodes.iter().map(|node| (node["id"].as_str().unwrap().to_owned(), node.clone())).collect()
}

#[test]
fn partners_that_follow_have_what_the_server_has_whatever_happens() {
    let mut chance = Chance::new();
    let mut app = App::seeded();
    let (mut asking, mut by_socket, mut by_stream) = (Partner::default(), Partner::default(), Partner::default());
    for round in 0..ROUNDS {
        let address = app.address.clone();
        let socket = thread::spawn({
            let address = address.clone();
            move || by_socket.follow_socket(address, None)
        });
        let stream = thread::spawn(move || by_stream.follow_stream(address, None));
        for _ in 0..chance.below(WRITES) {
            write(&app, &mut chance);
            if chance.below(10) == 0 {
                asking.ask(&app);
            }
        }
        app = if chance.below(2) == 0 { app.killed_and_started_again() } else { app.started_again() };
        by_socket = socket.join().unwrap();
        by_stream = stream.join().unwrap();
        println!("round {round}: {} changes by socket, {} by stream", by_socket.seen.len(), by_stream.seen.len());
    }
    write(&app, &mut chance);
    asking.ask(&app);
    let last = asking.cursor.as_str().map(str::to_owned);
    let by_socket = by_socket.follow_socket(app.address.clone(), last.clone());
    let by_stream = by_stream.follow_stream(app.address.clone(), last);

    let mut anew = Partner::default();
    anew.ask(&app);
    let there = everything(&app);
    for (how, partner) in [("by query", &asking), ("by socket", &by_socket), ("by event stream", &by_stream), ("anew", &anew)] {
        assert_eq!(partner.seen, anew.seen, "{how}: lost, doubled or out of order, with seed {}", chance.seed);
        assert_eq!(partner.copy, there, "{how}, with seed {}", chance.seed);
    }
}
