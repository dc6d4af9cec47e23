//! Reading a backup: to see whether it is whole, and to put it in the place of a store.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use sled::Batch;

use super::frame::Reader;
use super::{BackupError, BackupSummary, HEADER, ROW};
use crate::store::head::{Head, HeadFile};
use crate::store::open::{open_tree, take};
use crate::store::{LogEntry, StoreError, codec, pieces, tables};

/// Reads a backup from its beginning to its end, and compares everything in it with its log.
pub fn check(path: &Path) -> Result<BackupSummary, BackupError> {
    read(path, |_| Ok(()), |_, _| Ok(())).map(|(summary, _)| summary)
}

/// Puts a backup into a folder that is empty or not there yet. Where that fails, the folder is as before.
pub fn restore(path: &Path, folder: &Path) -> Result<BackupSummary, BackupError> {
    let there = folder.exists();
    if there && fs::read_dir(folder).map_err(StoreError::from)?.next().is_some() {
        return Err(BackupError::NotEmpty(folder.to_owned()));
    }
    let restored = restore_into(path, folder);
    if restored.is_err() {
        let made = ["lock", "head", "head.new"].map(|name| folder.join(name));
        // What was not made yet cannot be taken away.
        let _ = fs::remove_dir_all(folder.join("store"));
        made.iter().for_each(|file| drop(fs::remove_file(file)));
        let _ = if there { Ok(()) } else { fs::remove_dir(folder) };
    }
    restored
}

/// The head file comes last: a folder without one is no store, however far it was written.
fn restore_into(path: &Path, folder: &Path) -> Result<BackupSummary, BackupError> {
    // A file that is no backup is refused before the folder is touched.
    let _lock = take_for(path, folder)?;
    let tree_folder = folder.join("store");
    let tree = open_tree(&tree_folder)?;
    let (summary, head) = read(
        path,
        |format| {
            tree.insert(tables::FORMAT, &[format])?;
            Ok(())
        },
        |key, bytes| {
            let cut = pieces::cut(key, bytes);
            let mut batch = Batch::default();
            cut.others.into_iter().chain([cut.first]).for_each(|(key, piece)| batch.insert(key, piece));
            Ok(tree.apply_batch(batch)?)
        },
    )?;
    tree.flush()?;
    let synced = File::options().write(true).open(tree_folder.join("db")).and_then(|file| file.sync_all());
    synced.map_err(StoreError::from)?;
    let mut head_file = HeadFile::create(&folder.join("head")).map_err(StoreError::from)?;
    head_file.write(head).map_err(StoreError::from)?;
    for folder in [&tree_folder, folder] {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(StoreError::from)?;
    }
    Ok(summary)
}

fn take_for(path: &Path, folder: &Path) -> Result<File, BackupError> {
    let file = File::open(path).map_err(BackupError::Unreadable)?;
    Reader::new(file)?.ok_or_else(|| BackupError::NotABackup(path.to_owned()))?;
    Ok(take(folder)?)
}

/// Hands every value of a backup on, key and bytes, once it is known to be what its log says or will have to be.
fn read(
    path: &Path,
    begin: impl FnOnce(u8) -> Result<(), BackupError>,
    mut row: impl FnMut(&[u8], &[u8]) -> Result<(), BackupError>,
) -> Result<(BackupSummary, Head), BackupError> {
    let file = BufReader::new(File::open(path).map_err(BackupError::Unreadable)?);
    let mut reader = Reader::new(file)?.ok_or_else(|| BackupError::NotABackup(path.to_owned()))?;
    let (mut summary, promised) = header(&mut reader)?;
    begin(summary.format)?;

    let damaged = |what: String| BackupError::Damaged(what);
    let mut head = Head::EMPTY;
    // The values of the revision that is being read, by their keys.
    let mut loose: HashMap<Vec<u8>, u32> = HashMap::new();
    while let Some((tag, payload)) = reader.next()? {
        let parts = payload.split_first_chunk::<2>().filter(|_| tag == ROW);
        let parts = parts.and_then(|(length, rest)| rest.split_at_checked(u16::from_le_bytes(*length).into()));
        let (key, bytes) = parts.ok_or_else(|| damaged("a part of it is no value".to_owned()))?;
        if tables::parse_log(key).is_none() {
            let checksum = codec::checksum(bytes).filter(|_| codec::is_sound(bytes));
            let checksum = checksum.ok_or_else(|| damaged("the checksum of a value is wrong".to_owned()))?;
            loose.insert(key.to_vec(), checksum);
            row(key, bytes)?;
            continue;
        }
        let revision = head.revision + 1;
        if tables::parse_log(key) != Some(revision) {
            return Err(damaged(format!("revision {revision} is missing")));
        }
        let entry: LogEntry =
            codec::decode(bytes).map_err(|error| damaged(format!("revision {revision} cannot be read: {error}")))?;
        let versions = entry.changes.iter().map(|change| (tables::version(&change.id, revision), change.checksum));
        let documents = entry.documents.iter().map(|document| (tables::document(&document.sha256), document.checksum));
        let all_there = versions.chain(documents).all(|(key, checksum)| loose.remove(&key) == Some(checksum));
        if !all_there || !loose.is_empty() {
            return Err(damaged(format!("the values of revision {revision} are not those of its log")));
        }
        summary.versions += entry.changes.len() as u64;
        summary.documents += entry.documents.len() as u64;
        head = head.after(bytes);
        row(key, bytes)?;
    }
    if head != promised || !loose.is_empty() {
        return Err(damaged(format!("it does not lead to revision {}", promised.revision)));
    }
    Ok((summary, head))
}

/// The first frame.
fn header(reader: &mut Reader<impl Read>) -> Result<(BackupSummary, Head), BackupError> {
    let frame = reader.next()?.filter(|(tag, _)| *tag == HEADER);
    let parts = frame.as_ref().and_then(|(_, payload)| {
        let ([format], rest) = payload.split_first_chunk::<1>()?;
        let (revision, hash) = rest.split_first_chunk::<8>()?;
        Some((*format, u64::from_le_bytes(*revision), hash.try_into().ok()?))
    });
    let (format, revision, hash) = parts.ok_or_else(|| BackupError::Damaged("it has no beginning".to_owned()))?;
    if format > codec::FORMAT {
        return Err(BackupError::Newer { what: "store format", found: format, known: codec::FORMAT });
    }
    let summary = BackupSummary { revision, format, ..BackupSummary::default() };
    Ok((summary, Head::of(revision, hash)))
}
