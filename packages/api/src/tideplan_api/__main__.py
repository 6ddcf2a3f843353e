"""``tideplan-api`` or ``python -m tideplan_api``: serves, fills in the demo, prints the contract."""

import argparse
import json
import os
import socket
import sys

import uvicorn

from tideplan_api import __version__, demo
from tideplan_api.app import contract, create_app
from tideplan_api.database import Database
from tideplan_api.settings import Settings

EPILOG = """\
environment:
  DATABASE_URL            sqlite:///FILE (default: sqlite:///tideplan.db) or postgresql://USER:PASSWORD@HOST:PORT/NAME
  TIDEPLAN_DEMO_PASSWORD  password that seed-demo gives the user "demo"
"""


def main(arguments: list[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    settings = Settings.of(os.environ)
    match given.command:
        case "serve":
            serve(settings, given.host, given.port)
        case "seed-demo":
            seed_demo(settings)
        case "openapi":
            sys.stdout.write(json.dumps(contract(), indent=2, ensure_ascii=False) + "\n")


def serve(settings: Settings, host: str, port: int) -> None:
    """Until SIGINT or SIGTERM; requests under way have five seconds to end."""
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    shown = f"[{host}]" if ":" in host else host
    print(f"tideplan-api listens on http://{shown}:{listener.getsockname()[1]}", flush=True)
    app = create_app(Database(settings.database_url))
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listener])


def seed_demo(settings: Settings) -> None:
    database = Database(settings.database_url)
    database.create_tables()
    with database.writing() as connection:
        demo.seed(connection, settings.demo_password)
    database.close()
    print(f"project {demo.PROJECT!r} and user {demo.USER!r} are as in the demo")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tideplan-api",
        description="Stores plans and schedules them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve HTTP")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serving.add_argument("--port", type=int, default=8000, help="TCP port; 0 takes a free one (default: %(default)s)")
    commands.add_parser("seed-demo", help="bring the demo's project and user to their first state")
    commands.add_parser("openapi", help="print the OpenAPI contract")
    return parser


if __name__ == "__main__":
    main()
