"""Runs the subscribers of docs/events/README.md on the bus of a running system, and compares what they print.

On the bus are an event of another publisher; trips that are booked here, all of them twice; the samples of one trip: backwards, twice, and one
of them missing; and another trip's in the forms in which earlier releases published it. Usage: check.py API AWS TRIP SUBSCRIBER..., the last ones as command lines.
"""

import json
import shlex
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

SAMPLES = Path(__file__).parent.parent.parent / "docs/events/samples"
SAMPLED = "trip-0001"  # the trip of the samples
MISSING = 6  # its event that does not come
EARLIER = "refused"  # the trip of samples that earlier releases published
TRIPS = {"subscribed-1": {}, "subscribed-2": {"payment": "declined"}, "subscribed-3": {"flight": "unavailable"}}
OURS = '{"source": ["trip-saga"]}'  # the page's pattern: others publish on the bus as well
PATIENCE = 60  # seconds

http = build_opener(ProxyHandler({}))


def call(url, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with http.open(Request(url, data, {"Content-Type": "application/json", **headers})) as answer:
        return json.loads(answer.read())


class System:
    def __init__(self, api, aws, trip):
        self.tail = [trip, "events", "tail", "--no-follow", "--json", "--aws-endpoint", aws, "--pattern", OURS]
        self.api, self.aws = api, aws

    def book(self, trip, sandbox):
        flight = {"flight_number": "NH1", "departure_time": "2026-03-01T10:00:00", "arrival_time": "2026-03-01T14:00:00"}
        hotel = {"hotel_name": "Grand Hotel Tokyo", "check_in_date": "2026-03-01", "check_out_date": "2026-03-03"}
        price = {"price_amount": "40000", "price_currency": "JPY"}
        body = {"trip_id": trip, "flight_details": {**flight, **price}, "hotel_details": {**hotel, **price},
                "amount": "80000", "currency": "JPY", "sandbox": sandbox}
        call(f"{self.api}/trips", body, Authorization="Bearer dev-customer-1")

    def published(self, trip):
        """The trip's events once it has ended and all of them are on the bus."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                shown = call(f"{self.api}/trips/{trip}", Authorization="Bearer dev-customer-1")
                entries = call(f"{self.api}/trips/{trip}/events", Authorization="Bearer dev-customer-1")["events"]
                if shown["status"] in ("CONFIRMED", "FAILED") and all("dispatched_at" in entry for entry in entries):
                    return [entry["event"] for entry in entries]
            except HTTPError as error:
                if error.code != 404:
                    raise
            time.sleep(0.2)
        sys.exit(f"{trip} did not end within {PATIENCE} s")

    def publish(self, events, source="trip-saga"):
        for event in events:
            entry = {"Source": source, "DetailType": event["type"], "Detail": json.dumps(event), "EventBusName": "trip-saga"}
            answer = call(self.aws, {"Entries": [entry]}, X_Amz_Target="AWSEvents.PutEvents")
            assert answer["FailedEntryCount"] == 0, answer

    def on_the_bus(self):
        tailed = subprocess.run(self.tail, check=True, capture_output=True, text=True).stdout
        with http.open(f"{self.aws}/archive/events?{urlencode({'pattern': OURS})}") as feed:
            assert feed.read().decode() == tailed, "the archive's feed differs from `trip events tail`"
        return tailed


def sampled(folder, trip):
    samples = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    samples = [event for event in samples if event["subject"] == trip]
    return sorted(samples, key=lambda event: event["sequence"])


def line(event):
    return f"{event['subject']} {event['sequence']} {event['type']} {event['data']['customer_id']}"


def expected(system):
    """Fills the bus, and answers with the lines of each trip."""
    for trip, sandbox in TRIPS.items():
        system.book(trip, sandbox)
    trips = {trip: system.published(trip) for trip in TRIPS}
    for events in trips.values():
        system.publish(reversed(events))
    system.publish([{"type": "something.v1", "theirs": True}], source="others")
    samples, earlier = sampled(SAMPLES, SAMPLED), sampled(SAMPLES / "earlier", EARLIER)
    come = [event for event in reversed(samples) if int(event["sequence"]) != MISSING]
    system.publish(come + come + earlier)
    trips[SAMPLED] = samples[: MISSING - 1]
    trips[EARLIER] = list({event["id"]: event for event in earlier}.values())
    return {trip: [line(event) for event in events] for trip, events in trips.items()}


def printed(subscriber, events):
    """The lines that a subscriber prints, by trip."""
    ended = subprocess.run(shlex.split(subscriber), check=True, input=events, stdout=subprocess.PIPE, text=True)
    lines = {}
    for text in ended.stdout.splitlines():
        lines.setdefault(text.split()[0], []).append(text)
    return lines


def main(api, aws, trip, *subscribers):
    system = System(api, aws, trip)
    wanted = expected(system)
    events = system.on_the_bus()
    for subscriber in subscribers:
        found = printed(subscriber, events)
        assert found == wanted, f"{subscriber}: {json.dumps(found, indent=1)} in place of {json.dumps(wanted, indent=1)}"
        print(f"{subscriber}: {sum(map(len, found.values()))} events in order, of {events.count(chr(10))} on the bus")


main(*sys.argv[1:])
