//! What stands in the way of a start, all of it gathered before anything is done.

use std::convert::Infallible;
use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Result, anyhow};

/// A setting as it was written: what is wrong with it is told with all else that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Given<T> {
    text: String,
    value: Option<T>,
}

impl<T: FromStr> FromStr for Given<T> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Given<T>, Infallible> {
        Ok(Given { text: text.to_owned(), value: text.parse().ok() })
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    pub(super) fn add(&mut self, problem: impl Display) {
        self.0.push(problem.to_string());
    }

    /// The value of a setting; a problem where it has none. `example` says how one is written.
    pub(super) fn value<T: Copy>(&mut self, option: &str, given: &Given<T>, example: &str) -> Option<T> {
        if given.value.is_none() {
            self.add(format!("“{}” is no value for {option}: write {example}", given.text));
        }
        given.value
    }

    /// What came of a step; a problem where it failed.
    pub(super) fn of<T>(&mut self, step: Result<T>) -> Option<T> {
        step.map_err(|error| self.add(format!("{error:#}"))).ok()
    }

    /// Goes on only where nothing stands in the way.
    pub(super) fn none(self) -> Result<()> {
        match self.0.as_slice() {
            [] => Ok(()),
            [problem] => Err(anyhow!("{problem}")),
            several => Err(anyhow!("{} things stand in the way of a start:\n- {}", several.len(), several.join("\n- "))),
        }
    }
}
