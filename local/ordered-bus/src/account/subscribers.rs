//! The operations on subscribers.

use domain::Timestamp;
use rusqlite::Transaction;

use super::Account;
use crate::refusal::Refusal;
use crate::store::subscribers::{self, KeptSubscriber};
use crate::store::{StorageError, buses, events, progress};
use crate::wire::checks;
use crate::wire::settings::{
    PointInTime, ResumePosition, SubscriberState, Transformer, TransformerType,
};
use crate::wire::subscribers::{
    CreateSubscriber, ListSubscribers, Nothing, Subscriber, SubscriberName, SubscriberSummary,
    Subscribers, UpdateSubscriber,
};
use crate::wire::time::Time;

/// The most subscribers of a bus.
const MOST: usize = 10_000;

impl Account {
    pub(crate) async fn create_subscriber(
        &self,
        input: CreateSubscriber,
    ) -> Result<Subscriber, Refusal> {
        input.check()?;
        let (now, arn) = (self.now(), self.0.config.new_arn("subscriber", &input.name));
        let create = move |file: &Transaction<'_>| make(file, arn, input, now);
        let made = self.0.store.run(create).await??;
        self.0.changes.send_replace(());
        Ok(shown(made))
    }

    pub(crate) async fn describe_subscriber(
        &self,
        input: SubscriberName,
    ) -> Result<Subscriber, Refusal> {
        let get = move |file: &Transaction<'_>| subscribers::get(file, &input.subscriber_arn);
        self.0.store.run(get).await?.map(shown).ok_or_else(Refusal::no_subscriber)
    }

    pub(crate) async fn update_subscriber(
        &self,
        input: UpdateSubscriber,
    ) -> Result<Subscriber, Refusal> {
        input.check()?;
        let now = self.now();
        let update = move |file: &Transaction<'_>| change(file, input, now);
        let changed = self.0.store.run(update).await??;
        self.0.changes.send_replace(());
        Ok(shown(changed))
    }

    pub(crate) async fn delete_subscriber(
        &self,
        input: SubscriberName,
    ) -> Result<Nothing, Refusal> {
        let delete = move |file: &Transaction<'_>| subscribers::delete(file, &input.subscriber_arn);
        if !self.0.store.run(delete).await? {
            return Err(Refusal::no_subscriber());
        }
        self.0.changes.send_replace(());
        Ok(Nothing {})
    }

    pub(crate) async fn list_subscribers(
        &self,
        input: ListSubscribers,
    ) -> Result<Subscribers, Refusal> {
        let most = checks::page(input.max_results)?;
        let bus = input.event_bus_arn;
        if let Some(arn) = &bus {
            self.bus(arn)?;
        }
        let (prefix, after) = (input.name_prefix.unwrap_or_default(), input.next_token);
        let wanted = self.0.store.run(subscribers::all).await?.into_iter().filter(|subscriber| {
            let settings = &subscriber.settings;
            bus.as_ref().is_none_or(|bus| *bus == settings.event_bus_arn)
                && settings.name.starts_with(&prefix)
                && after.as_ref().is_none_or(|after| token(subscriber) > *after)
        });
        let mut found: Vec<_> = wanted.take(most + 1).collect();
        let is_more = found.len() > most;
        found.truncate(most);
        let next_token = found.last().filter(|_| is_more).map(token);
        let account = &self.0.config.account;
        let subscribers = found.into_iter().map(|it| summary(it, account)).collect();
        Ok(Subscribers { subscribers, next_token })
    }
}

/// Where a list goes on: the order of the list as a text.
fn token(subscriber: &KeptSubscriber) -> String {
    format!("{} {}", subscriber.settings.name, subscriber.arn)
}

fn make(
    file: &Transaction<'_>,
    arn: String,
    input: CreateSubscriber,
    now: Timestamp,
) -> Result<Result<KeptSubscriber, Refusal>, StorageError> {
    let Some(bus) = buses::get(file, &input.event_bus_arn)? else {
        return Ok(Err(Refusal::no_bus()));
    };
    let mut known = subscribers::all(file)?;
    known.retain(|other| other.settings.event_bus_arn == input.event_bus_arn);
    if let Some(same) = known.iter().find(|other| other.settings.name == input.name) {
        return Ok(repeated(same, &input).map(|()| same.clone()));
    }
    if known.len() >= MOST {
        return Ok(Err(Refusal::limit("an event bus has at most 10,000 subscribers")));
    }
    let window = bus.settings.window_start(bus.created_at, now);
    let end = events::end(file)?;
    let position = match input.point_in_time_configuration {
        None => end,
        Some(PointInTime { starting_point: None, .. }) => events::before(file, &bus.arn, window)?,
        Some(PointInTime { starting_point: Some(Time(start)), .. }) => {
            if start < window || start > now {
                let window = format!("between {window} and {now}");
                let place = "PointInTimeConfiguration.StartingPoint";
                return Ok(Err(Refusal::invalid(format!("{place}: {window}"))));
            }
            events::before(file, &bus.arn, start)?
        }
    };
    let (created_at, modified_at) = (now, now);
    let (revision, epoch, live_after) = (0, 0, end);
    let settings = input;
    let made =
        KeptSubscriber { arn, settings, created_at, modified_at, revision, epoch, live_after };
    subscribers::add(file, &made, position)?;
    Ok(Ok(made))
}

/// Whether a call that makes what is there repeats the one that made it.
fn repeated(made: &KeptSubscriber, again: &CreateSubscriber) -> Result<(), Refusal> {
    if again.client_token.is_none() || made.settings.client_token != again.client_token {
        return Err(Refusal::exists(&again.name));
    }
    if made.settings == *again { Ok(()) } else { Err(Refusal::mismatch()) }
}

fn change(
    file: &Transaction<'_>,
    input: UpdateSubscriber,
    now: Timestamp,
) -> Result<Result<KeptSubscriber, Refusal>, StorageError> {
    let Some(known) = subscribers::get(file, &input.subscriber_arn)? else {
        return Ok(Err(Refusal::no_subscriber()));
    };
    let resumes = known.settings.state == SubscriberState::Stopped
        && input.state == Some(SubscriberState::Running);
    let from_the_end = input.resume_position == Some(ResumePosition::Latest);
    let settings = known.settings.clone().updated(input);
    if let Err(refusal) = settings.check_batch() {
        return Ok(Err(refusal));
    }
    let revision = known.revision + 1;
    let changed = KeptSubscriber { settings, modified_at: now, revision, ..known };
    subscribers::change(file, &changed)?;
    if resumes && from_the_end {
        progress::set(file, &changed.arn, events::end(file)?)?;
    }
    Ok(Ok(changed))
}

fn shown(subscriber: KeptSubscriber) -> Subscriber {
    let settings = subscriber.settings;
    Subscriber {
        batch_configuration: settings.batches(),
        retry_policy: settings.retries(),
        transformer: settings.transformer.unwrap_or(Transformer { kind: TransformerType::Raw }),
        subscriber_arn: subscriber.arn,
        name: settings.name,
        event_bus_arn: settings.event_bus_arn,
        invoke_configuration: settings.invoke_configuration,
        description: settings.description,
        filter_configuration: settings.filter_configuration,
        kind: settings.kind,
        starting_position: settings.starting_position,
        point_in_time_configuration: settings.point_in_time_configuration,
        on_failure_configuration: settings.on_failure_configuration,
        log_configuration: settings.log_configuration,
        state: settings.state,
        creation_time: Time(subscriber.created_at),
        last_modified_time: Time(subscriber.modified_at),
    }
}

fn summary(subscriber: KeptSubscriber, account: &str) -> SubscriberSummary {
    let settings = subscriber.settings;
    SubscriberSummary {
        subscriber_arn: subscriber.arn,
        name: settings.name,
        event_bus_arn: settings.event_bus_arn,
        target_arn: settings.invoke_configuration.target_arn,
        kind: settings.kind,
        state: settings.state,
        creation_time: Time(subscriber.created_at),
        last_modified_time: Time(subscriber.modified_at),
        subscriber_account_id: account.to_owned(),
    }
}
