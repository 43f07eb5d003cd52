//! The web console of a system on one machine: its trips with their sagas and events, live.
//!
//! Pages are rendered here and work without scripts; one small script replaces the parts of a page
//! that change. The console reads and books trips through the API itself, as the local operator,
//! so it shows what any client would get. It looks into the runner, the bus and the table only for
//! what the API does not show.
//!
//! Whoever reaches a page acts as the operator, so the console may only be served on a loopback
//! address. It refuses what another site's page sends, also of sites that may call the API.

mod accept;
mod action;
mod address;
mod answer;
mod api;
mod app;
mod assets;
mod beside;
mod book;
mod desk;
mod events;
mod example;
mod following;
mod form;
mod headers;
mod jobs;
mod layout;
mod live;
mod mend;
mod operations;
mod overview;
mod parts;
mod places;
mod problem;
mod pulse;
mod query;
mod recent;
mod refused;
mod routes;
mod saga;
mod subscribers;
mod text;
mod token;
mod trip;
mod trips;

pub use app::Console;
pub use beside::beside;
pub use example::example;
pub use following::Following;
pub use places::Places;
