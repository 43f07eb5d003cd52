//! `trip events tail`: the bus's events as they arrive, and earlier ones from the archive on
//! request.

pub(crate) mod schemas;

use std::process::ExitCode;

use domain::Clock;
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;
use serde_json::Value;

use super::since::Since;
use crate::client::{Archive, Endpoint};
use crate::output::Output;
use crate::render::event;

/// What can be done with the bus.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print events as they come, one a line
    ///
    /// Only new ones, unless --since or --no-follow is given. Ctrl-C stops it.
    Tail(Args),
    /// List the types of events, or print the JSON Schema of one
    ///
    /// Needs no running system. With --json the list has a sample of each type.
    Schemas(schemas::Args),
}

/// Which events to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only events that match this EventBridge pattern
    #[arg(long, value_name = "JSON", value_parser = json)]
    pattern: Option<String>,
    /// Begin in the archive: at a time, or so long ago (10m, 1h30m)
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Only events that this rule of the bus matched
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Stop after so many events
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Stop at the end of the archive, and begin at its start unless --since is given
    #[arg(long)]
    no_follow: bool,
    /// Where the AWS services of the running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_AWS_ENDPOINT",
        default_value = "http://127.0.0.1:8081"
    )]
    aws_endpoint: Endpoint,
}

/// The bus checks the meaning of the pattern.
fn json(text: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Value>(text).map(|_| text.to_owned())
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let mut events = Archive::new(&args.aws_endpoint)?.events(&args.parameters()).await?;
    if !args.no_follow {
        output.remark("waiting for events; Ctrl-C stops");
    }
    while let Some(line) = events.try_next().await? {
        print(&line, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(line: &str, output: &Output) -> anyhow::Result<()> {
    if output.is_json() {
        return Ok(output.line(line)?);
    }
    let archived = serde_json::from_str(line)?;
    Ok(output.line(event::render(&archived, output.palette()))?)
}

impl Args {
    /// The parameters of the archive's route.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let optional = [
            ("since", self.since().map(|Since(time)| time.to_string())),
            ("pattern", self.pattern.clone()),
            ("rule", self.rule.clone()),
            ("limit", self.limit.map(|limit| limit.to_string())),
        ];
        let follow = ("follow", (!self.no_follow).to_string());
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        optional.chain([follow]).collect()
    }

    /// By default a follower sees only new events.
    fn since(&self) -> Option<Since> {
        let now = || (!self.no_follow).then(|| Since(SystemClock.now()));
        self.since.or_else(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::tests::parsed;

    fn parameters(line: &str) -> Vec<(&'static str, String)> {
        parsed::<Args>(line).unwrap().parameters()
    }

    #[test]
    fn who_follows_begins_now_unless_asked_otherwise() {
        let names = |line| parameters(line).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("tail"), ["since", "follow"]);
        assert_eq!(names("tail --no-follow"), ["follow"]);
    }

    #[test]
    fn options_become_the_routes_parameters() {
        let line =
            r#"tail --since 2026-03-01T10:00:00Z --pattern {"source":["a"]} --rule r --limit 3"#;
        assert_eq!(
            parameters(line),
            [
                ("since", "2026-03-01T10:00:00.000Z".to_owned()),
                ("pattern", r#"{"source":["a"]}"#.to_owned()),
                ("rule", "r".to_owned()),
                ("limit", "3".to_owned()),
                ("follow", "true".to_owned()),
            ]
        );
    }
}
