//! The projector's own handler.

use std::sync::Arc;

use anyhow::ensure;
use async_trait::async_trait;
use domain::Clock;
use projector::{Deps, handle};
use serde_json::value::RawValue;

use crate::canned::Canned;
use crate::contender::{Contender, invocation};

/// The handler on canned services.
pub(crate) struct Projector(Deps);

impl Projector {
    pub(crate) async fn new(aws: &Canned, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        Ok(Self(Deps::from_config(&aws.config()).await?.with_clock(clock)))
    }
}

#[async_trait]
impl Contender for Projector {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        let answer = handle(&self.0, invocation(batch)).await?;
        ensure!(answer["batchItemFailures"] == serde_json::json!([]), "failed: {answer}");
        Ok(())
    }
}
