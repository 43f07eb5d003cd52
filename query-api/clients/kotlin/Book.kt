// A client made by openapi-generator: books, polls, pages, cancels and reads errors. Its argument
// is the API's URL.

import java.net.HttpURLConnection
import java.net.URI
import org.openapitools.client.apis.TripsApi
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.BookingRequest
import org.openapitools.client.models.Currency
import org.openapitools.client.models.ErrorCode
import org.openapitools.client.models.FlightDetails
import org.openapitools.client.models.HotelDetails
import org.openapitools.client.models.Problem
import org.openapitools.client.models.Trip
import org.openapitools.client.models.TripStatus

fun booking(tripId: String, amount: String = "800.10") = BookingRequest(
    tripId = tripId,
    flightDetails = FlightDetails(
        flightNumber = "NH001",
        departureTime = "2026-03-01T10:00:00",
        arrivalTime = "2026-03-01T14:00:00",
        priceAmount = "500.10",
        priceCurrency = Currency.USD,
    ),
    hotelDetails = HotelDetails(
        hotelName = "Grand Hotel Tokyo",
        checkInDate = "2026-03-01",
        checkOutDate = "2026-03-03",
        priceAmount = "300",
        priceCurrency = Currency.USD,
    ),
    amount = amount,
    currency = Currency.USD,
)

/** Asks until there is an answer. */
fun <T : Any> eventually(what: String, ask: () -> T?): T {
    val deadline = System.nanoTime() + 60_000_000_000
    while (System.nanoTime() < deadline) {
        ask()?.let { return it }
        Thread.sleep(100)
    }
    error("$what: not within a minute")
}

fun TripsApi.reaches(tripId: String, status: TripStatus): Trip = eventually("$tripId is $status") {
    val trip = try {
        getTrip(tripId)
    } catch (_: ClientException) {
        null
    }
    trip?.takeIf { it.status == status }
}

/** The ids of all confirmed trips, read one a page. */
fun TripsApi.confirmed(): List<String> {
    val ids = mutableListOf<String>()
    var cursor: String? = null
    do {
        val status = listOf(TripStatus.CONFIRMED)
        val page = searchTrips(status, from = "2026-03-01", to = "2026-03-31", limit = 1, cursor = cursor)
        ids += page.trips.map { it.tripId }
        cursor = page.nextCursor
    } while (cursor != null)
    return ids
}

/** The problem that a call is refused with. The client leaves it as text. */
fun problem(call: () -> Any): Problem {
    val refusal = try {
        error("this must be refused, with a problem: ${call()}")
    } catch (exception: ClientException) {
        exception.response as ClientError<*>
    }
    return Serializer.gson.fromJson(refusal.body as String, Problem::class.java)
}

fun main(arguments: Array<String>) {
    val url = arguments.single()
    ApiClient.accessToken = "dev-customer-kotlin"
    val api = TripsApi(url)
    for (tripId in listOf("kotlin-1", "kotlin-2")) {
        val accepted = api.bookTrip(booking(tripId))
        check(accepted.tripId == tripId) { accepted }
        val trip = api.reaches(tripId, TripStatus.CONFIRMED)
        check(trip.amount?.currency == "USD") { trip }
    }
    eventually("both are on pages") { api.confirmed().takeIf { it.size == 2 } }

    val timeline = api.getTimeline("kotlin-1")
    check(timeline.events.size == 4) { timeline }
    api.cancelTrip("kotlin-1")
    api.reaches("kotlin-1", TripStatus.CANCELLED)

    val unknown = problem { api.getTrip("kotlin-3") }
    check(unknown.status == 404 && unknown.code == ErrorCode.TripNotFound) { unknown }
    val page = URI(url).resolve(unknown.type).toURL().openConnection() as HttpURLConnection
    check(page.responseCode == 200) { page }
    val refused = problem { api.bookTrip(booking("kotlin-3", amount = "a lot")) }
    check(refused.errors?.map { it.field } == listOf("amount")) { refused }
}
