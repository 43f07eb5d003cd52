//! The catalogue against the codes and their pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use lambda_kit::http::status;

use super::*;

fn examples() -> impl Iterator<Item = (&'static ProblemResponse, Failure)> {
    ALL.iter().flat_map(|answer| {
        let failures = answer.examples.iter().map(Example::failure);
        failures.map(move |failure| (answer, failure))
    })
}

/// The codes of requests for which the contract has no operation.
const OF_NO_OPERATION: [ErrorCode; 2] = [ErrorCode::RouteNotFound, ErrorCode::MethodNotAllowed];

#[test]
fn every_code_whose_page_names_a_status_has_an_example_under_it() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    for code in ErrorCode::ALL.iter().filter(|code| !OF_NO_OPERATION.contains(code)) {
        let page = fs::read_to_string(folder.join(format!("{code}.md"))).unwrap();
        let place = page.lines().find(|line| line.starts_with("| Where |")).unwrap();
        let words = place.split(|letter: char| !letter.is_ascii_digit());
        let told: BTreeSet<u16> = words.filter_map(|word| word.parse().ok()).collect();
        let told: BTreeSet<_> = told.into_iter().filter(|status| *status >= 400).collect();
        let described = examples().filter(|(_, failure)| failure.code == *code);
        let described: BTreeSet<_> = described.map(|(answer, _)| answer.status).collect();
        assert_eq!(described, told, "{code}");
    }
}

#[test]
fn every_example_stands_under_the_status_of_its_code() {
    for (answer, failure) in examples() {
        let is_fault = answer.status == 502 && failure.code == ErrorCode::InternalError;
        assert!(
            is_fault || status(failure.code) == answer.status,
            "{}: {}",
            answer.name,
            failure.code
        );
    }
}

#[test]
fn no_operation_has_two_answers_of_one_status() {
    let counts = [
        (Open::responses().len(), 1),
        (Schema::responses().len(), 2),
        (Reading::responses().len(), 4),
        (Searching::responses().len(), 3),
        (Booking::responses().len(), 4),
        (Cancelling::responses().len(), 5),
    ];
    for (described, own) in counts {
        assert_eq!(described, own + ALWAYS.len());
    }
}
