//! Every place that keeps anything, as text that can be searched.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bed::Bed;
use event_bus::{Filter, Position};
use futures::TryStreamExt;
use local::System;
use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};
use serde_json::Value;
use state_machine::{HistoryOrder, Page, Runner};

/// What each place holds, by the place's name.
pub(super) struct Stores(BTreeMap<String, String>);

impl Stores {
    /// Reads every place of an idle system, and stops it; `files` is its data directory.
    pub(super) async fn of(bed: &Bed, system: System, files: &Path) -> Self {
        let mut stores = BTreeMap::new();
        let tables = &bed.tables;
        for (name, table) in
            [("trips", &tables.trips), ("search", &tables.search), ("sandbox", &tables.sandbox)]
        {
            stores.insert(name.to_owned(), table_text(bed, table).await);
        }
        stores.insert("events".to_owned(), events_text(&system).await);
        stores.insert("executions".to_owned(), executions_text(system.runner()).await);
        system.stop().await;
        for file in fs::read_dir(files).unwrap() {
            let path = file.unwrap().path();
            // A database's journal goes with it, perhaps just now.
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let Ok(bytes) = fs::read(path) else { continue };
            let text: &mut String = stores.entry(format!("file {name}")).or_default();
            *text += &String::from_utf8_lossy(&bytes);
        }
        Self(stores)
    }

    /// Adds a place.
    pub(super) fn with(mut self, name: &str, text: String) -> Self {
        self.0.insert(name.to_owned(), text);
        self
    }

    /// The places in which a text is found, whatever its case.
    pub(super) fn holding(&self, text: &str) -> BTreeSet<&str> {
        let text = text.to_lowercase();
        let found = self.0.iter().filter(|(_, held)| held.to_lowercase().contains(&text));
        found.map(|(name, _)| name.as_str()).collect()
    }
}

async fn table_text(bed: &Bed, table: &str) -> String {
    let scan = bed.client.scan().table_name(table).consistent_read(true);
    let items = scan.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let items: Vec<Value> = serde_dynamo::from_items(items.unwrap()).unwrap();
    items.iter().map(Value::to_string).collect()
}

async fn events_text(system: &System) -> String {
    let events = system.bus().archive().replay(Position::START, Filter::default());
    let texts: Vec<_> =
        events.map_ok(|event| event.event.as_str().to_owned()).try_collect().await.unwrap();
    texts.join("\n")
}

/// All executions with all of their history.
async fn executions_text(runner: &Runner) -> String {
    let mut text = String::new();
    for machine in [BOOKING_MACHINE, COMPENSATION_MACHINE] {
        let page = Page { max_results: Some(1_000), next_token: None };
        let executions =
            runner.list(machine, state_machine::Filter::default(), &page).await.unwrap().executions;
        for execution in executions {
            let arn = &execution.execution_arn;
            let description = runner.describe(arn).await.unwrap();
            let history = runner.history(arn, HistoryOrder::OldestFirst, &page).await.unwrap();
            assert_eq!(history.next_token, None, "more than one page of {arn}");
            text += &serde_json::to_string(&description).unwrap();
            text += &serde_json::to_string(&history.events).unwrap();
        }
    }
    text
}
