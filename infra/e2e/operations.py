"""Breaks what was deployed, as it breaks at night, and mends it with the `trip` command by the stage's name."""

import os
import subprocess
from pathlib import Path

from deployment import Deployment
from ministack import REGION, Emulator
from proof import Installation
from scenarios import Scenario
from waiting import Missing, eventually

STAGE = "dev"
DONE, FOUND = 0, 1


class Operator:
    """Somebody with the `trip` command, and with the tables and the machines to break."""

    def __init__(self, emulator: Emulator, deployment: Deployment, installation: Installation, trip: Path):
        self._tables = emulator.client("dynamodb")
        self._machines = emulator.client("stepfunctions")
        self._search = deployment.named("DatabaseSearch", "AWS::DynamoDB::Table")
        self._installation = installation
        self._command = trip
        self._environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "e2e",
            "AWS_SECRET_ACCESS_KEY": "e2e",
        }

    def prove(self) -> None:
        """Every trouble is seen, mended by one command, and no longer seen."""
        for trouble in (self._healthy, self._lost_row, self._paused_dispatcher, self._stopped_saga, self._second_table):
            print(trouble.__doc__)
            trouble()
        self._healthy()

    def _healthy(self) -> None:
        """nothing is wrong"""
        for line in ("status", "stuck", "verify", "outbox list", "on-failure list", "rebuild --dry-run"):
            self._trip(line)

    def _lost_row(self) -> None:
        """a row of the view is lost"""
        self._tables.delete_item(TableName=self._search, Key={"trip_id": {"S": "e2e-confirmed"}})
        self._trip("verify", FOUND)
        self._trip("rebuild --trip e2e-confirmed")
        self._trip("verify")

    def _paused_dispatcher(self) -> None:
        """the dispatcher is down"""
        self._trip("pause dispatcher")
        self._ended(self._book("e2e-waiting"))
        self._trip("status", FOUND)
        self._trip("stuck --older-than 0s", FOUND)
        self._trip("resume dispatcher")
        eventually("its events are published", lambda: self._ends("stuck --older-than 0s", DONE))
        self._trip("status")

    def _stopped_saga(self) -> None:
        """a booking is stopped from outside"""
        arn = self._book("e2e-stopped", {"hotel": "slow"})
        eventually("its flight is reserved", lambda: self._installation.has("e2e-stopped"))
        self._machines.stop_execution(executionArn=arn)
        eventually("it is stuck", lambda: self._ends("stuck", FOUND))
        self._trip("compensate e2e-stopped")
        eventually("it has come to its end", lambda: self._ends("stuck", DONE))
        self._trip("redrive e2e-stopped", FOUND)

    def _second_table(self) -> None:
        """the view gets a second table"""
        table = f"{self._search}2"
        like = self._tables.describe_table(TableName=self._search)["Table"]
        indexes = [{name: index[name] for name in ("IndexName", "KeySchema", "Projection")} for index in like["GlobalSecondaryIndexes"]]
        keys = {name: like[name] for name in ("KeySchema", "AttributeDefinitions")}
        self._tables.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=indexes, **keys)
        self._trip(f"verify --table {table}", FOUND)
        self._trip(f"rebuild --table {table}")
        self._trip(f"verify --table {table}")

    def _book(self, trip_id: str, sandbox: dict[str, str] | None = None) -> str:
        return self._installation.book(Scenario(trip_id, sandbox or {}, execution="", status="", events=()))

    def _ended(self, arn: str) -> None:
        eventually("the booking ends", lambda: self._machines.describe_execution(executionArn=arn)["status"] != "RUNNING")

    def _trip(self, line: str, expected: int = DONE) -> None:
        ended = self._run(line)
        if ended.returncode != expected:
            raise Missing(f"trip {line} exits with {ended.returncode}, not {expected}: {ended.stdout}{ended.stderr}")
        print(f"  trip {line}: {ended.returncode}")

    def _ends(self, line: str, code: int) -> bool:
        return self._run(line).returncode == code

    def _run(self, line: str) -> subprocess.CompletedProcess:
        command = [self._command, *line.split(), "--stage", STAGE]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True)
