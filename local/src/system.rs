//! The composition root: starts every part of the system in the order of their dependencies, and
//! stops them in the reverse order.

use std::sync::Arc;

use anyhow::Context;
use aws_sdk_dynamodbstreams::Client as StreamsClient;
use console::Places;
use engine::{Direct, Engine};
use event_bus::EventBus;
use event_source_mapping::drained;
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, name};
use ordered_bus::Account as OrderedBuses;
use state_machine::Runner;
use store::{StoreError, TripStore, schema};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::Bookings;
use crate::background::Background;
use crate::consumers::Consumers;
use crate::data_dir::DataDir;
use crate::front::Front;
use crate::functions::Functions;
use crate::housekeeping::Housekeeping;
use crate::loopback::Loopback;
use crate::on_failure::OnFailure;
use crate::options::{BusKind, Options};
use crate::positions::Positions;
use crate::settings::{Configs, Endpoints};
use crate::status_changes::StatusChanges;
use crate::{backend, machines, mappings, operations, ordered, secrets, settings, tables, wire};

/// What helps where an earlier release made the view.
const ANOTHER_VIEW: &str = "the search view is of an earlier release: give `--search-table` another \
     name, and fill that table by `trip rebuild --table NAME`";

/// Where a running system listens.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Urls {
    /// The API, and the console.
    pub api: String,
    /// Tables and streams.
    pub dynamodb: String,
    /// EventBridge, Step Functions and the bus's archive.
    pub aws: String,
}

impl Urls {
    /// The same for the console, which shows commands for them.
    fn places(&self) -> Places {
        let Self { api, dynamodb, aws } = self.clone();
        Places { api, dynamodb, aws }
    }
}

/// A running system. [`System::stop`] drains it; dropping it only abandons it.
pub struct System {
    urls: Urls,
    config: Config,
    runner: Runner,
    bus: EventBus,
    ordered: Option<OrderedBuses>,
    consumers: Consumers,
    background: Background,
    directory: DataDir,
}

impl System {
    /// Starts everything, and returns when the API answers. Executions that were in flight when the
    /// last process on the same data ended continue.
    ///
    /// # Errors
    /// When a port or the data directory is in use, or a part fails to start.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let directory = DataDir::open(&options.data)?;
        let mut background = Background::new();
        let api = listen(options.listen).await?;
        let aws = listen(options.aws_listen).await?;
        let dynamodb = start_dynamodb(&options, &directory, &mut background).await?;
        let urls = Urls { api: url(&api)?, aws: url(&aws)?, dynamodb: dynamodb.url };
        let endpoints = Endpoints { dynamodb: &dynamodb.endpoint, aws: &urls.aws, api: &urls.api };
        let cursor_keys = secrets::cursor_keys(&directory)?;
        let config = settings::config(&options, &endpoints, &cursor_keys);

        let bus = open_bus(&directory, &options)?;
        let configs = Configs::in_process(&config, &bus, dynamodb.direct.as_ref());
        let trips = create_tables(&configs.trips, &options).await?;
        let (faults, spans) = (Arc::clone(&options.faults.invocations), options.spans.clone());
        let functions = Functions::build_from(&configs, faults, spans).await?;
        let journal = directory.file("executions.db");
        let (told, news) = mpsc::unbounded_channel();
        let runner = machines::open(&journal, Arc::clone(&functions), &options, told).await?;
        let on_failure = OnFailure::new(std::path::absolute(directory.file("on-failure"))?);
        let consumers = consumers(&configs.stream, &directory, &functions, &on_failure).await?;
        let services = wire::Services {
            bus: bus.clone(),
            runner: runner.clone(),
            functions: Arc::clone(&functions),
            consumers: consumers.clone(),
        };
        let mut services = wire::router(services);
        let ordered = open_ordered_bus(&directory, &bus, &options)?;
        if let Some(ordered) = &ordered {
            services = services.merge(ordered.router());
            deliver_in_order(ordered, &background);
        }
        background.serve("the AWS services", aws, services);
        deliver_events(&bus, &background);
        consumers.start(&background);
        tell_trips(StatusChanges::new(news, Arc::clone(&functions), options.pace)?, &background);
        Housekeeping {
            functions: Arc::clone(&functions),
            bus: bus.clone(),
            ordered: ordered.clone(),
            runner: runner.clone(),
            engine: dynamodb.engine,
            table: options.tables.trips.clone(),
            mappings: consumers.progress(),
            on_failure,
            pace: options.pace,
            keep: options.keep,
        }
        .start(&mut background);
        let (settings, limits) = (options.gateway.clone(), options.gateway.limits);
        let bookings =
            Bookings { runner: runner.clone(), trips, patience: options.concurrency.patience };
        let front = Front {
            gateway: backend::gateway(bookings, functions, options.spans.clone(), settings),
            places: urls.places(),
            runner: runner.clone(),
            bus: bus.clone(),
            ordered: ordered.clone(),
            operator: operations::installation(&options.tables, &configs.trips, &config, &urls.aws)
                .await,
            consumers: consumers.clone(),
            example: options.example,
        };
        background.edge("the API", move |stop| async move {
            gateway::serve(api, front.router(stop.clone()), limits, stop).await;
            Ok(())
        });
        Ok(Self { urls, config, runner, bus, ordered, consumers, background, directory })
    }

    /// Where the system listens.
    #[must_use]
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// The settings of its functions, from which a client of its tables can also be made.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The runner of its state machines.
    #[must_use]
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Its event bus.
    #[must_use]
    pub fn bus(&self) -> &EventBus {
        &self.bus
    }

    /// Its ordered bus with the subscribers, if events are published to one.
    #[must_use]
    pub fn ordered_bus(&self) -> Option<&OrderedBuses> {
        self.ordered.as_ref()
    }

    /// Waits until no execution runs and both consumers have caught up with the stream.
    ///
    /// # Errors
    /// When a consumer has stopped.
    pub async fn idle(&self) -> anyhow::Result<()> {
        self.runner.idle().await;
        for mut progress in self.consumers.progress() {
            drained(&mut progress).await.context("a stream consumer has stopped")?;
        }
        Ok(())
    }

    /// Waits until a part fails that the system needs.
    pub async fn failure(&self) -> anyhow::Error {
        self.background.failure().await
    }

    /// Stops accepting requests and answers those in flight, lets executions reach a point from
    /// which they can continue, and releases the data directory.
    pub async fn stop(self) {
        self.background.stop_edge().await;
        self.runner.shutdown().await;
        // Clients that follow the archive would otherwise keep its server from ending.
        self.bus.close();
        self.background.stop().await;
        drop(self.directory);
    }
}

async fn listen(address: Loopback) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address.address()).await.with_context(|| {
        format!("cannot listen on {address}; name another address, or port 0 for any free one")
    })
}

fn url(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// The DynamoDB of a system.
struct Dynamodb {
    /// For clients outside this process.
    url: String,
    /// For the functions.
    endpoint: String,
    /// The embedded engine, if it is the one in use.
    engine: Option<Engine>,
    /// The functions' way into it.
    direct: Option<Direct>,
}

/// The embedded engine, unless another DynamoDB is to be used.
async fn start_dynamodb(
    options: &Options,
    directory: &DataDir,
    background: &mut Background,
) -> anyhow::Result<Dynamodb> {
    if let Some(url) = options.dynamodb_endpoint.clone() {
        return Ok(Dynamodb { endpoint: url.clone(), url, engine: None, direct: None });
    }
    let listener = listen(options.dynamodb_listen).await?;
    let private = tables::private::listen().await.context("no private port is free")?;
    let (url, endpoint) = (url(&listener)?, url(&private)?);
    let address = private.local_addr()?;
    let engine = start_engine(directory, private, background)?;
    let router = tables::router(address, engine.log())?;
    let direct = start_direct(&engine, background)?;
    background.serve("the tables", listener, router);
    Ok(Dynamodb { url, endpoint, engine: Some(engine), direct: Some(direct) })
}

fn start_engine(
    directory: &DataDir,
    listener: TcpListener,
    background: &Background,
) -> anyhow::Result<Engine> {
    let file = directory.file("dynamodb.db");
    let open = if directory.is_temporary() { Engine::open_unsynced } else { Engine::open };
    let engine = open(&file).context("cannot open the DynamoDB engine")?;
    let serving = engine.clone();
    background.last("the DynamoDB engine", move |stop: CancellationToken| async move {
        Ok(serving.serve(listener, stop.cancelled_owned()).await?)
    });
    Ok(engine)
}

fn start_direct(engine: &Engine, background: &Background) -> anyhow::Result<Direct> {
    let (direct, thread) = engine.direct().context("cannot start the engine's thread")?;
    let open = direct.clone();
    background.last("the engine's thread", move |stop| async move {
        stop.cancelled().await;
        open.close();
        Ok(tokio::task::spawn_blocking(|| thread.join()).await?)
    });
    Ok(direct)
}

/// Creates the tables that are missing, and returns the store of trips.
async fn create_tables(config: &Config, options: &Options) -> anyhow::Result<TripStore> {
    let client = store::client(&sdk_config(config, "dynamodb").await);
    let made = schema::create_all(&client, &options.tables).await;
    let context = match made {
        Err(StoreError::Outdated { .. }) => ANOTHER_VIEW,
        _ => "cannot make the tables",
    };
    made.context(context)?;
    Ok(TripStore::new(client, &options.tables.trips))
}

fn open_bus(directory: &DataDir, options: &Options) -> anyhow::Result<EventBus> {
    let config = event_bus::Config {
        interceptor: Arc::clone(&options.faults.bus),
        retention: options.keep.events,
        invoke_address: options.invoke_address.clone(),
        ..event_bus::Config::new(Arc::new(SystemClock))
    };
    EventBus::open(&directory.file("events.db"), config).context("cannot open the event bus")
}

/// The ordered bus, if events are published to it.
fn open_ordered_bus(
    directory: &DataDir,
    bus: &EventBus,
    options: &Options,
) -> anyhow::Result<Option<OrderedBuses>> {
    let file = directory.file("ordered-bus.db");
    let open = || ordered::open(&file, bus.clone(), options);
    (options.bus == BusKind::Ordered).then(open).transpose()
}

fn deliver_in_order(buses: &OrderedBuses, background: &Background) {
    let buses = buses.clone();
    background.run("the delivery to subscribers", |stop| async move {
        Ok(buses.deliver(stop.cancelled_owned()).await?)
    });
}

/// Tells trips how their executions stand.
fn tell_trips(changes: StatusChanges, background: &Background) {
    background.run("the rule on executions", |stop| async move {
        changes.run(stop).await;
        Ok(())
    });
}

fn deliver_events(bus: &EventBus, background: &Background) {
    let bus = bus.clone();
    background.run("the delivery to targets", |stop| async move {
        Ok(bus.deliver(stop.cancelled_owned()).await?)
    });
}

async fn consumers(
    config: &Config,
    directory: &DataDir,
    functions: &Arc<Functions>,
    on_failure: &OnFailure,
) -> anyhow::Result<Consumers> {
    let positions = Positions::open(&directory.file("positions.db"));
    let positions = Arc::new(positions.context("cannot open the stream positions")?);
    let shared = mappings::Shared {
        functions: Arc::clone(functions),
        positions: Arc::clone(&positions) as _,
        on_failure: Arc::new(on_failure.clone()),
        clock: Arc::new(SystemClock),
    };
    let client = StreamsClient::new(&sdk_config(config, "dynamodb").await);
    let table = config.get_or(name::TRIP_TABLE, "TripSagaTable");
    let mappings = mappings::build(&client, table, &shared).await?;
    let consumers = Consumers::of(mappings, positions, on_failure.folder()).await;
    consumers.context("cannot read which consumers are paused")
}
