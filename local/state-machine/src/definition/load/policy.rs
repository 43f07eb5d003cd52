//! Reads `Retry` and `Catch`, with Step Functions' rules on wildcards.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;

use super::fields::Fields;
use super::result_path;
use crate::definition::{Catcher, Problems, Retrier};
use crate::interpret::names;

/// Step Functions' limits on the numbers of a retrier.
const MAX_NUMBER: u64 = 99_999_999;
const MAX_DELAY: u64 = 31_622_399;

pub(super) fn read_retry(fields: &mut Fields<'_>) -> Vec<Retrier> {
    let retry = read_list(fields, "Retry", read_retrier);
    check_wildcards(fields, "Retry", retry.iter().map(|retrier| retrier.errors.as_slice()));
    retry
}

pub(super) fn read_catch(fields: &mut Fields<'_>) -> Vec<Catcher> {
    let catch = read_list(fields, "Catch", read_catcher);
    check_wildcards(fields, "Catch", catch.iter().map(|catcher| catcher.errors.as_slice()));
    catch
}

fn read_list<T>(fields: &mut Fields<'_>, name: &str, read: fn(Fields<'_>) -> Option<T>) -> Vec<T> {
    let items: Vec<Value> = fields.optional(name).unwrap_or_default();
    let at = fields.path(name);
    let problems: &mut Problems = fields.problems;
    let entries = items.into_iter().enumerate();
    entries
        .filter_map(|(index, item)| read(Fields::open(&format!("{at}[{index}]"), item, problems)?))
        .collect()
}

fn read_retrier(mut fields: Fields<'_>) -> Option<Retrier> {
    let errors = read_errors(&mut fields);
    let interval = read_number(&mut fields, "IntervalSeconds", 1..=MAX_NUMBER).unwrap_or(1);
    let max_attempts = read_number(&mut fields, "MaxAttempts", 0..=MAX_NUMBER).unwrap_or(3);
    let max_delay = read_number(&mut fields, "MaxDelaySeconds", interval + 1..=MAX_DELAY);
    let backoff_rate = read_backoff_rate(&mut fields);
    let full_jitter = read_jitter(&mut fields);
    fields.close();
    Some(Retrier {
        errors: errors?,
        interval: Duration::from_secs(interval),
        backoff_rate,
        max_delay: max_delay.map(Duration::from_secs),
        max_attempts: u32::try_from(max_attempts).ok()?,
        full_jitter,
    })
}

fn read_catcher(mut fields: Fields<'_>) -> Option<Catcher> {
    let errors = read_errors(&mut fields);
    let next = fields.required::<String>("Next");
    let result_path = result_path::read(&mut fields);
    fields.close();
    Some(Catcher { errors: errors?, next: next?, result_path: result_path? })
}

fn read_errors(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let errors: Vec<String> = fields.required("ErrorEquals")?;
    if errors.is_empty() {
        fields.refuse::<()>("ErrorEquals", "names at least one error");
    }
    for unknown in errors.iter().filter(|name| !is_matchable(name)) {
        fields.refuse::<()>("ErrorEquals", format!("'{unknown}' is never reported by a state"));
    }
    Some(errors)
}

fn is_matchable(name: &str) -> bool {
    !name.is_empty() && (!name.starts_with("States.") || names::MATCHABLE.contains(&name))
}

fn read_number(fields: &mut Fields<'_>, name: &str, allowed: RangeInclusive<u64>) -> Option<u64> {
    let number = fields.optional::<u64>(name)?;
    match allowed.contains(&number) {
        true => Some(number),
        false => fields.refuse(name, format!("expected {} to {}", allowed.start(), allowed.end())),
    }
}

fn read_backoff_rate(fields: &mut Fields<'_>) -> f64 {
    let rate = fields.optional::<f64>("BackoffRate").unwrap_or(2.0);
    if rate < 1.0 {
        fields.refuse::<()>("BackoffRate", "expected 1.0 or more");
    }
    rate
}

fn read_jitter(fields: &mut Fields<'_>) -> bool {
    match fields.optional::<String>("JitterStrategy").as_deref() {
        Some("FULL") => true,
        Some("NONE") | None => false,
        Some(_) => fields.refuse("JitterStrategy", "expected FULL or NONE").unwrap_or(false),
    }
}

/// `States.ALL` must be alone in its list, and that list must be the last.
fn check_wildcards<'e>(
    fields: &mut Fields<'_>,
    name: &str,
    lists: impl ExactSizeIterator<Item = &'e [String]>,
) {
    let last = lists.len();
    for (index, errors) in
        lists.enumerate().filter(|(_, errors)| errors.iter().any(|error| error == names::ALL))
    {
        if errors.len() > 1 || index + 1 < last {
            fields.refuse::<()>(
                &format!("{name}[{index}].ErrorEquals"),
                "States.ALL stands alone and in the last entry",
            );
        }
    }
}
