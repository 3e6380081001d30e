"""The archive on disk, opened: one connection, its transactions, its originals and its log."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from archiver import __version__
from archiver.errors import ArchiverError, Damaged
from archiver.record import log
from archiver.record.failpoint import fail_point
from archiver.record.migrations import VERSION, migrate
from archiver.record.originals import Originals, flush, runs

DATABASE, SETTINGS = "archive.db", "archive.toml"
WAIT = 30.0
"""Seconds that a second writer waits for the first; ``ARCHIVE_WAIT`` says otherwise."""
CACHE_MIB = 32


_BUILDING = re.compile(r"\.new-(\d+)(?:-wal|-shm|-journal)?$")
"""A file of an archive that is being made, and by which program."""


class Store:
    """One archive, open."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, identity: str) -> None:
        self.folder = folder
        self.connection = connection
        self.identity = identity
        self.originals = Originals(folder / "originals")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: a write transaction, undone whole where anything is raised."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise ArchiverError(f"{self.folder}: {_why_not(error)}") from error
        try:
            yield self.connection
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise

    def let_go(self, path: Path) -> None:
        """Forget a received file, and its place with it where the record does not name that after all.

        Another program may be taking the same bytes: whether they are named is asked, and acted on, in its turn.
        """
        place = self.originals.taken_from(path)
        if place is not None:
            with self.transaction() as connection:
                sha256 = place.parent.name + place.name
                if not connection.execute("SELECT 1 FROM sources WHERE sha256 = ?", (sha256,)).fetchone():
                    place.unlink()
        self.originals.drop(path)

    def sweep(self) -> None:
        """Remove what killed programs left behind; where another program is writing, the next one does it."""
        for path in self.folder.iterdir():
            built_by = _BUILDING.search(path.name)
            if built_by and not runs(int(built_by[1])):
                path.unlink(missing_ok=True)
        with suppress(ArchiverError, OSError):
            for path in self.originals.left_behind():
                self.let_go(path)

    def write_log(self, action: str, detail: dict[str, object]) -> str:
        """Append an entry for an act, within a transaction; the checkpoint that now stands."""
        entry = log.entry_text(
            {"action": action, "at": utc_now(), "by": account(), "detail": detail, "tool": f"archiver {__version__}"}
        )
        run = self.connection.execute
        run("INSERT INTO log (id, entry, leaf) SELECT count(*) + 1, ?, ? FROM log", (entry, log.leaf(entry)))
        leaves = [one for (one,) in run("SELECT leaf FROM log ORDER BY id")]
        root = log.root(leaves)
        text = log.checkpoint(self.identity, len(leaves), root)
        run("INSERT INTO checkpoints (size, root, text) VALUES (?, ?, ?)", (len(leaves), root, text))
        return text

    def close(self) -> None:
        self.connection.close()


def create(folder: Path, timezone: str) -> None:
    """Make an empty archive in a folder that may not exist yet; an archive that is there is left as it is.

    Raises ``ArchiverError`` where the folder cannot be written or holds other things.
    """
    if (folder / DATABASE).exists():
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(
            child.name != "originals" and not child.name.startswith((SETTINGS, DATABASE)) for child in folder.iterdir()
        ):
            raise ArchiverError(f"{folder}: the folder holds other things. Name a new one with --archive.")
        folder.chmod(0o700)
        Originals(folder / "originals").create()
        fail_point("folder-made")
        _write_settings(folder / SETTINGS, timezone)
        fail_point("settings-written")
        _build_database(folder / DATABASE)
        flush(folder)
    except OSError as error:
        raise ArchiverError(f"{folder}: an archive cannot be made here ({error.strerror}).") from error


def _write_settings(path: Path, timezone: str) -> None:
    if path.exists():
        return
    text = (
        '# Settings of this archive. "identity" names it on every checkpoint: never change it.\n'
        f'[archive]\nidentity = "archiver.invalid/{secrets.token_hex(8)}"\ntimezone = "{timezone}"\n'
    )
    building = path.with_name(f"{path.name}.new-{os.getpid()}")
    with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(building, path)
    building.unlink()


def _build_database(path: Path) -> None:
    """The database is made beside its place and moved there whole."""
    building = path.with_name(f"{path.name}.new-{os.getpid()}")
    os.close(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(building, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    migrate(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    fail_point("database-built")
    with suppress(FileExistsError):  # another program that makes the same archive may have been first
        os.link(building, path)
    fail_point("database-linked")
    building.unlink()


def open_for_writing(folder: Path, identity: str) -> Store:
    """Open an archive to add to it; brought to this program's version first.

    Foreign keys are not enforced row by row while a capture is loaded (a quarter of the whole time): its rows are
    numbered by the loader itself, and ``archive verify`` checks every key.
    """
    os.environ["SQLITE_TMPDIR"] = str(folder)  # what is sorted on disk stays in the archive's own, closed folder
    connection = _connect(folder / DATABASE, "rw")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{CACHE_MIB * 1024}")
    migrate(connection)
    store = Store(folder, connection, identity)
    store.sweep()
    return store


def open_for_reading(folder: Path) -> sqlite3.Connection:
    """A connection that cannot change the archive; rows are read by name or by number."""
    connection = _connect(folder / DATABASE, "ro")
    connection.execute("PRAGMA query_only = ON")
    connection.row_factory = sqlite3.Row
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_wait(), isolation_level=None
        )
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise ArchiverError(f"{path}: the archive cannot be opened ({error}).") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path}: this is not an archive, or it is damaged ({error}).") from error
    if version > VERSION:
        raise ArchiverError(f"{path}: a newer version of the program wrote this archive. Install that one.")
    return connection


def _wait() -> float:
    """Seconds to wait for another writer."""
    try:
        return float(os.environ["ARCHIVE_WAIT"])
    except (KeyError, ValueError):
        return WAIT


def _why_not(error: sqlite3.OperationalError) -> str:
    """Why a transaction cannot begin, and what to do."""
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"another program is writing to the archive, and has not ended in {_wait():g} seconds."
            " Wait for it to end and try again."
        )
    return f"the archive cannot be written ({error}). Nothing was changed."


def utc_now() -> str:
    """Our own clock: ``2026-11-23T01:02:03Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def account() -> str:
    """The account of the machine under which the program runs."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
