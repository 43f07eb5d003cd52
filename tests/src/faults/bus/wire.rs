//! `PutEvents` as the proxy saw it, and counted anew.

use bed::{Bed, Call, Fault};
use serde_json::Value;

/// The calls to the bus so far, each attempt of the SDK by itself.
pub(in crate::faults) fn calls(bed: &Bed) -> Vec<Call> {
    bed.events.calls_of("PutEvents")
}

/// Breaks the second call from now on.
pub(in crate::faults) fn strike_second_call(bed: &Bed, fault: Fault) {
    let mut calls = 0;
    bed.events.inject(move |_| {
        calls += 1;
        (calls == 2).then(|| fault.clone())
    });
}

/// The events of a call, in its order.
pub(in crate::faults) fn ids(call: &Call) -> Vec<String> {
    entries(call).iter().map(id).collect()
}

/// The bytes of each entry as EventBridge counts them: 14 for a time, and each text in UTF-8.
pub(in crate::faults) fn sizes(call: &Call) -> Vec<usize> {
    entries(call).iter().map(entry_bytes).collect()
}

/// The bytes of all entries together.
pub(in crate::faults) fn bytes(call: &Call) -> usize {
    sizes(call).iter().sum()
}

fn entries(call: &Call) -> &[Value] {
    call.body["Entries"].as_array().unwrap()
}

fn id(entry: &Value) -> String {
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    detail["id"].as_str().unwrap().to_owned()
}

fn entry_bytes(entry: &Value) -> usize {
    let time = if entry["Time"].is_null() { 0 } else { 14 };
    let texts = ["Source", "DetailType", "Detail"].map(|field| &entry[field]);
    let texts = texts.into_iter().chain(entry["Resources"].as_array().into_iter().flatten());
    time + texts.filter_map(Value::as_str).map(|text| text.len()).sum::<usize>()
}
