"""Deploys a synthesized assembly to MiniStack, books trips through it and operates it: main.py FOLDER TRIP-COMMAND"""

import sys
from collections import Counter
from pathlib import Path

from console import Console
from deployment import Deployment, deploy
from ministack import running
from operations import Operator
from proof import Installation
from scenarios import SCENARIOS
from waiting import Missing


def main(assembly: Path, trip: Path) -> int:
    """0 when every trip ended as it must, and every trouble was mended."""
    log = assembly / "ministack.log"
    try:
        with running(log) as emulator:
            deployment = deploy(emulator, assembly)
            _tell(deployment)
            installation = Installation(emulator, deployment)
            for scenario in SCENARIOS:
                print(f"{scenario.trip_id}, sandbox {scenario.sandbox or 'as usual'}")
                installation.prove(scenario)
            Operator(emulator, deployment, installation, trip).prove()
            print(f"the console: {Console.prove.__doc__}")
            Console(emulator, deployment).prove()
    except Missing as missing:
        print(f"error: {missing}\nMiniStack's log: {log}", file=sys.stderr)
        return 1
    print(f"{len(SCENARIOS)} trips ended as they must, and every trouble was mended")
    return 0


def _tell(deployment: Deployment) -> None:
    print(f"deployed {len(deployment)} resources; left out:")
    for why, count in Counter(deployment.reasons.values()).items():
        print(f"  {count:>3} {why}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
