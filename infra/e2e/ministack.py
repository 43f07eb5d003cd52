"""Runs MiniStack on a free port of the loopback interface, with nothing of the caller's environment in it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import botocore.session
from botocore.config import Config

from waiting import eventually

HOST = "127.0.0.1"
REGION = "eu-west-1"
STOP_SECONDS = 20
FUNCTIONS_CALL = ("DYNAMODB", "EVENTBRIDGE", "SFN")


class Emulator:
    """A running MiniStack."""

    def __init__(self, url: str):
        self.url = url
        self._session = botocore.session.Session()
        # Any credentials will do; these belong to no account.
        self._session.set_credentials("e2e", "e2e")

    def client(self, service: str):
        """A client of one service, which can reach the emulator alone."""
        # On AWS some operations have their own host; here one host serves all.
        config = Config(inject_host_prefix=False)
        return self._session.create_client(service, region_name=REGION, endpoint_url=self.url, config=config)

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1) as answer:
                return answer.status == 200
        except (urllib.error.URLError, TimeoutError):
            return False


@contextmanager
def running(log: Path) -> Iterator[Emulator]:
    """Starts MiniStack, and stops it with every function that it started."""
    port = _free_port()
    emulator = Emulator(f"http://{HOST}:{port}")
    with tempfile.TemporaryDirectory(prefix="trip-saga-e2e-") as folder, log.open("w") as output:
        process = _start(port, emulator.url, folder, output)
        try:
            eventually("MiniStack answers", emulator.is_up)
            yield emulator
        finally:
            _stop(process)


def _start(port: int, url: str, folder: str, output) -> subprocess.Popen:
    # The functions inherit this environment, so a variable that is left out cannot lead them to a real
    # account.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "TMPDIR": folder,
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        # The functions read each service's endpoint separately.
        **{f"AWS_ENDPOINT_URL_{service}": url for service in FUNCTIONS_CALL},
    }
    command = [sys.executable, "-m", "ministack"]
    return subprocess.Popen(
        command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    # The functions are in its process group, and may outlive it.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
