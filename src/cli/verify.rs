//! `fundgraph verify`: whether everything is there and whole.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{DataFolder, backup};
use crate::catalog::{self, Verified};

/// Reads everything in a data folder that no server has open, and changes nothing: the checksum and content of every value, the
/// log against its head, every value against the log, every link. Ends with 1 where something is damaged or missing.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Read a backup instead; the server may go on meanwhile
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    backup: Option<PathBuf>,
    #[command(flatten)]
    folder: DataFolder,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    match &options.backup {
        Some(file) => println!("{}: {}, no damage", file.display(), backup::said(&catalog::check_backup(file)?)),
        None => report(&options.folder.data, &catalog::verify(&options.folder.data)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn report(folder: &Path, verified: &Verified) {
    let Verified { revision, format, records, versions, dropped, documents, links, unfinished } = verified;
    println!("{}: no damage", folder.display());
    println!("  log        revision 1 to {revision}, as its head says; format {format}");
    println!("  records    {records}, in {versions} versions, each as the log says");
    if *dropped > 0 {
        println!("  dropped    {dropped} older versions that were not to be kept");
    }
    println!("  documents  {documents}, each as the log says");
    println!("  links      {links}, each to a record that is there");
    if *unfinished > 0 {
        println!("  unfinished {unfinished} rows of a write that never was acknowledged; the next start takes them away");
    }
}
