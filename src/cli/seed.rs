//! `fundgraph seed`: documents and records into the store.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::files::{self, Named};
use super::progress::Progress;
use super::server::{Remote, ServerOptions};
use super::{DataFolder, clock, remote, stream, today};
use crate::catalog::{Catalog, CommitError, Committed, Proposal};
use crate::config::Limits;
use crate::domain::NodeKind;
use crate::graphql::RecordInput;
use crate::seeding::{self, Expected, Outcome, ReadDocument};

/// Stores documents and records. All documents that can be read are stored in one commit, a file of records whole or not at
/// all. What cannot be stored is reported and does not stop the rest; the command then ends with 1.
///
/// A file of more records than one commit holds (10,000 records or 32 MiB) goes in chunks, each whole: then a line that cannot be
/// stored is refused by itself. So does every file that goes to a server, which may be told to go on after a break.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Documents, records as NDJSON (*.ndjson, *.jsonl), or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The name under which a server knows a file of records, to go on with one that was broken off; made up, if left out
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    server: ServerOptions,
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let files = options.paths.iter().map(|path| files::files(path)).collect::<Result<Vec<_>>>()?;
    if let Some(remote) = options.server.remote()? {
        let all_stored = send(&remote, files.concat(), options.idempotency_key.as_deref())?;
        return Ok(if all_stored { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let catalog = Catalog::open(&options.folder.data, clock())?;
    let all_stored = seed(&catalog, files.concat(), "seed", &|| false)?;
    Ok(if all_stored { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sends what files hold to a server, and answers whether all of it could be stored.
fn send(remote: &Remote, files: Vec<Named>, key: Option<&str>) -> Result<bool> {
    // One that is not there is not tried again and again.
    remote.get("/healthz", &[])?;
    let (of_records, of_documents): (Vec<_>, Vec<_>) = files.into_iter().partition(Named::holds_records);
    if key.is_some() && of_records.len() > 1 {
        bail!("--idempotency-key names one file of records, and here are {}: send them one by one", of_records.len());
    }
    let mut all_stored = true;
    for file in &of_records {
        all_stored &= stream::send(remote, file, key).with_context(|| file.name.clone())?;
    }
    Ok(remote::documents(remote, of_documents)? && all_stored)
}

/// Stores what files hold, says what became of it, and answers whether all of it could be stored. Ends early, between two
/// files, once told to stop.
pub(super) fn seed(catalog: &Catalog, files: Vec<Named>, actor: &str, stop: &dyn Fn() -> bool) -> Result<bool> {
    let (of_records, of_documents): (Vec<_>, Vec<_>) = files.into_iter().partition(Named::holds_records);
    let mut all_stored = true;
    for file in &of_records {
        if stop() {
            return Ok(false);
        }
        if is_long(file) {
            match stream::store(catalog, file, actor, stop) {
                Ok(all) => all_stored &= all,
                Err(error) => {
                    all_stored = false;
                    eprintln!("refused  {}: {error:#}", file.name);
                }
            }
            continue;
        }
        match seed_records(catalog, file, actor) {
            Ok(committed) => println!("{}: {}", file.name, summary(&committed)),
            Err(error) => {
                all_stored = false;
                eprintln!("refused  {}: {error:#}", file.name);
            }
        }
    }
    if !of_documents.is_empty() {
        all_stored &= seed_documents(catalog, of_documents, actor, stop)?;
    }
    Ok(all_stored)
}

/// Whether a file holds more than one commit does. One that cannot be read is for the reader to report.
fn is_long(file: &Named) -> bool {
    let Limits { records, seeding_bytes, .. } = Limits::default();
    let Ok(opened) = fs::File::open(&file.path) else { return false };
    opened.metadata().is_ok_and(|data| data.len() > seeding_bytes as u64)
        || BufReader::new(opened).split(b'\n').take_while(Result::is_ok).nth(records).is_some()
}

fn seed_records(catalog: &Catalog, file: &Named, actor: &str) -> Result<Committed> {
    let text = fs::read_to_string(&file.path).context("the file cannot be read as text")?;
    let mut records = Vec::new();
    let mut numbers = Vec::new();
    let lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    for (line, number) in lines.filter(|(line, _)| !line.trim().is_empty()) {
        records.push(RecordInput::from_json(line).with_context(|| format!("line {number}"))?);
        numbers.push(number);
    }
    match catalog.commit_blocking(Proposal::new(actor, |view| RecordInput::change_set(records, view))) {
        Ok(committed) => Ok(committed),
        Err(CommitError::Refused { faults, .. }) => {
            for fault in &faults {
                eprintln!("refused  {}, line {}: {}", file.name, numbers[fault.edit], fault.problem);
            }
            bail!("nothing of it is stored");
        }
        Err(error) => Err(error.into()),
    }
}

fn seed_documents(catalog: &Catalog, files: Vec<Named>, actor: &str, stop: &dyn Fn() -> bool) -> Result<bool> {
    let most = Limits::default().document_bytes;
    let mut progress = Progress::start("Reading documents", files.len());
    let mut documents = Vec::with_capacity(files.len());
    for Named { path, name } in files {
        if stop() {
            return Ok(false);
        }
        documents.push(ReadDocument::from_file(name, &path, today(), most));
        progress.step();
    }
    progress.finish();
    let expected = Expected::of(&documents);
    let committed = catalog.commit_blocking(Proposal::new(actor, |view| seeding::change_set(documents, view)))?;
    let seeded = seeding::outcomes(expected, &committed);

    for document in &seeded {
        if let Some(error) = &document.error {
            eprintln!("refused  {}: {error}", document.name);
        }
        for warning in &document.warnings {
            let field = warning.field.map_or(String::new(), |field| format!(" {}", field.name()));
            eprintln!("warning  {}: {}{field}: {}", document.name, warning.code.as_str(), warning.message);
        }
    }
    let refused = seeded.iter().filter(|document| document.outcome == Outcome::Refused).count();
    let warnings: usize = seeded.iter().map(|document| document.warnings.len()).sum();
    println!(
        "Read {}, {refused} of them refused, with {}: {}",
        counted(seeded.len(), ["document", "documents"]),
        counted(warnings, ["warning", "warnings"]),
        summary(&committed)
    );
    Ok(refused == 0)
}

/// What a commit changed, in numbers.
fn summary(committed: &Committed) -> String {
    let Some(revision) = committed.revision else { return "nothing new".to_owned() };
    let mut counts: BTreeMap<NodeKind, usize> = BTreeMap::new();
    for change in &committed.changes {
        *counts.entry(change.id.kind).or_default() += 1;
    }
    let noun = |kind| match kind {
        NodeKind::Project => ["project", "projects"],
        NodeKind::MemberState => ["member state", "member states"],
        NodeKind::Region => ["region", "regions"],
        NodeKind::NewsItem => ["news item", "news items"],
        NodeKind::Contact => ["contact", "contacts"],
    };
    let counts: Vec<_> = counts.into_iter().map(|(kind, count)| counted(count, noun(kind))).collect();
    format!("{} stored as revision {revision}", counts.join(", "))
}

fn counted(count: usize, [one, many]: [&str; 2]) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
