//! The peers that are not Rust: pinned by lockfiles in folders of their own, and left out where
//! their runtime or their packages cannot be had.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{command, npm, python, workspace};

/// A peer that can be asked, or why it cannot.
pub(super) type Peer = Result<Command, String>;

const FOLDER: &str = "bench/peers";

/// All of them by name.
pub(super) fn all() -> Vec<(&'static str, Peer)> {
    vec![
        ("Powertools TypeScript", node("powertools-typescript")),
        ("Powertools Python", powertools_python()),
        ("aws-lambda-stream", node("aws-lambda-stream")),
    ]
}

fn node(name: &str) -> Peer {
    if !command::works("node", "--version") {
        return Err("Node.js is not installed".to_owned());
    }
    let folder = folder(name)?;
    npm::install(&folder).map_err(|error| format!("its packages cannot be had: {error:#}"))?;
    let mut node = Command::new("node");
    node.arg(folder.join("handler.mjs"));
    Ok(node)
}

fn powertools_python() -> Peer {
    let folder = folder("powertools-python")?;
    let programs = python::environment("bench-python", &folder.join("requirements.txt"));
    let programs = programs.map_err(|error| format!("its packages cannot be had: {error:#}"))?;
    let mut python = Command::new(programs.ok_or(python::MISSING)?.join("python"));
    python.arg(folder.join("handler.py"));
    Ok(python)
}

fn folder(name: &str) -> Result<PathBuf, String> {
    let root = workspace::root().map_err(|error| error.to_string())?;
    Ok(root.join(FOLDER).join(name))
}
