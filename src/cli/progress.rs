//! How far a command has come: a bar on a terminal, plain lines elsewhere.

use std::cell::RefCell;
use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// A line every so many files, where there is no terminal.
const LINE_EVERY: u64 = 500;
/// The same, of bytes.
const LINE_EVERY_BYTES: u64 = 16 << 20;

/// The same, of versions of records that are read when a store is opened. Of fewer in all nothing is said: they take a moment.
const LINE_EVERY_VERSIONS: usize = 100_000;

/// The progress over a known number of files, bytes or versions.
pub(super) struct Progress {
    /// None where there is no terminal to draw on.
    bar: Option<ProgressBar>,
    total: u64,
    done: u64,
}

impl Progress {
    pub(super) fn start(what: &'static str, total: usize) -> Progress {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}").expect("the template is well formed");
            ProgressBar::new(total as u64).with_style(style).with_message(what)
        });
        if bar.is_none() {
            eprintln!("{what}: {total}");
        }
        Progress { bar, total: total as u64, done: 0 }
    }

    /// The progress over a number of bytes.
    pub(super) fn of_bytes(what: &'static str, total: u64) -> Progress {
        let bar = stderr().is_terminal().then(|| {
            let template = "{msg} {wide_bar} {bytes}/{total_bytes}, {bytes_per_sec}";
            let style = ProgressStyle::with_template(template).expect("the template is well formed");
            ProgressBar::new(total).with_style(style).with_message(what)
        });
        Progress { bar, total, done: 0 }
    }

    /// So many versions of records are done.
    fn come_to(&mut self, read: usize) {
        match &self.bar {
            Some(bar) => bar.set_position(read as u64),
            None if read.is_multiple_of(LINE_EVERY_VERSIONS) => eprintln!("{read} of {}", self.total),
            None => {}
        }
    }

    /// Some more bytes are done.
    pub(super) fn advance(&mut self, bytes: u64) {
        let before = self.done / LINE_EVERY_BYTES;
        self.done += bytes;
        match &self.bar {
            Some(bar) => bar.inc(bytes),
            None if self.done / LINE_EVERY_BYTES > before => eprintln!("{} of {} bytes", self.done, self.total),
            None => {}
        }
    }

    /// One more file is done.
    pub(super) fn step(&mut self) {
        self.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None if self.done.is_multiple_of(LINE_EVERY) => eprintln!("{} of {}", self.done, self.total),
            None => {}
        }
    }

    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The progress of the opening of a store.
#[derive(Default)]
pub(super) struct Reading(RefCell<Option<Progress>>);

impl Reading {
    /// So many versions of records are read, of so many.
    pub(super) fn come_to(&self, read: usize, all: usize) {
        if all < LINE_EVERY_VERSIONS {
            return;
        }
        let mut reading = self.0.borrow_mut();
        reading.get_or_insert_with(|| Progress::start("Reading what the store holds", all)).come_to(read);
        if read == all {
            reading.take().into_iter().for_each(Progress::finish);
        }
    }
}
