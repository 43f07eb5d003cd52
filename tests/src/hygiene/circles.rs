//! No file of a crate needs itself through others: what belongs together stands together.

mod crate_files;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cargo_metadata::MetadataCommand;

use self::crate_files::CrateFiles;
use super::assert_none;
use super::files::root;

/// Which files each file takes names from.
type Needs = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

#[test]
fn no_files_of_a_crate_need_each_other_in_a_circle() {
    let broken = library_roots().into_iter().flat_map(|root| circles(&needs(&root)));
    assert_none(broken.map(|circle| {
        let files = circle.iter().map(|file| file.strip_prefix(root()).unwrap_or(file));
        files.map(|file| file.display().to_string()).collect::<Vec<_>>().join(" <-> ")
    }));
}

/// The root file of every crate of the workspace, the tests' own aside.
fn library_roots() -> Vec<PathBuf> {
    let mut cargo = MetadataCommand::new();
    let packages = cargo.current_dir(root()).no_deps().exec().unwrap().packages;
    let product = packages.into_iter().filter(|package| *package.name != "tests");
    let targets = product.flat_map(|package| package.targets);
    let libraries = targets.filter(|target| target.is_lib() || target.is_bin());
    libraries.map(|target| target.src_path.into_std_path_buf()).collect()
}

fn needs(root: &std::path::Path) -> Needs {
    let files = CrateFiles::read(root);
    let modules = files.modules();
    let needs = modules.map(|module| (files.file(module), files.needed_by(module)));
    needs.collect()
}

/// The groups of files that reach each other, each group once.
fn circles(needs: &Needs) -> BTreeSet<BTreeSet<PathBuf>> {
    let reached: BTreeMap<_, _> = needs.keys().map(|file| (file, reachable(needs, file))).collect();
    let circle = |file: &PathBuf| {
        let back = |other: &&PathBuf| reached.get(other).is_some_and(|far| far.contains(file));
        reached[file].iter().filter(back).cloned().collect::<BTreeSet<_>>()
    };
    needs.keys().map(circle).filter(|circle| circle.len() > 1).collect()
}

/// Every file that `from` needs, straight or through others.
fn reachable(needs: &Needs, from: &PathBuf) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in needs.get(file).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

#[test]
fn files_that_reach_each_other_are_a_circle_and_those_on_the_way_are_not() {
    let needs = |edges: &[(&str, &[&str])]| -> Needs {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect();
        edges.iter().map(|(file, to)| (PathBuf::from(file), paths(to))).collect()
    };
    let tree = needs(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]);
    assert_eq!(circles(&tree).len(), 0);
    let ring = needs(&[("a", &["b"]), ("b", &["c"]), ("c", &["b", "d"]), ("d", &[])]);
    let circle = ["b", "c"].map(PathBuf::from).into_iter().collect();
    assert_eq!(circles(&ring), BTreeSet::from([circle]));
}
