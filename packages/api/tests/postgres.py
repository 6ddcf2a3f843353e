"""A PostgreSQL server of the tests' own: on a free port of 127.0.0.1, its data in a temporary folder."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

REQUIRED = os.environ.get("TIDEPLAN_REQUIRE_POSTGRES") == "1"
"""Whether its absence is a failure rather than a reason to skip."""


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``; Debian keeps it out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """Its URL."""
    folder = programs()
    if folder is None:
        raise FileNotFoundError("initdb: PostgreSQL is not installed (Debian: postgresql)")
    with TemporaryDirectory() as base:
        data = Path(base, "data")
        if os.getuid() == 0:
            # The server refuses to run as root.
            shutil.chown(base, "postgres")
        _run(folder / "initdb", "--pgdata", data, "--auth", "trust", "--username", "tideplan", "--no-sync", cwd=base)
        port = _free_port()
        options = f"-h 127.0.0.1 -p {port} -k {base} -F"
        log = Path(base, "log")
        _run(folder / "pg_ctl", "start", "--wait", "--pgdata", data, "--log", log, "--options", options, cwd=base)
        try:
            yield f"postgresql://tideplan@127.0.0.1:{port}/postgres"
        finally:
            _run(folder / "pg_ctl", "stop", "--wait", "--pgdata", data, "--mode", "immediate", cwd=base)


def _run(*command: str | Path, cwd: str) -> None:
    switch = ["runuser", "--user", "postgres", "--"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*switch, *command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
