//! The README's programs, run as they are printed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::app::App;

#[test]
fn each_program_of_the_readme_seeds_its_records() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let app = App::empty();
    let mut ran = Vec::new();
    for block in readme.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        let (program, options): (&str, &[&str]) = match language {
            "bash" => ("bash", &["-c"]),
            "js" => ("node", &["--input-type=module", "-e"]),
            "python" => ("python3", &["-c"]),
            _ => continue,
        };
        let text = text.replace("http://127.0.0.1:8080", &app.url(""));
        let output = Command::new(program)
            .args(options)
            .arg(text)
            .current_dir(app.data().parent().unwrap())
            .stdin(Stdio::null())
            .output()
            .expect("the program is installed");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{language}: {}", String::from_utf8_lossy(&output.stderr));
        let done: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
        assert_eq!((&done["event"], &done["accepted"]), (&"done".into(), &2.into()), "{language}: {said}");
        ran.push(language.to_owned());
    }
    assert_eq!(ran, ["bash", "js", "python"]);
    let there = app.ask("{ projects { nodes { code memberStates { code } } } }")["projects"]["nodes"].to_string();
    for code in ["CURL.1", "JS.1", "PY.1"] {
        assert!(there.contains(code), "{there}");
    }
}
