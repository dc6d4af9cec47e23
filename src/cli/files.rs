//! The files that a caller means by a path.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A file that a caller named, or that lies in a folder that a caller named.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) path: PathBuf,
    /// The path from the folder that was named, or the file's own name.
    pub(super) name: String,
}

/// The files of a path, in order: a file stands for itself, a folder for all files in and below it but hidden ones. A path that
/// leads nowhere is an error; a file that cannot be read is for the reader to report.
pub(super) fn files(path: &Path) -> Result<Vec<Named>> {
    let mut found = Vec::new();
    let folder = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.is_dir();
    if folder {
        add(path, &mut found).with_context(|| format!("{} cannot be read", path.display()))?;
    } else {
        found.push(path.to_owned());
    }
    let root = if folder { path } else { path.parent().unwrap_or(path) };
    let named = |path: PathBuf| Named { name: path.strip_prefix(root).unwrap_or(&path).display().to_string(), path };
    Ok(found.into_iter().map(named).collect())
}

fn add(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.retain(|entry| entry.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            add(&entry, found)?;
        } else {
            found.push(entry);
        }
    }
    Ok(())
}

impl Named {
    /// Whether the file holds records, one line of JSON each.
    pub(super) fn holds_records(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "ndjson" || extension == "jsonl")
    }
}
