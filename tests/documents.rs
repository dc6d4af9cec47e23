//! Every page of `tests/pages` reads as the JSON beside it says: a page for each layout and oddity.
//!
//! A new page is a `.txt`; with `UPDATE_PAGES=1` the test writes what it reads beside it, to be looked at before it is kept.

use std::fs;
use std::path::{Path, PathBuf};

use fundgraph::documents::{decode, inspect_line, read};
use jiff::civil::date;
use serde_json::Value;

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let files = fs::read_dir(folder).expect("tests/pages is part of the project").map(|entry| entry.expect("a file").path());
    let mut pages: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    pages.sort();
    pages
}

fn inspect(page: &Path) -> Value {
    let bytes = fs::read(page).expect("a page can be read");
    let name = page.file_name().expect("a page has a name").to_string_lossy().into_owned();
    inspect_line(&name, &decode(&bytes).and_then(|text| read(text, date(2026, 1, 31))))
}

#[test]
fn every_page_reads_as_written_beside_it() {
    let pages = pages();
    assert!(pages.len() >= 16, "only {} pages", pages.len());
    for page in pages {
        let (read, beside) = (inspect(&page), page.with_extension("json"));
        if std::env::var_os("UPDATE_PAGES").is_some() {
            fs::write(&beside, format!("{read:#}\n")).expect("tests/pages can be written");
        }
        let expected =
            fs::read_to_string(&beside).unwrap_or_else(|_| panic!("{} is missing: UPDATE_PAGES=1", beside.display()));
        let expected: Value = serde_json::from_str(&expected).expect("the file beside a page is JSON");
        assert_eq!(read, expected, "{}", page.display());
    }
}
