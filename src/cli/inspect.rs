//! `fundgraph inspect`: what documents say, stored nowhere.

use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::files::{self, Named};
use super::today;
use crate::config::Limits;
use crate::documents;
use crate::seeding::ReadDocument;

/// Reads documents and prints one line of JSON for each: what was understood, and what to doubt about it.
///
/// A document that cannot be read gets the line {"file": …, "error": …}, and the command then ends with 1.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Files of documents, or folders of them
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let most = Limits::default().document_bytes;
    let mut all_read = true;
    let mut out = stdout().lock();
    let files = options.paths.iter().map(|path| files::files(path)).collect::<Result<Vec<_>>>()?;
    for Named { path, .. } in files.into_iter().flatten() {
        let file = path.display().to_string();
        let line = match ReadDocument::from_file(file.clone(), &path, today(), most).reading {
            Ok(reading) => documents::inspect_line(&file, &Ok(reading)),
            Err(error) => {
                all_read = false;
                json!({ "file": file, "error": error.to_string() })
            }
        };
        writeln!(out, "{line}")?;
    }
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
