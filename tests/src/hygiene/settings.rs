//! The page of the functions' settings is made of the code that reads them.

use std::collections::BTreeSet;
use std::{env, fs};

use syn::{Attribute, Expr, File, Item, ItemConst, ItemMod, Lit, Meta};

use super::files::{root, with_extension};

const SOURCE: &str = "lambda-kit/src/config.rs";
const PAGE: &str = "docs/settings.md";

const HEAD: &str = "\
# Settings of the functions

Environment variables, read once when a function starts. An empty one counts as not set. A function \
refuses to start where one that it must have is missing, or where one cannot be read.

This page is made of `lambda-kit/src/config.rs`: `UPDATE_GENERATED=1 cargo test -p tests --test it hygiene`.

| variable | read by | meaning |
|---|---|---|
";

/// Who reads settings, by their folders.
const READERS: [(&str, &str); 6] = [
    ("saga", "the steps, `trip-cancel`, `trip-note`"),
    ("dispatcher", "`dispatcher`, `outbox-sweeper`"),
    ("projector", "`projector`"),
    ("query-api", "`query-api`"),
    ("console", "`console`"),
    ("lambda-kit", "every function"),
];

#[test]
fn the_page_of_settings_is_up_to_date() {
    let expected = format!("{HEAD}{}", settings().iter().map(row).collect::<String>());
    let path = root().join(PAGE);
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{PAGE} differs from {SOURCE}; write it anew as the page says");
}

/// The constants of the module that names the settings.
fn settings() -> Vec<ItemConst> {
    let text = fs::read_to_string(root().join(SOURCE)).unwrap();
    let file: File = syn::parse_file(&text).unwrap();
    let names = file.items.into_iter().find_map(|item| match item {
        Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) if ident == "name" => {
            Some(items)
        }
        _ => None,
    });
    let constants = names.expect("a module name").into_iter().filter_map(|item| match item {
        Item::Const(constant) => Some(constant),
        _ => None,
    });
    constants.collect()
}

fn row(setting: &ItemConst) -> String {
    let Expr::Lit(literal) = &*setting.expr else { panic!("{} is not a literal", setting.ident) };
    let Lit::Str(name) = &literal.lit else { panic!("{} is not a text", setting.ident) };
    let readers = readers(&setting.ident.to_string());
    assert!(!readers.is_empty(), "nobody reads {}", name.value());
    let (readers, meaning) = (readers.join(", "), documented(&setting.attrs));
    format!("| `{}` | {readers} | {meaning} |\n", name.value())
}

/// The functions whose crates name the constant; where all share it, no other is listed.
fn readers(constant: &str) -> Vec<&'static str> {
    let uses = format!("name::{constant}");
    let sources = with_extension(&["rs"]).into_iter().filter(|file| in_code(&file.text, &uses));
    let folders: BTreeSet<_> = sources
        .filter_map(|file| Some(file.path.iter().next()?.to_string_lossy().into_owned()))
        .collect();
    let named = READERS.into_iter().filter(|(folder, _)| folders.contains(*folder));
    let named: Vec<_> = named.map(|(_, reader)| reader).collect();
    if named.contains(&"every function") { vec!["every function"] } else { named }
}

/// Whether a name stands in a file's code: neither in a comment nor in its tests.
fn in_code(text: &str, name: &str) -> bool {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    product.lines().any(|line| line.contains(name) && !line.trim_start().starts_with("//"))
}

/// A comment's lines as one.
fn documented(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(line) => Some(line.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}
