"""The archive that is being verified, opened so that nothing in it can change, also where its disk is read-only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from archiver.errors import Damaged
from archiver.record.keys import PublicKey
from archiver.record.migrations import migrate
from archiver.record.originals import Originals
from archiver.record.store import DATABASE

Derive = Callable[[Path, sqlite3.Connection, Path], None]
"""The archive's folder, a connection to it, and the database to make of its originals and decisions."""


@dataclass(frozen=True)
class Subject:
    """One archive as it stood at one instant."""

    folder: Path
    connection: sqlite3.Connection
    """Reads only, and the same state throughout."""
    identity: str | None
    """The archive's name on its checkpoints, from ``archive.toml``; None where that file cannot be read."""
    keys: tuple[PublicKey, ...] = ()
    """The key that is known to sign; none, where none is known."""
    must_sign: bool = False
    """Whether a person named the key, so that the newest checkpoint must bear its signature."""
    derive: Derive | None = None
    """Derives the record again, for the full check."""
    key_from_archive: bool = False
    """Whether the key stands only in the archive's own settings, where whoever alters the archive can alter it."""

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def originals(self) -> Originals:
        return Originals(self.folder / "originals")

    @property
    def is_writable(self) -> bool:
        return all(os.access(path, os.W_OK) for path in (self.folder, *self.folder.glob(f"{DATABASE}*")))

    @cached_property
    def entries(self) -> list[tuple[int, str, str]]:
        """The log: number, entry, leaf hash."""
        return [tuple(row) for row in self.connection.execute("SELECT id, entry, leaf FROM log ORDER BY id")]

    @cached_property
    def expected(self) -> sqlite3.Connection:
        """An empty archive of this program: what the schema has to be."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(connection)
        return connection


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection that sees one state of the archive and cannot change it.

    Raises ``Damaged`` where SQLite cannot read the file at all.
    """
    connection = None
    try:
        connection = _connect(folder / DATABASE)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite may quote a damaged schema in its complaint
        raise Damaged(f"{folder / DATABASE}: SQLite cannot read it ({error}); nothing else was checked.") from error
    try:
        yield connection
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    place = path.absolute().as_uri()
    connection = sqlite3.connect(f"{place}?mode=ro", uri=True, timeout=30, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if path.with_name(f"{path.name}-wal").exists():
            raise
        # a read-only disk has no room for SQLite's index of the write-ahead log; there is none, so nothing is missed
        connection = sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return connection
