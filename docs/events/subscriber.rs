//! Prints each trip's events once and in order. They come on standard input, one a line.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use cloudevents::{AttributesReader, Data, Event};
use serde_json::Value;

#[derive(Default)]
struct Subscriber {
    /// Ids.
    seen: HashSet<String>,
    /// The next sequence number of each trip.
    due: HashMap<String, u64>,
    /// Events whose predecessors are missing.
    early: HashMap<(String, u64), Event>,
}

impl Subscriber {
    fn receive(&mut self, event: Event) -> Result<(), Box<dyn Error>> {
        if !self.seen.insert(event.id().to_owned()) {
            return Ok(());
        }
        let trip = event.subject().ok_or("no subject")?.to_owned();
        let sequence = event.extension("sequence").ok_or("no sequence")?.to_string().parse()?;
        self.early.insert((trip.clone(), sequence), event);
        let due = self.due.entry(trip.clone()).or_insert(1);
        while let Some(event) = self.early.remove(&(trip.clone(), *due)) {
            handle(&event, *due);
            *due += 1;
        }
        Ok(())
    }
}

fn handle(event: &Event, sequence: u64) {
    let Some(Data::Json(data)) = event.data() else { return };
    let (trip, customer) = (event.subject().unwrap_or_default(), &data["customer_id"]);
    println!("{trip} {sequence:010} {} {}", event.ty(), customer.as_str().unwrap_or_default());
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut subscriber = Subscriber::default();
    for line in std::io::stdin().lines() {
        let mut line: Value = serde_json::from_str(&line?)?;
        subscriber.receive(serde_json::from_value(line["event"]["detail"].take())?)?;
    }
    Ok(())
}
