"""A webhook as the target of a rule, on a running system: it is killed for a while, and misses nothing.

boto3 makes the rule, the target, an archive and a replay. Usage: webhook.py API AWS WEBHOOK, the last as a command line.
"""

import json
import shlex
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from urllib.request import ProxyHandler, Request, build_opener

import boto3

BUS = "trip-saga"
PATIENCE = 60  # seconds

http = build_opener(ProxyHandler({}))


class Webhook:
    """The program of the page, and what it has printed in all its lives."""

    def __init__(self, program):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.program, self.lines, self.process = [*shlex.split(program), str(self.port)], [], None

    def start(self):
        self.process = subprocess.Popen(self.program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self.read, args=[self.process.stdout], daemon=True).start()

    def read(self, output):
        for line in output:
            self.lines.append(line)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def gets(self, trip, times=1):
        wait(f"{trip} at the webhook", lambda: sum(line.startswith(f"{trip} ") for line in self.lines) >= times)


def wait(what, is_so):
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"not within {PATIENCE} s: {what}"
        time.sleep(0.05)


def book(api, trip):
    flight = {"flight_number": "NH1", "departure_time": "2026-03-01T10:00:00", "arrival_time": "2026-03-01T14:00:00"}
    hotel = {"hotel_name": "Grand Hotel Tokyo", "check_in_date": "2026-03-01", "check_out_date": "2026-03-03"}
    price = {"price_amount": "40000", "price_currency": "JPY"}
    body = {"trip_id": trip, "flight_details": {**flight, **price}, "hotel_details": {**hotel, **price},
            "amount": "80000", "currency": "JPY"}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer dev-customer-1"}
    http.open(Request(f"{api}/trips", json.dumps(body).encode(), headers)).close()


def main(api, aws, program):
    session = boto3.Session("local", "local", region_name="us-east-1")
    events = session.client("events", endpoint_url=aws)
    webhook = Webhook(program)
    try:
        try_out(api, events, webhook)
    finally:
        webhook.kill()
    print(f"the webhook missed nothing: {len(webhook.lines)} events, {len({line.split()[2] for line in webhook.lines})} of them different")


def try_out(api, events, webhook):
    address = f"http://127.0.0.1:{webhook.port}/"

    rule = events.put_rule(Name="confirmed", EventBusName=BUS, EventPattern='{"detail-type": ["trip.confirmed.v1"]}')
    bus = events.describe_event_bus(Name=BUS)["Arn"]
    events.create_archive(ArchiveName="all", EventSourceArn=bus)
    target = {"Id": "webhook", "Arn": address, "RetryPolicy": {"MaximumRetryAttempts": 185}}
    put = events.put_targets(Rule="confirmed", EventBusName=BUS, Targets=[target])
    assert (put["FailedEntryCount"], put["FailedEntries"]) == (0, []), put
    assert events.list_targets_by_rule(Rule="confirmed", EventBusName=BUS)["Targets"] == [target]
    assert events.list_rule_names_by_target(TargetArn=address, EventBusName=BUS)["RuleNames"] == ["confirmed"]

    webhook.start()
    book(api, "hooked-1")
    webhook.gets("hooked-1")
    webhook.kill()
    for trip in ("hooked-2", "hooked-3"):
        book(api, trip)
    wait("both trips in the archive", lambda: events.describe_archive(ArchiveName="all")["EventCount"] >= 12)
    webhook.start()
    for trip in ("hooked-2", "hooked-3"):
        webhook.gets(trip)

    now = datetime.now(timezone.utc)
    events.start_replay(
        ReplayName="again", EventSourceArn=events.describe_archive(ArchiveName="all")["ArchiveArn"],
        EventStartTime=now - timedelta(hours=1), EventEndTime=now + timedelta(hours=1),
        Destination={"Arn": bus, "FilterArns": [rule["RuleArn"]]},
    )
    for trip in ("hooked-1", "hooked-2", "hooked-3"):
        webhook.gets(trip, times=2)
    wait("the end of the replay", lambda: events.describe_replay(ReplayName="again")["State"] == "COMPLETED")
    assert [replay["ReplayName"] for replay in events.list_replays()["Replays"]] == ["again"]
    assert [archive["ArchiveName"] for archive in events.list_archives()["Archives"]] == ["all"]

    try:
        events.delete_rule(Name="confirmed", EventBusName=BUS)
        sys.exit("a rule with a target was deleted")
    except events.exceptions.ClientError as error:
        assert error.response["Error"]["Message"] == "Rule can't be deleted since it has targets.", error
    assert events.remove_targets(Rule="confirmed", EventBusName=BUS, Ids=["webhook"])["FailedEntryCount"] == 0
    events.delete_rule(Name="confirmed", EventBusName=BUS)
    events.delete_archive(ArchiveName="all")


if __name__ == "__main__":
    main(*sys.argv[1:])
