//! `fundgraph export`: records as files, whether a server runs or not.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use super::server::ServerOptions;
use super::{DataFolder, clock};
use crate::catalog::Catalog;
use crate::config::Limits;
use crate::domain::Language;
use crate::graphql::Export;

/// Writes records as NDJSON, which `fundgraph seed` reads back to the same records, or as CSV for spreadsheets.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// projects, news, member-states, contacts, regions or all
    #[arg(value_name = "WHAT", default_value = "all")]
    what: String,
    /// ndjson or csv
    #[arg(long, default_value = "ndjson")]
    format: String,
    /// Which projects or news: JSON in the shape of the query's filter, {"status": {"eq": "ACTIVE"}}
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,
    /// The language of texts, names and labels in CSV, fr, en or es; NDJSON holds all of them
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    language: Option<Language>,
    /// The file to write, whole or not at all; standard output, if left out
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    server: ServerOptions,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let Some(path) = &options.out else {
        let mut out = BufWriter::new(stdout().lock());
        write(options, &mut out)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    let draft = path.with_added_extension("new");
    let unwritable = || format!("{} cannot be written", path.display());
    let mut out = BufWriter::new(File::create(&draft).with_context(unwritable)?);
    let written = write(options, &mut out).and_then(|()| out.flush().with_context(unwritable));
    match written {
        Ok(()) => fs::rename(&draft, path).with_context(unwritable)?,
        Err(error) => {
            // Why it could not be written is what counts.
            let _ = fs::remove_file(&draft);
            return Err(error);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(options: &Options, out: &mut impl Write) -> Result<()> {
    let Options { what, format, filter, language, folder, server, .. } = options;
    let export = Export::new(what.parse()?, format.parse()?, filter.as_deref(), *language)?;
    let remote = match server.remote()? {
        Some(remote) => remote,
        None => {
            folder.must_hold_a_store()?;
            match Catalog::open(&folder.data, clock()) {
                Ok(catalog) => return Ok(export.of(catalog.snapshot(), &Limits::default())?.write(&catalog, out)?),
                Err(error) if error.is_in_use() => server.of_folder(&folder.data)?,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let mut query = Vec::new();
    query.extend(filter.clone().map(|filter| ("filter", filter)));
    query.extend(language.map(|language| ("language", language.code().to_owned())));
    let body = remote.get(&format!("/export/{what}.{format}"), &query)?;
    io::copy(&mut body.into_reader(), out).context("the export broke off on its way")?;
    Ok(())
}

fn language(text: &str) -> Result<Language, String> {
    let known = Language::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(text));
    known.ok_or_else(|| format!("“{text}” is none of fr, en and es"))
}
