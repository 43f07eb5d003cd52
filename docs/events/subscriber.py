"""Prints each trip's events once and in order. They come on standard input, one a line."""

import json
import sys

from cloudevents.core.formats.json import JSONFormat

seen = set()  # ids
due = {}  # the next sequence number of each trip
early = {}  # events whose predecessors are missing


def receive(event):
    if event.get_id() in seen:
        return
    seen.add(event.get_id())
    trip = event.get_subject()
    early[trip, int(event.get_extension("sequence"))] = event
    while (trip, due.setdefault(trip, 1)) in early:
        handle(early.pop((trip, due[trip])))
        due[trip] += 1


def handle(event):
    customer = event.get_data()["customer_id"]
    print(event.get_subject(), event.get_extension("sequence"), event.get_type(), customer)


for line in sys.stdin:
    receive(JSONFormat().read(None, json.dumps(json.loads(line)["event"]["detail"])))
