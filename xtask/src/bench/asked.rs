//! A process that makes a pass over its records when it is asked, and tells its CPU time.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::builds::Build;

/// The process, which waits for a question.
pub(super) struct Asked {
    pub(super) name: &'static str,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Pass {
    cpu_ns: f64,
    records: f64,
}

impl Asked {
    /// One that runs `command`.
    pub(super) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let questions = child.stdin.take().context("no way to ask")?;
        let answers = BufReader::new(child.stdout.take().context("no way to hear")?);
        Ok(Self { name, child, questions, answers })
    }

    /// A contender of `hot-path`, with these variables in its environment.
    pub(super) fn contender(
        build: &Build,
        name: &'static str,
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = build.command("hot-path");
        Self::start(name, command.args(["serve", name]).envs(environment.iter().copied()))
    }

    /// The microseconds of a processor for each record of one pass.
    pub(super) fn pass(&mut self) -> Result<f64> {
        self.questions.write_all(b"\n")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let pass: Pass =
            serde_json::from_str(&line).with_context(|| format!("{} failed", self.name))?;
        Ok(pass.cpu_ns / 1_000.0 / pass.records)
    }
}

/// It ends by itself when nobody asks it any more, but not in the middle of a pass.
impl Drop for Asked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
