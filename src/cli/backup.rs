//! `fundgraph backup`: everything in one file, whether a server runs or not.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use super::server::{Remote, ServerOptions};
use super::{DataFolder, clock};
use crate::catalog::{self, BackupSummary, Catalog};

/// Writes all records, their history and their documents into one file: one revision, checked, whole or not at all.
///
/// While a server has the data folder open, the server writes it; nobody has to wait. Tokens are not in it: keep a copy of
/// tokens.json and admin.token where they are safe.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The file to write; one that is there is replaced
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    server: ServerOptions,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let folder = &options.folder.data;
    let summary = match options.server.remote()? {
        Some(remote) => download(&remote, &options.file)?,
        None => {
            options.folder.must_hold_a_store()?;
            match Catalog::open(folder, clock()) {
                Ok(catalog) => catalog.backup_to(&options.file)?,
                Err(error) if error.is_in_use() => download(&options.server.of_folder(folder)?, &options.file)?,
                Err(error) => return Err(error.into()),
            }
        }
    };
    println!("{}: {}", options.file.display(), said(&summary));
    Ok(ExitCode::SUCCESS)
}

/// What a backup holds, in words.
pub(super) fn said(summary: &BackupSummary) -> String {
    let BackupSummary { revision, versions, documents, .. } = summary;
    format!("revision {revision}, {versions} versions of records, {documents} documents")
}

/// Takes a backup from a server, and looks through it before it gets its name.
fn download(remote: &Remote, path: &Path) -> Result<BackupSummary> {
    let draft = path.with_added_extension("new");
    let taken = take(remote, &draft).and_then(|summary| {
        fs::rename(&draft, path).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(summary)
    });
    if taken.is_err() {
        // It may not even be there; why it could not be taken is what counts.
        let _ = fs::remove_file(&draft);
    }
    taken
}

fn take(remote: &Remote, draft: &Path) -> Result<BackupSummary> {
    let body = remote.get("/backup", &[])?;
    let mut file = File::create(draft).with_context(|| format!("{} cannot be written", draft.display()))?;
    io::copy(&mut body.into_reader(), &mut file).context("the backup broke off on its way")?;
    file.sync_all()?;
    Ok(catalog::check_backup(draft)?)
}
