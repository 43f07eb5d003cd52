//! AWS's list prices in US dollars for us-east-1, without free tiers, taxes and discounts. They
//! change: check them before relying on a figure.

use serde::Serialize;

/// The region of the prices.
pub const REGION: &str = "us-east-1";

const MILLION: f64 = 1_000_000.0;
const EACH: f64 = 1.0;

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the table of prices says what each is")]
pub enum Unit {
    Request,
    Transition,
    Workflow,
    WorkflowGigabyteSecond,
    Invocation,
    GigabyteSecond,
    WriteUnit,
    ReadUnit,
    StoredGigabyte,
    BackupGigabyte,
    Event,
    ArchivedGigabyte,
    LogGigabyte,
    AlarmMetric,
    Dashboard,
    Metric,
    InsightRule,
    Trace,
    Secret,
}

/// A list price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// The unit.
    pub unit: Unit,
    /// The service that asks it.
    pub service: &'static str,
    /// Dollars for so many units.
    pub dollars: f64,
    /// How many units the dollars are for.
    pub per: f64,
    /// Where it was read. Sources are archived copies of pages, so a date is the copy's date, if it
    /// has one.
    pub source: &'static str,
}

const UNCHECKED: &str = "not checked lately";

const fn price(
    unit: Unit,
    service: &'static str,
    dollars: f64,
    per: f64,
    source: &'static str,
) -> Price {
    Price { unit, service, dollars, per, source }
}

/// Every price.
#[rustfmt::skip]
pub const PRICES: [Price; 19] = [
    price(Unit::Request, "API Gateway", 3.5, MILLION, "a tutorial of December 2025; REST APIs"),
    price(Unit::Transition, "Step Functions", 25.0, MILLION, "aws.amazon.com/step-functions/pricing, a copy without a date; Standard workflows"),
    price(Unit::Workflow, "Step Functions", 1.0, MILLION, "AWS's agent toolkit on GitHub, 2026; Express workflows"),
    price(Unit::WorkflowGigabyteSecond, "Step Functions", 16.67, MILLION, UNCHECKED),
    price(Unit::Invocation, "Lambda", 0.2, MILLION, "aws.amazon.com/lambda/pricing, as copied in September 2026"),
    price(Unit::GigabyteSecond, "Lambda", 13.3334, MILLION, "notes of May 2026; arm64"),
    price(Unit::WriteUnit, "DynamoDB", 0.625, MILLION, "airbyte.com, July 2025, after AWS's cut of November 2024; some pages still tell twice as much"),
    price(Unit::ReadUnit, "DynamoDB", 0.125, MILLION, "as for write units; half of it where a read may be stale"),
    price(Unit::StoredGigabyte, "DynamoDB", 0.25, EACH, "a gist of December 2020; standard class, a month"),
    price(Unit::BackupGigabyte, "DynamoDB", 0.2, EACH, "a gist of March 2020; point-in-time recovery, a month"),
    price(Unit::Event, "EventBridge", 1.0, MILLION, "factualminds.com, June 2026; custom events of at most 64 KB on a Classic bus"),
    price(Unit::ArchivedGigabyte, "EventBridge", 0.1, EACH, "factualminds.com, June 2026"),
    price(Unit::LogGigabyte, "CloudWatch", 0.5, EACH, "a guide of 2026 to CloudWatch's prices; standard class"),
    price(Unit::AlarmMetric, "CloudWatch", 0.1, EACH, UNCHECKED),
    price(Unit::Dashboard, "CloudWatch", 3.0, EACH, UNCHECKED),
    price(Unit::Metric, "CloudWatch", 0.3, EACH, UNCHECKED),
    price(Unit::InsightRule, "CloudWatch", 0.5, EACH, UNCHECKED),
    price(Unit::Trace, "X-Ray", 5.0, MILLION, UNCHECKED),
    price(Unit::Secret, "Secrets Manager", 0.4, EACH, UNCHECKED),
];

impl Unit {
    /// Its price. The table is in the order of the units, which a test holds.
    #[must_use]
    pub const fn price(self) -> Price {
        PRICES[self as usize]
    }

    /// Dollars for one.
    #[must_use]
    pub fn dollars(self) -> f64 {
        let Price { dollars, per, .. } = self.price();
        dollars / per
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_has_its_own_price() {
        for (place, price) in PRICES.iter().enumerate() {
            assert_eq!(price.unit as usize, place, "{:?}", price.unit);
            assert_eq!(price.unit.price(), *price);
        }
    }
}
