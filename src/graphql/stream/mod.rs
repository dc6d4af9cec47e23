//! A stream of records, a line of JSON each: of any length and in any order, with bounded memory.
//!
//! Lines are taken together in chunks, and each chunk is one commit: whole, or not there. A line that cannot be stored is refused
//! by its number and stops no other. A line that names a record which is not there yet waits for it, as far as there is room, to
//! the end of the stream at most; later lines about the same record wait behind it.
//!
//! A stream with a key goes on where it was broken off: each commit notes in the log how many lines are done, which of them still
//! wait, and what they were. So the same stream sent again skips what is done, and another one under the same key is refused.

mod chunk;
mod event;
mod lines;
mod waiting;

use std::io::{self, BufRead};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use self::chunk::Item;
use self::event::Counts;
pub use self::event::Event;
use self::lines::{Lines, Next};
use self::waiting::Waiting;
use super::records::RecordInput;
use crate::catalog::{Catalog, CommitError, StreamPlace};
use crate::config::Limits;

/// How long to wait before a chunk is offered again to a writer that has too much to do.
const BUSY: Duration = Duration::from_millis(20);

/// Who sends a stream, and how it is known.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The name that stands in the log.
    pub actor: String,
    /// The sender's own name for the stream; one without cannot go on after a break.
    pub key: Option<String>,
}

/// Stores the records of a stream, and tells of each line what became of it. Ends early once told to stop. An error is one of
/// telling; what is wrong with the stream is told.
pub fn seed(
    catalog: &Catalog,
    limits: &Limits,
    sender: Sender,
    from: impl BufRead,
    stop: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(Event) -> io::Result<()>,
) -> io::Result<()> {
    let done = match &sender.key {
        Some(key) => match catalog.stream_place(&sender.actor, key) {
            Ok(done) => done,
            Err(error) => return tell(Event::stopped(error.to_string(), Counts::default())),
        },
        None => None,
    };
    let seeding = Seeding {
        catalog,
        limits,
        sender,
        done: done.unwrap_or_default(),
        hash: Sha256::new(),
        counts: Counts::default(),
        chunk: Vec::new(),
        chunk_bytes: 0,
        waiting: Waiting::default(),
        tell,
    };
    seeding.run(Lines::of(from, limits.stream_line_bytes), stop)
}

struct Seeding<'a> {
    catalog: &'a Catalog,
    limits: &'a Limits,
    sender: Sender,
    /// How far the stream came before.
    done: StreamPlace,
    /// Of the lines so far.
    hash: Sha256,
    counts: Counts,
    /// What is stored next.
    chunk: Vec<Item>,
    chunk_bytes: usize,
    waiting: Waiting,
    tell: &'a mut dyn FnMut(Event) -> io::Result<()>,
}

/// Why a stream does not go on.
enum Halt {
    /// For a reason that the sender is told.
    Told(String),
    /// The sender cannot be told anything.
    Mute(io::Error),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Halt::Mute(error)
    }
}

impl Seeding<'_> {
    fn run(mut self, mut lines: Lines<impl BufRead>, stop: &dyn Fn() -> bool) -> io::Result<()> {
        let ended = loop {
            if stop() {
                break Err(Halt::Told("the server stops".to_owned()));
            }
            let next = match lines.next() {
                Next::Line(line) => self.line(line),
                Next::TooLong(bytes) => self.too_long(bytes),
                Next::Quiet => self.store(),
                Next::End => break self.end(),
                Next::Broken(error) => break Err(Halt::Told(format!("the stream broke off: {error}"))),
            };
            if let Err(halt) = next {
                break Err(halt);
            }
        };
        match ended {
            Ok(()) => (self.tell)(Event::done(self.counts)),
            Err(Halt::Told(why)) => (self.tell)(Event::stopped(why, self.counts)),
            Err(Halt::Mute(error)) => Err(error),
        }
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Halt> {
        self.hash.update((line.len() as u64).to_le_bytes());
        self.hash.update(line);
        self.counts.lines += 1;
        if self.is_done()? {
            self.counts.skipped += 1;
            return Ok(());
        }
        let number = self.counts.lines;
        let text = std::str::from_utf8(line).map(|text| text.trim_start_matches('\u{feff}').trim());
        let input = match text {
            Ok("") => return Ok(()),
            Ok(text) => RecordInput::from_json(text).map_err(|error| error.to_string()),
            Err(_) => Err("the line is not UTF-8: save the file in that encoding".to_owned()),
        };
        match input {
            Ok(input) => self.take(Item::new(number, input, line.len())),
            Err(message) => self.refuse(number, message),
        }
    }

    /// A line that is longer than is read.
    fn too_long(&mut self, bytes: u64) -> Result<(), Halt> {
        self.hash.update(bytes.to_le_bytes());
        self.counts.lines += 1;
        if self.is_done()? {
            self.counts.skipped += 1;
            return Ok(());
        }
        let most = self.limits.stream_line_bytes;
        self.refuse(self.counts.lines, format!("the line has {bytes} bytes, but at most {most} are read"))
    }

    /// Whether the last line was done when the stream was sent before.
    fn is_done(&self) -> Result<bool, Halt> {
        let (number, done) = (self.counts.lines, &self.done);
        if number == done.lines && done.sha256 != <[u8; 32]>::from(self.hash.clone().finalize()) {
            return Err(Halt::Told(self.another_stream()));
        }
        Ok(number <= done.lines && !done.waiting.contains(&number))
    }

    fn another_stream(&self) -> String {
        let key = self.sender.key.as_deref().unwrap_or_default();
        format!("the idempotency key “{key}” belongs to another stream: choose a new one, and nothing of this is stored")
    }

    fn refuse(&mut self, line: u64, message: String) -> Result<(), Halt> {
        self.counts.refused += 1;
        Ok((self.tell)(Event::refused(line, message))?)
    }

    fn take(&mut self, item: Item) -> Result<(), Halt> {
        if self.waiting.holds(&item.id) {
            return self.wait(item, None);
        }
        self.chunk_bytes += item.bytes;
        self.chunk.push(item);
        if self.chunk.len() >= self.limits.chunk_records || self.chunk_bytes >= self.limits.chunk_bytes {
            self.store()?;
        }
        Ok(())
    }

    /// Lets an item wait, where there is room.
    fn wait(&mut self, item: Item, missing: Option<crate::domain::NodeId>) -> Result<(), Halt> {
        if self.waiting.has_room(item.bytes, self.limits) {
            self.waiting.add(item, missing);
            return Ok(());
        }
        let what = missing.map_or("a record".to_owned(), |missing| missing.to_string());
        let most = self.limits.stream_waiting;
        let message = format!("the line waits for {what}, and {most} others wait already: send what others name before them");
        self.refuse(item.line, message)
    }

    /// Stores the chunk. Nothing is stored before it is certain that the stream is the one that was sent before.
    fn store(&mut self) -> Result<(), Halt> {
        if self.chunk.is_empty() || self.counts.lines < self.done.lines {
            return Ok(());
        }
        self.chunk_bytes = 0;
        let items = std::mem::take(&mut self.chunk);
        let place = self.sender.key.clone().map(|key| StreamPlace {
            key,
            lines: self.counts.lines,
            sha256: self.hash.clone().finalize().into(),
            waiting: self.waiting.lines(),
        });
        let stored = loop {
            match chunk::store(self.catalog, &self.sender.actor, &items, place.clone()) {
                Err(CommitError::Busy) => thread::sleep(BUSY),
                stored => break stored,
            }
        };
        let stored = match stored {
            Ok(stored) => stored,
            Err(error) => return Err(Halt::Told(error.to_string())),
        };
        self.counts.revision = stored.revision.or(self.counts.revision);
        for accepted in stored.accepted {
            self.counts.accepted += 1;
            (self.tell)(accepted)?;
        }
        for refused in stored.refused {
            self.counts.refused += 1;
            (self.tell)(refused)?;
        }
        let mut items: Vec<_> = items.into_iter().map(Some).collect();
        for (position, missing) in stored.waiting {
            if let Some(item) = items[position].take() {
                self.wait(item, missing)?;
            }
        }
        for id in &stored.there {
            for item in self.waiting.release(id) {
                self.chunk_bytes += item.bytes;
                self.chunk.push(item);
            }
        }
        self.counts.waiting = self.waiting.len();
        (self.tell)(Event::progress(self.counts))?;
        if self.chunk.len() >= self.limits.chunk_records { self.store() } else { Ok(()) }
    }

    /// Stores what is left. What still waits is tried once more, for others may have stored what it names, and then refused.
    fn end(&mut self) -> Result<(), Halt> {
        if self.counts.lines < self.done.lines {
            return Err(Halt::Told(self.another_stream()));
        }
        while !self.chunk.is_empty() {
            self.store()?;
        }
        for items in self.waiting.drain(self.limits.chunk_records) {
            self.chunk = items;
            self.store()?;
        }
        let missing = self.waiting.missing();
        for (item, missing) in missing {
            let message = match missing {
                Some(missing) => format!("there is no {missing}: send it in the same stream, or store it first"),
                None => "an earlier line about the same record waits for one that is not there".to_owned(),
            };
            self.refuse(item.line, message)?;
        }
        self.counts.waiting = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
