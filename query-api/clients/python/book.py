"""A client made by openapi-python-client: books, polls, pages, cancels and reads errors. Its argument is the API's URL."""

import sys
import time
import urllib.request
from urllib.parse import urljoin

from trip_saga_client import AuthenticatedClient
from trip_saga_client.api.trips import book_trip, cancel_trip, get_timeline, get_trip, search_trips
from trip_saga_client.models import (
    Accepted,
    BookingRequest,
    Currency,
    ErrorCode,
    FlightDetails,
    HotelDetails,
    Page,
    Problem,
    Timeline,
    Trip,
    TripStatus,
)
from trip_saga_client.types import UNSET

URL = sys.argv[1]
API = AuthenticatedClient(base_url=URL, token="dev-customer-python")


def booking(trip_id: str, amount: str = "800.10") -> BookingRequest:
    flight = FlightDetails(
        flight_number="NH001",
        departure_time="2026-03-01T10:00:00",
        arrival_time="2026-03-01T14:00:00",
        price_amount="500.10",
        price_currency=Currency.USD,
    )
    hotel = HotelDetails(
        hotel_name="Grand Hotel Tokyo",
        check_in_date="2026-03-01",
        check_out_date="2026-03-03",
        price_amount="300",
        price_currency=Currency.USD,
    )
    return BookingRequest(trip_id=trip_id, flight_details=flight, hotel_details=hotel, amount=amount, currency=Currency.USD)


def eventually(what, ask):
    """Asks until there is an answer."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within a minute")


def reaches(trip_id: str, status: TripStatus) -> Trip:
    def ask():
        trip = get_trip.sync(trip_id, client=API)
        return trip if isinstance(trip, Trip) and trip.status == status else None

    return eventually(f"{trip_id} is {status}", ask)


def confirmed() -> list[str]:
    """The ids of all confirmed trips, read one a page."""
    ids, cursor = [], UNSET
    while True:
        page = search_trips.sync(
            client=API, status=[TripStatus.CONFIRMED], from_="2026-03-01", to="2026-03-31", limit=1, cursor=cursor
        )
        assert isinstance(page, Page), page
        ids += [trip.trip_id for trip in page.trips]
        cursor = page.next_cursor
        if cursor is UNSET:
            return ids


for trip_id in ["python-1", "python-2"]:
    accepted = book_trip.sync(client=API, body=booking(trip_id))
    assert isinstance(accepted, Accepted) and accepted.trip_id == trip_id, accepted
    assert reaches(trip_id, TripStatus.CONFIRMED).amount.currency == "USD"
eventually("both are on pages", lambda: len(confirmed()) == 2)

timeline = get_timeline.sync("python-1", client=API)
assert isinstance(timeline, Timeline) and len(timeline.events) == 4, timeline
cancelled = cancel_trip.sync("python-1", client=API)
assert isinstance(cancelled, Accepted), cancelled
reaches("python-1", TripStatus.CANCELLED)

unknown = get_trip.sync("python-3", client=API)
assert isinstance(unknown, Problem) and unknown.code == ErrorCode.TRIPNOTFOUND, unknown
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(urljoin(URL, unknown.type_)) as page:
    assert page.status == 200, page
refused = book_trip.sync(client=API, body=booking("python-3", amount="a lot"))
assert isinstance(refused, Problem) and [error.field for error in refused.errors] == ["amount"], refused
