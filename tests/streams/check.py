"""Replays the stream of a running system to consumers of docs/streams, and compares what they kept.

Usage: check.py API DYNAMODB TRIP CONSUMER..., the last ones as command lines that serve a consumer on a port of
its choice and print the address.
"""

import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

TRIPS = {"replayed-1": {}, "replayed-2": {"payment": "declined"}, "replayed-3": {"flight": "unavailable"}}
WAYS = [
    "--batch-size 4",
    "--batch-size 4 --duplicate --reorder --seed 1",
    "--batch-size 7 --duplicate --reorder --split --crash-after 2 --seed 2 --until-settled",
]

http = build_opener(ProxyHandler({}))


class Trip:
    def __init__(self, program, api, dynamodb):
        self.program, self.places = program, {"TRIP_ENDPOINT": api, "TRIP_DYNAMODB_ENDPOINT": dynamodb}

    def run(self, line, given=None):
        """What a command prints as JSON."""
        done = subprocess.run([self.program, *line, "--json"], input=given, env=self.places, text=True, stdout=-1)
        return done.stdout

    def told(self, line):
        return json.loads(self.run(line))

    def book(self, trip, sandbox):
        flight = {"flight_number": "NH1", "departure_time": "2031-03-01T10:00:00", "arrival_time": "2031-03-01T14:00:00"}
        hotel = {"hotel_name": "Grand Hotel Tokyo", "check_in_date": "2031-03-01", "check_out_date": "2031-03-03"}
        price = {"price_amount": "40000", "price_currency": "JPY"}
        body = {"trip_id": trip, "flight_details": {**flight, **price}, "hotel_details": {**hotel, **price},
                "amount": "80000", "currency": "JPY", "sandbox": sandbox}
        # A booking that fails exits with 1 when it is waited for, and that is meant.
        self.run(["book", "-", "--wait"], json.dumps(body))


def kept(consumer, file, way, trip):
    """What a fresh consumer keeps of a replay."""
    with subprocess.Popen(shlex.split(consumer), stdout=-1, text=True) as served:
        try:
            address = served.stdout.readline().strip()
            to = ["stream", "replay", file, "--to", "consumer", "--invoke-address", address]
            report = trip.told([*to, *way.split()])
            assert report["undelivered"] == 0, report
            assert ("--duplicate" in way) == (report["duplicates"] > 0), report
            print(f"  {way}: {report}")
            with http.open(address) as answer:
                return json.loads(answer.read())
        finally:
            served.terminate()


def main(api, dynamodb, program, *consumers):
    trip = Trip(program, api, dynamodb)
    for name, sandbox in TRIPS.items():
        trip.book(name, sandbox)
    shown = {name: trip.told(["get", name]) for name in TRIPS}
    expected = {name: {"version": shown[name]["version"], "status": shown[name]["status"]} for name in TRIPS}
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "trips.jsonl")
        print(trip.told(["stream", "capture", "--out", file])["records"], "records captured")
        for consumer in consumers:
            print(consumer)
            for way in WAYS:
                found = kept(consumer, file, way, trip)
                if found != expected:
                    sys.exit(f"{way}: {found} instead of {expected}")


main(*sys.argv[1:])
