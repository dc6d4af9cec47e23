//! The binary, started on a data folder of its own and a free port.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Response;

/// The five documents of the Fund.
pub fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seed")
}

/// Runs a command of the binary to its end.
pub fn fundgraph<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    command().args(arguments).stdin(Stdio::null()).output().expect("the binary starts")
}

/// The binary, without the settings of whoever runs the tests.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fundgraph"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FUNDGRAPH_") || name.starts_with("OTEL_")) {
        command.env_remove(name);
    }
    // The same tests may be run on servers with other settings: `FUNDGRAPH_TEST_WITH="FUNDGRAPH_NO_PLANS=true"`.
    let with = std::env::var("FUNDGRAPH_TEST_WITH").unwrap_or_default();
    command.envs(with.split_whitespace().filter_map(|setting| setting.split_once('=')));
    command
}

/// A server, ended when the test ends.
pub struct App {
    process: Child,
    stdout: BufReader<ChildStdout>,
    /// What it printed before it served.
    pub greeting: String,
    pub address: String,
    folder: Arc<TempDir>,
    agent: Agent,
}

impl App {
    /// A server that has seeded the five documents.
    pub fn seeded() -> App {
        App::start(&Arc::new(tempfile::tempdir().expect("a folder")), &["--seed", seeds().to_str().expect("UTF-8")])
    }

    /// A server without a record.
    pub fn empty() -> App {
        App::start(&Arc::new(tempfile::tempdir().expect("a folder")), &["--no-seed"])
    }

    /// A server on a folder, once it serves.
    pub fn start(folder: &Arc<TempDir>, options: &[&str]) -> App {
        App::launch(command(), folder, options)
    }

    /// A server by a command, which may be one that starts the binary in surroundings of its own.
    pub fn launch(mut command: Command, folder: &Arc<TempDir>, options: &[&str]) -> App {
        if !options.contains(&"--log") {
            command.args(["--log", "warn"]);
        }
        let mut process = command
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("log")).expect("a file for the log"))
            .process_group(0)
            .spawn()
            .expect("the binary starts");
        let mut stdout = BufReader::new(process.stdout.take().expect("standard output is piped"));
        let mut greeting = String::new();
        while !greeting.contains("Stop ") {
            let read = stdout.read_line(&mut greeting).expect("lines of text");
            let log = || fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            assert_ne!(read, 0, "the server ended early:\n{greeting}{}", log());
        }
        let address = greeting.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned();
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        App { process, stdout, greeting, address, folder: Arc::clone(folder), agent }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// The token of the first start.
    pub fn token(&self) -> String {
        fs::read_to_string(self.data().join("admin.token")).expect("the token was made").trim().to_owned()
    }

    /// The data of a query that has no errors.
    pub fn ask(&self, query: &str) -> Value {
        without_errors(self.post(&json!({ "query": query }), None))
    }

    /// The data of a mutation by the bearer of the admin token, with variables.
    pub fn write(&self, query: &str, variables: Value) -> Value {
        without_errors(self.post(&json!({ "query": query, "variables": variables }), Some(&self.token())))
    }

    /// The first error of a request that is refused.
    pub fn refusal(&self, query: &str) -> Value {
        let mut answer = self.post(&json!({ "query": query }), None);
        answer["errors"][0].take()
    }

    pub fn post(&self, body: &Value, token: Option<&str>) -> Value {
        let mut request = self.agent.post(self.url("/graphql"));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.send_json(body).expect("an answer");
        response.body_mut().read_json().expect("an answer in JSON")
    }

    pub fn get(&self, path: &str) -> Response<ureq::Body> {
        self.agent.get(self.url(path)).call().expect("an answer")
    }

    /// Ends the process at once, as a lost machine would, and starts another on the same folder.
    pub fn killed_and_started_again(mut self) -> App {
        self.process.kill().expect("the process runs");
        self.process.wait().expect("the process ended");
        App::start(&Arc::clone(&self.folder), &["--no-seed"])
    }

    /// Ends the process at once.
    pub fn kill(&mut self) {
        self.process.kill().expect("the process runs");
        self.process.wait().expect("the process ended");
    }

    /// Asks the process to end, and starts another on the same folder, which may seed.
    pub fn started_again(mut self) -> App {
        assert!(self.stop("TERM").success());
        App::start(&Arc::clone(&self.folder), &["--seed", seeds().to_str().expect("UTF-8")])
    }

    /// Starts another process on the folder of one that has ended.
    pub fn started_by_hand(self) -> App {
        App::start(&Arc::clone(&self.folder), &["--no-seed"])
    }

    /// Asks the process to end by a signal, and waits until it has.
    pub fn stop(&mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.ended()
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.process.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// How the process ended, once it has.
    pub fn ended(&mut self) -> ExitStatus {
        self.process.wait().expect("the process ended")
    }

    /// What it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("the log")
    }

    /// Waits until the log has a line with some words.
    pub fn wait_for_log(&self, words: &str) {
        while !self.log().contains(words) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it printed after it served.
    pub fn farewell(&mut self) -> String {
        let mut text = String::new();
        self.stdout.read_to_string(&mut text).expect("lines of text");
        text
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn without_errors(mut answer: Value) -> Value {
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].take()
}
