//! `CreateArchive`, `DescribeArchive`, `ListArchives` and `DeleteArchive`.

use event_pattern::Pattern;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::constraints::{arn, between, characters, length, required, unsupported};
use super::listing::ListRequest;
use super::names::bus_of_arn;
use super::patterns::PATTERN_CHARS;
use super::response::Done;
use super::times;
use crate::archive::Filter;
use crate::archives::EventArchive;
use crate::bus::EventBus;
use crate::error::AwsError;

/// The states that a request may name. An archive of this bus is always enabled.
const STATES: [&str; 6] =
    ["ENABLED", "DISABLED", "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED"];
const ENABLED: &str = STATES[0];

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateArchiveRequest {
    archive_name: Option<String>,
    event_source_arn: Option<String>,
    description: Option<String>,
    event_pattern: Option<String>,
    retention_days: Option<i64>,
    kms_key_identifier: Option<Value>,
}

/// Names an archive.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ArchiveRequest {
    archive_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateArchiveAnswer {
    archive_arn: String,
    state: &'static str,
    creation_time: f64,
}

/// An archive as both operations show it; `DescribeArchive` shows more.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ArchiveAnswer {
    archive_name: String,
    event_source_arn: String,
    state: &'static str,
    retention_days: u32,
    size_bytes: usize,
    event_count: usize,
    creation_time: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeArchiveAnswer {
    archive_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<String>,
    #[serde(flatten)]
    archive: ArchiveAnswer,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListArchivesAnswer {
    archives: Vec<ArchiveAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) async fn create_archive(
    bus: &EventBus,
    request: CreateArchiveRequest,
) -> Result<CreateArchiveAnswer, AwsError> {
    let archive = archive(bus, request)?;
    let answer = CreateArchiveAnswer {
        archive_arn: bus.config().archive_arn(&archive.name),
        state: ENABLED,
        creation_time: times::write(archive.created_at),
    };
    let name = archive.name.clone();
    match bus.archives().create(archive).await? {
        true => Ok(answer),
        false => Err(AwsError::already_exists("Archive", &name)),
    }
}

fn archive(bus: &EventBus, request: CreateArchiveRequest) -> Result<EventArchive, AwsError> {
    let name = archive_name("archiveName", request.archive_name.as_deref())?.to_owned();
    let source = required("eventSourceArn", request.event_source_arn.as_deref())?;
    arn("eventSourceArn", source)?;
    if let Some(description) = &request.description {
        length("description", description, 0..=512)?;
    }
    if let Some(pattern) = &request.event_pattern {
        length("eventPattern", pattern, 0..=PATTERN_CHARS)?;
        Pattern::parse(pattern)?;
    }
    unsupported(&[("KmsKeyIdentifier", request.kms_key_identifier.is_some())])?;
    Ok(EventArchive {
        name,
        bus: bus_of_arn(bus, source)?.to_owned(),
        description: request.description,
        pattern: request.event_pattern,
        retention_days: retention_days(bus, request.retention_days.unwrap_or_default())?,
        created_at: bus.config().clock.now(),
        after: bus.archive().end(),
    })
}

/// An archive has nothing that the bus no longer keeps.
fn retention_days(bus: &EventBus, days: i64) -> Result<u32, AwsError> {
    between("retentionDays", days, 0..=i64::from(u32::MAX))?;
    let kept = bus.config().retention.as_secs() / SECONDS_A_DAY;
    match u32::try_from(days) {
        Ok(days) if u64::from(days) <= kept => Ok(days),
        _ => Err(AwsError::validation(format!(
            "Parameter RetentionDays is not valid. Reason: this bus keeps events for {kept} days; \
             start `trip up` with --keep-events {days}, or leave RetentionDays out."
        ))),
    }
}

pub(super) async fn describe_archive(
    bus: &EventBus,
    request: &ArchiveRequest,
) -> Result<DescribeArchiveAnswer, AwsError> {
    let name = archive_name("archiveName", request.archive_name.as_deref())?;
    let archive = bus.archives().get(name).await?.ok_or_else(|| no_such_archive(name))?;
    Ok(DescribeArchiveAnswer {
        archive_arn: bus.config().archive_arn(name),
        description: archive.description.clone(),
        event_pattern: archive.pattern.clone(),
        archive: shown(bus, archive).await?,
    })
}

pub(super) async fn list_archives(
    bus: &EventBus,
    request: &ListRequest,
) -> Result<ListArchivesAnswer, AwsError> {
    let limit = request.check("ListArchives", &STATES, archive_name)?;
    let source = request.event_source_arn.as_deref();
    let source = source.map(|arn| bus_of_arn(bus, arn)).transpose()?;
    let mut archives = bus.archives().all().await?;
    archives.retain(|archive| {
        request.wants(&archive.name, ENABLED) && source.is_none_or(|source| archive.bus == source)
    });
    let (archives, next_token) = request.page(archives, limit, |archive| &archive.name);
    let mut answers = Vec::new();
    for archive in archives {
        answers.push(shown(bus, archive).await?);
    }
    Ok(ListArchivesAnswer { archives: answers, next_token })
}

pub(super) async fn delete_archive(
    bus: &EventBus,
    request: &ArchiveRequest,
) -> Result<Done, AwsError> {
    let name = archive_name("archiveName", request.archive_name.as_deref())?;
    match bus.archives().delete(name).await? {
        true => Ok(Done {}),
        false => Err(no_such_archive(name)),
    }
}

/// Counts its events now; EventBridge does so once in a while.
async fn shown(bus: &EventBus, archive: EventArchive) -> Result<ArchiveAnswer, AwsError> {
    let contents = archive.contents(bus.config().clock.now())?;
    let mut events = bus.archive().replay(archive.after, Filter::default());
    let (mut event_count, mut size_bytes) = (0, 0);
    while let Some(event) = events.try_next().await? {
        if contents.has(&event) {
            event_count += 1;
            size_bytes += event.event.as_str().len();
        }
    }
    Ok(ArchiveAnswer {
        event_source_arn: bus.config().bus_arn(&archive.bus),
        archive_name: archive.name,
        state: ENABLED,
        retention_days: archive.retention_days,
        size_bytes,
        event_count,
        creation_time: times::write(archive.created_at),
    })
}

fn archive_name<'a>(field: &str, name: Option<&'a str>) -> Result<&'a str, AwsError> {
    let name = required(field, name)?;
    length(field, name, 1..=48)?;
    characters(field, name, ".-_")?;
    Ok(name)
}

fn no_such_archive(name: &str) -> AwsError {
    AwsError::not_found(format!("Archive {name} does not exist."))
}
