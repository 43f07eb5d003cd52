"""Prints what it gets from a rule of the bus. Usage: webhook.py PORT"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(event["detail"]["subject"], event["detail-type"], event["detail"]["id"], flush=True)
        self.send_response(204)  # it has the event; any other answer than 2xx means that it has not
        self.end_headers()


HTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook).serve_forever()
