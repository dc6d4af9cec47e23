//! `fundgraph check`: whether operations are valid and keep to the limits, without running them.

use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::json;

use crate::config::Limits;
use crate::graphql::{Asked, Guard};

/// Reads requests, a line of JSON each as they are sent to /graphql, and prints what the server would say to each before it runs:
/// {"valid": true, "cost": …} or {"valid": false, "errors": …}. The command ends with 1 where one is not valid.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A file of requests as NDJSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    query: String,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let guard = Guard::new(Limits::default(), true);
    let file = File::open(&options.file).with_context(|| format!("{} cannot be read", options.file.display()))?;
    let mut all_valid = true;
    let mut out = stdout().lock();
    for (line, number) in BufReader::new(file).lines().zip(1..) {
        let Line { query, operation_name, variables } = serde_json::from_str(&line?).with_context(|| {
            format!(
                "{}, line {number} is no request such as {{\"query\": \"{{ regions {{ code }} }}\"}}",
                options.file.display()
            )
        })?;
        let asked = Asked { query: query.into(), operation_name, variables: variables.unwrap_or_default() };
        let said = match guard.check(asked) {
            Ok(operation) => json!({ "valid": true, "cost": operation.cost() }),
            Err(answer) => {
                all_valid = false;
                json!({ "valid": false, "errors": answer.errors })
            }
        };
        writeln!(out, "{said}")?;
    }
    Ok(if all_valid { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
