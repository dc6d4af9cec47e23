//! The load: wrk on a core of its own, sending the bodies of a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;

use crate::process::{LOAD_CORE, Process};

/// How many requests one cell has at most; the numbers of one cell never meet those of the next.
const APART: u64 = 100_000_000;

/// What is sent, and to whom it is sent as whom.
#[derive(Debug, Clone)]
pub struct Load {
    /// The file of the bodies.
    bodies: PathBuf,
    token: Option<String>,
    connections: usize,
    seconds: u64,
}

/// What came of it.
#[derive(Debug, Deserialize)]
pub struct Served {
    requests: u64,
    micros: u64,
    failed: u64,
    pub p50: u64,
    pub p99: u64,
    /// Microseconds of a processor that the server took for each request.
    #[serde(skip)]
    pub each: f64,
}

impl Load {
    /// Bodies of JSON in turn, from so many connections.
    pub fn new(folder: &Path, name: &str, bodies: &[String], connections: usize) -> Load {
        let file = folder.join(name.replace(' ', "-")).with_extension("bodies");
        let lines: String = bodies.iter().flat_map(|body| [body, "\n"]).collect();
        fs::write(&file, lines).expect("the bodies can be written down");
        Load { bodies: file, token: None, connections, seconds: 2 }
    }

    /// The same from one connection, for longer.
    pub fn alone(self) -> Load {
        Load { connections: 1, seconds: 5, ..self }
    }

    /// The same with a token.
    pub fn bearing(self, token: &str) -> Load {
        Load { token: Some(token.to_owned()), ..self }
    }

    /// Sends it all to a server, and counts what that took of the server's processor.
    pub fn onto(&self, server: &Process) -> Served {
        static CELL: AtomicU64 = AtomicU64::new(1);
        let first = CELL.fetch_add(1, Ordering::Relaxed) * APART;
        let mut wrk = Command::new("taskset");
        wrk.args(["-c", LOAD_CORE, "wrk", "--threads", "1", "--timeout", "10s"]);
        wrk.args(["--connections", &self.connections.to_string(), "--duration", &format!("{}s", self.seconds)]);
        wrk.arg("--script").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/http/load.lua"));
        wrk.arg(format!("http://{}/graphql", server.address)).arg("--").arg(&self.bodies).arg(first.to_string());
        wrk.args(&self.token);
        let before = server.busy();
        let output = wrk.output().expect("taskset is there");
        let busy = server.busy() - before;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().rfind(|line| line.starts_with('{'));
        let Some(served) = last.and_then(|line| serde_json::from_str::<Served>(line).ok()) else {
            panic!("wrk did not run: install it (Debian: apt install wrk). {text}{}", String::from_utf8_lossy(&output.stderr));
        };
        assert_eq!(served.failed, 0, "some requests were not answered with 200: {text}");
        Served { each: busy / served.requests as f64, ..served }
    }
}

impl Served {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / (self.micros as f64 / 1e6)
    }
}
