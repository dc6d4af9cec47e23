//! `fundgraph restore`: a backup becomes a data folder.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{DataFolder, backup};
use crate::catalog;

/// Puts a backup into a new or empty data folder, and refuses any other. A backup that is damaged changes nothing.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The file that `fundgraph backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    folder: DataFolder,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let summary = catalog::restore(&options.file, &options.folder.data)?;
    println!("{}: {}", options.folder.data.display(), backup::said(&summary));
    Ok(ExitCode::SUCCESS)
}
