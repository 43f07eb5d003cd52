//! The modules of one crate, each with its file, and where a name is defined.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::Item;

use super::names::{Names, is_for_tests};

/// The path of a module from the crate's root, which is empty.
pub(super) type ModulePath = Vec<String>;

/// A crate's modules that have a file, without those for tests.
pub(super) struct CrateFiles {
    modules: BTreeMap<ModulePath, Module>,
}

struct Module {
    file: PathBuf,
    names: Names,
}

impl CrateFiles {
    /// Reads a crate from its root file on.
    pub(super) fn read(root: &Path) -> Self {
        let mut files = Self { modules: BTreeMap::new() };
        let folder = root.parent().expect("a file is in a folder");
        files.add(Vec::new(), root.to_path_buf(), folder);
        files
    }

    /// Adds the module in `file`, whose own modules stand in `folder`.
    fn add(&mut self, path: ModulePath, file: PathBuf, folder: &Path) {
        let text = fs::read_to_string(&file).unwrap();
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for item in &parsed.items {
            if let Item::Mod(module) = item
                && module.content.is_none()
                && !is_for_tests(&module.attrs)
            {
                let name = module.ident.to_string();
                let below = folder.join(&name);
                let path = [path.as_slice(), std::slice::from_ref(&name)].concat();
                self.add(path, folder.join(format!("{name}.rs")), &below);
            }
        }
        self.modules.insert(path, Module { file, names: Names::of(&parsed) });
    }

    pub(super) fn modules(&self) -> impl Iterator<Item = &ModulePath> {
        self.modules.keys()
    }

    pub(super) fn file(&self, module: &ModulePath) -> PathBuf {
        self.modules[module].file.clone()
    }

    /// The files that define what a module names.
    pub(super) fn needed_by(&self, module: &ModulePath) -> BTreeSet<PathBuf> {
        let names = self.modules[module].names.used.iter();
        let homes = names.filter_map(|name| self.home(module, name));
        homes.filter(|home| home != module).map(|home| self.file(&home)).collect()
    }

    /// The module that defines what `name` means in `module`; `None` where that is not in this
    /// crate.
    fn home(&self, module: &ModulePath, name: &[String]) -> Option<ModulePath> {
        let (first, rest) = name.split_first()?;
        match first.as_str() {
            "crate" => self.descend(Vec::new(), rest),
            "self" => self.descend(module.clone(), rest),
            "super" => {
                self.home(&module[..module.len().checked_sub(1)?].to_vec(), &with_self(rest))
            }
            _ if self.modules.contains_key(&child(module, first)) => {
                self.descend(module.clone(), name)
            }
            _ => None,
        }
    }

    /// Follows names from a module down, and through imports.
    fn descend(&self, module: ModulePath, names: &[String]) -> Option<ModulePath> {
        let Some((first, rest)) = names.split_first() else {
            return Some(module);
        };
        if first == "super" {
            return self.home(&module, names);
        }
        let below = child(&module, first);
        if self.modules.contains_key(&below) {
            return self.descend(below, rest);
        }
        let origin = self.modules[&module].names.imported.get(first);
        let elsewhere = origin.and_then(|origin| self.home(&module, origin));
        Some(elsewhere.unwrap_or(module))
    }
}

fn child(module: &ModulePath, name: &str) -> ModulePath {
    [module.as_slice(), &[name.to_owned()]].concat()
}

/// `super::rest` of a module is `self::rest` of its parent; `super::super` goes on.
fn with_self(rest: &[String]) -> Vec<String> {
    match rest.first() {
        Some(first) if first == "super" => rest.to_vec(),
        _ => [&["self".to_owned()], rest].concat(),
    }
}
