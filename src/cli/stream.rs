//! Files of records as streams: to a server, or where a file is too long for one commit.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::read::GzEncoder;
use serde_json::Value;

use super::files::Named;
use super::progress::Progress;
use super::server::Remote;
use crate::catalog::Catalog;
use crate::config::Limits;
use crate::graphql::{Event, Sender, seed_stream};

/// How often a stream that breaks off is sent again.
const TRIES: u32 = 5;
/// How long the first pause between two tries is; each is twice the one before.
const PAUSE: Duration = Duration::from_secs(1);

/// What became of a file's lines, and what is said of them.
struct Told<'a> {
    name: &'a str,
    accepted: u64,
    refused: u64,
    /// Lines that were done when the file was sent before.
    skipped: u64,
    revision: Option<u64>,
    /// Whether the stream came to its end; else why not.
    ended: Result<(), String>,
}

impl<'a> Told<'a> {
    fn of(file: &'a Named) -> Told<'a> {
        let ended = Err("the answer broke off".to_owned());
        Told { name: &file.name, accepted: 0, refused: 0, skipped: 0, revision: None, ended }
    }

    fn hear(&mut self, event: &Value) {
        let number = |name: &str| event[name].as_u64();
        match event["event"].as_str().unwrap_or_default() {
            "refused" => {
                for error in event["errors"].as_array().into_iter().flatten() {
                    let message = error["message"].as_str().unwrap_or_default();
                    eprintln!("refused  {}, line {}: {message}", self.name, number("line").unwrap_or_default());
                }
            }
            "progress" => self.revision = number("revision").or(self.revision),
            kind @ ("done" | "stopped") => {
                self.accepted = number("accepted").unwrap_or_default();
                self.refused = number("refused").unwrap_or_default();
                self.skipped = number("skipped").unwrap_or_default();
                self.revision = number("revision").or(self.revision);
                let why = event["message"].as_str().unwrap_or_default();
                self.ended = if kind == "done" { Ok(()) } else { Err(why.to_owned()) };
            }
            _ => {}
        }
    }

    /// Says what became of the file, and answers whether all of it is stored.
    fn summary(&self) -> bool {
        let revision = self.revision.map_or(String::new(), |revision| format!(", up to revision {revision}"));
        let skipped = if self.skipped > 0 { format!(", {} lines done before", self.skipped) } else { String::new() };
        println!("{}: {} records stored, {} refused{skipped}{revision}", self.name, self.accepted, self.refused);
        self.refused == 0
    }
}

/// Stores a long file, chunk by chunk. Answers whether all of it could be stored.
pub(super) fn store(catalog: &Catalog, file: &Named, actor: &str, stop: &dyn Fn() -> bool) -> Result<bool> {
    let mut progress = Progress::of_bytes("Storing records", length(file)?);
    let mut told = Told::of(file);
    let from = BufReader::new(Watched { from: open(file)?, progress: &mut progress });
    let sender = Sender { actor: actor.to_owned(), key: None };
    seed_stream(catalog, &Limits::default(), sender, from, stop, &mut |event: Event| {
        told.hear(&serde_json::to_value(event)?);
        Ok(())
    })?;
    progress.finish();
    let all = told.summary();
    told.ended.map(|()| all).map_err(|why| anyhow::anyhow!("{why}; what was accepted is stored"))
}

/// Sends a file to a server, again where the line breaks: the key lets the server skip what it has. Answers whether all of it
/// could be stored.
pub(super) fn send(remote: &Remote, file: &Named, key: Option<&str>) -> Result<bool> {
    // A server that takes no stream from us says so before a long one is on its way.
    remote.may_stream("/seed")?;
    let key = key.map_or_else(new_key, |key| Ok(key.to_owned()))?;
    let mut pause = PAUSE;
    let mut told = Told::of(file);
    for attempt in 1.. {
        let mut progress = Progress::of_bytes("Sending records", length(file)?);
        let packed = GzEncoder::new(Watched { from: open(file)?, progress: &mut progress }, Compression::fast());
        let sent = remote.stream("/seed", packed, &key);
        progress.finish();
        let heard = sent.and_then(|body| {
            for line in BufReader::new(body.into_reader()).lines() {
                told.hear(&serde_json::from_str(&line.context("the answer broke off")?)?);
            }
            Ok(())
        });
        let why = match (heard, &told.ended) {
            (Ok(()), Ok(())) => return Ok(told.summary()),
            (Ok(()), Err(why)) => why.clone(),
            // What the server refuses, it refuses again.
            (Err(error), _) if error.downcast_ref::<super::server::Refused>().is_some() => return Err(error),
            (Err(error), _) => format!("{error:#}"),
        };
        if attempt >= TRIES || why.contains("another stream") {
            bail!("{why}; to go on where it stopped, run the same command with --idempotency-key {key}");
        }
        eprintln!("{}: {why}; trying again in {} s", file.name, pause.as_secs());
        thread::sleep(pause);
        pause *= 2;
    }
    unreachable!("the tries come to their end")
}

fn open(file: &Named) -> Result<File> {
    File::open(&file.path).with_context(|| format!("{} cannot be read", file.name))
}

fn length(file: &Named) -> Result<u64> {
    Ok(open(file)?.metadata()?.len())
}

fn new_key() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("no random bytes")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A file whose reading is shown.
struct Watched<'a> {
    from: File,
    progress: &'a mut Progress,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
