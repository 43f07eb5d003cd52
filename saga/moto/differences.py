"""Where moto's interpreter is known to differ, and why the difference is moto's.

Each is looked for in every run. One that no longer shows is stale, and must be removed.
"""

from dataclasses import dataclass
from typing import Callable

from interpreter import Machine


@dataclass(frozen=True)
class Difference:
    name: str
    reason: str
    explains: Callable
    """Whether it makes moto answer what it answered to this error, where ours answers `expected`."""


DIFFERENCES = (
    Difference(
        "States.ALL takes what it must not",
        "The developer guide, Error names: States.ALL does not catch States.DataLimitExceeded, and States.Runtime"
        " is never caught or retried. moto's ErrorEquals has no exception for them.",
        lambda error, expected, visit: error in ("States.DataLimitExceeded", "States.Runtime")
        and expected is None
        and visit.catcher is not None,
    ),
)


@dataclass(frozen=True)
class Renaming:
    name: str
    reason: str
    explains: Callable
    """Whether it makes moto find `found` where `expected` is expected of a fact."""


RENAMINGS = (
    Renaming(
        "a failure of dynamodb:getItem that nothing catches has one name",
        "moto makes DynamoDB.AmazonDynamoDBException, without a cause, of every failure that its own client did not"
        " raise, so of every mocked one.",
        lambda expected, found: found == ("DynamoDB.AmazonDynamoDBException", "")
        and isinstance(expected, tuple)
        and str(expected[0]).startswith("DynamoDB."),
    ),
)


@dataclass(frozen=True)
class Workaround:
    name: str
    reason: str
    is_needed: Callable
    """Whether moto fails without it, on a machine's text, one of its tasks, an input, a context and a result."""


def lacks_redrive_count(text, state, document, context, result):
    execution = {key: value for key, value in context["Execution"].items() if key != "RedriveCount"}
    visit = Machine(text).visit(state, document, {**context, "Execution": execution}, [result])
    return visit.events == []


def mistakes_reserved_errors(text, state, document, context, result):
    timeout = {"Error": "States.Timeout", "Cause": "as mocked"}
    visit = Machine(text, reserved_errors=False).visit(state, document, context, [timeout, result])
    return visit.retriers == []


def prints_times_otherwise(text, state, document, context, result):
    [event] = Machine(text).visit(state, document, context, [result]).events
    return not event["step"]["state"]["EnteredTime"].endswith("Z")


WORKAROUNDS = (
    Workaround(
        "$$.Execution.RedriveCount is put into the context",
        "The developer guide, Context object, lists it. moto's context has no such field, so a path to it fails.",
        lacks_redrive_count,
    ),
    Workaround(
        "reserved errors are mocked under their own names",
        "moto takes a mocked error's name for a custom one, which must not begin with `States.`: the task ends with"
        " States.Runtime in place of States.Timeout, and nothing retries it.",
        mistakes_reserved_errors,
    ),
    Workaround(
        "$$.State.EnteredTime is not compared",
        "The developer guide, Context object: UTC with a Z. moto prints microseconds and +00:00.",
        prints_times_otherwise,
    ),
)
