//! Checks in a process of their own, beside those of this one. What they print is shown at their
//! end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::report::Report;
use crate::leash::Leashed;
use crate::workspace;

/// Where they print to, in the target folder.
const PRINTED: &str = "checks-beside.txt";

/// Running checks, if there are any.
pub(super) struct Beside(Option<(Leashed, PathBuf)>);

impl Beside {
    /// Starts this program, which is at that path, anew for the checks with these names.
    pub(super) fn start(program: &Path, checks: &[String]) -> Result<Self> {
        if checks.is_empty() {
            return Ok(Self(None));
        }
        let target = workspace::target_dir()?;
        fs::create_dir_all(&target)?;
        let printed = target.join(PRINTED);
        let program = program.to_str().context("this program's path is no text")?;
        println!("\nbeside the next: {}", checks.join(", "));
        let words = ["sh", "-c", r#"exec "$0" "$@" 2>&1"#, program, "test"];
        let words = words.into_iter().chain(checks.iter().map(String::as_str));
        let process = Leashed::start_into(words, File::create(&printed)?)?;
        Ok(Self(Some((process, printed))))
    }

    /// Stops them, and shows what they have printed.
    pub(super) fn stop(self) -> Result<()> {
        let Some((process, printed)) = self.0 else { return Ok(()) };
        drop(process);
        println!("{}", read(&printed)?);
        println!("The checks beside the one that failed were stopped here.");
        Ok(())
    }

    /// Waits for their end, shows what they printed, and adds their lines to the report.
    pub(super) fn end(self, report: &mut Report) -> Result<()> {
        let Some((process, printed)) = self.0 else { return Ok(()) };
        let status = process.wait()?;
        let printed = read(&printed)?;
        println!("{printed}");
        let Some(told) = Report::read(&printed) else {
            bail!("the checks beside the others ended with {status}")
        };
        report.append(told);
        Ok(())
    }
}

fn read(printed: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(printed)?).into_owned())
}
