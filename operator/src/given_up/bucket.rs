//! A bucket, as Lambda keeps them.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectError;

use super::batches::Batches;
use crate::place::Place;

/// A bucket with one object for each batch.
pub(super) struct Bucket {
    client: Client,
    place: Place,
    name: String,
}

impl Bucket {
    pub(super) fn at(place: &Place, name: &str) -> Self {
        let client = Client::new(place.services());
        Self { client, place: place.clone(), name: name.to_owned() }
    }
}

#[async_trait]
impl Batches for Bucket {
    async fn names(&self) -> anyhow::Result<Vec<String>> {
        let call = self.client.list_objects_v2().bucket(&self.name);
        let mut pages = call.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.place.failed("list the bucket", &error))?;
            let keys = page.contents.unwrap_or_default().into_iter();
            names.extend(keys.filter_map(|object| object.key));
        }
        Ok(names)
    }

    async fn read(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let object = match self.client.get_object().bucket(&self.name).key(name).send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => {
                return Ok(None);
            }
            Err(error) => return Err(self.place.failed("read a batch", &error)),
        };
        Ok(Some(object.body.collect().await?.to_vec()))
    }

    async fn remove(&self, name: &str) -> anyhow::Result<()> {
        let call = self.client.delete_object().bucket(&self.name).key(name).send().await;
        call.map(drop).map_err(|error| self.place.failed("remove a batch", &error))
    }
}
