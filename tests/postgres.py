"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket in it, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PLACES = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin")
"""Where Debian and Homebrew have PostgreSQL's programs, a folder a version."""


def program(name: str) -> Path:
    """One of PostgreSQL's programs; the test fails where there is none."""
    found = [path for place in PLACES for path in sorted(Path("/").glob(f"{place}/{name}"))]
    named = shutil.which(name)
    if not found and named is None:
        pytest.fail("PostgreSQL is not installed, and these tests need its server: apt-get install postgresql.")
    return found[-1] if found else Path(str(named))


@contextmanager
def server() -> Iterator[str]:
    """The URL of a database on a fresh server, without the name of who asks."""
    # Not in pytest's folder: the server will not run as root, others may not enter there, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="archiver-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    try:
        data = folder / "data"
        _run(user, program("initdb"), "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "max_connections=20")
        chosen = [part for setting in settings for part in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [program("postgres"), "-D", data, *chosen], user=user, group=user, cwd=folder, stdout=log, stderr=log
            )
        try:
            _wait_for(folder / ".s.PGSQL.5432", folder / "log")
            yield f"postgresql:///postgres?host={folder}"
        finally:
            running.terminate()
            running.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str | None, *command: object) -> None:
    done = subprocess.run(
        list(map(str, command)), user=user, group=user, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _wait_for(socket: Path, log: Path) -> None:
    import psycopg

    for _ in range(600):
        if socket.exists():
            try:
                psycopg.connect(f"postgresql:///postgres?host={socket.parent}&user=owner").close()
                return
            except psycopg.OperationalError:
                pass
        time.sleep(0.1)
    pytest.fail(f"PostgreSQL did not start: {log.read_text()[-500:]}")
