// A client made by openapi-generator: books, polls, pages, cancels and reads errors. Its argument
// is the API's URL.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Org.OpenAPITools.Api;
using Org.OpenAPITools.Client;
using Org.OpenAPITools.Extensions;
using Org.OpenAPITools.Model;

static class Book
{
    static BookingRequest Booking(string tripId, string amount = "800.10")
    {
        var flight = new FlightDetails(
            flightNumber: "NH001",
            departureTime: "2026-03-01T10:00:00",
            arrivalTime: "2026-03-01T14:00:00",
            priceAmount: "500.10",
            priceCurrency: Currency.USD);
        var hotel = new HotelDetails(
            hotelName: "Grand Hotel Tokyo",
            checkInDate: "2026-03-01",
            checkOutDate: "2026-03-03",
            priceAmount: "300",
            priceCurrency: Currency.USD);
        return new BookingRequest(flight, hotel, amount, Currency.USD, tripId);
    }

    /// <summary>Asks until the answer is yes.</summary>
    static async Task Eventually(string what, Func<Task<bool>> ask)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(1); DateTime.UtcNow < deadline; await Task.Delay(100))
            if (await ask()) return;
        throw new TimeoutException($"{what}: not within a minute");
    }

    static Task Reaches(ITripsApi api, string tripId, TripStatus status) =>
        Eventually($"{tripId} is {status}", async () => (await api.GetTripAsync(tripId)).Ok()?.Status == status);

    /// <summary>How many trips are confirmed, read one a page.</summary>
    static async Task<int> Confirmed(ITripsApi api)
    {
        var status = new List<TripStatus> { TripStatus.CONFIRMED };
        var (found, cursor) = (0, default(Option<string>));
        while (true)
        {
            var answer = await api.SearchTripsAsync(status, from: "2026-03-01", to: "2026-03-31", limit: 1, cursor: cursor);
            var page = answer.Ok();
            found += page.Trips.Count;
            if (page.NextCursor == null) return found;
            cursor = page.NextCursor;
        }
    }

    static void Check(bool holds, object found)
    {
        if (!holds) throw new Exception($"this must not be: {found}");
    }

    static async Task Main(string[] arguments)
    {
        var url = new Uri(arguments.Single());
        HttpClient.DefaultProxy = new WebProxy();
        var services = new ServiceCollection().AddLogging();
        services.AddApi(options =>
        {
            options.AddTokens(new BearerToken("dev-customer-csharp"));
            options.AddApiHttpClients(client => client.BaseAddress = url);
        });
        var api = services.BuildServiceProvider().GetRequiredService<ITripsApi>();
        foreach (var tripId in new[] { "csharp-1", "csharp-2" })
        {
            var accepted = await api.BookTripAsync(Booking(tripId));
            Check(accepted.Accepted()?.TripId == tripId, accepted.RawContent);
            await Reaches(api, tripId, TripStatus.CONFIRMED);
        }
        await Eventually("both are on pages", async () => await Confirmed(api) == 2);

        var timeline = await api.GetTimelineAsync("csharp-1");
        Check(timeline.Ok()?.Events.Count == 4, timeline.RawContent);
        var cancelled = await api.CancelTripAsync("csharp-1");
        Check(cancelled.IsAccepted, cancelled.RawContent);
        await Reaches(api, "csharp-1", TripStatus.CANCELLED);

        var unknown = await api.GetTripAsync("csharp-3");
        Check(unknown.NotFound()?.Code == ErrorCode.TripNotFound, unknown.RawContent);
        var page = await new HttpClient().GetAsync(new Uri(url, unknown.NotFound().Type));
        Check(page.IsSuccessStatusCode, page);
        var refused = await api.BookTripAsync(Booking("csharp-3", amount: "a lot"));
        var fields = refused.BadRequest()?.Errors.Select(error => error.Field);
        Check(fields?.SequenceEqual(new[] { "amount" }) ?? false, refused.RawContent);
    }
}
