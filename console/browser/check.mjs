// The console in a browser: `node check.mjs CHROMIUM BASE-URL AWS-URL TABLES-URL PICTURES`.
// Each step says what a person does and what then has to be seen.

import assert from "node:assert/strict";
import { Looker, PATIENCE } from "./look.mjs";

const [chromium, base, aws, tables, pictures] = process.argv.slice(2);
const looker = await Looker.open(chromium, base, pictures);
const { page } = looker;
const OPERATOR = { Authorization: "Bearer dev-operator" };

const see = (selector, text) => page.locator(selector, { hasText: text }).first().waitFor();
const status = (name) => see("#summary .state .status", name);
const chosen = (step, value) => page.selectOption(`[id="sandbox.${step}"]`, value);
const sent = async () => { await page.click("form.book button[type=submit]"); await page.waitForURL("**/console/trips/*"); };
const api = async (path) => (await fetch(base + path, { headers: OPERATOR })).json();
/** A call of a local service of AWS; nobody checks its signature. */
const call = async (place, target, asked) => {
  const headers = {
    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target, "X-Amz-Date": "20260301T000000Z",
    Authorization: "AWS4-HMAC-SHA256 Credential=local/20260301/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
  };
  const answer = await fetch(`${place}/`, { method: "POST", headers, body: JSON.stringify(asked) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text || "{}");
};
const table = (operation, asked) => call(tables, `DynamoDB_20120810.${operation}`, asked);
/** Books a trip in a second tab, and returns its id. */
const booked = async (faults) => {
  let id;
  await elsewhere("/console/book", async (other) => {
    for (const [step, fault] of Object.entries(faults)) await other.selectOption(`[id="sandbox.${step}"]`, fault);
    await other.click("form.book button[type=submit]");
    await other.waitForURL("**/console/trips/*");
    id = new URL(other.url()).pathname.split("/").pop();
  });
  return id;
};
/** Pauses a consumer of the stream, as `trip pause` does. */
const pause = async (consumer) => {
  const mappings = `${aws}/2015-03-31/event-source-mappings/`;
  const listed = await (await fetch(`${mappings}?FunctionName=${consumer}`)).json();
  const change = { method: "PUT", body: JSON.stringify({ Enabled: false }) };
  const changed = await fetch(mappings + listed.EventSourceMappings[0].UUID, change);
  assert(changed.ok, await changed.text());
};
/** Parks the first event of a trip, as the dispatcher does with one that the bus refuses for good. */
const park = async (trip) => {
  const TableName = "TripSagaTable";
  const asked = { TableName, KeyConditionExpression: "PK = :trip AND begins_with(SK, :outbox)", ExpressionAttributeValues: { ":trip": { S: `TRIP#${trip}` }, ":outbox": { S: "OUTBOX#" } } };
  const { Items: [{ PK, SK, GSI1PK }] } = await table("Query", asked);
  await table("UpdateItem", {
    TableName, Key: { PK, SK }, ExpressionAttributeNames: { "#status": "status" },
    UpdateExpression: "SET #status = :parked, GSI1PK = :place, parked_reason = :reason, parked_at = :now",
    ExpressionAttributeValues: {
      ":parked": { S: "parked" }, ":place": { S: GSI1PK.S.replace("PENDING", "PARKED") },
      ":reason": { S: "MalformedDetail: <b>refused</b>" }, ":now": { S: new Date().toISOString() },
    },
  });
};
const until = async (condition, what) => {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    assert(Date.now() < end, `not within ${PATIENCE / 1000} s: ${what}`);
    await page.waitForTimeout(100);
  }
};
/** Does something in a second tab, and comes back. */
const elsewhere = async (path, act) => {
  const other = await page.context().newPage();
  await other.goto(base + path);
  await act(other);
  await other.close();
  await page.bringToFront();
};

const steps = {
  "an empty system books a first trip with one click": async () => {
    await looker.go("/");
    await looker.check("empty");
    await page.click("#book-first");
    await page.waitForURL("**/console/trips/*");
  },

  "a booking is watched to CONFIRMED without a reload": async () => {
    await looker.go("/console/book");
    await looker.check("book");
    await chosen("hotel", "slow");
    await sent();
    await looker.mark();
    await status("PENDING");
    await see(".state.busy .name", "ReserveHotel");
    await status("CONFIRMED");
    await see(".state.good .name", "BookingSucceeded");
    await until(async () => (await page.locator("#events tbody tr").count()) === 4, "four events");
    await until(async () => (await page.locator("#events .event.busy").count()) === 0, "all events on the bus");
    assert(!(await looker.isReloaded()), "the page was loaded again");
    await looker.check("confirmed");
  },

  "an opened payload stays open while the page changes": async () => {
    await page.click("#event-1 summary");
    await page.evaluate(() => fetch(`${location.pathname}/cancel`, {
      method: "POST", body: new URLSearchParams(new FormData(document.querySelector("#summary form"))),
    }));
    await status("CANCELLED");
    await see("#saga h2", "Compensation chain");
    await see("#events .event", "trip.cancelled.v1");
    assert(await page.locator("#event-1[open]").isVisible(), "the payload was closed");
    assert(await page.evaluate(() => document.activeElement.matches("#event-1 summary")), "the focus was lost");
    await looker.check("cancelled");
  },

  "a compensation is seen": async () => {
    await looker.go("/console/book");
    await chosen("hotel", "error:2");
    await chosen("payment", "declined");
    await chosen("flight_cancel", "error:2");
    await sent();
    await looker.mark();
    await see("#saga .event.bad", "SupplierUnavailable");
    await status("FAILED");
    await see(".state.bad .name", "ProcessPayment");
    await see(".state.good .name", "CancelFlight");
    await see("#summary .notice", "PaymentDeclined");
    assert(!(await looker.isReloaded()), "the page was loaded again");
    assert(await page.locator("svg.bar rect.wait").count() >= 4, "no wait before a retry is drawn");
    await page.click("#items summary >> nth=0");
    await looker.check("failed");
  },

  "why a trip failed is found by clicking alone": async () => {
    await looker.go("/");
    await page.click("#latest tr:has(.event.bad) a");
    await see("#summary .notice", "PaymentDeclined");
    await page.click("#summary .notice a");
    await see("h1", "PaymentDeclined");
  },

  "what the API finds wrong is shown at its field": async () => {
    await looker.go("/console/book");
    await page.fill('[id="flight_details.flight_number"]', "not a flight");
    await looker.expecting(400, () => page.click("form.book button[type=submit]"));
    const field = page.locator('[id="flight_details.flight_number"]');
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.equal(await field.inputValue(), "not a flight");
    await see('[id="flight_details.flight_number-error"]', "");
    await looker.check("book-errors");
  },

  "a hotel that is a script is text": async () => {
    const name = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>";
    await looker.go("/console/book");
    await page.fill('[id="hotel_details.hotel_name"]', name);
    await sent();
    await status("CONFIRMED");
    await see("#members dd", name);
    await page.click("#items summary >> nth=1");
    await see("#items pre", "window.hit");
    assert.equal(await page.evaluate(() => window.hit), undefined);
  },

  "trips are searched by status, the query stands in the address, and pages follow": async () => {
    await looker.go("/console/trips");
    await until(async () => { await page.reload(); return (await page.locator("tbody tr").count()) === 4; }, "four trips in the view");
    await looker.check("trips");
    await page.check("input[value=FAILED]");
    await page.click("form[role=search] button");
    await page.waitForURL("**status=FAILED**");
    assert.equal(await page.locator("tbody tr").count(), 1);
    assert(await page.isChecked("input[value=FAILED]"));
    await looker.go("/console/trips?limit=3");
    await page.click("a[rel=next]");
    await page.waitForURL("**cursor=**");
    assert.equal(await page.locator("tbody tr").count(), 1);
    await looker.go("/console/trips?from=2031-01-01&to=2030-01-01");
    await see("#to-error", "");
    const [{ trip_id: id }] = (await api("/trips?status=FAILED")).trips;
    await page.fill("#id", id);
    await page.click("form:has(#id) button");
    await page.waitForURL(`**/console/trips/${id}`);
  },

  "an unknown trip is told to be unknown": async () => {
    await looker.expecting(404, () => looker.go("/console/trips/nobody"));
    await see("h1", "Not found");
    await looker.check("not-found");
  },

  "the bus is followed through a pattern, and a wrong pattern is explained": async () => {
    await looker.go("/console/events");
    await page.fill("#pattern", '{"detail-type": [{"prefix": "trip."}]}');
    await page.click("form.pattern button");
    await looker.mark();
    const before = await page.locator("#feed tbody tr").count();
    assert.equal(before, 5);
    const trip = (await api("/trips?status=CONFIRMED&limit=1")).trips[0].trip_id;
    await call(aws, "AWSEvents.PutRule", { Name: "ends", EventBusName: "trip-saga", EventPattern: '{"detail-type": [{"prefix": "trip."}]}' });
    await elsewhere(`/console/trips/${trip}`, (other) => other.click("#cancel"));
    await until(async () => (await page.locator("#feed tbody tr").count()) === before + 1, "one more event");
    assert(!(await looker.isReloaded()), "the page was loaded again");
    await page.reload();
    await see("#feed td", "ends");
    await see("#rules th", "ends");
    await looker.check("events");
    await page.fill("#pattern", '{"source": "trip-saga"}');
    await page.click("form.pattern button");
    await see("#pattern-error", "not valid");
    await looker.check("events-error");
    await page.click("a[href$='/trip.failed.v1']");
    await see("h1", "trip.failed.v1");
    await looker.check("schema");
  },

  "the overview shows what happened, and changes by itself": async () => {
    await looker.go("/");
    await looker.mark();
    await see("#latest th", "");
    const bars = page.locator("#charts rect");
    assert(await bars.count() > 0, "no bar is drawn");
    const failed = page.locator(".key.bad b");
    const before = Number(await failed.textContent());
    await booked({ flight: "unavailable" });
    await until(async () => Number(await failed.textContent()) === before + 1, "one more failed trip");
    assert(!(await looker.isReloaded()), "the page was loaded again");
    await looker.check("overview");
  },

  "a parked event appears, and is redriven by a click; a paused consumer is resumed": async () => {
    await looker.go("/console/operations");
    await see("#calm h2", "Nothing waits for an operator");
    await looker.check("operations-calm");
    await looker.mark();
    await pause("dispatcher");
    await see("#consumers td", "Disabled");
    const trip = await booked({});
    await until(async () => (await api(`/trips/${trip}`)).status === "CONFIRMED", "the trip is confirmed");
    await park(trip);
    await see("#parked tbody tr", trip);
    assert(!(await looker.isReloaded()), "the page was loaded again");
    await see("#parked .cause", "<b>refused</b>");
    await page.click("#parked summary");
    await see("#parked .guarded", "never be published");
    await looker.check("operations-parked");
    await elsewhere("/", (other) => other.locator("#work .bad a", { hasText: "Events parked" }).waitFor());
    await page.click("#parked td button >> nth=0");
    await until(async () => (await page.locator("#parked tbody tr").count()) === 0, "no event is parked");
    await page.click("#resume-dispatcher");
    await see("#calm h2", "Nothing waits for an operator");
    await looker.go(`/console/trips/${trip}`);
    await until(async () => (await page.locator("#events .event.busy").count()) === 0, "all events on the bus");
  },

  "a trip that nobody works on is undone by a click": async () => {
    const trip = await booked({ hotel: "timeout" });
    await until(async () => (await api(`/trips/${trip}`)).status === "PENDING", "the trip is pending");
    const executionArn = `arn:aws:states:us-east-1:000000000000:execution:trip-booking:${trip}`;
    await call(aws, "AWSStepFunctions.StopExecution", { executionArn });
    await looker.go("/");
    await page.click("#work .bad a:has-text('Given up')");
    await see("#stuck tbody tr", trip);
    await looker.check("operations-stuck");
    await page.click(`[id="compensate-${trip}"]`);
    await page.waitForURL(`**/console/trips/${trip}`);
    await looker.mark();
    await status("FAILED");
    await see("#saga h2", "Compensation chain");
    assert(!(await looker.isReloaded()), "the page was loaded again");
  },

  "the view's drift is found and mended, with the progress shown": async () => {
    const { trip_id: trip } = (await api("/trips?status=CONFIRMED&limit=1")).trips[0];
    await table("DeleteItem", { TableName: "TripSearchTable", Key: { trip_id: { S: trip } } });
    await looker.go("/console/operations");
    await page.click("#verify");
    await see("#job", "nothing else can be started");
    await looker.mark();
    await see("#job", "1 finding");
    await see("#job td", "it has no row");
    assert(!(await looker.isReloaded()), "the page was loaded again");
    await looker.check("operations-drift");
    await page.click("#rebuild");
    await see("#job", "1 row written");
    await page.click("#verify");
    await see("#calm h2", "Nothing waits for an operator");
    await looker.check("operations-rebuilt");
  },

  "the keyboard is enough": async () => {
    await looker.go("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  },

  "a form without the token of this process does nothing": async () => {
    for (const body of ["", "token=", "token=0123456789abcdef0123456789abcdef"]) {
      const answer = await fetch(`${base}/console/book`, {
        method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: base },
      });
      assert.equal(answer.status, 403);
    }
    const foreign = await fetch(`${base}/console/book`, { method: "POST", headers: { Origin: "https://trips.example" } });
    assert.equal(foreign.status, 403);
  },
};

let done = 0;
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    assert.deepEqual(looker.faults, []);
  } catch (error) {
    await page.screenshot({ path: `${pictures}/failure.png`, fullPage: true }).catch(() => {});
    console.error(`FAILED: ${name}, at ${page.url()}`);
    console.error(error);
    process.exitCode = 1;
    break;
  }
  console.log(`ok: ${name}`);
  done += 1;
}
await looker.close();
console.log(`${done} of ${Object.keys(steps).length} steps, ${looker.checked.length} pages at two sizes, light and dark`);
