//! Who may import whom: the table that keeps the crates' borders.

use std::collections::BTreeSet;

use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

use super::assert_none;
use super::files::root;

/// What one crate may depend on, its tests aside.
struct Row {
    name: &'static str,
    ours: &'static [&'static str],
    externals: Externals,
}

/// The governed externals that a crate may import.
enum Externals {
    Any,
    Only(&'static [&'static str]),
    /// What every Lambda function needs, and these.
    Function(&'static [&'static str]),
}

use Externals::{Any, Function, Only};

const EVERY_FUNCTION: &[&str] = &["aws_lambda_events", "lambda_runtime", "tokio"];

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { name: "domain", ours: &[], externals: Only(&[]) },
    Row { name: "aws-json", ours: &[], externals: Only(&["aws-credential-types", "aws-runtime", "aws-sigv4", "aws-smithy-async", "aws-smithy-runtime", "aws-smithy-runtime-api", "aws-smithy-types", "aws-types"]) },
    Row { name: "store", ours: &["aws-json", "domain"], externals: Only(&["aws-sdk-dynamodb", "aws-smithy-async", "aws-types", "serde_dynamo"]) },
    Row { name: "lambda-kit", ours: &["domain"], externals: Function(&["aws-credential-types", "aws-smithy-runtime-api", "aws-smithy-types", "aws-types", "lambda_http", "opentelemetry", "opentelemetry-http", "opentelemetry-otlp", "opentelemetry_sdk", "tracing-opentelemetry"]) },
    Row { name: "saga", ours: &["aws-json", "domain", "lambda-kit", "store"], externals: Function(&["aws-sdk-sfn", "lambda_http"]) },
    Row { name: "dispatcher", ours: &["aws-json", "domain", "lambda-kit", "store"], externals: Function(&["aws-sdk-eventbridge", "aws-sdk-eventbridgev2", "aws-smithy-runtime-api", "aws-smithy-types"]) },
    Row { name: "projector", ours: &["domain", "lambda-kit", "store"], externals: Function(&[]) },
    Row { name: "query-api", ours: &["domain", "lambda-kit", "store", "swagger-ui"], externals: Function(&["axum"]) },
    Row { name: "swagger-ui", ours: &[], externals: Only(&[]) },
    Row { name: "console", ours: &["domain", "event-pattern", "lambda-kit", "operator", "store"], externals: Only(&["axum", "tokio"]) },
    Row { name: "console-function", ours: &["aws-json", "console", "domain", "event-pattern", "lambda-kit", "operator", "sign-in", "store"], externals: Function(&["aws-smithy-runtime-api", "aws-smithy-types", "aws-types", "axum"]) },
    Row { name: "sign-in", ours: &["domain", "lambda-kit"], externals: Only(&["aws-smithy-runtime-api", "aws-smithy-types", "axum", "tokio"]) },
    Row { name: "engine", ours: &[], externals: Only(&["dynoxide-rs", "rusqlite", "tokio"]) },
    Row { name: "event-bus", ours: &["domain", "event-delivery", "event-pattern"], externals: Only(&["axum", "rusqlite", "tokio"]) },
    Row { name: "event-delivery", ours: &["domain"], externals: Only(&["tokio"]) },
    Row { name: "event-pattern", ours: &[], externals: Only(&[]) },
    Row { name: "event-source-mapping", ours: &["domain", "event-pattern", "stream-replay"], externals: Only(&["aws-sdk-dynamodbstreams", "tokio"]) },
    Row { name: "gateway", ours: &["domain", "lambda-kit"], externals: Only(&["axum", "tokio"]) },
    Row { name: "stream-replay", ours: &[], externals: Only(&["aws-sdk-dynamodbstreams", "tokio"]) },
    Row { name: "ordered-bus", ours: &["domain", "event-delivery", "event-pattern"], externals: Only(&["axum", "rusqlite", "tokio"]) },
    Row { name: "state-machine", ours: &["domain"], externals: Only(&["rusqlite", "tokio"]) },
    Row { name: "operator", ours: &["domain", "event-source-mapping", "lambda-kit", "projector", "store", "stream-replay"], externals: Only(&["aws-config", "aws-sdk-cloudformation", "aws-sdk-dynamodbstreams", "aws-sdk-lambda", "aws-sdk-s3", "aws-sdk-sfn", "aws-types", "tokio"]) },
    Row {
        name: "local",
        ours: &[
            "console", "dispatcher", "domain", "engine", "event-bus", "event-pattern", "event-source-mapping",
            "gateway", "lambda-kit", "operator", "ordered-bus", "projector", "query-api", "saga", "state-machine", "store", "swagger-ui",
        ],
        externals: Any,
    },
    Row { name: "cli", ours: &["dispatcher", "domain", "event-delivery", "event-source-mapping", "gateway", "lambda-kit", "local", "operator", "projector", "store", "stream-replay"], externals: Any },
    Row {
        name: "tests",
        ours: &[
            "cli", "console-function", "dispatcher", "domain", "engine", "event-bus", "event-pattern",
            "event-source-mapping", "gateway", "lambda-kit", "local", "operator", "ordered-bus",
            "projector", "query-api", "saga", "state-machine", "store", "stream-replay", "swagger-ui",
            "testing", "xtask",
        ],
        externals: Any,
    },
    Row { name: "testing", ours: &["domain"], externals: Only(&[]) },
    Row { name: "bench", ours: &["engine", "store"], externals: Only(&["axum", "rusqlite", "tokio"]) },
    Row { name: "hot-path", ours: &["dispatcher", "domain", "lambda-kit", "projector", "saga", "store", "testing"], externals: Function(&["aws-credential-types", "aws-sdk-eventbridge", "aws-sigv4", "aws-smithy-runtime-api", "aws-smithy-types", "serde_dynamo"]) },
    Row { name: "xtask", ours: &["swagger-ui"], externals: Only(&[]) },
];

/// External crates that stand for a platform: importing one ties a crate to it.
fn is_governed(external: &str) -> bool {
    let families = ["aws-", "aws_", "lambda_", "opentelemetry"];
    let crates =
        ["axum", "dynoxide-rs", "rusqlite", "serde_dynamo", "tokio", "tracing-opentelemetry"];
    families.iter().any(|family| external.starts_with(family)) || crates.contains(&external)
}

impl Row {
    fn allows(&self, import: &Dependency) -> bool {
        if import.path.is_some() {
            return self.ours.contains(&import.name.as_str());
        }
        !is_governed(&import.name) || self.externals.allow(&import.name)
    }

    /// The row in words.
    fn rule(&self) -> String {
        format!("of ours {:?}, of the governed externals {}", self.ours, self.externals.rule())
    }
}

impl Externals {
    fn allow(&self, import: &str) -> bool {
        match self {
            Any => true,
            Only(list) => list.contains(&import),
            Function(more) => EVERY_FUNCTION.contains(&import) || more.contains(&import),
        }
    }

    fn rule(&self) -> String {
        match self {
            Any => "any".to_owned(),
            Only(list) => format!("{list:?}"),
            Function(more) => format!("{:?}", [EVERY_FUNCTION, more].concat()),
        }
    }
}

fn packages() -> Vec<Package> {
    let mut cargo = MetadataCommand::new();
    cargo.current_dir(root()).no_deps().exec().unwrap().packages
}

/// What is compiled into the crate; what only its tests use is free.
fn imports(package: &Package) -> impl Iterator<Item = &Dependency> {
    package.dependencies.iter().filter(|import| import.kind != DependencyKind::Development)
}

#[test]
fn every_crate_imports_only_what_the_table_lets_it() {
    let packages = packages();
    let row = |package: &Package| TABLE.iter().find(|row| *package.name == row.name);
    let governed = packages.iter().filter_map(|package| Some((package, row(package)?)));
    let broken = governed.flat_map(|(package, row)| {
        let refused = imports(package).filter(|import| !row.allows(import));
        refused.map(|import| {
            format!("{} imports {}, but may import {}", row.name, import.name, row.rule())
        })
    });
    assert_none(broken);
}

#[test]
fn the_table_has_a_row_for_every_crate() {
    let packages = packages();
    let crates: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let rows: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    assert_eq!(crates, rows);
}

#[test]
fn the_table_refuses_a_platform_in_the_domain_and_lets_tools_pass() {
    let domain = &TABLE[0].externals;
    for (external, allowed) in
        [("tokio", false), ("aws-sdk-sqs", false), ("lambda_http", false), ("serde", true)]
    {
        assert_eq!(!is_governed(external) || domain.allow(external), allowed, "{external}");
    }
}
