"""Serves a consumer at an invoke address: python serve.py CONSUMER.py [PORT]. GET / shows its state."""

import json
import runpy
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

consumer = runpy.run_path(sys.argv[1])


class InvokeAddress(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(consumer.get("state", {}))

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            self.answer(consumer["handler"](event, None))
        except Exception as error:
            self.answer({"errorType": type(error).__name__, "errorMessage": str(error)}, failed=True)

    def answer(self, value, failed=False):
        self.send_response(200)
        if failed:
            self.send_header("X-Amz-Function-Error", "Unhandled")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 9000), InvokeAddress)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
