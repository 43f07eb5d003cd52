"""Asks the workflow that admits bookings, on MiniStack: which are started, and which are told that their id is taken."""

import json
import sys
import tempfile
from pathlib import Path

from ministack import Emulator, running
from waiting import Missing

DEFINITION = Path(__file__).parent.parent.parent / "saga/trip-admission.asl.json"
TABLE, ROLE = "Trips", "arn:aws:iam::000000000000:role/admission"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
# A saga that never ends by itself.
SAGA = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
# MiniStack names Step Functions' refusals differently, and refuses a booking that is
# sent again while it runs, which Step Functions treats as the same one.
NAMES = {
    "Sfn.ExecutionAlreadyExistsException": "Sfn.ExecutionAlreadyExists",
    "Sfn.ExecutionDoesNotExistException": "Sfn.ExecutionDoesNotExist",
}


class Admission:
    """The workflow, before a saga and a table of trips."""

    def __init__(self, emulator: Emulator):
        self._machines = emulator.client("stepfunctions")
        self._tables = emulator.client("dynamodb")
        self._create_table()
        saga = self._create("trip-booking", json.dumps(SAGA), "STANDARD")
        self._executions = saga.replace(":stateMachine:", ":execution:")
        self._arn = self._create("trip-admission", self._definition(saga), "EXPRESS")

    def asked(self, trip_id: str, **more: object) -> tuple[str, str]:
        """How the workflow ends: the execution's ARN or the error's name, and the error's cause."""
        request = {"trip_id": trip_id, "input": {"trip_id": trip_id}, **more}
        ended = self._machines.start_sync_execution(stateMachineArn=self._arn, input=json.dumps(request))
        if ended["status"] == "SUCCEEDED":
            return json.loads(ended["output"])["execution_arn"], ""
        return ended["error"], ended["cause"]

    def execution(self, trip_id: str) -> str:
        return f"{self._executions}:{trip_id}"

    def input_of(self, trip_id: str) -> object:
        """What the saga was started with."""
        return json.loads(self._machines.describe_execution(executionArn=self.execution(trip_id))["input"])

    def keep_trip(self, trip_id: str) -> None:
        """Writes a trip as one that was booked long ago."""
        self._tables.put_item(TableName=TABLE, Item={"PK": {"S": f"TRIP#{trip_id}"}, "SK": {"S": "METADATA"}})

    def _create_table(self) -> None:
        keys = [("PK", "HASH"), ("SK", "RANGE")]
        self._tables.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    def _create(self, name: str, definition: str, kind: str) -> str:
        created = self._machines.create_state_machine(name=name, definition=definition, type=kind, roleArn=ROLE)
        return created["stateMachineArn"]

    def _definition(self, saga: str) -> str:
        names = {"${TripTable}": TABLE, "${BookingStateMachineArn}": saga, "${BookingExecutions}": self._executions}
        definition = DEFINITION.read_text()
        for name, value in {**names, **NAMES}.items():
            if name not in definition:
                raise Missing(f"the workflow does not name {name}")
            definition = definition.replace(name, value)
        return definition


def prove(admission: Admission) -> None:
    same("a new booking", admission.asked("new"), (admission.execution("new"), ""))
    same("what its saga is given", admission.input_of("new"), {"trip_id": "new"})
    same("a traced booking", admission.asked("traced", trace_header=TRACE), (admission.execution("traced"), ""))
    same("an id whose saga runs", admission.asked("new"), ("TripExists", "new"))
    admission.keep_trip("new")
    same("an id whose saga has written its trip", admission.asked("new"), ("TripExists", "new"))
    admission.keep_trip("old")
    same("an id whose saga is forgotten", admission.asked("old"), ("TripExists", "old"))
    error, _ = admission.asked("twice", is_ambiguous=True)
    same("a member that is given twice", error, "RepeatedField")


def same(what: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise Missing(f"{what}: {seen}, where {expected} was expected")
    print(f"  {what}: {seen}")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="trip-saga-admission-") as folder:
        log = Path(folder) / "ministack.log"
        try:
            with running(log) as emulator:
                prove(Admission(emulator))
        except Missing as missing:
            print(f"error: {missing}\n{log.read_text()}", file=sys.stderr)
            return 1
    print("bookings are admitted as they must be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
