//! A server that a command talks to.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;
use ureq::http::Response;
use ureq::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use ureq::typestate::WithBody;
use ureq::{Agent, Body, RequestBuilder, SendBody};

/// How long a server may take to answer that it is there.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How much of a refusal is read.
const REFUSAL_BYTES: u64 = 1 << 20;
/// How much of an answer in GraphQL is read.
const ANSWER_BYTES: u64 = 64 << 20;
const NDJSON: &str = "application/x-ndjson";
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The file in the data folder with the address of the server that has it open.
const ADDRESS: &str = "address";

/// Which server, and with which token.
#[derive(Debug, Clone, Args)]
pub(super) struct ServerOptions {
    /// The server to talk to, http://127.0.0.1:8080 or https://…
    #[arg(long, env = "FUNDGRAPH_SERVER", value_name = "URL")]
    server: Option<String>,
    /// The token to show it; better given in FUNDGRAPH_TOKEN or a file, since others on the machine can see a command's options
    #[arg(long, env = "FUNDGRAPH_TOKEN", hide_env_values = true, value_name = "TOKEN", conflicts_with = "token_file")]
    token: Option<String>,
    /// A file that holds the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// A server, and the token that it is shown.
#[derive(Debug)]
pub(super) struct Remote {
    agent: Agent,
    url: String,
    token: Option<String>,
}

impl ServerOptions {
    /// The server that is named, if one is.
    pub(super) fn remote(&self) -> Result<Option<Remote>> {
        let Some(url) = &self.server else { return Ok(None) };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            bail!("“{url}” is not the address of a server: write http://127.0.0.1:8080");
        }
        let url = url.trim_end_matches('/').trim_end_matches("/graphql").to_owned();
        Ok(Some(Remote::new(url, self.token()?)))
    }

    /// The server that has a data folder open, with the operator's own token where none is given.
    pub(super) fn of_folder(&self, folder: &Path) -> Result<Remote> {
        let unknown = "a server has the data folder open, but does not say where it listens: name it with --server";
        let address = fs::read_to_string(folder.join(ADDRESS)).context(unknown)?;
        let token = match self.token()?.or_else(|| std::env::var("FUNDGRAPH_ADMIN_TOKEN").ok()) {
            Some(token) => token,
            None => read_token(&folder.join("admin.token"))?,
        };
        Ok(Remote::new(format!("http://{}", address.trim()), Some(token)))
    }

    fn token(&self) -> Result<Option<String>> {
        match (&self.token, &self.token_file) {
            (Some(token), _) => Ok(Some(token.clone())),
            (None, Some(path)) => read_token(path).map(Some),
            (None, None) => Ok(None),
        }
    }
}

fn read_token(path: &Path) -> Result<String> {
    let token = fs::read_to_string(path).with_context(|| format!("the token in {} cannot be read", path.display()))?;
    Ok(token.trim().to_owned())
}

/// Notes where the server listens that has a data folder open, for commands that are started beside it.
pub(super) fn note_address(folder: &Path, mut address: std::net::SocketAddr) -> Result<()> {
    // A server on all addresses is found on this machine's own.
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    fs::write(folder.join(ADDRESS), format!("{address}\n")).context("the address cannot be noted in the data folder")
}

impl Remote {
    fn new(url: String, token: Option<String>) -> Remote {
        let config = Agent::config_builder().http_status_as_error(false).timeout_connect(Some(CONNECT_LIMIT));
        Remote { agent: config.build().into(), url, token }
    }

    /// Whether the server takes a stream of records from us: one of no records.
    pub(super) fn may_stream(&self, path: &str) -> Result<()> {
        let empty = self.post(path).header(CONTENT_TYPE, NDJSON);
        accepted(empty.send_empty().with_context(|| format!("{} does not answer", self.url))?).map(drop)
    }

    /// Sends a stream of records in gzip, under a key by which it is known when it is sent again.
    pub(super) fn stream(&self, path: &str, mut packed: impl Read, key: &str) -> Result<Body> {
        let request =
            self.post(path).header(CONTENT_TYPE, NDJSON).header(CONTENT_ENCODING, "gzip").header(IDEMPOTENCY_KEY, key);
        let answer =
            request.send(SendBody::from_reader(&mut packed)).with_context(|| format!("the line to {} broke", self.url))?;
        accepted(answer)
    }

    /// The data of a GraphQL request; its errors are an error.
    pub(super) fn ask(&self, request: &Value) -> Result<Value> {
        let answer = self.post("/graphql").send_json(request).with_context(|| format!("{} does not answer", self.url))?;
        let mut answer: Value = accepted(answer)?.with_config().limit(ANSWER_BYTES).read_json()?;
        match answer.pointer("/errors/0/message").and_then(Value::as_str) {
            Some(message) => Err(Refused(message.to_owned()).into()),
            None => Ok(answer["data"].take()),
        }
    }

    fn post(&self, path: &str) -> RequestBuilder<WithBody> {
        let request = self.agent.post(format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// What the server answers to a GET; what it refuses is an error.
    pub(super) fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Body> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in query {
            request = request.query(*name, value);
        }
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let answer = request.call().with_context(|| format!("{} does not answer", self.url))?;
        accepted(answer)
    }
}

/// The body of an answer that is none of a refusal.
fn accepted(answer: Response<Body>) -> Result<Body> {
    let status = answer.status();
    let in_json = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let mut body = answer.into_body();
    if status.is_success() {
        return Ok(body);
    }
    let text = body.with_config().limit(REFUSAL_BYTES).read_to_string().unwrap_or_default();
    let said = serde_json::from_str::<Value>(&text).ok().filter(|_| in_json);
    match said.as_ref().and_then(|said| said.pointer("/errors/0/message")?.as_str()) {
        Some(message) => Err(Refused(message.to_owned()).into()),
        None => Err(Refused(format!("it answers {status}")).into()),
    }
}

/// What a server does not do, and would not do if it were asked again.
#[derive(Debug, thiserror::Error)]
#[error("the server refuses it: {0}")]
pub(super) struct Refused(String);
