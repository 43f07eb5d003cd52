//! Creates the tables on a DynamoDB of our own. On AWS the infrastructure code does this.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_json::CallFailed;
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    Projection as SdkProjection, ProjectionType, ScalarAttributeType, StreamSpecification,
    StreamViewType, TimeToLiveSpecification, TimeToLiveStatus,
};

use super::{Index, Projection, TableSpec, Tables};
use crate::items::s;
use crate::request::Read;
use crate::{Client, StoreError};

const CREATING: &str = "creating the tables";

/// How long a new table may take to become active.
const PATIENCE: Duration = Duration::from_secs(120);

/// Creates the tables that do not exist yet, and waits until they are ready for use.
///
/// # Errors
/// When the database refuses, fails, or does not finish in two minutes; and
/// [`StoreError::Outdated`] where a table of an earlier release has not all of its indexes.
pub async fn create_all(client: &Client, tables: &Tables) -> Result<(), StoreError> {
    for (spec, name) in tables.all() {
        match create(client, spec, name).await? {
            Table::Made => wait_until_active(client, name).await?,
            Table::Found => complete(client, spec, name).await?,
        }
        if let Some(attribute) = spec.time_to_live_attribute {
            enable_time_to_live(client, name, attribute).await?;
        }
    }
    Ok(())
}

/// Whether a table was there.
enum Table {
    Made,
    Found,
}

async fn create(client: &Client, spec: &TableSpec, name: &str) -> Result<Table, StoreError> {
    let unbuilt = StoreError::unbuilt::<BuildError>;
    let request = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes(spec).map_err(unbuilt(CREATING))?))
        .set_key_schema(Some(key(spec.partition_key, spec.sort_key).map_err(unbuilt(CREATING))?))
        .set_global_secondary_indexes(indexes(spec).map_err(unbuilt(CREATING))?)
        .set_stream_specification(stream(spec).map_err(unbuilt(CREATING))?);
    match request.send().await {
        Ok(_) => Ok(Table::Made),
        Err(error) if exists(error.as_service_error()) => Ok(Table::Found),
        Err(error) => Err(StoreError::during(CREATING)(error)),
    }
}

fn exists(error: Option<&CreateTableError>) -> bool {
    error.is_some_and(CreateTableError::is_resource_in_use_exception)
}

fn attributes(spec: &TableSpec) -> Result<Vec<AttributeDefinition>, BuildError> {
    let of_indexes = spec.indexes.iter().flat_map(|index| [index.partition_key, index.sort_key]);
    let of_table = [spec.partition_key].into_iter().chain(spec.sort_key);
    let names: BTreeSet<&str> = of_table.chain(of_indexes).collect();
    let definition = |name: &str| {
        let definition = AttributeDefinition::builder().attribute_name(name);
        definition.attribute_type(ScalarAttributeType::S).build()
    };
    names.into_iter().map(definition).collect()
}

fn key(partition: &str, sort: Option<&str>) -> Result<Vec<KeySchemaElement>, BuildError> {
    let partition = (partition, KeyType::Hash);
    let parts = std::iter::once(partition).chain(sort.map(|sort| (sort, KeyType::Range)));
    let element = |(name, part): (&str, KeyType)| {
        KeySchemaElement::builder().attribute_name(name).key_type(part).build()
    };
    parts.map(element).collect()
}

/// `None` if the table has no index: DynamoDB refuses an empty list.
fn indexes(spec: &TableSpec) -> Result<Option<Vec<GlobalSecondaryIndex>>, BuildError> {
    if spec.indexes.is_empty() {
        return Ok(None);
    }
    spec.indexes.iter().map(index).collect::<Result<_, _>>().map(Some)
}

fn index(index: &Index) -> Result<GlobalSecondaryIndex, BuildError> {
    let projection = match index.projection {
        Projection::KeysOnly => ProjectionType::KeysOnly,
        Projection::All => ProjectionType::All,
    };
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(key(index.partition_key, Some(index.sort_key))?))
        .projection(SdkProjection::builder().projection_type(projection).build())
        .build()
}

fn stream(spec: &TableSpec) -> Result<Option<StreamSpecification>, BuildError> {
    let specification = |view| {
        let specification = StreamSpecification::builder().stream_enabled(true);
        specification.stream_view_type(StreamViewType::from(view)).build()
    };
    spec.stream.map(specification).transpose()
}

async fn wait_until_active(client: &Client, name: &str) -> Result<(), StoreError> {
    let exists = client.wait_until_table_exists().table_name(name).wait(PATIENCE).await;
    exists.map(drop).map_err(StoreError::unready(CREATING))
}

/// Whether a table has all of its indexes: a query of one that is missing is refused. A description
/// would tell as well, but for it the embedded engine counts the table's items and their bytes, of
/// a million trips for longer than a call may take.
///
/// An index is not added here: what was written before lacks its key.
async fn complete(client: &Client, spec: &TableSpec, name: &str) -> Result<(), StoreError> {
    for index in spec.indexes {
        let nothing = Read::query(name, "#key = :nothing")
            .index(index.name)
            .name("#key", index.partition_key)
            .value(":nothing", s("#"))
            .limit(1);
        match client.page(&nothing).await {
            Err(CallFailed::Refused(refusal)) if refusal.is("ValidationException") => {
                return Err(StoreError::Outdated { table: name.to_owned(), index: index.name });
            }
            answer => drop(answer.map_err(StoreError::of_call(CREATING))?),
        }
    }
    Ok(())
}

async fn enable_time_to_live(
    client: &Client,
    name: &str,
    attribute: &str,
) -> Result<(), StoreError> {
    if has_time_to_live(client, name).await? {
        return Ok(());
    }
    let specification = TimeToLiveSpecification::builder().enabled(true).attribute_name(attribute);
    let specification = specification.build().map_err(StoreError::unbuilt(CREATING))?;
    let request = client.update_time_to_live().table_name(name);
    let answer = request.time_to_live_specification(specification).send().await;
    answer.map(drop).map_err(StoreError::during(CREATING))
}

/// Enabling the time to live twice is an error.
async fn has_time_to_live(client: &Client, name: &str) -> Result<bool, StoreError> {
    let answer = client.describe_time_to_live().table_name(name).send().await;
    let description = answer.map_err(StoreError::during(CREATING))?.time_to_live_description;
    let status = description.and_then(|description| description.time_to_live_status);
    Ok(matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)))
}
