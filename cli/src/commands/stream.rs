//! `trip stream`: a table's stream as a file, and the file handed to a consumer in every way that
//! Lambda may.

pub(crate) mod capture;
mod place;
pub(crate) mod replay;

/// What can be done with a stream.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Write the records of a table's stream to a file
    ///
    /// One line of JSON a record: its shard, its sequence number, and the record as Lambda hands it
    /// to a function. Reads what the stream holds and ends; with --follow or --from latest it goes
    /// on until Ctrl-C. From any DynamoDB: the running system, DynamoDB Local, or AWS with --aws.
    /// The environment's `AWS_REGION` and `AWS_ACCESS_KEY_ID` are used where they are set: DynamoDB
    /// Local keeps the tables of each apart, and `trip up` has us-east-1 and `local`.
    Capture(capture::Args),
    /// Hand captured records to a function, repeated, reordered and cut as asked
    ///
    /// FILE is what `trip stream capture` wrote, records in Lambda's form one a line, or an event,
    /// `{"Records": [...]}`; - is standard input.
    ///
    /// A function's name means the product's own `projector` or `dispatcher`, run in this process
    /// on the running system's tables; any other name, and these with --invoke-address, is invoked
    /// there, as `cargo lambda watch` and other emulators of Lambda serve it. An address gets
    /// the event by POST. The answer is read as Lambda reads it with `ReportBatchItemFailures`: the
    /// batch comes again from the lowest sequence number reported; an empty or unknown one fails
    /// the whole batch, as an error does.
    ///
    /// The same file, options and answers give the same batches. Exits with 1 when something is
    /// left undelivered.
    Replay(Box<replay::Args>),
}
