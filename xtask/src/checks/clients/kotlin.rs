//! The client in Kotlin, compiled with packages from npm: the compiler, and jars that are part of
//! other packages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use anyhow::{Context, Result};

use super::Clients;
use crate::command;

const COMPILER: &str = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler";
/// Nothing outside the class path is used, and warnings about the generated code are hidden.
const OPTIONS: [&str; 3] = ["-no-stdlib", "-no-reflect", "-nowarn"];
/// A compiler that runs once for some seconds is faster without the optimizing compiler.
const STARTS_FAST: [&str; 2] = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
/// The npm packages' folders with the client's libraries, and the libraries' name prefixes.
const LIBRARIES: [(&str, &str); 4] = [
    ("kotlin-compiler/lib", "kotlin-stdlib.jar"),
    ("allure-commandline/dist/plugins/jira-plugin/lib", "okhttp-jvm-"),
    ("allure-commandline/dist/plugins/jira-plugin/lib", "okio-jvm-"),
    // Gson is part of this one.
    ("google-closure-compiler-java", "compiler.jar"),
];

impl Clients {
    pub(super) fn compile_kotlin(&self) -> Result<()> {
        let compiler = self.packages().join("kotlin-compiler/lib/kotlin-compiler.jar");
        let libraries = self.libraries()?;
        let mut java = Command::new("java");
        java.args(STARTS_FAST).arg("-cp");
        java.arg(env::join_paths(libraries.iter().chain([&compiler]))?).arg(COMPILER);
        java.args(OPTIONS).arg("-classpath").arg(env::join_paths(&libraries)?);
        java.arg("-d").arg(self.classes()).arg(self.target.join("kotlin/src/main/kotlin"));
        command::run(java.arg(self.folder("kotlin").join("Book.kt")))
    }

    /// The compiled client, which takes the API's URL.
    pub(super) fn kotlin(&self) -> Result<Command> {
        let mut java = Command::new("java");
        java.arg("-cp").arg(env::join_paths(self.libraries()?.iter().chain([&self.classes()]))?);
        java.arg("BookKt");
        Ok(java)
    }

    fn libraries(&self) -> Result<Vec<PathBuf>> {
        let packages = self.packages();
        let libraries = LIBRARIES.iter();
        libraries.map(|(folder, start)| file(&packages.join(folder), start)).collect()
    }

    fn packages(&self) -> PathBuf {
        self.folder("kotlin").join("node_modules")
    }

    fn classes(&self) -> PathBuf {
        self.target.join("kotlin/classes")
    }
}

/// The file with this name prefix, whatever its version is.
fn file(folder: &Path, start: &str) -> Result<PathBuf> {
    let files = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let files = files.collect::<io::Result<Vec<_>>>()?;
    let found = files.iter().find(|file| file.file_name().to_string_lossy().starts_with(start));
    Ok(found.with_context(|| format!("{}: no {start}", folder.display()))?.path())
}
