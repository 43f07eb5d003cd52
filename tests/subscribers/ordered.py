"""A webhook as a FIFO subscriber of the ordered bus, on a running system: it is killed for a while, and gets each trip in order.

boto3 makes the subscribers, a replay among them, and a bus of its own. Usage: ordered.py API AWS WEBHOOK, the last as a command line.
"""

import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone

import boto3

from webhook import Webhook, book, wait

ROLE = "arn:aws:iam::000000000000:role/delivery"
PATIENT = {"MaxRetryAttempts": 185, "MaxEventAgeInSeconds": 86400}
EVENTS = 4  # of a booking


def main(api, aws, program):
    session = boto3.Session("local", "local", region_name="us-east-1")
    bus = session.client("eventbridgev2", endpoint_url=aws)
    webhooks = [Webhook(program), Webhook(program)]
    try:
        try_out(api, bus, *webhooks)
        try_a_bus(bus)
    finally:
        for webhook in webhooks:
            webhook.kill()
    print(f"the subscribers missed nothing: {[len(webhook.lines) for webhook in webhooks]} events")


def try_out(api, bus, webhook, later):
    [trips] = bus.list_event_buses(NamePrefix="trip-saga")["EventBuses"]
    arn = trips["EventBusArn"]
    began = datetime.now(timezone.utc)
    live = subscribe(bus, arn, "live", webhook)
    told = bus.describe_subscriber(SubscriberArn=live)
    assert (told["Type"], told["State"], told["StartingPosition"]) == ("FIFO", "RUNNING", "LATEST"), told
    assert told["BatchConfiguration"] == {"MaxBatchSize": 1, "MaxBatchWindowInSeconds": 0}, told

    webhook.start()
    book(api, "ordered-1")
    webhook.gets("ordered-1", EVENTS)
    webhook.kill()
    book(api, "ordered-2")
    bus.update_subscriber(SubscriberArn=live, State="STOPPED")
    book(api, "ordered-3")
    webhook.start()
    bus.update_subscriber(SubscriberArn=live, State="RUNNING", ResumePosition="LAST_PROCESSED")
    for trip in ("ordered-2", "ordered-3"):
        webhook.gets(trip, EVENTS)

    later.start()
    point = {"PointType": "TIMESTAMP", "StartingPoint": max(began, trips["CreationTime"]), "EndPoint": datetime.now(timezone.utc)}
    filters = {"Filters": [{"Scope": "DATA", "Pattern": '{"detail-type": ["trip.confirmed.v1"]}'}]}
    past = subscribe(bus, arn, "past", later, StartingPosition="POINT_IN_TIME", PointInTimeConfiguration=point, FilterConfiguration=filters)
    wait("the end of the replay", lambda: bus.describe_subscriber(SubscriberArn=past)["State"] == "STOPPED")
    assert sorted(line.split()[0] for line in later.lines) == ["ordered-1", "ordered-2", "ordered-3"], later.lines

    assert [one["Name"] for one in bus.list_subscribers(EventBusArn=arn)["Subscribers"]] == ["live", "past"]
    for subscriber in (live, past):
        bus.delete_subscriber(SubscriberArn=subscriber)
    in_order(webhook)


def subscribe(bus, arn, name, webhook, **more):
    target = {"TargetArn": f"http://127.0.0.1:{webhook.port}/", "RoleArn": ROLE}
    made = bus.create_subscriber(Name=name, EventBusArn=arn, InvokeConfiguration=target, Type="FIFO", RetryPolicy=PATIENT, **more)
    return made["SubscriberArn"]


def in_order(webhook):
    """The events of a trip end with its confirmation, and none comes twice: nothing was in flight when the webhook was killed."""
    trips = defaultdict(list)
    for line in webhook.lines:
        trip, kind, _ = line.split()
        trips[trip].append(kind)
    for kinds in trips.values():
        assert kinds == ["flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"], trips


def try_a_bus(bus):
    made = bus.create_event_bus(Name="mine", StorageConfiguration={"RetentionPeriodInDays": 1})["EventBusArn"]
    bus.get_waiter("event_bus_active").wait(EventBusArn=made)
    entry = {"Source": "s", "DetailType": "t", "Detail": "{}", "Time": datetime.now(timezone.utc) - timedelta(hours=1),
             "SystemMetadata": {"EventGroupId": "g", "DeduplicationId": "d"}}
    put = [bus.put_events(EventBusArn=made, Entries=[entry])["Entries"][0] for _ in range(2)]
    assert [one["SuccessCode"] for one in put] == ["PUBLISHED", "DEDUPLICATED"], put
    assert put[0]["SequenceNumber"] == put[1]["SequenceNumber"], put
    bus.update_event_bus(EventBusArn=made, StorageConfiguration={"RetentionPeriodInDays": 2})
    assert bus.describe_event_bus(EventBusArn=made)["StorageConfiguration"]["RetentionPeriodInDays"] == 2
    try:
        bus.create_event_bus(Name="mine")
        sys.exit("a bus was made twice")
    except bus.exceptions.ResourceAlreadyExistsException:
        pass
    bus.delete_event_bus(EventBusArn=made)
    bus.get_waiter("event_bus_deleted").wait(EventBusArn=made)


main(*sys.argv[1:])
