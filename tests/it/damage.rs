//! Copies of a store that something happened to are refused, never served with less.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde_json::json;

use crate::app::{App, fundgraph};
use crate::chance::Chance;

/// A store of many revisions, closed.
fn written() -> App {
    let mut app = App::seeded();
    for number in 0..60 {
        let text = format!("Une phrase du projet {number}. ").repeat(60);
        let input = json!({ "code": format!("P.{number:02}"), "title": format!("Titre {number}"), "description": text });
        app.write(
            "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) { revision } }",
            json!({ "input": input }),
        );
    }
    assert!(app.stop("TERM").success());
    app
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Where in sled's file a record's text stands.
fn places(bytes: &[u8]) -> Vec<usize> {
    let words = b"phrase du projet";
    bytes.windows(words.len()).enumerate().filter(|(_, window)| window == words).map(|(place, _)| place).collect()
}

#[test]
fn forty_damaged_copies_are_forty_refusals() {
    let app = written();
    let mut chance = Chance::new();
    let whole = fs::read(app.data().join("store/db")).unwrap();
    let places = places(&whole);
    let last = *places.last().unwrap() as u64;
    for number in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        copy(&app.data(), &data);
        let file = File::options().read(true).write(true).open(data.join("store/db")).unwrap();
        let what = match number % 4 {
            0 => {
                let place = chance.one_of(&places) as u64;
                file.write_all_at(&[whole[place as usize] ^ 4], place).unwrap();
                format!("a bit of byte {place} flipped")
            }
            1 => {
                let place = chance.one_of(&places) as u64 / 4096 * 4096;
                file.write_all_at(&[0; 4096], place).unwrap();
                format!("the block at {place} zeroed")
            }
            2 => {
                let length = chance.below(last);
                file.set_len(length).unwrap();
                format!("cut to {length} bytes")
            }
            _ => {
                let part = ["head", "store/db", "store", "head"][number / 4 % 4];
                let path = data.join(part);
                if path.is_dir() {
                    fs::remove_dir_all(path).unwrap()
                } else {
                    fs::remove_file(path).unwrap()
                }
                format!("{part} missing")
            }
        };
        drop(file);
        let output = fundgraph(["--listen", "127.0.0.1:0", "--no-seed", "--data", data.to_str().unwrap()]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{what}");
        assert!(
            error.contains("STORE_DAMAGED") && error.contains("put a backup in its place"),
            "{what}, seed {}: {error}",
            chance.seed
        );
    }
}
