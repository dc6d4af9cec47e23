//! A partner's end of an event stream.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};
use ureq::{Agent, BodyReader};

/// An event.
#[derive(Debug, PartialEq)]
pub enum Event {
    Next(Value),
    Complete,
    /// A comment, which says that the line is alive.
    Alive,
}

pub struct Stream {
    lines: BufReader<BodyReader<'static>>,
    /// The id that the server gave the request.
    pub request: String,
}

impl Stream {
    pub fn open(address: &str, query: &str, variables: Value) -> Stream {
        Stream::reach(address, query, variables).expect("a server that answers with a stream")
    }

    /// A stream; none where no server answers.
    pub fn reach(address: &str, query: &str, variables: Value) -> Option<Stream> {
        let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(format!("http://{address}/graphql")).header("Accept", "text/event-stream");
        let response = request.send_json(json!({ "query": query, "variables": variables })).ok()?;
        assert_eq!(response.status(), 200);
        let media_type = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(media_type, "text/event-stream; charset=utf-8");
        let request = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        Some(Stream { request, lines: BufReader::new(response.into_body().into_reader()) })
    }

    /// The next event; none once the stream has ended or is broken.
    pub fn hear(&mut self) -> Option<Event> {
        let mut event = Vec::new();
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                line => event.push(line.to_owned()),
            }
        }
        let event: Vec<_> = event.iter().map(String::as_str).collect();
        Some(match event.as_slice() {
            [":"] => Event::Alive,
            ["event: complete", "data:"] => Event::Complete,
            ["event: next", data] => Event::Next(serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap()),
            other => panic!("{other:?} is no event of the protocol"),
        })
    }

    /// The answer of the next event that has one; none once the stream has come to its end.
    pub fn answer(&mut self) -> Option<Value> {
        loop {
            match self.hear()? {
                Event::Next(answer) => return Some(answer),
                Event::Complete => return None,
                Event::Alive => {}
            }
        }
    }
}
