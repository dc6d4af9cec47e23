//! Embeds GraphiQL, so that the page at `/graphiql` needs no internet, and sums up what a checkpoint depends on.
//!
//! The six browser files of [`PACKAGES`] come from npm's registry by `npm pack`, each package checked against its pinned
//! sha512, and end as gzip in `OUT_DIR`, where `src/http/graphiql.rs` includes them. npm keeps what it fetched in its own
//! cache, so the next profile, or a build without a network, asks nobody.
//!
//! `FUNDGRAPH_GRAPHIQL_DIR` names a folder that holds the six files ready, under the names given in [`PACKAGES`]; then npm
//! is not asked. Where neither works the build goes on with a warning, and the page loads GraphiQL from a public CDN.
//!
//! A checkpoint holds what the program derived from the records, in the shape that this very code reads. Another build may read it
//! where [`derivation`] is the same: `src/store/checkpoint.rs` finds it in the variable `FUNDGRAPH_DERIVATION`.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256, Sha512};

/// A package of npm's registry, and the files the page takes out of it.
struct Package {
    name: &'static str,
    version: &'static str,
    /// The tarball's checksum, as `npm view NAME@VERSION dist.integrity` prints it.
    integrity: &'static str,
    /// Where a file lies in the package, and what it is called in the ready folder and under `/graphiql/`.
    files: &'static [(&'static str, &'static str)],
}

/// graphiql 4 is the last that comes as a script without modules, workers and a bundler; it wants React 18.
const PACKAGES: [Package; 4] = [
    Package {
        name: "react",
        version: "18.3.1",
        integrity: "sha512-wS+hAgJShR0KhEvPJArfuPVN1+Hz1t0Y6n5jLrGQbkb4urgPE/0Rve+1kMB1v/oWgHgm4WIcV+i7F2pTVj+2iQ==",
        files: &[("umd/react.production.min.js", "react.js")],
    },
    Package {
        name: "react-dom",
        version: "18.3.1",
        integrity: "sha512-5m4nQKp+rZRb09LNH59GM4BxTh9251/ylbKIbpe7TpGxfJ+9kv6BLkLBXIjjspbgbnIBNqlI23tRnTWT0snUIw==",
        files: &[("umd/react-dom.production.min.js", "react-dom.js")],
    },
    Package {
        name: "graphiql",
        version: "4.1.2",
        integrity: "sha512-rNlzQIAzm6i2KBXmVQWBgLvt0TloxFVB2d18bukvdsvjEuFDHsKx5IVOomL1W1o5WW+tE54+ioHb2AEKzO2cUg==",
        files: &[("graphiql.min.js", "graphiql.js"), ("graphiql.min.css", "graphiql.css")],
    },
    Package {
        name: "@graphiql/plugin-explorer",
        version: "4.0.6",
        integrity: "sha512-TppIi92YPER3v70nlF01KTQrq9AiYqkZicSd1hpU7aqGmbqw/pLwBNLUEcfENBoJtw574Qxjswb01+GaYK0Tzw==",
        files: &[("dist/index.umd.js", "explorer.js"), ("dist/style.css", "explorer.css")],
    },
];

/// The variable that names a folder with the six files.
const READY_FOLDER: &str = "FUNDGRAPH_GRAPHIQL_DIR";

/// How long npm may take for 7 MB; without a network it can wait for ever.
const NPM_LIMIT: Duration = Duration::from_secs(120);

/// The rooms whose code decides what is derived from the records, and in which shape it is written: they name no others, which a test
/// holds.
const DERIVING: [&str; 3] = ["catalog", "domain", "store"];

/// The six files by their name under `/graphiql/`; none of them where the page has to use the CDN.
type Files = BTreeMap<&'static str, Vec<u8>>;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={READY_FOLDER}");
    match run().and_then(|()| derivation()) {
        Ok(derivation) => {
            println!("cargo::rustc-env=FUNDGRAPH_DERIVATION={derivation}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not say where to build (OUT_DIR)")?);
    let ready = env::var_os(READY_FOLDER).filter(|folder| !folder.is_empty());
    let files = match ready {
        Some(folder) => ready_files(Path::new(&folder))?,
        None => match fetch(&out) {
            Ok(()) => packed_files(&out)?,
            Err(reason) => {
                println!(
                    "cargo::warning=GraphiQL is not embedded: {reason}. The page at /graphiql will load it from a public CDN. \
                     To embed it, `touch build.rs` and build where npm and a network are, or set {READY_FOLDER}."
                );
                Files::new()
            }
        },
    };
    embed(&files, &out)
}

/// The checksum of all that decides what is derived from the records: the code of the rooms that do it, the libraries, their features
/// and versions, and the compiler, whose own library knows the letters and hashes words.
fn derivation() -> Result<String> {
    let mut sum = Sha256::new();
    let mut add = |name: &str, bytes: &[u8]| {
        sum.update((name.len() as u64).to_le_bytes());
        sum.update(name);
        sum.update((bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    };
    for room in DERIVING {
        println!("cargo::rerun-if-changed=src/{room}");
        for path in files_below(&Path::new("src").join(room))? {
            add(&path.to_string_lossy(), &fs::read(&path)?);
        }
    }
    for name in ["Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={name}");
        // What has the program's own name also has its version, and every release another one.
        let text = fs::read_to_string(name)?;
        let of_others = text.split("\n[").filter(|part| !part.contains(concat!("name = \"", env!("CARGO_PKG_NAME"), "\"\n")));
        add(name, of_others.collect::<Vec<_>>().join("\n[").as_bytes());
    }
    let compiler =
        Command::new(env::var_os("RUSTC").ok_or("cargo did not say which compiler builds (RUSTC)")?).arg("-vV").output()?;
    add("compiler", &compiler.stdout);
    add("target", env::var("TARGET")?.as_bytes());
    Ok(sum.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// The files of a folder and of those within it, always in the same order.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    Ok(files)
}

/// The six files out of a folder that somebody prepared.
fn ready_files(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for (_, name) in PACKAGES.iter().flat_map(|package| package.files) {
        let path = folder.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let bytes = fs::read(&path).map_err(|error| format!("{READY_FOLDER} lacks {name}: {}: {error}", path.display()))?;
        files.insert(name, bytes);
    }
    Ok(files)
}

/// Brings the tarballs that are not in the folder yet.
fn fetch(folder: &Path) -> Result<()> {
    let missing: Vec<_> = PACKAGES.iter().filter(|package| package.read(folder).is_err()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let log = folder.join("npm.log");
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .args(["pack", "--prefer-offline", "--ignore-scripts", "--fetch-retries=1", "--loglevel=error", "--pack-destination"])
        .arg(folder)
        .args(missing.iter().map(|package| format!("{}@{}", package.name, package.version)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log)?)
        .spawn()
        .map_err(|error| format!("npm could not be started ({error})"))?;

    let started = Instant::now();
    let status = loop {
        if let Some(status) = npm.try_wait()? {
            break status;
        }
        if started.elapsed() > NPM_LIMIT {
            npm.kill()?;
            npm.wait()?;
            return Err(format!("npm did not answer within {} seconds", NPM_LIMIT.as_secs()).into());
        }
        sleep(Duration::from_millis(50));
    };
    if !status.success() {
        return Err(format!("npm pack failed ({status}, see {})", log.display()).into());
    }
    Ok(())
}

/// The six files out of the tarballs.
fn packed_files(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for package in &PACKAGES {
        let tarball = package.read(folder)?;
        let mut archive = tar::Archive::new(GzDecoder::new(tarball.as_slice()));
        for entry in archive.entries()? {
            let mut entry = entry?;
            let path = entry.path()?.into_owned();
            let wanted =
                package.files.iter().find(|(inside, _)| path.strip_prefix("package").is_ok_and(|p| p == Path::new(inside)));
            if let Some((_, name)) = wanted {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                files.insert(name, bytes);
            }
        }
        if let Some((inside, _)) = package.files.iter().find(|(_, name)| !files.contains_key(name)) {
            return Err(format!("{} {} holds no {inside}", package.name, package.version).into());
        }
    }
    Ok(files)
}

impl Package {
    /// The tarball's bytes, if it is in the folder and is the one that was pinned.
    fn read(&self, folder: &Path) -> Result<Vec<u8>> {
        let tarball = format!("{}-{}.tgz", self.name.trim_start_matches('@').replace('/', "-"), self.version);
        let bytes = fs::read(folder.join(&tarball)).map_err(|error| format!("{tarball} could not be read: {error}"))?;
        let found = format!("sha512-{}", BASE64.encode(Sha512::digest(&bytes)));
        if found != self.integrity {
            return Err(format!("{tarball} is not the file that was pinned: it has {found}, not {}", self.integrity).into());
        }
        Ok(bytes)
    }
}

/// Writes each file as gzip, and the list of them as a Rust expression of type `&[(&str, &[u8])]`.
fn embed(files: &Files, out: &Path) -> Result<()> {
    let mut list = String::from("&[\n");
    for (name, bytes) in files {
        let file = format!("{name}.gz");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        write_if_new(&out.join(&file), &gzip.finish()?)?;
        writeln!(list, r#"    ({name:?}, include_bytes!(concat!(env!("OUT_DIR"), "/{file}"))),"#)?;
    }
    list.push_str("]\n");
    write_if_new(&out.join("graphiql_files.rs"), list.as_bytes())
}

/// Leaves a file alone that already says the same, so that nothing is compiled again for it.
fn write_if_new(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    Ok(fs::write(path, bytes)?)
}
