//! The pages for subscribers, and for consumers of streams, show the very files that are tested.

use std::path::{Path, PathBuf};
use std::{env, fs};

use domain::contract::schemas;

const BEGIN: &str = "<!-- from ";
const END: &str = "<!-- end -->\n";

fn folder(page: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page)
}

/// The page for subscribers.
pub(super) fn page() -> String {
    text("events")
}

fn text(page: &str) -> String {
    fs::read_to_string(folder(page).join("README.md")).unwrap()
}

/// The page with each of its marked parts written anew.
fn written(page: &str) -> String {
    let text = text(page);
    let mut parts = text.split(BEGIN);
    let head = parts.next().unwrap().to_owned();
    parts.fold(head, |written, part| {
        let (name, rest) = part.split_once(" -->\n").unwrap();
        let (_, rest) = rest.split_once(END).unwrap();
        format!("{written}{BEGIN}{name} -->\n{}{END}{rest}", content(page, name))
    })
}

fn content(page: &str, name: &str) -> String {
    if name == "types" {
        return types();
    }
    let language = match name.rsplit_once('.').unwrap().1 {
        "mjs" => "js",
        "py" => "python",
        "rs" => "rust",
        other => other,
    };
    format!("```{language}\n{}```\n", fs::read_to_string(folder(page).join(name)).unwrap())
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
    assert_up_to_date("events", &["subscriber.py", "subscriber.ts", "subscriber.rs"]);
}

#[test]
fn the_page_about_streams_shows_the_consumers_as_they_are() {
    assert_up_to_date("streams", &["consumer.ts", "serve.mjs", "consumer.py", "serve.py"]);
}

fn assert_up_to_date(page: &str, programs: &[&str]) {
    let (found, expected) = (text(page), written(page));
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(folder(page).join("README.md"), &expected).unwrap();
        return;
    }
    assert!(
        found == expected,
        "docs/{page}/README.md is out of date; write it anew with: \
         UPDATE_GENERATED=1 cargo test -p tests --test it event_contract"
    );
    for program in programs {
        assert!(found.contains(&format!("{BEGIN}{program} -->")), "{program} is not on the page");
    }
}
