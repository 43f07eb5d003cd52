"""The trips that are booked, and how each must end everywhere."""

import json
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent.parent / "generated/gateway-cases.json"
CUSTOMER = "e2e-customer"


@dataclass(frozen=True)
class Scenario:
    """A booking with how its suppliers behave, and how it ends: the execution, the trip, the events."""

    trip_id: str
    sandbox: dict[str, str]
    execution: str
    status: str
    events: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """The event that tells subscribers how the trip ended: its last."""
        return self.events[-1]

    def body(self) -> str:
        """The request's body: the first booking of the cases that the local gateway is tested with."""
        request = json.loads(json.loads(CASES.read_text())[0]["body"])
        request["trip_id"] = self.trip_id
        if self.sandbox:
            request["sandbox"] = self.sandbox
        return json.dumps(request)


SCENARIOS = (
    Scenario(
        trip_id="e2e-confirmed",
        sandbox={},
        execution="SUCCEEDED",
        status="CONFIRMED",
        events=("flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"),
    ),
    Scenario(
        trip_id="e2e-declined",
        sandbox={"payment": "declined"},
        execution="FAILED",
        status="FAILED",
        events=(
            "flight.reserved.v1",
            "hotel.reserved.v1",
            "payment.declined.v1",
            "hotel.cancelled.v1",
            "flight.cancelled.v1",
            "trip.failed.v1",
        ),
    ),
)
