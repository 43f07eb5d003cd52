//! The names that one file takes from elsewhere, and what they are called here.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemUse, Meta, Path, UseTree, Visibility};

/// A path, segment by segment.
type Name = Vec<String>;

#[derive(Default)]
pub(super) struct Names {
    /// Every path of imports and of the code below them.
    pub(super) used: BTreeSet<Name>,
    /// What is imported, by the name that it has here. The modules below see it too.
    pub(super) imported: BTreeMap<String, Name>,
}

impl Names {
    /// The names of a file, without those of its tests.
    pub(super) fn of(file: &File) -> Self {
        let mut names = Self::default();
        names.visit_file(file);
        names
    }

    fn import(&mut self, import: &ItemUse) {
        for (path, name) in leaves(&import.tree, &[]) {
            // What is only handed on is needed by those who ask for it.
            if matches!(import.vis, Visibility::Inherited) {
                self.used.insert(path.clone());
            }
            self.imported.insert(name, path);
        }
    }
}

/// Whether an item is compiled for tests alone.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

impl<'a> Visit<'a> for Names {
    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Use(import) if !is_for_tests(&import.attrs) => self.import(import),
            Item::Mod(module) if is_for_tests(&module.attrs) => {}
            _ => visit::visit_item(self, item),
        }
    }

    /// Who may see an item is not what it needs.
    fn visit_visibility(&mut self, _visibility: &'a Visibility) {}

    fn visit_path(&mut self, path: &'a Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names = path.segments.iter().map(|segment| segment.ident.to_string());
            self.used.insert(names.collect());
        }
        visit::visit_path(self, path);
    }
}

/// The whole path of each name of an import, with the name that it has here.
fn leaves(tree: &UseTree, before: &[String]) -> Vec<(Name, String)> {
    let whole = |name: &dyn ToString| [before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &whole(&path.ident)),
        UseTree::Group(group) => group.items.iter().flat_map(|tree| leaves(tree, before)).collect(),
        UseTree::Glob(_) => vec![(before.to_vec(), "*".to_owned())],
        UseTree::Rename(rename) => vec![(whole(&rename.ident), rename.rename.to_string())],
        UseTree::Name(name) if name.ident == "self" => {
            vec![(before.to_vec(), before.last().cloned().unwrap_or_default())]
        }
        UseTree::Name(name) => vec![(whole(&name.ident), name.ident.to_string())],
    }
}
