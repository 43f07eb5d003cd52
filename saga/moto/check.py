"""Compares `saga/decisions.json`, what this project's interpreter does, with moto's interpreter.

Every task of both machines, every error, every count of retries: the retrier and its wait, the catcher, the
next state, the output, and what the function is invoked with. Exits with 1 when they differ otherwise than
`differences.py` says, or when something that it says is no longer so.
"""

import copy
import json
import sys
from pathlib import Path

import admission
from differences import DIFFERENCES, RENAMINGS, WORKAROUNDS
from interpreter import Machine, Visit

SAGA = Path(__file__).parent.parent
ERROR = "$ERROR"


class Check:
    def __init__(self, decisions):
        self.document, self.result, self.cause = (decisions[key] for key in ("input", "result", "cause"))
        self.visits, self.decisions, self.problems, self.seen = 0, 0, [], set()

    def visit(self, machine, state, context, failed, error, ending):
        self.visits += 1
        failure = {"Error": error, "Cause": self.cause}
        return machine.visit(state, self.document, context, [failure] * failed + ending)

    def compare(self, where, field, expected, found):
        self.decisions += 1
        if expected == found:
            return
        known = [renaming.name for renaming in RENAMINGS if renaming.explains(expected, found)]
        self.seen.update(known)
        if not known:
            self.problems.append(f"{where}: {field} is {expected!r} here and {found!r} in moto")

    def machine(self, name, described):
        text = (SAGA / f"{name}.asl.json").read_text()
        machine, context = Machine(text), described["context"]
        for state, task in described["states"].items():
            for group in task["failures"]:
                for error in group["errors"]:
                    self.exhaust(f"{name} {state} {error}", machine, state, context, task, group, error)
                most = len(group["longest_waits"])
                for failed in {0, most // 2, most}:
                    self.recover(f"{name} {state}", machine, state, context, task, group["errors"][0], failed)
        state = described["start_at"]
        for workaround in WORKAROUNDS:
            if not workaround.is_needed(text, state, self.document, context, self.result):
                self.problems.append(f"no longer so: {workaround.name}")

    def exhaust(self, where, machine, state, context, task, group, error):
        """Every attempt fails: each retry in turn, and then what follows."""
        attempts = len(group["longest_waits"]) + 1
        visit = self.visit(machine, state, context, attempts, error, [])
        then = group["then"]
        for difference in DIFFERENCES:
            if difference.explains(error, then, visit):
                self.seen.add(difference.name)
                return
        self.compare(where, "the retriers", [group["retrier"]] * (attempts - 1), visit.retriers)
        shortest = (lambda longest: 0) if group["full_jitter"] else (lambda longest: longest)
        waits = [(shortest(longest), longest) for longest in group["longest_waits"]]
        self.compare(where, "the waits", waits, visit.waits)
        self.compare(where, "the catcher", then and then["catcher"], visit.catcher)
        self.compare(where, "the next state", then and then["next"], visit.next)
        output = then and json.loads(json.dumps(then["output"]).replace(ERROR, error))
        self.compare(where, "the output", output, visit.output)
        self.compare(where, "the execution's error", None if then else error, visit.error)
        self.events(where, task, visit)

    def recover(self, where, machine, state, context, task, error, failed):
        """So many attempts fail, and then one succeeds: if a retrier lets it."""
        where = f"{where} after {failed} of {error}"
        visit = self.visit(machine, state, context, failed, error, [self.result])
        self.compare(where, "the retries", failed, len(visit.retriers))
        self.compare(where, "the next state", task["next"], visit.next)
        self.compare(where, "the output", task["output"], visit.output)
        self.events(where, task, visit)

    def events(self, where, task, visit: Visit):
        for number, event in enumerate(visit.events):
            expected = copy.deepcopy(task["event"])
            expected["step"]["state"]["RetryCount"] = number
            expected["step"]["state"]["EnteredTime"] = event["step"]["state"]["EnteredTime"]
            self.compare(where, f"the event of attempt {number + 1}", expected, event)

    def admission(self, context):
        machine = Machine((SAGA / "trip-admission.asl.json").read_text(), admission.NAMES)
        self.visits += admission.compare(machine, context, self.compare)

    def run(self, machines):
        for name, described in machines.items():
            self.machine(name, described)
        self.admission(machines["trip-booking"]["context"])
        stale = (known.name for known in (*DIFFERENCES, *RENAMINGS) if known.name not in self.seen)
        self.problems += [f"no longer so: {name}" for name in stale]
        return self.problems


def main():
    decisions = json.loads((SAGA / "decisions.json").read_text())
    check = Check(decisions)
    for problem in check.run(decisions["machines"]):
        print(problem, file=sys.stderr)
    known = len(DIFFERENCES) + len(RENAMINGS) + len(WORKAROUNDS)
    print(f"moto's interpreter: {check.visits} visits, {check.decisions} comparisons, {known} known differences")
    sys.exit(bool(check.problems))


if __name__ == "__main__":
    main()
