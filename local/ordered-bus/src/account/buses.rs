//! The operations on buses.

use domain::Timestamp;
use rusqlite::Transaction;

use super::Account;
use crate::refusal::Refusal;
use crate::store::buses::{self, KeptBus};
use crate::store::subscribers;
use crate::wire::buses::{
    Bus, BusName, BusSummary, CreateEventBus, EventBuses, ListEventBuses, Storage, UpdateEventBus,
};
use crate::wire::checks;
use crate::wire::subscribers::Nothing;
use crate::wire::time::Time;

/// The most buses of an account.
const MOST: usize = 5;

impl Account {
    /// The bus is at work when this returns; what is answered says so of AWS, where it is not.
    pub(crate) async fn create_event_bus(&self, input: CreateEventBus) -> Result<Bus, Refusal> {
        input.check()?;
        let (account, now) = (self.clone(), self.now());
        let create = move |file: &Transaction<'_>| {
            let known = buses::all(file)?;
            if let Some(same) = known.iter().find(|bus| bus.settings.name == input.name) {
                return Ok(repeated(&same.settings, &input).map(|()| same.clone()));
            }
            if known.len() >= MOST {
                return Ok(Err(Refusal::limit("an account has at most 5 event buses")));
            }
            let arn = account.0.config.new_arn("event-busv2", &input.name);
            let bus = KeptBus { arn, settings: input, created_at: now, modified_at: now };
            buses::put(file, &bus)?;
            account.serve_bus(file, &bus, None)?;
            Ok(Ok(bus))
        };
        let bus = self.0.store.run(create).await??;
        Ok(shown(bus, "CREATING", now))
    }

    pub(crate) async fn describe_event_bus(&self, input: BusName) -> Result<Bus, Refusal> {
        let get = move |file: &Transaction<'_>| buses::get(file, &input.event_bus_arn);
        let bus = self.0.store.run(get).await?.ok_or_else(Refusal::no_bus)?;
        Ok(shown(bus, "ACTIVE", self.now()))
    }

    pub(crate) async fn update_event_bus(&self, input: UpdateEventBus) -> Result<Bus, Refusal> {
        input.check()?;
        let now = self.now();
        let update = move |file: &Transaction<'_>| {
            let Some(bus) = buses::get(file, &input.event_bus_arn)? else { return Ok(None) };
            let settings = bus.settings.clone().updated(input);
            let bus = KeptBus { settings, modified_at: now, ..bus };
            buses::put(file, &bus)?;
            Ok(Some(bus))
        };
        let bus = self.0.store.run(update).await?.ok_or_else(Refusal::no_bus)?;
        Ok(shown(bus, "UPDATING", now))
    }

    /// A bus with subscribers stays.
    pub(crate) async fn delete_event_bus(&self, input: BusName) -> Result<Nothing, Refusal> {
        let account = self.clone();
        let delete = move |file: &Transaction<'_>| {
            let arn = &input.event_bus_arn;
            if buses::get(file, arn)?.is_none() {
                return Ok(Err(Refusal::no_bus()));
            }
            let of_bus = |it: &subscribers::KeptSubscriber| it.settings.event_bus_arn == *arn;
            if subscribers::all(file)?.iter().any(of_bus) {
                return Ok(Err(Refusal::in_use()));
            }
            buses::delete(file, arn)?;
            account.forget_bus(arn);
            Ok(Ok(Nothing {}))
        };
        self.0.store.run(delete).await?
    }

    pub(crate) async fn list_event_buses(
        &self,
        input: ListEventBuses,
    ) -> Result<EventBuses, Refusal> {
        let most = checks::page(input.max_results)?;
        let account = self.0.config.account.clone();
        let is_other = input.event_bus_account_id.is_some_and(|other| other != account);
        let (prefix, after) = (input.name_prefix.unwrap_or_default(), input.next_token);
        let all = self.0.store.run(buses::all).await?.into_iter().filter(|_| !is_other);
        let wanted = all.filter(|bus| {
            let name = &bus.settings.name;
            name.starts_with(&prefix) && after.as_ref().is_none_or(|after| name > after)
        });
        let mut buses: Vec<_> = wanted.take(most + 1).collect();
        let is_more = buses.len() > most;
        buses.truncate(most);
        let next_token = buses.last().filter(|_| is_more).map(|bus| bus.settings.name.clone());
        let event_buses = buses.into_iter().map(|bus| summary(bus, &account)).collect();
        Ok(EventBuses { event_buses, next_token })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.config.clock.now()
    }
}

/// Whether a call that makes what is there repeats the one that made it.
fn repeated(made: &CreateEventBus, again: &CreateEventBus) -> Result<(), Refusal> {
    if made.client_token.is_none() || made.client_token != again.client_token {
        return Err(Refusal::exists(&again.name));
    }
    if made == again { Ok(()) } else { Err(Refusal::mismatch()) }
}

fn shown(bus: KeptBus, state: &'static str, now: Timestamp) -> Bus {
    let start = bus.settings.window_start(bus.created_at, now);
    Bus {
        storage_configuration: Storage {
            retention_period_in_days: bus.settings.retention_days(),
            retention_window_start_time: Time(start),
        },
        event_bus_arn: bus.arn,
        name: bus.settings.name,
        description: bus.settings.description,
        encryption_configuration: bus.settings.encryption_configuration,
        state,
        creation_time: Time(bus.created_at),
        last_modified_time: Time(bus.modified_at),
    }
}

fn summary(bus: KeptBus, account: &str) -> BusSummary {
    BusSummary {
        name: bus.settings.name,
        event_bus_arn: bus.arn,
        description: bus.settings.description,
        creation_time: Time(bus.created_at),
        last_modified_time: Time(bus.modified_at),
        state: "ACTIVE",
        event_bus_account_id: account.to_owned(),
    }
}
