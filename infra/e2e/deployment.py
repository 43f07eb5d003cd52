"""Deploys the synthesized stack with the functions' archives, as `cdk deploy` does."""

import json
from collections.abc import Callable
from pathlib import Path

from ministack import REGION, Emulator
from omissions import without_omissions
from waiting import Missing, eventually

STACK = "TripSaga-dev"
TEMPLATE_KEY = "e2e/template.json"
# The parts of `cdk bootstrap` that the template needs in an account.
BOOTSTRAP_VERSION = {"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "30", "Type": "String"}


class Deployment:
    """The deployed stack: the physical ids of its resources, and what was left out of it."""

    def __init__(self, emulator: Emulator, template: dict, reasons: dict[str, str]):
        self.reasons = reasons
        self.template = template
        pages = emulator.client("cloudformation").get_paginator("list_stack_resources")
        summaries = [summary for page in pages.paginate(StackName=STACK) for summary in page["StackResourceSummaries"]]
        self.physical = {summary["LogicalResourceId"]: summary["PhysicalResourceId"] for summary in summaries}

    def __len__(self) -> int:
        return len(self.physical)

    def named(self, prefix: str, kind: str) -> str:
        """The physical id of the one resource of this type whose logical id has this prefix."""
        return self._only(kind, lambda name, _: name.startswith(prefix))

    def subscriber_queue(self) -> str:
        """The URL of the example subscriber's queue: the one that has dead letters, and is not theirs."""
        return self._only("AWS::SQS::Queue", lambda _, properties: "RedrivePolicy" in properties)

    def _only(self, kind: str, matches: Callable[[str, dict], bool]) -> str:
        found = [
            self.physical[name]
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind and matches(name, resource["Properties"])
        ]
        if len(found) != 1:
            raise Missing(f"{len(found)} resources of type {kind} fit, where one was expected")
        return found[0]


def deploy(emulator: Emulator, assembly: Path) -> Deployment:
    """Uploads the archives and creates the stack; returns when all of it stands."""
    template, reasons = without_omissions(_json(assembly / f"{STACK}.template.json"))
    bucket = _bucket(emulator)
    _upload(emulator, assembly, bucket)
    emulator.client("s3").put_object(Bucket=bucket, Key=TEMPLATE_KEY, Body=json.dumps(template).encode())
    _create(emulator, f"{emulator.url}/{bucket}/{TEMPLATE_KEY}")
    deployment = Deployment(emulator, template, reasons)
    certain = {name for name, resource in template["Resources"].items() if "Condition" not in resource}
    if absent := certain - deployment.physical.keys():
        raise Missing(f"the stack stands without {', '.join(sorted(absent))}")
    return deployment


def _bucket(emulator: Emulator) -> str:
    account = emulator.client("sts").get_caller_identity()["Account"]
    bucket = f"cdk-hnb659fds-assets-{account}-{REGION}"
    location = {"LocationConstraint": REGION}
    emulator.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    emulator.client("ssm").put_parameter(**BOOTSTRAP_VERSION)
    return bucket


def _upload(emulator: Emulator, assembly: Path, bucket: str) -> None:
    storage = emulator.client("s3")
    for asset in _json(assembly / f"{STACK}.assets.json")["files"].values():
        body = (assembly / asset["source"]["path"]).read_bytes()
        for destination in asset["destinations"].values():
            storage.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)


def _create(emulator: Emulator, url: str) -> None:
    stacks = emulator.client("cloudformation")
    stacks.create_stack(StackName=STACK, TemplateURL=url, Capabilities=["CAPABILITY_NAMED_IAM"])

    def settled() -> str | None:
        status = stacks.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        return None if status.endswith("_IN_PROGRESS") else status

    if (status := eventually("the stack is deployed", settled)) != "CREATE_COMPLETE":
        raise Missing(f"the stack is {status}; MiniStack's log says why")


def _json(path: Path) -> dict:
    return json.loads(path.read_text())
