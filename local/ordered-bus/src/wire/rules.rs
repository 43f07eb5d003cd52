//! What is refused of what is said of a subscriber, and what is meant where it says nothing.

use std::time::Duration;

use event_delivery::{Address, RetryPolicy as Pace};

use super::checks::{description, name, require, within};
use super::settings::{
    BatchConfiguration, FilterConfiguration, InvokeConfiguration, LogConfiguration,
    OnFailureConfiguration, PointInTime, PointType, RetryPolicy, StartingPosition,
};
use super::subscribers::{CreateSubscriber, UpdateSubscriber};
use crate::filter::Filters;
use crate::refusal::Refusal;

/// The retries and the age in seconds of a subscriber that names none.
const RETRIES: u32 = 5;
const AGE: u32 = 300;

/// The batches of a function that names none, and the largest; an HTTP address gets one event.
const FUNCTION_BATCH: u32 = 10;
const LARGEST_FUNCTION_BATCH: u32 = 100;

impl CreateSubscriber {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        name(&self.name)?;
        description(self.description.as_deref())?;
        require(self.tags.len() <= 200, "Tags: at most 200")?;
        let filters = self.filter_configuration.as_ref();
        require(
            filters.is_none_or(|it| !it.filters.is_empty()),
            "FilterConfiguration.Filters: at least one",
        )?;
        self.check_start()?;
        check_parts(
            Some(&self.invoke_configuration),
            filters,
            Some(self.batch_configuration),
            Some(self.retry_policy),
            self.on_failure_configuration.as_ref(),
            self.log_configuration.as_ref(),
        )?;
        self.check_batch()
    }

    fn check_start(&self) -> Result<(), Refusal> {
        let is_past = self.starting_position == StartingPosition::PointInTime;
        let Some(PointInTime { point_type, starting_point, end_point }) =
            self.point_in_time_configuration
        else {
            return require(!is_past, "PointInTimeConfiguration: needed by POINT_IN_TIME");
        };
        require(is_past, "PointInTimeConfiguration: only with POINT_IN_TIME")?;
        let fits = (point_type == PointType::Timestamp) == starting_point.is_some();
        require(fits, "PointInTimeConfiguration.StartingPoint: with TIMESTAMP, and only then")?;
        let ends = end_point.zip(starting_point).is_none_or(|(end, start)| end.0 > start.0);
        require(ends, "PointInTimeConfiguration.EndPoint: later than StartingPoint")
    }

    /// A batch that the target takes.
    pub(crate) fn check_batch(&self) -> Result<(), Refusal> {
        let most = if self.is_function() { LARGEST_FUNCTION_BATCH } else { 1 };
        within("BatchConfiguration.MaxBatchSize", self.batch_configuration.max_batch_size, 1..=most)
    }

    fn is_function(&self) -> bool {
        self.invoke_configuration.target_arn.starts_with("arn:")
    }

    /// Where it delivers to.
    pub(crate) fn address(&self) -> Result<Address, Refusal> {
        address(&self.invoke_configuration)
    }

    /// Its batches, with what it does not say.
    pub(crate) fn batches(&self) -> BatchConfiguration {
        let BatchConfiguration { max_batch_size, max_batch_window_in_seconds } =
            self.batch_configuration;
        let usual = if self.is_function() { FUNCTION_BATCH } else { 1 };
        BatchConfiguration {
            max_batch_size: Some(max_batch_size.unwrap_or(usual)),
            max_batch_window_in_seconds: Some(max_batch_window_in_seconds.unwrap_or(0)),
        }
    }

    /// Its retries, with what it does not say.
    pub(crate) fn retries(&self) -> RetryPolicy {
        let RetryPolicy { max_retry_attempts, max_event_age_in_seconds, .. } = self.retry_policy;
        RetryPolicy {
            max_retry_attempts: Some(max_retry_attempts.unwrap_or(RETRIES)),
            max_event_age_in_seconds: Some(max_event_age_in_seconds.unwrap_or(AGE)),
            ..self.retry_policy
        }
    }

    /// The same as a pace of attempts, with the waits of `pace`.
    pub(crate) fn pace(&self, pace: Pace) -> Pace {
        let retries = self.retries();
        Pace {
            retries: retries.max_retry_attempts.unwrap_or(RETRIES),
            age: Duration::from_secs(retries.max_event_age_in_seconds.unwrap_or(AGE).into()),
            ..pace
        }
    }

    /// The same, with what an update says.
    pub(crate) fn updated(self, update: UpdateSubscriber) -> Self {
        let filters = match update.filter_configuration {
            Some(none) if none.filters.is_empty() => None,
            some => some.or(self.filter_configuration),
        };
        Self {
            description: update.description.or(self.description),
            invoke_configuration: update.invoke_configuration.unwrap_or(self.invoke_configuration),
            filter_configuration: filters,
            batch_configuration: update.batch_configuration.unwrap_or(self.batch_configuration),
            transformer: update.transformer.or(self.transformer),
            retry_policy: update.retry_policy.unwrap_or(self.retry_policy),
            on_failure_configuration: update
                .on_failure_configuration
                .or(self.on_failure_configuration),
            log_configuration: update.log_configuration.or(self.log_configuration),
            state: update.state.unwrap_or(self.state),
            ..self
        }
    }
}

impl UpdateSubscriber {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        description(self.description.as_deref())?;
        let filters = self.filter_configuration.as_ref();
        let clears = |it: &FilterConfiguration| it.filters.is_empty() && it.language.is_none();
        require(
            filters.is_none_or(|it| !it.filters.is_empty() || clears(it)),
            "FilterConfiguration.Filters: at least one",
        )?;
        check_parts(
            self.invoke_configuration.as_ref(),
            filters,
            self.batch_configuration,
            self.retry_policy,
            self.on_failure_configuration.as_ref(),
            self.log_configuration.as_ref(),
        )
    }
}

fn check_parts(
    invoke: Option<&InvokeConfiguration>,
    filters: Option<&FilterConfiguration>,
    batch: Option<BatchConfiguration>,
    retries: Option<RetryPolicy>,
    on_failure: Option<&OnFailureConfiguration>,
    log: Option<&LogConfiguration>,
) -> Result<(), Refusal> {
    invoke.map_or(Ok(()), check_target)?;
    Filters::of(filters)?;
    if let Some(BatchConfiguration { max_batch_size, max_batch_window_in_seconds }) = batch {
        within("BatchConfiguration.MaxBatchSize", max_batch_size, 1..=500)?;
        let window = "BatchConfiguration.MaxBatchWindowInSeconds";
        within(window, max_batch_window_in_seconds, 0..=300)?;
    }
    if let Some(RetryPolicy { max_retry_attempts, max_event_age_in_seconds, .. }) = retries {
        within("RetryPolicy.MaxRetryAttempts", max_retry_attempts, 0..=185)?;
        within("RetryPolicy.MaxEventAgeInSeconds", max_event_age_in_seconds, 60..=86_400)?;
    }
    let queue = on_failure.and_then(|it| it.arn.as_deref());
    let is_queue = |arn: &str| arn.starts_with("arn:aws") && arn.split(':').nth(2) == Some("sqs");
    require(queue.is_none_or(is_queue), "OnFailureConfiguration.Arn: the ARN of an SQS queue")?;
    let level = log.and_then(|it| it.level.as_deref());
    let is_level = level.is_none_or(|level| ["OFF", "ERROR", "INFO"].contains(&level));
    require(is_level, "LogConfiguration.Level: OFF, ERROR or INFO")
}

fn check_target(invoke: &InvokeConfiguration) -> Result<(), Refusal> {
    let is_role = invoke.role_arn.starts_with("arn:aws")
        && invoke.role_arn.split(':').nth(2) == Some("iam")
        && invoke.role_arn.contains(":role/");
    require(is_role, "InvokeConfiguration.RoleArn: the ARN of a role")?;
    let address = address(invoke)?;
    let is_http = matches!(address, Address::Http(_));
    let target = &invoke.target_arn;
    let of_others = format!("parameters of another kind of target than {target}");
    require(!is_http || invoke.lambda_parameters.is_none(), &of_others)?;
    require(is_http || invoke.http_parameters.is_none(), &of_others)?;
    if let (Address::Http(url), Some(http)) = (&address, &invoke.http_parameters) {
        let values = http.path_parameter_values.iter().chain(http.header_parameters.values());
        let mut values = values.chain(http.query_string_parameters.values());
        let has_no_expression = values.all(|value| !value.contains("{%"));
        require(has_no_expression, "HttpParameters: JSONata is not evaluated here")?;
        http.check(url).map_err(|error| Refusal::invalid(error.to_string()))?;
    }
    Ok(())
}

/// Where a target is. A qualifier may stand beside the function's ARN.
fn address(invoke: &InvokeConfiguration) -> Result<Address, Refusal> {
    let refused = |error| Refusal::invalid(format!("InvokeConfiguration.TargetArn: {error}"));
    let address: Address = invoke.target_arn.parse().map_err(refused)?;
    let beside = invoke.lambda_parameters.as_ref().and_then(|it| it.qualifier.clone());
    Ok(match address {
        Address::Function { arn, name, qualifier } => {
            Address::Function { arn, name, qualifier: qualifier.or(beside) }
        }
        http @ Address::Http(_) => http,
    })
}
