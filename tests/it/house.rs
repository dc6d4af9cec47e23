//! The rooms name only the rooms that they may.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and those that it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("documents", &["domain"]),
    ("store", &["domain"]),
    ("access", &[]),
    ("catalog", &["domain", "store"]),
    ("seeding", &["catalog", "documents", "domain", "store"]),
    ("graphql", &["access", "catalog", "config", "domain", "seeding", "store"]),
    ("http", &["access", "catalog", "config", "domain", "graphql"]),
    ("cli", &["access", "catalog", "config", "documents", "domain", "graphql", "http", "seeding"]),
];

/// The crates that stay in one room.
const KEPT: &[(&str, &str)] = &[
    ("sled", "store"),
    ("bincode", "store"),
    ("axum", "http"),
    ("clap", "cli access"),
    ("whatlang", "documents"),
    ("rust_stemmers", "catalog"),
];

#[test]
fn every_room_names_only_what_it_may() {
    let mut strays = Vec::new();
    for (room, allowed) in ROOMS {
        for (path, code) in sources(&source_folder().join(room)) {
            for named in code.split("crate::").skip(1) {
                let named = named.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next().unwrap();
                let of_ours = named == "config" || ROOMS.iter().any(|(known, _)| *known == named);
                if of_ours && named != *room && !allowed.contains(&named) {
                    strays.push(format!("{}: crate::{named}", path.display()));
                }
            }
            for (library, rooms) in KEPT {
                if code.contains(&format!("{library}::")) && !rooms.split(' ').any(|kept| kept == *room) {
                    strays.push(format!("{}: {library}", path.display()));
                }
            }
        }
    }
    assert_eq!(strays, [""; 0]);
}

#[test]
fn only_the_words_of_enums_know_graphql_below_its_room() {
    let below = ["domain", "documents", "store", "access", "catalog", "seeding"];
    for (path, code) in below.iter().flat_map(|room| sources(&source_folder().join(room))) {
        for use_of in code.split("async_graphql::").skip(1) {
            assert!(
                use_of.starts_with("Enum)") || use_of.starts_with("Enum,"),
                "{}: async_graphql::{}",
                path.display(),
                use_of.lines().next().unwrap()
            );
        }
    }
}

#[test]
fn every_room_is_on_the_table() {
    let mut found: Vec<_> =
        fs::read_dir(source_folder()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    let mut known: Vec<_> = ROOMS.iter().map(|(room, _)| source_folder().join(room)).collect();
    known.sort();
    assert_eq!(found, known);
}

/// A checkpoint is used by every build whose code derives alike: what decides that must be summed up, see `build.rs`.
#[test]
fn what_derives_names_nothing_that_is_not_summed_up() {
    let build = fs::read_to_string(source_folder().parent().unwrap().join("build.rs")).unwrap();
    let (_, rooms) = build.split_once("const DERIVING: [&str; 3] = [").unwrap();
    let rooms: Vec<&str> = rooms.split(']').next().unwrap().split(", ").map(|room| room.trim_matches('"')).collect();
    assert!(rooms.contains(&"catalog") && rooms.contains(&"store"), "{rooms:?}");
    let mut strays = Vec::new();
    for (path, code) in rooms.iter().flat_map(|room| sources(&source_folder().join(room))) {
        let word =
            |rest: &str| rest.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next().unwrap().to_owned();
        let named = code.split("crate::").skip(1).map(word);
        strays.extend(
            named.filter(|name| !rooms.contains(&name.as_str())).map(|name| format!("{}: crate::{name}", path.display())),
        );
        if path.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        // Files that are read into the program, and variables of the build.
        let read = code.split("include_").skip(1).filter(|rest| rest.lines().next().unwrap().contains(".."));
        let built = code.split("env!(").skip(1).filter(|rest| !rest.starts_with("\"FUNDGRAPH_DERIVATION\")"));
        strays.extend(read.chain(built).map(|rest| format!("{}: {}", path.display(), rest.lines().next().unwrap())));
    }
    assert_eq!(strays, [""; 0]);
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a folder, without its comments.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let code = fs::read_to_string(&path).unwrap();
            let code: Vec<_> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((path, code.join("\n")));
        }
    }
    found
}
