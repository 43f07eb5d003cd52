//! Times on the wire: seconds since 1970, under CBOR's tag for times.

use ciborium::tag::Required;
use domain::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment. In CBOR as the protocol has it; in JSON, for the file, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = self.0.as_millis();
        if serializer.is_human_readable() {
            return serializer.serialize_i64(millis);
        }
        Required::<f64, 1>(millis as f64 / 1000.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(|at| Self(Timestamp::from_millis(at)));
        }
        let Required::<f64, 1>(seconds) = Required::deserialize(deserializer)?;
        Ok(Self(Timestamp::from_millis((seconds * 1000.0).round() as i64)))
    }
}
