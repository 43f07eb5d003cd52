"""Keeps the newest status of each trip: a consumer of the stream of trips."""

state = {}


def handler(event, context):
    for record in event["Records"]:
        change = record["dynamodb"]
        trip = change.get("NewImage")
        if change["Keys"]["SK"]["S"] != "METADATA" or not trip:
            continue  # not a trip's root
        key, version = trip["trip_id"]["S"], int(trip["version"]["N"])
        if version > state.get(key, {"version": 0})["version"]:
            state[key] = {"version": version, "status": trip["status"]["S"]}
    return {"batchItemFailures": []}
