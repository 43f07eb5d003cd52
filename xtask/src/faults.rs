//! The fault catalogue: runs its tests and prints one line per row, and breaks the product to see
//! rows fail.

mod copy;
mod mutants;
mod results;
mod rows;
mod table;

use std::process::Command;

use anyhow::{Result, bail, ensure};

use self::mutants::Mutant;
use self::results::Results;
use self::rows::Row;
use self::table::Table;
use crate::dynamodb_local::{self, ENDPOINT_VARIABLE, Server};
use crate::verdict::Verdict;
use crate::{command, workspace};

pub use self::mutants::Choice;

/// A text that the names of the rows' tests contain, and no other test's:
/// `faults::bus::fault_31_…`.
pub(crate) const TESTS: &str = "::fault_";

/// Runs the tests of every row and prints the catalogue with the results.
///
/// # Errors
/// When a row fails or has no test.
pub fn run() -> Result<()> {
    let rows = rows::read(&workspace::root()?)?;
    dynamodb_local::fetch()?;
    let server = Server::start(0)?;
    let mut tests = command::cargo()?;
    tests.args(["test", "--workspace", "--test", "it", "--", TESTS, "--show-output"]);
    let output = command::capture_stdout(tests.env(ENDPOINT_VARIABLE, server.url()))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let table = Table::new(&rows, &Results::read(&printed));
    if !output.status.success() {
        println!("{printed}");
    }
    println!("{table}");
    ensure!(output.status.success(), "the catalogue's tests failed");
    table.verdict()
}

/// Applies the chosen mutations one by one to a copy, and expects their rows to fail.
///
/// # Errors
/// When a row does not notice its mutation, or a mutation no longer fits the code.
pub fn mutate(choice: &[Choice]) -> Result<()> {
    let root = workspace::root()?;
    let (rows, mutants) = (rows::read(&root)?, mutants::chosen(&root, choice)?);
    let copy = copy::Copy::update(&root)?;
    dynamodb_local::fetch()?;
    let server = Server::start(0)?;
    let mut unnoticed = Vec::new();
    for mutant in &mutants {
        let verdict = mutant.mutation.during(&copy.root, || copy.test(mutant.fault, &server))?;
        if !report(mutant, &rows, &verdict) {
            unnoticed.push(mutant.fault.to_string());
        }
    }
    if !unnoticed.is_empty() {
        bail!("not noticed: {}", unnoticed.join(", "));
    }
    println!("Every mutation was noticed ({}).", mutants.len());
    Ok(())
}

/// Prints the result of a mutation; returns whether its row noticed it.
fn report(mutant: &Mutant, rows: &[Row], verdict: &Verdict) -> bool {
    let row = rows.iter().find(|row| row.number == mutant.fault);
    println!("{:>2}  {}: {verdict}", mutant.fault, row.map_or("", |row| &row.name));
    let noticed = matches!(verdict, Verdict::Killed(_));
    if !noticed {
        println!("    {}", mutant.mutation.explain());
    }
    noticed
}

impl copy::Copy {
    /// The result of the row's tests on the present copy.
    fn test(&self, fault: u8, server: &Server) -> Result<Verdict> {
        let mut tests: Command = command::cargo()?;
        tests.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        tests.env_remove("CARGO_MANIFEST_DIR").env(ENDPOINT_VARIABLE, server.url());
        let filter = format!("fault_{fault:02}_");
        tests.args(["test", "--package", "tests", "--test", "it", "--no-fail-fast", &filter]);
        Ok(Verdict::read(&command::capture(&mut tests)?))
    }
}
