//! Archives as the real SDK makes, lists and deletes them.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::ArchiveState;
use domain::Timestamp;

use crate::support::{START, Served, client_of, config, open, publish, serve};

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/trip-saga";
const DEFAULT: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const DAY: i64 = 24 * 60 * 60 * 1000;

async fn create(client: &Client, name: &str) {
    client.create_archive().archive_name(name).event_source_arn(BUS).send().await.unwrap();
}

/// How many events an archive says that it has.
async fn count(served: &Served, name: &str) -> i64 {
    let described = served.client.describe_archive().archive_name(name).send().await.unwrap();
    assert_eq!(described.event_count() == 0, described.size_bytes() == 0);
    described.event_count()
}

#[tokio::test]
async fn an_archive_is_described_as_it_was_made_also_after_a_restart() {
    let served = serve().await;
    let pattern = r#"{"detail":{"n":[1]}}"#;
    let create = served.client.create_archive().archive_name("ones").event_source_arn(BUS);
    let create = create.description("the first").event_pattern(pattern).retention_days(3);
    let created = create.send().await.unwrap();
    let arn = "arn:aws:events:us-east-1:000000000000:archive/ones";
    assert_eq!((created.archive_arn(), created.state()), (Some(arn), Some(&ArchiveState::Enabled)));
    let reopened = client_of(&open(&served.file, config())).await;
    for client in [&served.client, &reopened] {
        let archive = client.describe_archive().archive_name("ones").send().await.unwrap();
        assert_eq!((archive.archive_arn(), archive.archive_name()), (Some(arn), Some("ones")));
        assert_eq!((archive.event_source_arn(), archive.retention_days()), (Some(BUS), Some(3)));
        assert_eq!(archive.description(), Some("the first"));
        assert_eq!(archive.event_pattern(), Some(pattern));
        assert_eq!(archive.creation_time().unwrap().to_millis().unwrap(), START);
    }
}

#[tokio::test]
async fn an_archive_has_the_events_of_its_bus_since_it_was_made_that_match_and_are_young() {
    let served = serve().await;
    publish(&served.client, [0]).await;
    create(&served.client, "all").await;
    let pattern = served.client.create_archive().archive_name("odd").event_source_arn(BUS);
    pattern.event_pattern(r#"{"detail":{"n":[1,3]}}"#).send().await.unwrap();
    let short = served.client.create_archive().archive_name("short").event_source_arn(BUS);
    short.retention_days(1).send().await.unwrap();
    let other = served.client.create_archive().archive_name("other").event_source_arn(DEFAULT);
    other.send().await.unwrap();
    for day in 1..=4 {
        served.publish_at(day * DAY, day as u64).await;
    }
    served.set_clock(4 * DAY + DAY / 2);
    for (name, expected) in [("all", 4), ("odd", 2), ("short", 1), ("other", 0)] {
        assert_eq!(count(&served, name).await, expected, "{name}");
    }
    // What the bus no longer keeps, no archive has.
    served.bus.prune(Timestamp::from_millis(START + 9 * DAY)).await.unwrap();
    assert_eq!(count(&served, "all").await, 3);
}

#[tokio::test]
async fn archives_are_listed_by_one_filter_page_by_page_and_deleted() {
    let served = serve().await;
    for name in ["b2", "a1", "b1", "b3"] {
        create(&served.client, name).await;
    }
    let other = served.client.create_archive().archive_name("c").event_source_arn(DEFAULT);
    other.send().await.unwrap();
    let list = || served.client.list_archives();
    let names = |answer: &aws_sdk_eventbridge::operation::list_archives::ListArchivesOutput| {
        let names = answer.archives().iter().map(|a| a.archive_name().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let first = list().name_prefix("b").limit(2).send().await.unwrap();
    assert_eq!(names(&first), ["b1", "b2"]);
    let rest = list().name_prefix("b").limit(2).next_token(first.next_token().unwrap());
    let rest = rest.send().await.unwrap();
    assert_eq!((names(&rest), rest.next_token()), (vec!["b3".to_owned()], None));
    assert_eq!(names(&list().event_source_arn(DEFAULT).send().await.unwrap()), ["c"]);
    let disabled = list().state(ArchiveState::Disabled).send().await.unwrap();
    assert_eq!(disabled.archives().len(), 0);
    served.client.delete_archive().archive_name("b2").send().await.unwrap();
    assert_eq!(names(&list().send().await.unwrap()), ["a1", "b1", "b3", "c"]);
}

#[tokio::test]
async fn what_could_not_work_is_refused() {
    let served = serve().await;
    create(&served.client, "taken").await;
    let create = || served.client.create_archive().archive_name("a").event_source_arn(BUS);
    let invalid = "ValidationException";
    let unknown = "ResourceNotFoundException";
    let bus = BUS.replace("trip-saga", "x");
    for (request, code, message) in [
        (
            create().archive_name("taken"),
            "ResourceAlreadyExistsException",
            "Archive taken already exists.",
        ),
        (create().archive_name(""), invalid, "'archiveName'"),
        (create().archive_name("x".repeat(49)), invalid, "less than or equal to 48"),
        (create().archive_name("a b"), invalid, "regular expression pattern"),
        (create().event_source_arn("trip-saga"), invalid, "'eventSourceArn'"),
        (create().event_source_arn(bus), unknown, "Event bus x does not exist."),
        (create().event_pattern("{}"), "InvalidEventPatternException", "Empty objects"),
        (create().description("x".repeat(513)), invalid, "'description'"),
        (create().retention_days(-1), invalid, "'retentionDays'"),
        (
            create().retention_days(8),
            invalid,
            "this bus keeps events for 7 days; start `trip up` with --keep-events 8",
        ),
        (create().kms_key_identifier("k"), invalid, "KmsKeyIdentifier is not supported locally"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert!(error.message().unwrap().contains(message), "{message}: {error:?}");
    }
    let describe = served.client.describe_archive().archive_name("gone").send().await.unwrap_err();
    let delete = served.client.delete_archive().archive_name("gone").send().await.unwrap_err();
    for error in [describe.meta(), delete.meta()] {
        assert_eq!(error.message(), Some("Archive gone does not exist."));
        assert_eq!(error.code(), Some(unknown));
    }
    let two = served.client.list_archives().name_prefix("a").event_source_arn(BUS).send().await;
    let message = "At most one filter is allowed for ListArchives. \
                   Use either : State, EventSourceArn, or NamePrefix.";
    assert_eq!(two.unwrap_err().message(), Some(message));
    let state = served.client.list_archives().state("ON".into()).send().await.unwrap_err();
    assert!(state.message().unwrap().contains("enum value set: [ENABLED, DISABLED,"), "{state:?}");
}
