//! Queries and scans, page by page. Source: `Query` and `Scan` in the DynamoDB API reference.

use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};

use super::Members;

/// Which items of a table or an index to read, in which order.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Read<'a> {
    #[serde(skip)]
    target: &'static str,
    table_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consistent_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_condition_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Members::is_empty")]
    expression_attribute_names: Members<'a, &'a str>,
    #[serde(skip_serializing_if = "Members::is_empty")]
    expression_attribute_values: Members<'a, AttributeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scan_index_forward: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_segments: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    select: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_consumed_capacity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_start_key: Option<Item>,
}

/// One page of what was found.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    /// How many items were found, also where they were only counted.
    pub(crate) count: u64,
    /// How many were examined.
    pub(crate) scanned_count: usize,
    last_evaluated_key: Option<Item>,
    consumed_capacity: Option<Consumed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Consumed {
    capacity_units: f64,
}

impl<'a> Read<'a> {
    /// The items of one partition that meet a condition on their key.
    pub(crate) fn query(table: &'a str, condition: &'a str) -> Self {
        let query = Self::of(table, "DynamoDB_20120810.Query");
        Self { key_condition_expression: Some(condition), ..query }
    }

    /// All items.
    pub(crate) fn scan(table: &'a str) -> Self {
        Self::of(table, "DynamoDB_20120810.Scan")
    }

    fn of(table_name: &'a str, target: &'static str) -> Self {
        Self {
            target,
            table_name,
            index_name: None,
            consistent_read: None,
            key_condition_expression: None,
            filter_expression: None,
            expression_attribute_names: Members(Vec::new()),
            expression_attribute_values: Members(Vec::new()),
            scan_index_forward: None,
            segment: None,
            total_segments: None,
            limit: None,
            select: None,
            return_consumed_capacity: None,
            exclusive_start_key: None,
        }
    }

    /// As an index has them.
    pub(crate) fn index(self, name: &'a str) -> Self {
        Self { index_name: Some(name), ..self }
    }

    /// Strongly consistent.
    pub(crate) fn consistent(self) -> Self {
        Self { consistent_read: Some(true), ..self }
    }

    /// Only those for which the condition holds. The others are examined, and cost as much.
    pub(crate) fn only_if(self, condition: &'a str) -> Self {
        Self { filter_expression: Some(condition), ..self }
    }

    /// What a name in the expressions stands for.
    pub(crate) fn name(mut self, name: &'a str, attribute: &'a str) -> Self {
        self.expression_attribute_names.add(name, attribute);
        self
    }

    /// What a value in the expressions stands for.
    pub(crate) fn value(mut self, name: &'a str, value: AttributeValue) -> Self {
        self.expression_attribute_values.add(name, value);
        self
    }

    /// In the order of the sort key, or against it.
    pub(crate) fn forward(self, forward: bool) -> Self {
        Self { scan_index_forward: Some(forward), ..self }
    }

    /// One of `of` parts of a table.
    pub(crate) fn segment(self, index: u16, of: u16) -> Self {
        Self { segment: Some(index), total_segments: Some(of), ..self }
    }

    /// How many items a page examines at most.
    pub(crate) fn limit(self, most: usize) -> Self {
        Self { limit: Some(most), ..self }
    }

    /// Only their number.
    pub(crate) fn counting(self) -> Self {
        Self { select: Some("COUNT"), ..self }
    }

    /// With what it costs.
    pub(crate) fn with_its_cost(self) -> Self {
        Self { return_consumed_capacity: Some("TOTAL"), ..self }
    }

    pub(crate) fn target(&self) -> &'static str {
        self.target
    }

    /// Behind this key; from the beginning without one.
    pub(crate) fn after(self, key: Option<Item>) -> Self {
        Self { exclusive_start_key: key, ..self }
    }
}

impl Page {
    /// Adds what the page after this one has.
    pub(crate) fn add(&mut self, page: Self) {
        self.items.extend(page.items);
        self.count += page.count;
    }

    /// The key after which the next page begins; `None` after the last one.
    pub(crate) fn next(&mut self) -> Option<Item> {
        self.last_evaluated_key.take().filter(|key| !key.is_empty())
    }

    /// The read units that this page cost, if they were asked for.
    pub(crate) fn units(&self) -> f64 {
        self.consumed_capacity.as_ref().map_or(0.0, |consumed| consumed.capacity_units)
    }
}
