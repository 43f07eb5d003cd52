"""A task of a state machine in moto's interpreter: what its retriers, its catchers and its paths do.

Nothing waits: the wait before each retry is recorded with the bounds that its jitter is drawn from.
"""

import copy
import datetime
import json
import logging
import re
from dataclasses import dataclass, field
from types import SimpleNamespace

from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl, retrier_decl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.catch.catcher_outcome import CatcherOutcomeCaught
from moto.stepfunctions.parser.asl.component.state.exec.state_task import mock_eval_utils
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.mocking.mock_config import (
    MockedResponseReturn,
    MockedResponseThrow,
    MockTestCase,
    StateMockedResponses,
)

ACCOUNT, REGION = "000000000000", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/none"


@dataclass
class Visit:
    """What happened in one visit of a state."""

    retriers: list = field(default_factory=list)
    """The index of the retrier, for each retry."""
    waits: list = field(default_factory=list)
    """The shortest and the longest wait before each retry, in seconds."""
    requests: list = field(default_factory=list)
    """What the service was called with, for each attempt."""
    catcher: int | None = None
    next: str | None = None
    output: object = None
    error: str | None = None
    """The error with which the execution failed in this state."""
    cause: str | None = None

    @property
    def events(self):
        """What the function was invoked with, for each attempt."""
        return [request["Payload"] for request in self.requests]


def error_name(name):
    """A mocked error by its name, reserved ones too."""
    return StatesErrorName.from_name(name) if name.startswith("States.") else CustomErrorName(name)


class Recorder:
    """Stands in for the clock and for chance."""

    def __init__(self):
        self.visit, self.shortest = Visit(), None

    def uniform(self, shortest, longest):
        self.shortest = shortest
        return longest

    def sleep(self, seconds):
        self.visit.waits.append((seconds if self.shortest is None else self.shortest, seconds))
        self.shortest = None


class Machine:
    """A definition, read once."""

    def __init__(self, text, names=None, reserved_errors=True):
        """`names` are the values of the text's variables; a variable without one is a function's ARN."""
        function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
        filled = re.sub(r"\$\{(\w+)\}", lambda name: (names or {}).get(name[1], function + name[1]), text)
        self.program, _ = AmazonStateLanguageParser.parse(filled)
        self.reserved_errors = reserved_errors
        self.recorder = Recorder()
        for state in self.program.states.states.values():
            for number, retrier in enumerate(state.retry.retriers if getattr(state, "retry", None) else []):
                retrier._eval_body = self.watched(retrier._eval_body, self.retried, number)
            for number, catcher in enumerate(state.catch.catchers if getattr(state, "catch", None) else []):
                catcher._eval_body = self.watched(catcher._eval_body, self.caught, number)

    @staticmethod
    def watched(body, tell, number):
        def watching(env):
            body(env)
            tell(env.stack[-1], number)

        return watching

    def retried(self, outcome, number):
        if outcome == RetrierOutcome.Executed:
            self.recorder.visit.retriers.append(number)

    def caught(self, outcome, number):
        if isinstance(outcome, CatcherOutcomeCaught):
            self.recorder.visit.catcher = number

    def visit(self, state, document, context, answers):
        """Visits a state whose attempts end with these answers: `{"Error", "Cause"}`, or a result."""
        env = self.environment(state, copy.deepcopy(document), copy.deepcopy(context), answers)
        self.recorder.visit = visit = Visit()
        retrier_decl.time = SimpleNamespace(sleep=self.recorder.sleep)
        jitter_strategy_decl.random = SimpleNamespace(uniform=self.recorder.uniform)
        mock_eval_utils.CustomErrorName = error_name if self.reserved_errors else CustomErrorName
        try:
            self.program.states.states[state].eval(env)
            visit.next, visit.output = env.next_state_name, env.states.get_input()
        except FailureEventException as failure:
            visit.error, visit.cause = failure.extract_error_cause_pair()
        scheduled = (event.get("taskScheduledEventDetails") for event in env.event_manager.get_event_history())
        visit.requests = [json.loads(details["parameters"]) for details in scheduled if details]
        return visit

    def walk(self, document, context, answers):
        """All visits of one execution, by their states; `answers` has those of each state."""
        visits, state = {}, self.program.start_at.start_at_name
        while state is not None:
            visit = visits[state] = self.visit(state, document, context, answers.get(state, []))
            state, document = visit.next, visit.output
        return visits

    def environment(self, state, document, context, answers):
        responses = [self.response(number, answer) for number, answer in enumerate(answers)]
        env = Environment(
            aws_execution_details=AWSExecutionDetails(account=ACCOUNT, region=REGION, role_arn=ROLE),
            execution_type=StateMachineType.STANDARD,
            context={part: context[part] for part in ("Execution", "StateMachine")},
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
            mock_test_case=MockTestCase("machine", "case", [StateMockedResponses(state, "answers", responses)]),
        )
        env.next_state_name = state
        env.states.reset(document)
        return env

    @staticmethod
    def response(number, answer):
        if "Error" in answer:
            return MockedResponseThrow(number, number, answer["Error"], answer["Cause"])
        return MockedResponseReturn(number, number, answer)


logging.disable(logging.CRITICAL)
