"""The deployed console: nobody sees a page without signing in, and the way in is one that the user pool takes."""

import http.client
from urllib.parse import parse_qs, urlsplit

from deployment import Deployment
from ministack import Emulator
from waiting import Missing

PAGE = {"Accept": "text/html"}


class Console:
    """Somebody with a browser, who has not signed in."""

    def __init__(self, emulator: Emulator, deployment: Deployment):
        self._emulator = emulator
        self._api = deployment.named("ConsoleHttp", "AWS::ApiGatewayV2::Api")
        self._client = deployment.named("ApiUsersPoolConsoleClient", "AWS::Cognito::UserPoolClient")

    def prove(self) -> None:
        """a page leads to the sign-in, files are there, and everything else is refused"""
        self._expect("/console/assets/style.css", 200, {})
        self._expect("/console/live", 401, {"Accept": "text/event-stream"})
        way = self._expect("/console/trips?status=PENDING", 303, PAGE)
        if way != "/console/sign-in?to=%2Fconsole%2Ftrips%3Fstatus%3DPENDING":
            raise Missing(f"the console leads to {way}")
        self._taken(urlsplit(self._expect(way, 303, PAGE)))

    def _taken(self, authorize) -> None:
        """The hosted pages take the console's request: its client, its address and its challenge."""
        asked = {name: values[0] for name, values in parse_qs(authorize.query).items()}
        if asked.get("client_id") != self._client or asked.get("code_challenge_method") != "S256":
            raise Missing(f"the console asks for {asked}")
        status, _, body = self._get(self._host(), f"{authorize.path}?{authorize.query}", PAGE)
        if status != 200 or 'action="/login"' not in body:
            raise Missing(f"the hosted sign-in answers {status}: {body[:500]}")

    def _expect(self, path: str, status: int, headers: dict) -> str | None:
        """Where the answer leads, which has this status."""
        answered, location, body = self._get(f"{self._api}.execute-api.localhost", path, headers)
        if answered != status:
            raise Missing(f"the console answers {path} with {answered}, not {status}: {body[:500]}")
        return location

    def _get(self, host: str, path: str, headers: dict) -> tuple[int, str | None, str]:
        connection = http.client.HTTPConnection(self._host(), timeout=60)
        try:
            connection.request("GET", path, headers={"Host": host, **headers})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location"), answer.read().decode()
        finally:
            connection.close()

    def _host(self) -> str:
        return urlsplit(self._emulator.url).netloc
