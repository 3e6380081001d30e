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
from archiver.errors import ArchiverError, Damaged, UsageError
from archiver.record import keys, log, seals
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
        self.rows_to_seal = seals.ROWS_AT_ONCE
        self.newest_sighting = 0
        self.is_held_against_log = False

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: a write transaction, undone whole where anything is raised.

        What changes after the act's entry of the log, or without any, is sealed by one more entry.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise ArchiverError(f"{self.folder}: {_why_not(error)}") from error
        try:
            self._begin_sealing()
            yield self.connection
            self._note_sightings()
            if seals.touched(self.connection) and self._has_log():
                self.write_log("seal", {})
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
        self._note_sightings()
        self.rows_to_seal -= seals.seal(self.connection, self.rows_to_seal)
        return self._append(action, detail)

    def seal_all(self, action: str, detail: dict[str, object]) -> str:
        """Append an entry for an act that leaves no row unsealed, within a transaction; the checkpoint."""
        self._note_sightings()
        seals.seal(self.connection, None)
        return self._append(action, detail)

    def _append(self, action: str, detail: dict[str, object]) -> str:
        state = seals.state(self.connection)
        entry = log.entry_text(
            {
                "action": action,
                "at": utc_now(),
                "by": account(),
                "detail": detail,
                "state": state,
                "tool": f"archiver {__version__}",
            }
        )
        run, leaf = self.connection.execute, log.leaf(entry)
        size, frontier = run("SELECT size, frontier FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone() or (0, "")
        frontier = log.grown(frontier, size, leaf)
        root = log.root_of(frontier)
        text = self._signed(log.checkpoint(self.identity, size + 1, root))
        try:
            run("INSERT INTO log (id, entry, leaf) VALUES (?, ?, ?)", (size + 1, entry, leaf))
        except sqlite3.IntegrityError as error:
            raise Damaged(f"{self.folder}: the log does not fit its checkpoints. See: archive verify") from error
        run(
            "INSERT INTO checkpoints (size, root, frontier, text) VALUES (?, ?, ?, ?)", (size + 1, root, frontier, text)
        )
        return text

    def _signed(self, body: str) -> str:
        """A checkpoint, signed where there is a key. Raises ``UsageError`` where the key lies in the archive."""
        key, place = keys.held(), keys.place()
        if key is None or place is None:
            return body
        if place.resolve().is_relative_to(self.folder.resolve()):
            raise UsageError(f"{place}: the key lies in the archive, where it proves nothing. Keep it elsewhere.")
        return key.sign(body)

    def _has_log(self) -> bool:
        return self.connection.execute("SELECT 1 FROM log LIMIT 1").fetchone() is not None

    def _begin_sealing(self) -> None:
        """What was sealed must be what the log says, or the next entry would vouch for somebody else's seals.

        Raises ``Damaged`` where it is not.
        """
        self.newest_sighting = self._last_sighting()
        if self.is_held_against_log:
            return
        last = self.connection.execute("SELECT entry FROM log ORDER BY id DESC LIMIT 1").fetchone()
        if last is None:
            seals.note_all(self.connection)
            return
        if log.state_in(last[0]) != seals.state(self.connection):
            raise Damaged(
                f"{self.folder}: the seals are not those that the log names; nothing is added. See: archive verify"
            )
        self.is_held_against_log = True

    def _last_sighting(self) -> int:
        return int(self.connection.execute("SELECT coalesce(max(id), 0) FROM sighting_data").fetchone()[0])

    def _note_sightings(self) -> None:
        newest = self._last_sighting()
        seals.note_sightings(self.connection, self.newest_sighting + 1, newest)
        self.newest_sighting = newest

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
    seals.watch(connection)
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
        if mode == "ro" and _is_still(path):
            return _connect(path, "ro&immutable=1")
        shut = "" if mode != "rw" or os.access(path.parent, os.W_OK) else ": its folder cannot be written"
        raise ArchiverError(f"{path}: the archive cannot be opened ({error}{shut}).") from error
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path}: this is not an archive, or it is damaged ({error}).") from error
    if version > VERSION:
        raise ArchiverError(f"{path}: a newer version of the program wrote this archive. Install that one.")
    return connection


def _is_still(path: Path) -> bool:
    """Whether a database lies where nobody can change it now, a disk that is read-only, and is whole as it is."""
    waiting = path.with_name(f"{path.name}-wal")
    return not os.access(path.parent, os.W_OK) and not (waiting.exists() and waiting.stat().st_size)


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
