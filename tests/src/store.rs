//! The store on DynamoDB Local, and wherever an engine could differ on the embedded one as well.

mod commit;
mod items;
mod marking;
mod open_work;
mod operators;
mod parking;
mod sandbox;
mod schema;
mod search;
mod sent_twice;
mod steps;
mod timeline;
mod view;
mod world;
