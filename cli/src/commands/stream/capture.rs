//! `trip stream capture`: the records of a table's stream to a file.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use operator::NotFound;
use serde::Serialize;
use stream_replay::{Captured, Round, StartingPosition, StreamReader, stream_of_table};
use tokio::time::sleep;

use super::place::Place;
use crate::commands::signals::Signals;
use crate::output::Output;
use crate::palette::Palette;
use crate::render::{count, outside};

/// AWS may answer an empty page in the middle of a shard; so many in a row are its end.
const EMPTY_READS: u32 = 10;
/// How long to wait at the stream's end before the next look.
const PAUSE: Duration = Duration::from_millis(500);
/// Standard output in place of a file.
const STDOUT: &str = "-";

/// Which records, and where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The table whose stream is read
    #[arg(long, value_name = "NAME", default_value = "TripSagaTable")]
    table: String,
    /// Where to begin; `latest` means records that are yet to come
    #[arg(long, value_enum, default_value_t = From::TrimHorizon)]
    from: From,
    /// The file to write; - for standard output
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    out: PathBuf,
    /// Go on at the stream's end, until Ctrl-C
    #[arg(long)]
    follow: bool,
    /// End after so many records
    #[arg(long, value_name = "N")]
    records: Option<usize>,
    #[command(flatten)]
    place: Place,
}

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    /// The oldest record that the stream still holds
    TrimHorizon,
    /// After the newest one
    Latest,
}

/// What was captured.
#[derive(Debug, Default, Serialize)]
struct Report {
    records: usize,
    shards: BTreeSet<String>,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let mut reader = args.reader().await?;
    let mut writer = writer(&args.out)?;
    let mut report = Report::default();
    let capture = capture(args, &mut reader, &mut writer, &mut report);
    if args.goes_on() {
        output.remark("capturing; Ctrl-C stops");
        let mut signals = Signals::listen()?;
        tokio::select! {
            ended = capture => ended?,
            () = signals.next() => {}
        }
    } else {
        capture.await?;
    }
    // The file's lines must not be mixed with a report.
    if args.out != Path::new(STDOUT) {
        output.show(&report, |report, palette| report.text(&args.out, palette))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads until the stream's end, or as many records as asked for. Each round is written whole
/// before the next is read, so whoever stops this keeps whole lines.
async fn capture(
    args: &Args,
    reader: &mut StreamReader,
    writer: &mut (impl Write + ?Sized),
    report: &mut Report,
) -> anyhow::Result<()> {
    loop {
        let Round { records, is_at_end } = reader.read().await.context("cannot read the stream")?;
        let left = args.records.map_or(usize::MAX, |asked| asked - report.records);
        for captured in records.iter().take(left) {
            captured.write(&mut *writer).context("cannot write the file")?;
            report.take(captured);
        }
        writer.flush().context("cannot write the file")?;
        let has_all = args.records == Some(report.records);
        if has_all || (is_at_end && !args.goes_on()) {
            return Ok(());
        }
        if is_at_end {
            sleep(PAUSE).await;
        }
    }
}

fn writer(out: &Path) -> anyhow::Result<Box<dyn Write>> {
    if out == Path::new(STDOUT) {
        return Ok(Box::new(io::stdout()));
    }
    let file = File::create(out);
    let file = file.with_context(|| format!("cannot write {}", outside(out.display())))?;
    Ok(Box::new(BufWriter::new(file)))
}

impl Args {
    async fn reader(&self) -> anyhow::Result<StreamReader> {
        let client = self.place.streams().await;
        let stream = stream_of_table(&client, &self.table).await;
        let stream = stream.map_err(|error| self.place.failed(error))?;
        let Some(stream) = stream else {
            let what =
                format!("{} has no table {} with a stream", self.place, outside(&self.table));
            return Err(NotFound::new(what, []).into());
        };
        let start = match self.from {
            From::TrimHorizon => StartingPosition::TrimHorizon,
            From::Latest => StartingPosition::Latest,
        };
        Ok(StreamReader::new(client, &stream, start).patient(EMPTY_READS))
    }

    /// Whether the stream's present end is not the end.
    fn goes_on(&self) -> bool {
        self.follow || self.from == From::Latest
    }
}

impl Report {
    fn take(&mut self, captured: &Captured) {
        self.records += 1;
        self.shards.insert(captured.shard.clone());
    }

    fn text(&self, out: &Path, palette: Palette) -> String {
        let what = count(self.records, "record");
        let shards = count(self.shards.len(), "shard");
        format!("{what} of {shards} in {}", palette.code(outside(out.display())))
    }
}
