"""The part of the record that is derived: emptied, copied without, counted, and compared.

What is given stays: accessions, sources, what machines read off pictures, decisions, the log. The rest follows from it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from archiver.record.migrations import migrate

GIVEN = (
    "accessions", "accession_sources", "sources", "recognitions", "rebuilds", "kept_codes", "kept_references",
)  # fmt: skip
"""Copied as they are before the record is derived again elsewhere; decisions follow one by one."""

DERIVED = (
    "chats", "captures", "source_members", "chat_names", "people", "aliases", "memberships", "messages",
    "sighting_data", "readings", "attachments", "coverage", "findings", "as_shown", "knots", "former_references",
)  # fmt: skip
"""Emptied before the record is derived again in place."""


class Difference(NamedTuple):
    """A row of a derived table that is not what deriving it again gives."""

    table: str
    row: int
    what: str
    """``missing``, ``extra``, or the columns that differ, with commas between."""


def empty(connection: sqlite3.Connection) -> None:
    """Empty every derived table, within a transaction."""
    run = connection.execute
    names = ("sighting_data_no_delete", "readings_search_delete")
    triggers = [run("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0] for name in names]
    for name in names:
        run(f"DROP TRIGGER {name}")
    for table in DERIVED:
        run(f"DELETE FROM {table}")
    for search in ("messages_fts", "readings_fts"):
        run(f"INSERT INTO {search} ({search}) VALUES ('delete-all')")
    run("UPDATE sources SET capture_id = NULL")
    for sql in triggers:
        run(sql)


def scratch(held: sqlite3.Connection, into: Path) -> sqlite3.Connection:
    """A new database with what is given, as an archive holds it, and nothing derived; its decisions stay attached.

    The archive is reached in it as ``held``.
    """
    (path,) = held.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    os.close(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(into.absolute().as_uri(), uri=True, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    migrate(connection)
    connection.execute("ATTACH ? AS held", (f"{Path(path).absolute().as_uri()}?mode=ro",))
    for table in GIVEN:
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM held.{table}")
    connection.execute("UPDATE main.sources SET capture_id = NULL")
    connection.execute("UPDATE main.kept_references SET message_id = NULL")
    return connection


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many chats, people, messages, sightings and findings there are."""
    tables = {"chats": "chats", "people": "people", "messages": "messages", "sightings": "sighting_data",
              "findings": "findings"}  # fmt: skip
    return {word: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for word, table in tables.items()}  # fmt: skip


def differences(connection: sqlite3.Connection, one: str = "held", other: str = "main") -> Iterator[Difference]:
    """Every row of a derived table in ``one`` that is not the same in ``other``, both attached to a connection."""
    for table in (*DERIVED, "sources", "kept_references"):
        columns = [row[1] for row in connection.execute(f"PRAGMA {one}.table_info({table})")]
        ours, theirs = (", ".join(f"{side}.{column}" for column in columns) for side in ("a", "b"))
        for row, is_missing, *values in connection.execute(
            f"SELECT a.rowid, b.rowid IS NULL, {ours}, {theirs} FROM {one}.{table} a"
            f" LEFT JOIN {other}.{table} b ON b.rowid = a.rowid WHERE b.rowid IS NULL OR ({ours}) IS NOT ({theirs})"
        ):
            pairs = zip(columns, values[: len(columns)], values[len(columns) :], strict=True)
            yield Difference(table, row, "extra" if is_missing else ", ".join(c for c, x, y in pairs if x != y))
        for (row,) in connection.execute(
            f"SELECT b.rowid FROM {other}.{table} b LEFT JOIN {one}.{table} a ON a.rowid = b.rowid"
            " WHERE a.rowid IS NULL"
        ):
            yield Difference(table, row, "missing")
