//! How far a command has come: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// A line every so many files, where there is no terminal.
const LINE_EVERY: u64 = 500;

/// The progress over a known number of files.
pub(super) struct Progress {
    /// None where there is no terminal to draw on.
    bar: Option<ProgressBar>,
    total: usize,
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
        Progress { bar, total, done: 0 }
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
