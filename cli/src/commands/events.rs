//! `trip events tail`: the bus's events as they arrive, and earlier ones from the archive on
//! request.

pub(crate) mod dead_letters;
pub(crate) mod forward;
pub(crate) mod replay;
pub(crate) mod schemas;
mod source;

use std::process::ExitCode;

use domain::Clock;
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;

use crate::client::Archive;
use crate::output::Output;
use crate::render::event;
use source::{Beginning, Source};

/// What can be done with the bus.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print events as they come, one a line
    ///
    /// Only new ones, unless --since, --after or --no-follow is given. Ctrl-C stops it. A replay of
    /// an archive sends events to targets of rules alone; it is not seen here.
    Tail(Args),
    /// Send events to an HTTP address of yours as they come
    ///
    /// Each event is one POST of the EventBridge envelope as JSON, in order: the next one waits
    /// until this one is settled. Only new ones are sent, unless --since or --after is given.
    /// Ctrl-C stops it, and then it says with which --after it goes on. An event may come again
    /// after that; deduplicate by `detail.id`. A replay of an archive is not seen here.
    ///
    /// A 2xx answer is a delivery. After a 429 or 5xx answer, without a connection, or without an
    /// answer within 5 seconds, the event is sent again, 20 times in all. The waits double from
    /// half a second to ten seconds and add up to two and a half minutes; where Retry-After asks
    /// for more, up to five minutes, that is the wait. Then, and at once after any other answer,
    /// the event is written to the file of dead letters, and forwarding goes on.
    Forward(forward::Args),
    /// Send what an ordered bus keeps to an HTTP address of yours, by a subscriber of its own
    ///
    /// For `trip up --bus ordered`. Each event is one POST of the EventBridge envelope as JSON,
    /// each trip's events in order: one that is not taken holds up its own trip, is sent again up
    /// to 185 times within a day, and then is a dead letter. It ends when everything is settled
    /// that the bus had when it began; with --follow it stays, and sends new events as they come.
    /// Then, or after Ctrl-C, the subscriber is deleted. An event may come again; deduplicate by
    /// `detail.id`.
    Replay(replay::Args),
    /// List, send again or discard what could not be delivered
    ///
    /// The local bus keeps it in the file dead-letters.jsonl of its data directory, and `trip
    /// events forward` in one of the same form. A file has at most 64 MB: then the oldest give way.
    #[command(subcommand)]
    DeadLetters(dead_letters::Command),
    /// List the types of events, or print the JSON Schema of one
    ///
    /// Needs no running system. With --json the list has a sample of each type.
    Schemas(schemas::Args),
}

/// Which events to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// Only events that this rule of the bus matched
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Stop after so many events
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Stop at the end of the archive, and begin at its start unless --since or --after is given
    #[arg(long)]
    no_follow: bool,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let mut events = Archive::new(&args.source.aws_endpoint)?.events(&args.parameters()).await?;
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
        let rule = self.rule.clone().map(|rule| ("rule", rule));
        let limit = self.limit.map(|limit| ("limit", limit.to_string()));
        let follow = ("follow", (!self.no_follow).to_string());
        let source = self.source.parameters(self.beginning());
        source.chain(rule).chain(limit).chain([follow]).collect()
    }

    /// By default a follower sees only new events.
    fn beginning(&self) -> Option<Beginning> {
        let now = || (!self.no_follow).then(|| Beginning::Since(SystemClock.now()));
        self.source.beginning().or_else(now)
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
        for line in ["tail --after 7", "tail --after 7 --no-follow"] {
            assert_eq!(names(line), ["after", "follow"]);
        }
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
