//! The fault catalogue: runs its tests and prints one line per row, and breaks the product to see
//! rows fail.

mod mutants;
mod results;
mod rows;
mod table;

use anyhow::{Result, ensure};

use self::mutants::Mutant;
use self::results::Results;
use self::table::Table;
use crate::copy::Copy;
use crate::dynamodb_local::{self, ENDPOINT_VARIABLE, Server};
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
    let copy = Copy::update(&root)?;
    dynamodb_local::fetch()?;
    let server = Server::start(0)?;
    let mut unnoticed = Vec::new();
    for Mutant { fault, mutation } in &mutants {
        let mut tests = copy.tests()?;
        tests.args(["--package", "tests", "--test", "it", &format!("fault_{fault:02}_")]);
        tests.env(ENDPOINT_VARIABLE, server.url());
        let row = rows.iter().find(|row| row.number == *fault).map_or("", |row| &row.name);
        if !mutation.is_noticed(&copy, &mut tests, &format!("{fault:>2}  {row}"))? {
            unnoticed.push(fault.to_string());
        }
    }
    ensure!(unnoticed.is_empty(), "not noticed: {}", unnoticed.join(", "));
    println!("Every mutation was noticed ({}).", mutants.len());
    Ok(())
}
