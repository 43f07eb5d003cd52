//! The targets of rules, as the real SDK puts, lists and removes them.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::builders::TargetBuilder;
use aws_sdk_eventbridge::types::{
    DeadLetterConfig, HttpParameters, InputTransformer, RetryPolicy, SqsParameters, Target,
};

use crate::support::{client_of, config, open, serve, serve_with};

const HOOK: &str = "http://127.0.0.1:9/hook";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:mail";

/// Something that a case changes in a valid target.
type Change = fn(TargetBuilder) -> TargetBuilder;

async fn put_rule(client: &Client, name: &str) {
    let rule = client.put_rule().name(name).event_bus_name("trip-saga");
    rule.event_pattern(r#"{"source":["trip-saga"]}"#).send().await.unwrap();
}

fn target(id: &str) -> TargetBuilder {
    Target::builder().id(id).arn(HOOK)
}

fn transformer(template: &str) -> InputTransformer {
    let paths = InputTransformer::builder().input_paths_map("trip", "$.detail.subject");
    paths.input_template(template).build().unwrap()
}

async fn put(client: &Client, rule: &str, targets: impl IntoIterator<Item = Target>) {
    let put = client.put_targets().rule(rule).event_bus_name("trip-saga");
    let put = put.set_targets(Some(targets.into_iter().collect())).send().await.unwrap();
    assert_eq!((put.failed_entry_count(), put.failed_entries().len()), (0, 0));
}

#[tokio::test]
async fn targets_are_listed_as_they_were_put_also_after_a_restart() {
    let served = serve_with(|config| {
        config.invoke_address = Some("http://127.0.0.1:9/".parse().unwrap());
    })
    .await;
    put_rule(&served.client, "all").await;
    let policy = RetryPolicy::builder().maximum_retry_attempts(3).maximum_event_age_in_seconds(60);
    let http = HttpParameters::builder().header_parameters("X-Key", "k").build();
    let targets = [
        target("a").input(r#"{"constant": 1}"#).retry_policy(policy.build()).build().unwrap(),
        target("b").input_path("$.detail").http_parameters(http).build().unwrap(),
        target("c").input_transformer(transformer(r#""<trip>""#)).build().unwrap(),
        Target::builder().id("d").arn(FUNCTION).build().unwrap(),
    ];
    put(&served.client, "all", targets.clone()).await;

    let reopened = client_of(&open(&served.file, config())).await;
    for client in [&served.client, &reopened] {
        let list = || client.list_targets_by_rule().rule("all").event_bus_name("trip-saga");
        let all = list().send().await.unwrap();
        assert_eq!((all.targets(), all.next_token()), (&targets[..], None));
        let first = list().limit(3).send().await.unwrap();
        assert_eq!((first.targets(), first.next_token()), (&targets[..3], Some("c")));
        let second = list().limit(3).next_token("c").send().await.unwrap();
        assert_eq!((second.targets(), second.next_token()), (&targets[3..], None));
    }
}

#[tokio::test]
async fn a_target_is_replaced_by_its_id_and_removed_by_it() {
    let served = serve().await;
    put_rule(&served.client, "all").await;
    let constant = target("a").input("1").build().unwrap();
    put(&served.client, "all", [target("a").build().unwrap(), target("b").build().unwrap()]).await;
    put(&served.client, "all", [constant.clone()]).await;

    let remove = served.client.remove_targets().rule("all").event_bus_name("trip-saga");
    let removed = remove.ids("b").ids("gone").send().await.unwrap();
    assert_eq!(removed.failed_entry_count(), 1);
    let failed = &removed.failed_entries()[0];
    assert_eq!(failed.target_id(), Some("gone"));
    assert_eq!(failed.error_code(), Some("ResourceNotFoundException"));
    let message = "Rule 'all' does not have a target with the Id 'gone'.";
    assert_eq!(failed.error_message(), Some(message));
    let left = served.client.list_targets_by_rule().rule("all").event_bus_name("trip-saga");
    assert_eq!(left.send().await.unwrap().targets(), [constant]);
}

#[tokio::test]
async fn rules_are_listed_by_the_address_of_a_target() {
    let served = serve().await;
    for rule in ["b", "a", "c"] {
        put_rule(&served.client, rule).await;
    }
    put(&served.client, "a", ["1", "2"].map(|id| target(id).build().unwrap())).await;
    put(&served.client, "b", [target("1").build().unwrap()]).await;
    put(&served.client, "c", [target("1").arn("http://elsewhere/").build().unwrap()]).await;
    let list = || {
        let list = served.client.list_rule_names_by_target().target_arn(HOOK);
        list.event_bus_name("trip-saga").limit(1)
    };
    let first = list().send().await.unwrap();
    assert_eq!((first.rule_names(), first.next_token()), (&["a".to_owned()][..], Some("a")));
    let second = list().next_token("a").send().await.unwrap();
    assert_eq!((second.rule_names(), second.next_token()), (&["b".to_owned()][..], None));
}

#[tokio::test]
async fn a_rule_with_targets_is_not_deleted_and_keeps_them_when_it_is_put_again() {
    let served = serve().await;
    put_rule(&served.client, "all").await;
    put(&served.client, "all", [target("a").build().unwrap()]).await;
    put_rule(&served.client, "all").await;
    let delete = || served.client.delete_rule().name("all").event_bus_name("trip-saga").send();
    let refused = delete().await.unwrap_err();
    assert_eq!(refused.code(), Some("ValidationException"));
    assert_eq!(refused.message(), Some("Rule can't be deleted since it has targets."));
    let remove = served.client.remove_targets().rule("all").event_bus_name("trip-saga").ids("a");
    assert_eq!(remove.send().await.unwrap().failed_entry_count(), 0);
    delete().await.unwrap();
}

#[tokio::test]
async fn a_rule_has_five_targets_at_most() {
    let served = serve().await;
    put_rule(&served.client, "all").await;
    let targets =
        |ids: &[&str]| -> Vec<_> { ids.iter().map(|id| target(id).build().unwrap()).collect() };
    put(&served.client, "all", targets(&["1", "2", "3", "4", "5"])).await;
    put(&served.client, "all", targets(&["5"])).await;
    let sixth = served.client.put_targets().rule("all").event_bus_name("trip-saga");
    let refused = sixth.set_targets(Some(targets(&["5", "6"]))).send().await.unwrap_err();
    assert!(refused.as_service_error().unwrap().is_limit_exceeded_exception(), "{refused:?}");
    let list = served.client.list_targets_by_rule().rule("all").event_bus_name("trip-saga");
    assert_eq!(list.send().await.unwrap().targets().len(), 5);
}

#[tokio::test]
async fn a_target_that_could_not_work_is_refused_with_what_works() {
    let served = serve().await;
    put_rule(&served.client, "all").await;
    let cases: Vec<(Change, &str)> = vec![
        (
            |t| t.id(""),
            "'targets.1.member.id' failed to satisfy constraint: Member must have length greater",
        ),
        (|t| t.id("a b"), r"regular expression pattern: [\.\-_A-Za-z0-9]+"),
        (|t| t.id("x".repeat(65)), "less than or equal to 64"),
        (|t| t.arn(""), "'targets.1.member.arn'"),
        (
            |t| t.arn("arn:aws:sqs:us-east-1:000000000000:queue"),
            "Parameter arn:aws:sqs:us-east-1:000000000000:queue is not valid. Reason: Provided Arn is not in correct \
             format. Locally, a target is an http:// or https:// address, or the ARN of a Lambda function",
        ),
        (|t| t.arn("ftp://127.0.0.1/"), "a target is an http:// or https:// address"),
        (|t| t.arn(FUNCTION), "start `trip up` with --invoke-address"),
        (|t| t.input("{"), "Input for target a is not a valid JSON text"),
        (|t| t.input("1".repeat(8193)), "'targets.1.member.input'"),
        (|t| t.input_path("detail"), "InputPath for target a is not a path that EventBridge reads"),
        (|t| t.input_path("$.".to_owned() + &"x".repeat(255)), "'targets.1.member.inputPath'"),
        (
            |t| t.input("1").input_path("$.detail"),
            "Only one of Input, InputPath, or InputTransformer must be provided for target a.",
        ),
        (|t| t.input_path("$").input_transformer(transformer("1")), "Only one of Input"),
        (
            |t| t.input_transformer(transformer(r#""<other>""#)),
            "InputTemplate for target a contains invalid placeholder other.",
        ),
        (
            |t| t.input_transformer(transformer("<trip> is on")),
            "Invalid InputTransformer for target a : not a template of valid JSON",
        ),
        (
            |t| t.input_transformer(transformer("")),
            "'targets.1.member.inputTransformer.inputTemplate'",
        ),
        (
            |t| {
                t.input_transformer(
                    InputTransformer::builder()
                        .input_paths_map("a.b", "$")
                        .input_template("1")
                        .build()
                        .unwrap(),
                )
            },
            "'targets.1.member.inputTransformer.inputPathsMap'",
        ),
        (
            |t| t.retry_policy(RetryPolicy::builder().maximum_retry_attempts(186).build()),
            "'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: \
             Member must have value less than or equal to 185",
        ),
        (
            |t| t.retry_policy(RetryPolicy::builder().maximum_retry_attempts(-1).build()),
            "greater than or equal to 0",
        ),
        (
            |t| t.retry_policy(RetryPolicy::builder().maximum_event_age_in_seconds(59).build()),
            "equal to 60",
        ),
        (
            |t| t.http_parameters(HttpParameters::builder().path_parameter_values("x").build()),
            "HttpParameters for target a are not valid: PathParameterValues has 1 values",
        ),
        (
            |t| t.http_parameters(HttpParameters::builder().header_parameters("Host", "x").build()),
            "HeaderParameters cannot set \"Host\"",
        ),
        (
            |t| {
                t.dead_letter_config(
                    DeadLetterConfig::builder().arn("arn:aws:sqs:us-east-1:0:q").build(),
                )
            },
            "dead-letters.jsonl, which `trip events dead-letters` lists and redrives",
        ),
        (|t| t.role_arn("arn"), "Parameter RoleArn is not supported locally."),
        (
            |t| t.sqs_parameters(SqsParameters::builder().message_group_id("g").build()),
            "Parameter SqsParameters is not supported locally.",
        ),
    ];
    for (change, message) in cases {
        let put = served.client.put_targets().rule("all").event_bus_name("trip-saga");
        let refused = put.targets(change(target("a")).build().unwrap()).send().await.unwrap_err();
        assert_eq!(refused.code(), Some("ValidationException"), "{refused:?}");
        assert!(refused.message().unwrap().contains(message), "{message}: {refused:?}");
    }
    let list = served.client.list_targets_by_rule().rule("all").event_bus_name("trip-saga");
    assert_eq!(list.send().await.unwrap().targets(), []);
}

#[tokio::test]
async fn what_names_nothing_or_too_much_is_refused() {
    let served = serve().await;
    put_rule(&served.client, "all").await;
    let client = &served.client;
    let put =
        || client.put_targets().event_bus_name("trip-saga").targets(target("a").build().unwrap());
    let many: Vec<_> = (0..101).map(|n| target(&n.to_string()).build().unwrap()).collect();
    let (invalid, unknown) = ("ValidationException", "ResourceNotFoundException");
    for (request, code, message) in [
        (put().rule("none"), unknown, "Rule none does not exist on EventBus trip-saga."),
        (put().rule("all").event_bus_name("x"), unknown, "Event bus x does not exist."),
        (put().rule("a b"), invalid, "'rule'"),
        (put().rule("all").set_targets(Some(vec![])), invalid, "'targets'"),
        (put().rule("all").set_targets(Some(many)), invalid, "less than or equal to 100"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!((error.code(), true), (Some(code), error.message().unwrap().contains(message)));
    }
    let remove = || client.remove_targets().event_bus_name("trip-saga");
    for (request, code, message) in [
        (
            remove().rule("none").ids("a"),
            unknown,
            "Rule none does not exist on EventBus trip-saga.",
        ),
        (remove().rule("all").set_ids(Some(vec![])), invalid, "'ids'"),
        (remove().rule("all").ids("a b"), invalid, "'ids.1.member'"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!((error.code(), true), (Some(code), error.message().unwrap().contains(message)));
    }
    let list = client.list_targets_by_rule().rule("none").event_bus_name("trip-saga");
    assert_eq!(list.send().await.unwrap_err().code(), Some(unknown));
    let names = client.list_rule_names_by_target().target_arn(HOOK).event_bus_name("x");
    assert_eq!(names.send().await.unwrap_err().code(), Some(unknown));
}
