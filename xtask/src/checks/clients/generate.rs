//! Generates one client with each generator that is tested.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result, ensure};

use super::{Clients, DOCUMENT, npm_program};
use crate::command;

/// The name and version of the package that openapi-generator writes for Rust.
const RUST: &str = "packageName=trip-saga-client,packageVersion=0.0.0";
/// Of Kotlin's serialization libraries, Gson is the one that npm has and that needs no plugin.
const KOTLIN: &str = "serializationLibrary=gson";
/// The available compiler supports C# 8. The file that is left out has retry policies that need a
/// library that is not available.
const CSHARP: [&str; 4] = [
    "--additional-properties",
    "targetFramework=netstandard2.1",
    "--openapi-generator-ignore-list",
    "**/IHttpClientBuilderExtensions.cs",
];

impl Clients {
    pub(super) fn generate(&self) -> Result<()> {
        let document = self.root.join(DOCUMENT);
        let types = self.emptied(&self.folder("node").join(".generated"))?.join("schema.d.ts");
        let mut typescript = npm_program(&self.root, "openapi-typescript");
        command::run(typescript.arg(&document).arg("--output").arg(types))?;

        let folder = self.emptied(&self.folder("python").join(".generated"))?;
        let mut python = Command::new(self.programs.join("openapi-python-client"));
        python.args(["generate", "--meta", "none", "--path"]).arg(&document);
        python.arg("--config").arg(self.folder("python").join("config.yaml"));
        python.args(["--fail-on-warning", "--output-path"]).arg(folder.join("trip_saga_client"));
        command::run(&mut python)?;

        let rust = self.emptied(&self.folder("rust").join(".generated"))?;
        self.openapi_generator("rust", &rust, &["--additional-properties", RUST])?;
        let kotlin = self.emptied(&self.target.join("kotlin"))?;
        self.openapi_generator("kotlin", &kotlin, &["--additional-properties", KOTLIN])?;
        let csharp = self.emptied(&self.target.join("csharp"))?;
        self.openapi_generator("csharp", &csharp, &CSHARP)
    }

    /// The generator's output is hidden from the terminal unless it fails: it has thousands of
    /// lines.
    fn openapi_generator(&self, name: &str, folder: &Path, options: &[&str]) -> Result<()> {
        let mut java = Command::new("java");
        java.arg("-jar").arg(self.jar()?).args(["generate", "--generator-name", name]);
        java.arg("--input-spec").arg(self.root.join(DOCUMENT)).arg("--output").arg(folder);
        let output = command::capture(java.args(options))?;
        let (printed, errors) = (&output.stdout, &output.stderr);
        let said = || String::from_utf8_lossy(&[&printed[..], &errors[..]].concat()).into_owned();
        ensure!(output.status.success(), "openapi-generator's {name}: {}", said());
        println!("openapi-generator's {name}: generated");
        Ok(())
    }

    fn jar(&self) -> Result<PathBuf> {
        let jar = self.python_package("openapi_generator_cli/openapi-generator.jar")?;
        jar.context("openapi-generator-cli has no jar")
    }

    /// The file at this path among the Python packages, whose folder has Python's version in its
    /// name.
    pub(super) fn python_package(&self, path: &str) -> Result<Option<PathBuf>> {
        let environment = self.programs.parent().context("the programs are in an environment")?;
        let versions = fs::read_dir(environment.join("lib"))?.collect::<io::Result<Vec<_>>>()?;
        let mut found =
            versions.iter().map(|version| version.path().join("site-packages").join(path));
        Ok(found.find(|path| path.exists()))
    }

    fn emptied(&self, folder: &Path) -> Result<PathBuf> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        Ok(folder.to_path_buf())
    }
}
