// Prints what the API sends to StartSyncExecution for a booking: start-execution.ts
// STATE_MACHINE_ARN CUSTOMER BODY

import { requestTemplate } from "../lib/api/templates";
import { render } from "../test/vtl/render";

const [arn, customer, body] = process.argv.slice(2);
if (!arn || !customer || !body) throw new Error("usage: start-execution.ts STATE_MACHINE_ARN CUSTOMER BODY");
const call = { body, headers: {}, requestId: "e2e", claims: { sub: customer } };
process.stdout.write(render(requestTemplate(arn), call).text);
