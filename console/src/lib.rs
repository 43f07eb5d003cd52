//! The web console: trips with their sagas and events, live, and what an operator does about them.
//!
//! Pages are rendered here and work without scripts; one small script replaces the parts of a page
//! that change. The console reads and books trips through the API itself, as the person who looks,
//! so it shows what any client would get. Beyond the API it knows a system by [`Executions`],
//! [`EventLog`], [`Bus`] and [`View`] alone, and mends through [`operator`], so it is the same on
//! one machine and on AWS.
//!
//! Whoever reaches a page acts as an operator: [`Console::router`] takes the guard that lets only
//! operators pass.

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
mod form;
mod headers;
mod hosting;
mod jobs;
mod layout;
mod live;
mod mend;
mod operations;
mod overview;
mod parts;
mod places;
mod ports;
mod problem;
mod pulse;
mod query;
mod recent;
mod refused;
mod routes;
mod saga;
mod subscribers;
mod text;
mod trip;
mod trips;

pub use app::Console;
pub use beside::beside;
pub use example::example;
pub use hosting::Hosting;
pub use places::{Place, Places};
pub use ports::{
    Api, Bus, EventLog, Execution, Executions, Following, FormToken, LoggedEvent, Position, Rule,
    Saga, Subscriber, View, Visitor, Visitors,
};
