"""The workflow that admits bookings, in moto's interpreter. The local runtime does not interpret it: it asks
the same questions in Rust. So the expectations stand here, case by case, as ADR 19 has them.

Every task, with its answers, its errors by the names that AWS documents, and every count of retries.
"""

from dataclasses import dataclass, field

TRIP, INPUT, TRACE = "trip-0001", {"trip_id": "trip-0001", "amount": "800"}, "Root=1-5759e988-bd862e3fe1be46a994272793"
TEXT = '{"trip_id":"trip-0001","amount":"800"}'
BOOKING = {"trip_id": TRIP, "input": INPUT, "is_ambiguous": False}
ABSENT, PRESENT, KNOWN = {}, {"Item": {"PK": {"S": f"TRIP#{TRIP}"}}}, {"Status": "RUNNING"}
STARTED = {"ExecutionArn": "arn:saga", "StartDate": "2026-03-01T00:00:00.000Z"}
ADMITTED = {"execution_arn": "arn:saga"}
TAKEN = ("TripExists", TRIP)
FORGOTTEN = "Sfn.ExecutionDoesNotExistException"
EXISTS = "Sfn.ExecutionAlreadyExistsException"
NEW, ASKED = ("IsReadable", "LookForTrip", "IsTripThere"), ("LookForExecution",)
# Each names one kind of failure of the service: throttled, broken, out of reach.
ERRORS = {
    "LookForTrip": (
        "DynamoDB.ProvisionedThroughputExceededException",
        "DynamoDB.InternalServerErrorException",
        "DynamoDB.SdkClientException",
    ),
    "LookForExecution": ("Sfn.ThrottlingException", "Sfn.SfnException", "Sfn.SdkClientException"),
    "StartSaga": ("Sfn.ThrottlingException", "Sfn.ExecutionLimitExceededException"),
    "StartTracedSaga": ("Sfn.ThrottlingException", "Sfn.ExecutionLimitExceededException"),
}
# Seconds before each retry of either question. Nothing retries the start of a saga: its caller does.
WAITS = [(1, 1), (2, 2)]


@dataclass(frozen=True)
class Case:
    name: str
    visited: tuple
    """The states, in their order."""
    answers: dict
    output: object = None
    failure: tuple = (None, None)
    """The error and its cause."""
    booking: dict = field(default_factory=lambda: BOOKING)
    waits: tuple = ()


def failed(error, times=1):
    return [{"Error": error, "Cause": "as mocked"}] * times


def fates():
    """What becomes of a booking, with nothing but the expected answers."""
    looked = {"LookForTrip": [ABSENT]}
    known = {"LookForTrip": [PRESENT], "LookForExecution": [KNOWN]}
    start = (*NEW, "IsTraced", "StartSaga")
    again = (*NEW, *ASKED, "IsTraced", "StartSaga")
    yield Case("a new booking", start, {**looked, "StartSaga": [STARTED]}, ADMITTED)
    yield Case("a booking sent again", again, {**known, "StartSaga": [STARTED]}, ADMITTED)
    yield Case("an id whose saga runs", (*start, "TripExists"), {**looked, "StartSaga": failed(EXISTS)}, failure=TAKEN)
    yield Case(
        "an id whose saga is known", (*again, "TripExists"), {**known, "StartSaga": failed(EXISTS)}, failure=TAKEN
    )
    yield Case(
        "an id whose saga is forgotten",
        (*NEW, *ASKED, "TripExists"),
        {"LookForTrip": [PRESENT], "LookForExecution": failed(FORGOTTEN)},
        failure=TAKEN,
    )
    traced = {**BOOKING, "trace_header": TRACE}
    start = (*NEW, "IsTraced", "StartTracedSaga")
    yield Case("a traced booking", start, {**looked, "StartTracedSaga": [STARTED]}, ADMITTED, booking=traced)
    yield Case(
        "a traced booking of an id whose saga runs",
        (*start, "TripExists"),
        {**looked, "StartTracedSaga": failed(EXISTS)},
        failure=TAKEN,
        booking=traced,
    )
    yield Case(
        "a member that is given twice",
        ("IsReadable", "RepeatedField"),
        {},
        failure=("RepeatedField", "a member is given more than once"),
        booking={**BOOKING, "is_ambiguous": True},
    )


def troubles():
    """Every error of every task, after every count of retries."""
    found = {"LookForTrip": [PRESENT], "StartSaga": [STARTED]}
    for error in ERRORS["LookForTrip"]:
        yield from retried("LookForTrip", NEW[:2], {"StartSaga": [STARTED]}, error, ABSENT, NEW[2:])
    for error in ERRORS["LookForExecution"]:
        yield from retried("LookForExecution", (*NEW, *ASKED), found, error, KNOWN, ())
    yield Case(
        "a saga that is forgotten while its state is asked for",
        (*NEW, *ASKED, "TripExists"),
        {**found, "LookForExecution": failed(ERRORS["LookForExecution"][0], 2) + failed(FORGOTTEN)},
        failure=TAKEN,
        waits=WAITS,
    )
    for start, booking in (("StartSaga", BOOKING), ("StartTracedSaga", {**BOOKING, "trace_header": TRACE})):
        for error in ERRORS[start]:
            answers = {"LookForTrip": [ABSENT], start: failed(error)}
            failure = (error, "as mocked")
            yield Case(f"{start}: {error}", (*NEW, "IsTraced", start), answers, failure=failure, booking=booking)


def retried(state, until, others, error, answer, then):
    """So many failures of one task, and then its answer, or the execution's failure."""
    start = (*until, *then, "IsTraced", "StartSaga")
    for times in range(len(WAITS) + 1):
        answers = {**others, state: failed(error, times) + [answer]}
        yield Case(f"{state}: {times} of {error}", start, answers, ADMITTED, waits=WAITS[:times])
    answers = {**others, state: failed(error, len(WAITS) + 1)}
    yield Case(f"{state}: {error}", until, answers, failure=(error, "as mocked"), waits=WAITS)


# What each service is asked.
REQUESTS = {
    "LookForTrip": {
        "TableName": "Trips",
        "Key": {"PK": {"S": f"TRIP#{TRIP}"}, "SK": {"S": "METADATA"}},
        "ProjectionExpression": "PK",
        "ConsistentRead": True,
    },
    "LookForExecution": {"ExecutionArn": f"arn:executions:{TRIP}", "IncludedData": "METADATA_ONLY"},
    "StartSaga": {"StateMachineArn": "arn:saga-machine", "Name": TRIP, "Input": TEXT},
    "StartTracedSaga": {
        "StateMachineArn": "arn:saga-machine",
        "Name": TRIP,
        "Input": TEXT,
        "TraceHeader": TRACE,
    },
}
NAMES = {"TripTable": "Trips", "BookingStateMachineArn": "arn:saga-machine", "BookingExecutions": "arn:executions"}


def compare(machine, context, compare):
    """Tells `compare` where, what, and both values, for each fact of each case; returns how many cases there are."""
    cases = [*fates(), *troubles()]
    for case in cases:
        visits = machine.walk(case.booking, context, case.answers)
        last = [*visits.values()][-1]
        compare(case.name, "the states", case.visited, tuple(visits))
        compare(case.name, "the failure", case.failure, (last.error, last.cause))
        compare(case.name, "the output", case.output, last.output)
        compare(case.name, "the waits", [*case.waits], [wait for visit in visits.values() for wait in visit.waits])
        for state, visit in visits.items():
            for request in visit.requests:
                compare(case.name, f"the request of {state}", REQUESTS[state], request)
    return len(cases)
