//! The page for subscribers shows the very files that are tested.

use std::path::{Path, PathBuf};
use std::{env, fs};

use domain::contract::schemas;

const BEGIN: &str = "<!-- from ";
const END: &str = "<!-- end -->\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/events")
}

pub(super) fn page() -> String {
    fs::read_to_string(folder().join("README.md")).unwrap()
}

/// The page with each of its marked parts written anew.
fn written(page: &str) -> String {
    let mut parts = page.split(BEGIN);
    let head = parts.next().unwrap().to_owned();
    parts.fold(head, |written, part| {
        let (name, rest) = part.split_once(" -->\n").unwrap();
        let (_, rest) = rest.split_once(END).unwrap();
        format!("{written}{BEGIN}{name} -->\n{}{END}{rest}", content(name))
    })
}

fn content(name: &str) -> String {
    if name == "types" {
        return types();
    }
    let language = match name.rsplit_once('.').unwrap().1 {
        "py" => "python",
        "rs" => "rust",
        other => other,
    };
    format!("```{language}\n{}```\n", fs::read_to_string(folder().join(name)).unwrap())
}

fn types() -> String {
    let rows = schemas().into_iter().map(|event| {
        let (name, description) = (event.event_type, event.description);
        format!("| [`{name}`](schemas/{name}.json) | {description} |\n")
    });
    format!("| type | what happened |\n|---|---|\n{}", rows.collect::<String>())
}

#[test]
fn the_page_shows_the_types_the_sample_and_the_programs_as_they_are() {
    let (found, expected) = (page(), written(&page()));
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(folder().join("README.md"), &expected).unwrap();
        return;
    }
    assert!(
        found == expected,
        "docs/events/README.md is out of date; write it anew with: \
         UPDATE_GENERATED=1 cargo test -p tests --test it event_contract"
    );
    for program in ["subscriber.py", "subscriber.ts", "subscriber.rs"] {
        assert!(found.contains(&format!("{BEGIN}{program} -->")), "{program} is not on the page");
    }
}
