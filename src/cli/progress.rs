//! How far a command has come: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// A line every so many files, where there is no terminal.
const LINE_EVERY: u64 = 500;
/// The same, of bytes.
const LINE_EVERY_BYTES: u64 = 16 << 20;

/// The progress over a known number of files or bytes.
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
