//! Rules for the documentation: what it names exists, and what must be documented is.

use std::collections::BTreeSet;
use std::path::Path;

use domain::ErrorCode;

use super::assert_none;
use super::files::{self, File, with_extension};

const ERROR_PAGES: &str = "docs/errors";

#[test]
fn every_error_code_has_a_page_and_every_page_a_code() {
    let codes: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.name().to_owned()).collect();
    let files = with_extension(&["md"]).into_iter().map(|file| file.path);
    let pages = files.filter(|path| path.starts_with(ERROR_PAGES) && !path.ends_with("README.md"));
    let pages: BTreeSet<_> =
        pages.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    let missing =
        codes.difference(&pages).map(|code| format!("{ERROR_PAGES}/{code}.md is missing"));
    let stray = pages.difference(&codes).map(|page| format!("{ERROR_PAGES}/{page}.md has no code"));
    assert_none(missing.chain(stray));
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let broken = with_extension(&["md"]).into_iter().flat_map(|page| dead_links(&page));
    assert_none(broken);
}

fn dead_links(page: &File) -> Vec<String> {
    let folder = files::root().join(&page.path);
    let folder = folder.parent().expect("a page is in a folder");
    let dead = links(&page.text).filter(|link| !folder.join(link).exists());
    dead.map(|link| format!("{} links to {link}", page.path.display())).collect()
}

/// The files that a page links to: `[text](file#place)`.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(' '))
}

#[test]
fn every_path_that_the_pages_at_the_root_name_exists() {
    let at_the_root = |file: &File| file.path.components().count() == 1;
    let pages = with_extension(&["md"]).into_iter().filter(at_the_root);
    assert_none(pages.flat_map(|page| dead_paths(&page)));
}

fn dead_paths(page: &File) -> Vec<String> {
    let root = files::root();
    let paths = paths(&page.text, &root);
    let dead = paths.into_iter().filter(|path| !root.join(path).exists());
    dead.map(|path| format!("{} names {path}", page.path.display())).collect()
}

/// The paths that a page names between backticks, outside code blocks.
fn paths<'a>(page: &'a str, root: &Path) -> Vec<&'a str> {
    let prose = page.split("```").step_by(2);
    let spans = prose.flat_map(|text| text.split('`').skip(1).step_by(2));
    spans.filter(|span| is_path(span, root)).collect()
}

/// Whether a span means a file here, not a route, a media type or a pattern: it ends with a slash
/// or begins with a folder of the root.
fn is_path(span: &str, root: &Path) -> bool {
    let plain = span.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let Some((first, _)) = span.split_once('/') else { return false };
    let here = !first.is_empty() && !files::is_generated(first);
    plain && here && (span.ends_with('/') || root.join(first).is_dir())
}

#[test]
fn paths_are_told_from_routes_types_and_patterns() {
    let page = "`saga/src/lib.rs` and `gone/`, not `/trips/{id}`, `application/json` or `saga/*.asl.json`\n\
        ```\nlocal/in/a/block\n```\nbut `local/engine`, not `target/debug` or [a](docs/a.md#b)";
    assert_eq!(paths(page, &files::root()), ["saga/src/lib.rs", "gone/", "local/engine"]);
    assert_eq!(links(page).collect::<Vec<_>>(), ["docs/a.md"]);
}
