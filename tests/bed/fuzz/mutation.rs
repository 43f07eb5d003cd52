//! Changes one thing somewhere inside a JSON value, as the bytes say.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

/// Deeper than any reader of the product goes.
const DEEP: usize = 150;

/// Changes a place of `value`: removes it, or puts something else there. No bytes, no change.
///
/// # Errors
/// When the bytes have run out; the value may have been changed.
pub fn mutate(value: &mut Value, bytes: &mut Unstructured<'_>) -> Result<()> {
    match value {
        Value::Object(fields) if !fields.is_empty() && descends(bytes)? => field(fields, bytes),
        Value::Array(items) if !items.is_empty() && descends(bytes)? => item(items, bytes),
        place => {
            *place = another(bytes)?;
            Ok(())
        }
    }
}

/// Mostly down: there is more to be broken below than at the top.
fn descends(bytes: &mut Unstructured<'_>) -> Result<bool> {
    bytes.ratio(9, 10)
}

fn field(fields: &mut Map<String, Value>, bytes: &mut Unstructured<'_>) -> Result<()> {
    let names: Vec<_> = fields.keys().cloned().collect();
    let name = bytes.choose(&names)?;
    match bytes.int_in_range(0..=11)? {
        0 => {
            fields.remove(name);
        }
        1 => {
            let moved = fields.remove(name).unwrap_or_default();
            fields.insert(String::arbitrary_text(bytes)?, moved);
        }
        _ => mutate(&mut fields[name], bytes)?,
    }
    Ok(())
}

fn item(items: &mut Vec<Value>, bytes: &mut Unstructured<'_>) -> Result<()> {
    let place = bytes.choose_index(items.len())?;
    match bytes.int_in_range(0..=11)? {
        0 => {
            items.remove(place);
        }
        1 => items.insert(place, items[place].clone()),
        2 => items.swap(0, place),
        _ => mutate(&mut items[place], bytes)?,
    }
    Ok(())
}

fn another(bytes: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match bytes.int_in_range(0..=9)? {
        0 => Value::Null,
        1 => json!(bytes.arbitrary::<bool>()?),
        2 => json!(bytes.arbitrary::<i64>()?),
        3 => json!(bytes.arbitrary::<f64>()?),
        4 => json!([]),
        5 => json!({}),
        6 => json!(""),
        7 => (0..DEEP).fold(Value::Null, |inner, _| json!([inner])),
        _ => json!(String::arbitrary_text(bytes)?),
    })
}

/// Text of any characters, mostly short.
trait ArbitraryText {
    fn arbitrary_text(bytes: &mut Unstructured<'_>) -> Result<String>;
}

impl ArbitraryText for String {
    fn arbitrary_text(bytes: &mut Unstructured<'_>) -> Result<String> {
        let length = bytes.int_in_range(0..=20)?;
        (0..length).map(|_| bytes.arbitrary::<char>()).collect()
    }
}
