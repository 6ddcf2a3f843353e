"""Serves the application: ``tideplan-api`` or ``python -m tideplan_api``."""

import argparse
from wsgiref.simple_server import make_server

from tideplan_api import __version__
from tideplan_api.service import application


def main() -> None:
    parser = argparse.ArgumentParser(prog="tideplan-api", description="Serve tideplan's HTTP service.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="TCP port; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    arguments = parser.parse_args()
    with make_server(arguments.host, arguments.port, application) as server:
        print(f"tideplan-api listens on http://{arguments.host}:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
