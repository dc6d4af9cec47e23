//! Postings as bytes: how many runs there are, and of each how many bytes it has, and these.

use std::sync::Arc;

use super::Postings;
use super::run::{FULL, Run};
use super::runs::Runs;
use crate::catalog::search::bytes::{read_number, write_number};

impl Postings {
    /// Writes the postings after other bytes.
    pub(in crate::catalog::search) fn write(&self, out: &mut Vec<u8>) {
        let alone: Run;
        let runs: Vec<&Run> = match self {
            Postings::One(document, weight) => {
                alone = [(*document, *weight)].into_iter().collect();
                vec![&alone]
            }
            Postings::Few(run) => vec![run],
            Postings::Many(runs) => runs.all().filter(|run| run.len() > 0).collect(),
        };
        write_number(runs.len() as u64, out);
        for run in runs {
            write_number(run.bytes().len() as u64, out);
            out.extend(run.bytes());
        }
    }

    /// Reads what was written. Nothing, if something is not as it should be.
    pub(in crate::catalog::search) fn read(from: &mut &[u8]) -> Option<Postings> {
        let mut runs: Vec<(u32, Arc<Run>)> = Vec::new();
        for _ in 0..read_number(from)? {
            let length = usize::try_from(read_number(from)?).ok()?;
            let (bytes, rest) = from.split_at_checked(length)?;
            *from = rest;
            let (first, run) = Run::read(bytes).filter(|(_, run)| run.len() <= FULL)?;
            if runs.last().is_some_and(|(_, before)| before.last() >= first) {
                return None;
            }
            runs.push((first, Arc::new(run)));
        }
        match <[_; 1]>::try_from(runs) {
            Ok([(_, run)]) if run.len() == 1 => run.iter().next().map(|(document, weight)| Postings::One(document, weight)),
            Ok([(_, run)]) => Some(Postings::Few(run)),
            Err(runs) => Runs::of(runs).map(|runs| Postings::Many(Arc::new(runs))),
        }
    }
}
