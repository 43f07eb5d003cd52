//! The contract in generators: their clients are compiled, if a compiler is available, and book
//! trips at a running system.

mod csharp;
mod generate;
mod kotlin;
mod types;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::report::Outcome;
use super::system::System;
use crate::python;
use crate::{command, workspace};

/// The clients' code and pinned versions, relative to the root.
const CLIENTS: &str = "query-api/clients";
/// The packages from npm: the linters, and what the client in TypeScript needs.
const NODE: &str = "query-api/clients/node";
/// Every folder of npm packages here: the others hold compilers and libraries.
pub(super) const NPM: [&str; 3] = [NODE, "query-api/clients/kotlin", "query-api/clients/csharp"];
/// The contract as a file.
const DOCUMENT: &str = "docs/openapi.json";
/// The events' contract as a file.
const EVENTS: &str = "docs/events/asyncapi.json";

/// Runs redocly on both contracts, and spectral on the API's. Any finding fails.
pub(super) fn lint(root: &Path) -> Result<()> {
    let document = root.join(DOCUMENT);
    let mut redocly = npm_program(root, "redocly");
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    redocly.args(["lint", "--config", "redocly.yaml"]).args([&document, &root.join(EVENTS)]);
    command::run(&mut redocly)?;
    let mut spectral = npm_program(root, "spectral");
    command::run(spectral.args(["lint", "--fail-severity", "hint"]).arg(document))
}

/// Generates every client, checks the types of those that cannot be compiled here, and uses the
/// others.
pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    let Some(programs) = install(&root)? else {
        return Ok(Outcome::Skipped(python::MISSING.into()));
    };
    let clients = Clients { root, target: workspace::target_dir()?.join("clients"), programs };
    fs::create_dir_all(&clients.target)?;
    clients.generate()?;
    clients.check_types()?;
    clients.compile()?;
    let system = System::start("clients", &[])?;
    clients.book(system.api()?)?;
    Ok(Outcome::Passed)
}

/// The folder of the generators' programs; `None` if Python is missing.
pub(super) fn install(root: &Path) -> Result<Option<PathBuf>> {
    python::environment("generators", &root.join(CLIENTS).join("python/requirements.txt"))
}

/// The folders.
struct Clients {
    root: PathBuf,
    /// For temporary files.
    target: PathBuf,
    /// Python's programs.
    programs: PathBuf,
}

impl Clients {
    fn folder(&self, language: &str) -> PathBuf {
        self.root.join(CLIENTS).join(language)
    }

    fn compile(&self) -> Result<()> {
        command::run(npm_program(&self.root, "tsc").args(["--project", "."]))?;
        let mut build = command::cargo()?;
        build.current_dir(self.folder("rust")).args(["build", "--locked", "--quiet"]);
        command::run(build.env("CARGO_TARGET_DIR", self.target.join("target")))?;
        self.compile_kotlin()?;
        self.compile_csharp()
    }

    /// Each client books, polls, pages, cancels and reads errors.
    fn book(&self, url: &str) -> Result<()> {
        let mut typescript = Command::new("node");
        typescript.current_dir(self.folder("node")).arg(".generated/compiled/book.js");
        let mut python = Command::new(self.programs.join("python"));
        python.current_dir(self.folder("python")).env("PYTHONPATH", ".generated").arg("book.py");
        let rust = Command::new(self.target.join("target/debug/client-check"));
        let clients = [typescript, python, rust, self.kotlin()?];
        for mut client in clients.into_iter().chain(self.csharp()?) {
            command::run(client.env("NO_PROXY", "*").arg(url))?;
        }
        Ok(())
    }
}

/// A program of the npm packages, run in the folder of its settings.
fn npm_program(root: &Path, name: &str) -> Command {
    let folder = root.join(NODE);
    let mut program = Command::new(folder.join("node_modules/.bin").join(name));
    program.current_dir(folder);
    program
}
