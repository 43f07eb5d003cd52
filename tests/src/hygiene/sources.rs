//! Rules for every source file: it says what it is for, is short, and leaves nothing undone.

use super::assert_none;
use super::files::{File, with_extension};

/// Languages that are written by hand here.
const LANGUAGES: &[&str] = &["rs", "ts", "js", "css", "html"];

const MAX_LINES: usize = 400;

/// What work that is not done looks like. Each is split, so that this file holds none of them.
const UNDONE: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ign", "ore"),
];

/// Generated files say so in their first line, and follow their generator's rules.
fn is_generated(file: &File) -> bool {
    file.text.lines().next().is_some_and(|line| line.contains("@generated"))
}

fn written_by_hand(extensions: &[&str]) -> impl Iterator<Item = File> {
    with_extension(extensions).into_iter().filter(|file| !is_generated(file))
}

#[test]
fn every_rust_file_begins_by_saying_what_it_is_for() {
    let silent = written_by_hand(&["rs"]).filter(|file| !file.text.starts_with("//! "));
    let broken = silent.map(|file| format!("{} does not begin with `//! `", file.path.display()));
    assert_none(broken);
}

#[test]
fn no_source_file_is_longer_than_400_lines() {
    let lengths = written_by_hand(LANGUAGES).map(|file| (file.text.lines().count(), file.path));
    let long = lengths.filter(|(length, _)| *length > MAX_LINES);
    let broken = long.map(|(length, path)| format!("{} has {length} lines", path.display()));
    assert_none(broken);
}

#[test]
fn no_work_is_left_undone_and_no_test_is_switched_off() {
    assert_none(written_by_hand(LANGUAGES).flat_map(|file| undone(&file)));
}

fn undone(file: &File) -> Vec<String> {
    let holds = |line: &str| UNDONE.iter().any(|mark| line.contains(mark));
    let lines = file.text.lines().enumerate().filter(|(_, line)| holds(line));
    lines.map(|(i, line)| format!("{}:{}: {}", file.path.display(), i + 1, line.trim())).collect()
}
