//! Lines of a stream, none of which takes more memory than it may.

use std::io::{BufRead, ErrorKind};

/// What comes next.
pub(super) enum Next<'a> {
    Line(&'a [u8]),
    /// A line that was passed over, and its length in bytes.
    TooLong(u64),
    /// Nothing for now.
    Quiet,
    End,
    /// The stream ended before its end.
    Broken(String),
}

pub(super) struct Lines<R> {
    from: R,
    most: usize,
    line: Vec<u8>,
    /// Bytes of the line that were passed over.
    passed: u64,
    /// Whether the line was handed out.
    taken: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn of(from: R, most: usize) -> Lines<R> {
        Lines { from, most, line: Vec::new(), passed: 0, taken: false }
    }

    /// The next line without its end. What the stream ends with is a line too, if it is not empty.
    pub(super) fn next(&mut self) -> Next<'_> {
        if std::mem::take(&mut self.taken) {
            self.line.clear();
            self.passed = 0;
        }
        loop {
            let read = match self.from.fill_buf() {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Next::Quiet,
                Err(error) => return Next::Broken(error.to_string()),
            };
            if read.is_empty() {
                return if self.line.is_empty() && self.passed == 0 { Next::End } else { self.whole() };
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let part = &read[..end.unwrap_or(read.len())];
            if self.passed > 0 || self.line.len() + part.len() > self.most {
                self.passed += (std::mem::take(&mut self.line).len() + part.len()) as u64;
            } else {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.from.consume(used);
            if end.is_some() {
                return self.whole();
            }
        }
    }

    fn whole(&mut self) -> Next<'_> {
        self.taken = true;
        match self.passed {
            0 => Next::Line(&self.line),
            passed => Next::TooLong(passed),
        }
    }
}
