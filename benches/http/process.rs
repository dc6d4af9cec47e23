//! The servers under load: each a process on one core, and what it takes of the processor and of memory.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The server has one core, the load another.
pub const SERVER_CORE: &str = "0";
pub const LOAD_CORE: &str = "1";
/// Microseconds of one tick, in which the system counts a process's time (`USER_HZ`, 100 a second on all Linux).
const TICK: f64 = 10_000.0;

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pub address: String,
    /// How long it took from its start until it answered.
    pub start: Duration,
}

impl Process {
    /// The product itself, over a data folder.
    pub fn product(folder: &Path, token: &str, options: &[&str]) -> Process {
        let mut command = Process::command(env!("CARGO_BIN_EXE_fundgraph"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--no-seed", "--data"]).arg(folder).args(options);
        command.env("FUNDGRAPH_ADMIN_TOKEN", token);
        Process::ready(command)
    }

    /// This program in another part.
    pub fn part(name: &str, path: &Path) -> Process {
        let program = std::env::current_exe().expect("this program");
        let mut command = Process::command(program.to_str().expect("a path of letters"));
        command.arg(name).arg(path);
        Process::ready(command)
    }

    fn command(program: &str) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE, program]);
        command
    }

    /// Starts a server, which prints its address, and waits until it answers.
    fn ready(mut command: Command) -> Process {
        let begun = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("taskset is there");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let (_, address) = line.split_once("http://")?;
            Some(address.split('/').next().unwrap_or_default().to_owned())
        });
        let address = address.expect("the server says where it listens");
        // The rest of what it says is read, so that it never waits to be heard.
        std::thread::spawn(move || lines.for_each(drop));
        while ureq::get(format!("http://{address}/readyz")).call().is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Process { child, address, start: begun.elapsed() }
    }

    /// What it answers to a body.
    pub fn post(&self, body: &str, token: Option<&str>) -> String {
        let mut request = ureq::post(format!("http://{}/graphql", self.address)).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.send(body).expect("the server answers").body_mut().read_to_string().expect("an answer is a text")
    }

    /// Microseconds of a processor that it took so far.
    pub fn busy(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the server runs");
        // The name of the program stands in brackets, and may hold anything.
        let (_, fields) = stat.rsplit_once(") ").expect("the system writes it so");
        let ticks: Vec<f64> = fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
        ticks.iter().sum::<f64>() * TICK
    }

    /// Megabytes that it holds in memory.
    pub fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the server runs");
        let kilobytes =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or_default() / 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
