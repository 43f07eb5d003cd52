//! Rules for the form of every Rust file: where modules stand, how imports are grouped, how long a
//! comment's line is.

use std::collections::BTreeSet;

use super::assert_none;
use super::files::{File, with_extension};

/// How many characters a line with nothing but a comment has at most.
const MAX_COMMENT: usize = 100;

/// The groups of a file's imports, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Std,
    External,
    OurOwn,
    ReExport,
}

#[test]
fn a_module_stands_beside_the_folder_of_its_parts() {
    let rust = with_extension(&["rs"]).into_iter();
    let elsewhere = rust
        .filter(|file| file.path.ends_with("mod.rs") || file.text.contains(concat!("#[pa", "th")));
    assert_none(elsewhere.map(|file| format!("{} is a mod.rs or has one", file.path.display())));
}

#[test]
fn imports_stand_in_groups_std_then_external_then_our_own_then_what_is_exported_again() {
    let rust = with_extension(&["rs"]).into_iter();
    assert_none(rust.flat_map(|file| {
        let wrong = misplaced(&file.text).into_iter();
        wrong.map(|line| format!("{}:{line}", file.path.display())).collect::<Vec<_>>()
    }));
}

/// The lines, counted from 1, of imports that come after a later group's, or without a blank line
/// after another group's. An import below other code stands for itself.
fn misplaced(text: &str) -> Vec<usize> {
    let modules = modules(text);
    let mut last: Option<Group> = None;
    let mut apart = true;
    let mut open = false;
    let mut wrong = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if open {
            open = !line.contains(';');
        } else if let Some(group) = group(trimmed, &modules) {
            let fits = last.is_none_or(|last| last == group && !apart || last < group && apart);
            if !fits {
                wrong.push(index + 1);
            }
            (last, apart, open) = (Some(group), false, !line.contains(';'));
        } else if trimmed.is_empty() {
            apart = true;
        } else if !trimmed.starts_with("//") && !trimmed.starts_with("#[") {
            last = None;
        }
    }
    wrong
}

/// The modules that a file declares: an import from one of them is one of our own.
fn modules(text: &str) -> BTreeSet<&str> {
    let declared = text.lines().filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'));
    declared.collect()
}

/// The group of an import at the beginning of a line.
fn group(line: &str, modules: &BTreeSet<&str>) -> Option<Group> {
    let (before, path) = line.split_once("use ")?;
    if !before.is_empty() {
        return (before.starts_with("pub") && before.ends_with(' ')).then_some(Group::ReExport);
    }
    let root = path.split([':', ' ', ';', '{']).next()?;
    Some(match root {
        "std" | "core" | "alloc" => Group::Std,
        "crate" | "self" | "super" => Group::OurOwn,
        _ if modules.contains(root) || root.starts_with(char::is_uppercase) => Group::OurOwn,
        _ => Group::External,
    })
}

#[test]
fn no_line_of_a_comment_is_longer_than_100_characters() {
    assert_none(with_extension(&["rs", "ts"]).iter().flat_map(overlong));
}

fn overlong(file: &File) -> Vec<String> {
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let is_long = |line: &str| is_comment(line) && line.chars().count() > MAX_COMMENT;
    let long = file.text.lines().enumerate().filter(|(_, line)| is_long(line));
    long.map(|(index, _)| format!("{}:{}", file.path.display(), index + 1)).collect()
}

#[test]
fn imports_are_told_to_be_out_of_place() {
    let good =
        &["mod a;", "", "use std::fs;", "use std::io;", "", "use serde::X;", "", "use a::C;"];
    let later =
        &["", "pub use a::D;", "", "fn f() {", "    use Kind::E;", "}", "", "use serde::X;"];
    assert_eq!(misplaced(&[good.as_slice(), later].concat().join("\n")), [0; 0]);
    let bad =
        ["use serde::{", "    X,", "};", "use super::B;", "", "use std::fs;", "", "use std::io;"];
    assert_eq!(misplaced(&bad.join("\n")), [4, 6, 8]);
}
