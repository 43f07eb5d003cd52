// Serves a consumer at an invoke address: node serve.mjs CONSUMER.js [PORT]. GET / shows its state.

import { createServer } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [file, port = "9000"] = process.argv.slice(2);
const { handler, state } = await import(pathToFileURL(resolve(file)).href);

const server = createServer(async (request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify(Object.fromEntries(state ?? [])));
    return;
  }
  const chunks = await request.toArray();
  try {
    response.end(JSON.stringify(await handler(JSON.parse(Buffer.concat(chunks).toString()))));
  } catch (error) {
    response.setHeader("X-Amz-Function-Error", "Unhandled");
    response.end(JSON.stringify({ errorType: error.name, errorMessage: error.message }));
  }
});
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
