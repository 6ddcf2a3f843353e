"""A small service with a contract, and with faults on request: FAULT names one.

    python3 service.py serve PORT DATA
    python3 service.py seed DATA
    python3 service.py round-trip URL TOKEN
"""

import json
import os
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULT = os.environ.get("FAULT", "")
VERSION = "1.1.0" if FAULT == "stale" else "1.2.0"
PASSWORD = os.environ.get("DEMO_PASSWORD", "open-sesame")
TOKEN = "token-of-this-run-only"


class State:
    def __init__(self, data):
        self.data = Path(data)
        self.things = None
        self.total = 0
        self.lock = threading.Lock()

    def all(self):
        if self.things is None:
            seeded = self.data / "things.json"
            if not seeded.exists():
                return {}
            self.things = json.loads(seeded.read_text())
        return self.things


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet

    def log_message(self, format, *args):
        print(self.command, self.path, flush=True)

    def answer(self, status, body=None, kind="application/json", **headers):
        data = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        if body is not None:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_one(self):
        length = int(self.headers.get("Content-Length", 0))
        sent = self.rfile.read(length)
        state = self.server.state
        parts = self.path.split("?")[0].strip("/").split("/")
        match (self.command, *parts):
            case ("GET", "health"):
                ready = FAULT != "never-ready"
                return self.answer(200 if ready else 503, {"status": "ok", "version": VERSION})
            case ("GET", "openapi.json"):
                contract = json.loads(Path("openapi.json").read_text())
                if FAULT == "route":
                    contract["paths"]["/hidden"] = {"get": {"responses": {}}}
                    del contract["paths"]["/total"]
                return self.answer(200, contract)
            case ("POST", "login"):
                good = FAULT != "login" and json.loads(sent).get("password") == PASSWORD
                return self.answer(200, {"token": TOKEN}) if good else self.answer(401, {"error": "who are you?"})
        if FAULT != "open" and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, {"error": "who are you?"})
        with state.lock:
            things = state.all()
            match (self.command, *parts):
                case ("GET", "things"):
                    return self.answer(200, {"items": [] if FAULT == "empty" else list(things.values())})
                case ("POST", "things"):
                    thing = {"id": f"t{len(things) + 1}", **json.loads(sent), "parts": []}
                    things[thing["id"]] = thing
                    return self.answer(201, thing)
                case ("GET", "things", known, "parts") if known in things:
                    return self.answer(200, things[known]["parts"])
                case ("GET", "things", known) if known in things:
                    return self.answer(200, things[known])
                case ("PUT", "things", known) if known in things:
                    things[known].update(json.loads(sent))
                    return self.answer(200, things[known])
                case ("DELETE", "things", known) if known in things:
                    del things[known]
                    return self.answer(204)
                case ("GET", "parts", known):
                    for thing in things.values():
                        if known in thing["parts"]:
                            return self.answer(200, known, kind="text/plain")
                case ("POST", "events"):
                    state.total += json.loads(sent)["count"]
                    return self.answer(202, {"accepted": True})
                case ("GET", "total"):
                    return self.the_total(state)
        return self.answer(404, {"error": "no such thing"})

    def the_total(self, state):
        match FAULT:
            case "500":
                return self.answer(500, {"error": "division by zero"})
            case "418":
                return self.answer(418, {"error": "a teapot"})
            case "type":
                return self.answer(200, "<p>6</p>", kind="text/html")
            case "schema":
                return self.answer(200, {"total": "six"})
            case "redirect":
                return self.answer(302, Location="http://127.0.0.2:9/stolen")
            case "hang":
                # Nothing comes until the client has gone away.
                return self.rfile.read(1)
            case "leave":
                print("out of memory", flush=True)
                os._exit(3)
        return self.answer(200, {"total": state.total})

    do_GET = do_POST = do_PUT = do_DELETE = handle_one


def serve(port, data):
    if FAULT == "crash":
        sys.exit("no such database")
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Service)
    server.daemon_threads = True
    server.state = State(data)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pids = Path(data) / "pids.new"
    pids.write_text(f"{os.getpid()} {child.pid} {port}")
    pids.rename(Path(data) / "pids")
    server.serve_forever()


def seed(data):
    if FAULT == "seed":
        sys.exit("no such table: things")
    things = {"t1": {"id": "t1", "name": "A chair", "parts": ["leg", "seat"]}}
    (Path(data) / "things.json").write_text(json.dumps(things))


def call(url, token, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=2) as answer:
        return json.load(answer)


def round_trip(url, token):
    try:
        before = call(f"{url}/total", token)["total"]
        for count in (1, 2, 3):
            call(f"{url}/events", token, {"count": count})
        print(json.dumps({"added": call(f"{url}/total", token)["total"] - before}))
    except Exception as error:
        sys.exit(f"no total: {error}")


if __name__ == "__main__":
    commands = {"serve": serve, "seed": seed, "round-trip": round_trip}
    commands[sys.argv[1]](*sys.argv[2:])
