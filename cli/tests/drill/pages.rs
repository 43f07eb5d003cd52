//! The runbooks' pages: each way in which something is wrong is a heading that begins with "When",
//! with the commands that mend it in a code block below.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A way that a runbook names, and its commands.
pub(crate) struct Way {
    page: String,
    when: String,
    pub(crate) commands: Vec<String>,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.page, self.when)
    }
}

impl Way {
    pub(crate) fn is(&self, page: &str, when: &str) -> bool {
        self.page == page && self.when == when
    }
}

/// Every way of every page.
pub(crate) fn ways() -> Vec<Way> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbooks");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    files.iter().flat_map(|file| of_page(file)).collect()
}

fn of_page(file: &Path) -> Vec<Way> {
    let page = file.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(file).unwrap();
    let sections = text.split("\n## ").skip(1).filter(|section| section.starts_with("When "));
    let way = |section: &str| Way {
        page: page.clone(),
        when: section.lines().next().unwrap().to_owned(),
        commands: commands(section),
    };
    sections.map(way).collect()
}

/// The lines of the section's code blocks that are commands of ours.
fn commands(section: &str) -> Vec<String> {
    let blocks = section.split("```").skip(1).step_by(2);
    let lines = blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("trip "));
    lines.map(str::to_owned).collect()
}
