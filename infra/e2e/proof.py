"""Books a trip through what was deployed, and follows it to its end: execution, table, bus and search view."""

import json
import subprocess
from pathlib import Path

from deployment import Deployment
from ministack import Emulator
from scenarios import CUSTOMER, Scenario
from waiting import Missing, eventually

INFRA = Path(__file__).parent.parent
TSX = ["node", "--import", "tsx", "e2e/start-execution.ts"]
RUNNING = "RUNNING"
LONG_POLL_SECONDS = 1


class Installation:
    """The deployed product, as its customers and its operator see it."""

    def __init__(self, emulator: Emulator, deployment: Deployment):
        self._machines = emulator.client("stepfunctions")
        self._tables = emulator.client("dynamodb")
        self._queues = emulator.client("sqs")
        self._admission = deployment.named("OrchestrationAdmission", "AWS::StepFunctions::StateMachine")
        self._trips = deployment.named("DatabaseTrips", "AWS::DynamoDB::Table")
        self._search = deployment.named("DatabaseSearch", "AWS::DynamoDB::Table")
        self._outcomes = deployment.subscriber_queue()
        self._received: dict[str, dict] = {}

    def prove(self, scenario: Scenario) -> None:
        """Books the scenario's trip and holds every place against how it must end."""
        arn = self.book(scenario)
        ended = eventually(f"{scenario.trip_id} ends", lambda: self._ended(arn))
        _same("execution", ended, scenario.execution)
        _same("trip", self._trip(scenario)["status"]["S"], scenario.status)
        eventually("its events are dispatched", lambda: self._dispatched(scenario))
        _same("events", self._events(scenario), list(scenario.events))
        outcome = eventually("the subscriber has its outcome", lambda: self._outcome(scenario))
        _same("outcome", outcome["detail-type"], scenario.outcome)
        row = eventually("the search view has it", lambda: self._row(scenario))
        _same("search view", row["status"]["S"], scenario.status)

    def book(self, scenario: Scenario) -> str:
        """Books the scenario's trip; the ARN of its execution."""
        # MiniStack's gateway does not support #if in a mapping template, so this renders the
        # template.
        command = [*TSX, self._admission, CUSTOMER, scenario.body()]
        rendered = subprocess.run(command, cwd=INFRA, check=True, capture_output=True, text=True).stdout
        admitted = self._machines.start_sync_execution(**json.loads(rendered))
        _same("admission", admitted["status"], "SUCCEEDED")
        return json.loads(admitted["output"])["execution_arn"]

    def _ended(self, arn: str) -> str | None:
        status = self._machines.describe_execution(executionArn=arn)["status"]
        return None if status == RUNNING else status

    def has(self, trip_id: str) -> bool:
        """Whether the trip is written."""
        return self._item(trip_id) is not None

    def _trip(self, scenario: Scenario) -> dict:
        return self._item(scenario.trip_id) or {}

    def _item(self, trip_id: str) -> dict | None:
        key = {"PK": {"S": f"TRIP#{trip_id}"}, "SK": {"S": "METADATA"}}
        return self._tables.get_item(TableName=self._trips, Key=key, ConsistentRead=True).get("Item")

    def _outbox(self, scenario: Scenario) -> list[dict]:
        query = "PK = :trip AND begins_with(SK, :outbox)"
        values = {":trip": {"S": f"TRIP#{scenario.trip_id}"}, ":outbox": {"S": "OUTBOX#"}}
        answer = self._tables.query(
            TableName=self._trips,
            KeyConditionExpression=query,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        return sorted(answer["Items"], key=lambda item: int(item["sequence"]["N"]))

    def _dispatched(self, scenario: Scenario) -> bool:
        return all(item["status"]["S"] == "dispatched" for item in self._outbox(scenario))

    def _events(self, scenario: Scenario) -> list[str]:
        return [item["event_type"]["S"] for item in self._outbox(scenario)]

    def _outcome(self, scenario: Scenario) -> dict | None:
        answer = self._queues.receive_message(
            QueueUrl=self._outcomes, MaxNumberOfMessages=10, WaitTimeSeconds=LONG_POLL_SECONDS
        )
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            self._received[event["detail"]["subject"]] = event
            self._queues.delete_message(QueueUrl=self._outcomes, ReceiptHandle=message["ReceiptHandle"])
        return self._received.get(scenario.trip_id)

    def _row(self, scenario: Scenario) -> dict | None:
        """The view's row, once it is as far as the trip."""
        key = {"trip_id": {"S": scenario.trip_id}}
        row = self._tables.get_item(TableName=self._search, Key=key, ConsistentRead=True).get("Item")
        return row if row and row["version"] == self._trip(scenario)["version"] else None


def _same(what: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise Missing(f"{what}: {seen}, where {expected} was expected")
    print(f"  {what:<12} {seen}")
