//! The console of a running system, over HTTP: who gets it, who may use it, and its end. What a
//! person sees is for `cargo xtask test browser`.

mod events;
mod on_aws;
mod operations;

use std::time::{Duration, Instant};

use bed::{Bed, Booking, Call, eventually};
use futures::future::join_all;
use gateway::Settings;
use local::{Options, Pace, System};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use state_machine::Stop;
use tokio::time::timeout;

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
/// A site whose pages may call the API.
const NAMED: &str = "https://trips.example";
/// Far longer than a stop takes, and shorter than the wait for answers that do not end.
const SOON: Duration = Duration::from_secs(20);

struct Console {
    system: System,
    client: Client,
}

impl Console {
    async fn start() -> Self {
        let gateway =
            Settings { cors_origins: vec![NAMED.parse().unwrap()], ..Settings::default() };
        let options = Options { gateway, pace: Pace::FAST, ..Options::ephemeral() };
        Self::of(System::start(options).await.unwrap())
    }

    fn of(system: System) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { system, client }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.system.urls().api)
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).header("accept", BROWSER).send().await.unwrap()
    }

    async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    /// A form, as a page of `origin` sends it.
    fn form(&self, path: &str, origin: &str, body: &str) -> RequestBuilder {
        let request = self.client.post(self.url(path)).header("origin", origin);
        request.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned())
    }

    /// Sends a form of this process, and returns where it leads.
    async fn act(&self, path: &str, fields: &str) -> (u16, String) {
        let body = format!("token={}&{fields}", self.token().await);
        let answer = self.form(path, &self.system.urls().api, &body);
        let answer = answer.header("accept", BROWSER).send().await.unwrap();
        let (status, led) = (answer.status().as_u16(), answer.headers().get("location").cloned());
        let told = match led {
            Some(led) => led.to_str().unwrap().to_owned(),
            None => answer.text().await.unwrap(),
        };
        (status, told)
    }

    /// The token in the forms of this process.
    async fn token(&self) -> String {
        let page = self.text("/console/book").await;
        let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// Books the example, and returns the trip's page.
    async fn booked(&self) -> String {
        let body = format!("token={}&example=yes", self.token().await);
        let answer = self.form("/console/book", &self.system.urls().api, &body).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 303, "{answer:?}");
        answer.headers()["location"].to_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn browsers_get_the_console_at_the_root_and_programs_the_api() {
    let console = Console::start().await;
    assert!(console.text("/").await.contains("Overview · Trip Saga"));
    let curl = console.client.get(console.url("/")).send().await.unwrap().text().await.unwrap();
    assert!(curl.contains("openapi.json"), "{curl}");
    // The API's own addresses are the same for everybody.
    assert_eq!(console.get("/trips/trip-1").await.status(), 401);
    for nowhere in ["nowhere", "trips/%FF", "trips/%FF/live", "trips/a.b", "events/types/%FF"] {
        let answer = console.get(&format!("/console/{nowhere}")).await;
        assert_eq!(answer.status(), 404, "{nowhere}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{nowhere}");
    }
    console.system.stop().await;
}

#[tokio::test]
async fn a_page_loads_runs_and_sends_only_what_is_its_own() {
    let console = Console::start().await;
    for path in
        ["/", "/console/trips", "/console/book", "/console/events", "/console/assets/live.js"]
    {
        let answer = console.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["x-frame-options"], "DENY");
        // With `no-referrer` a browser would send the page's own forms with `Origin: null`.
        assert_eq!(headers["referrer-policy"], "same-origin");
    }
    console.system.stop().await;
}

#[tokio::test]
async fn a_form_needs_its_own_origin_and_the_token() {
    let console = Console::start().await;
    let (own, token) = (console.system.urls().api.clone(), console.token().await);
    let good = format!("token={token}&example=yes");
    for (origin, body, status) in [
        (NAMED, &*good, 403),
        ("https://a.example", &good, 403),
        ("null", &good, 403),
        (&own, "example=yes", 403),
        (&own, "token=0&example=yes", 403),
        (&own, &good, 303),
    ] {
        let answer = console.form("/console/book", origin, body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{origin} {body}");
    }
    let cancel = console.form("/console/trips/trip-1/cancel", &own, "").send().await.unwrap();
    assert_eq!(cancel.status(), 403);
    console.system.stop().await;
}

#[tokio::test]
async fn a_link_from_another_site_may_be_followed_and_what_is_refused_says_why() {
    let console = Console::start().await;
    let navigate = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    let visit = async |dest: &str| {
        let mut request =
            console.client.get(console.url("/console/book")).header("accept", BROWSER);
        for (name, value) in navigate.into_iter().chain([("sec-fetch-dest", dest)]) {
            request = request.header(name, value);
        }
        request.send().await.unwrap()
    };
    assert_eq!(visit("document").await.status(), 200);
    for (refused, detail) in [
        (visit("iframe").await, "pages of other sites may not call this server"),
        (
            console
                .form("/console/book", "https://a.example", "")
                .header("accept", BROWSER)
                .send()
                .await
                .unwrap(),
            "pages of other sites may not call this server",
        ),
        (
            console
                .client
                .get(console.url("/"))
                .header("accept", BROWSER)
                .header("host", "a.example")
                .send()
                .await
                .unwrap(),
            "this server answers under loopback names only",
        ),
    ] {
        assert!(refused.status().is_client_error(), "{refused:?}");
        assert_eq!(refused.headers()["content-type"], "text/html; charset=utf-8");
        let page = refused.text().await.unwrap();
        assert!(page.contains(detail) && page.contains("Trip Saga"), "{page}");
    }
    console.system.stop().await;
}

#[tokio::test]
async fn the_form_tells_what_is_wrong_with_each_of_its_fields() {
    let console = Console::start().await;
    let body = format!("token={}", console.token().await);
    let blank = console.form("/console/book", &console.system.urls().api, &body);
    let page = blank.send().await.unwrap().text().await.unwrap();
    for field in
        ["flight_details.flight_number", "hotel_details.check_in_date", "amount", "currency"]
    {
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}: {page}");
    }
    assert!(!page.contains("<code>"), "a field is told by the API's name for it: {page}");
    console.system.stop().await;
}

/// The counts of open work, each of one partition.
fn bounded_counts(bed: &Bed) -> usize {
    let is_ours = |call: &Call| call.body["Select"] == "COUNT" && call.body["Limit"].is_u64();
    bed.database.calls_of("Query").iter().filter(|call| is_ours(call)).count()
}

#[tokio::test]
async fn all_who_look_at_the_overview_share_its_reads_of_the_index() {
    let (bed, system) = Bed::with_system().await;
    let (console, begun) = (Console::of(system), Instant::now());
    join_all((0..40).map(|_| console.text("/"))).await;
    // Five kinds in 64 partitions, at most every three seconds.
    let (once, times) = (5 * 64, 1 + begun.elapsed().as_secs() / 3);
    let counted = bounded_counts(&bed);
    assert!(counted >= once && counted as u64 <= once as u64 * times, "{counted}");
    console.system.stop().await;
    bed.remove().await;
}

#[tokio::test]
async fn a_trip_is_booked_watched_and_cancelled() {
    let console = Console::start().await;
    let page = console.booked().await;
    let shows = async |what: &str| console.text(&page).await.contains(what);
    for end in [">CONFIRMED</span></p>", "trip.confirmed.v1"] {
        eventually(end, async || shows(end).await.then_some(())).await;
    }
    for part in ["class=\"way taken\"", "METADATA", "trip timeline --endpoint", "ReserveHotel"] {
        assert!(shows(part).await, "{part}");
    }
    let body = format!("token={}", console.token().await);
    let cancel = console.form(&format!("{page}/cancel"), &console.system.urls().api, &body);
    assert_eq!(cancel.send().await.unwrap().status(), 303);
    let end = ">CANCELLED</span></p>";
    eventually(end, async || shows(end).await.then_some(())).await;
    assert!(shows("Compensation chain").await);
    console.system.stop().await;
}

#[tokio::test]
async fn the_overview_lists_the_trips_that_nobody_works_on_any_more() {
    let console = Console::start().await;
    let mut body = Booking::new("trip-1").body().clone();
    body["sandbox"] = json!({"payment": "declined", "hotel_cancel": "timeout"});
    let request = console.client.post(console.url("/trips")).bearer_auth("dev-operator");
    let booked: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    let page = "/console/trips/trip-1";
    let is_undone = async || console.text(page).await.contains(">COMPENSATING<").then_some(());
    eventually("its compensation", is_undone).await;
    let execution = booked["execution_arn"].as_str().unwrap();
    console.system.runner().stop(execution, Stop::default()).await.unwrap();

    let notice = "Nobody works on these trips any more";
    let told = async || console.text("/").await.split_once(notice).map(|(_, rest)| rest.to_owned());
    let listed = eventually(notice, told).await;
    assert!(listed.contains("href=\"/console/trips/trip-1\""), "{listed}");
    assert!(console.text(page).await.contains(">ABORTED<"));

    let body = format!("token={}", console.token().await);
    let own = &console.system.urls().api;
    let redrive = console.form(&format!("{page}/redrive"), own, &body);
    assert_eq!(redrive.send().await.unwrap().status(), 303);
    let running = async || console.text(page).await.contains(">RUNNING<").then_some(());
    eventually("its execution to go on", running).await;
    let again = console.form(&format!("{page}/redrive"), own, &body);
    assert_eq!(again.send().await.unwrap().status(), 409);
    console.system.stop().await;
}

#[tokio::test]
async fn followed_pages_are_bounded_and_do_not_keep_the_system_from_stopping() {
    let console = Console::start().await;
    let live = console.url("/console/live");
    let mut followed = Vec::new();
    for _ in 0..32 {
        let answer = console.client.get(&live).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        followed.push(answer);
    }
    let first = followed[0].chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: <section id=\"welcome\""), "{first:?}");
    let refused = console.client.get(&live).send().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "10");
    drop(followed.pop());
    let again = async || {
        let answer = console.client.get(&live).send().await.unwrap();
        (answer.status() == 200).then_some(answer)
    };
    let _last = eventually("a place for one more", again).await;
    timeout(SOON, console.system.stop()).await.expect("a followed page holds the system up");
}
