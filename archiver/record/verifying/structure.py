"""The database as such: its schema, its pages, its keys, its search indexes, its counts."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from archiver.record.verifying.report import Fault
from archiver.record.verifying.subject import Subject

_KINDS = {"table": "table", "index": "index", "view": "view", "trigger": "trigger"}
_SCHEMA = "SELECT type, name, sql FROM main.sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
"""Without the names that SQLite keeps to itself: nobody else can give them."""


def schema(subject: Subject) -> Iterator[Fault]:
    """Every table, index, view and trigger stands as the program makes it, and nothing beside them."""
    here = {(kind, name): sql for kind, name, sql in subject.connection.execute(_SCHEMA)}
    there = {(kind, name): sql for kind, name, sql in subject.expected.execute(_SCHEMA)}
    for kind, name in sorted(there.keys() | here.keys()):
        if (kind, name) not in here:
            yield Fault("schema", f"The {_KINDS[kind]} {name} is missing.")
        elif (kind, name) not in there:
            yield Fault("schema", f"The {_KINDS[kind]} {name} does not belong to the archive.")
        elif here[kind, name] != there[kind, name]:
            yield Fault("schema", f"The {_KINDS[kind]} {name} is not as the program makes it.")
    (version,) = subject.connection.execute("PRAGMA user_version").fetchone()
    (expected,) = subject.expected.execute("PRAGMA user_version").fetchone()
    if version != expected:
        yield Fault("schema", f"The version of the schema is said to be {version}; it is {expected}.")


def integrity(subject: Subject) -> Iterator[Fault]:
    """SQLite finds no page, index or constraint of the database broken."""
    for (line,) in subject.connection.execute("PRAGMA main.integrity_check(100)"):
        if line != "ok":
            yield Fault("integrity", f"SQLite says: {' '.join(str(line).split())}.")


def foreign_keys(subject: Subject) -> Iterator[Fault]:
    """Every row that names another names one that is there; every message has its sighting."""
    names: dict[tuple[str, int], tuple[str, str]] = {}
    for table in {row[1] for row in subject.expected.execute(_SCHEMA) if row[0] == "table"}:
        for key in subject.expected.execute(f"PRAGMA foreign_key_list({table})"):
            names[table, key[0]] = (key[3], key[2])
    for table, rowid, parent, number in subject.connection.execute("PRAGMA main.foreign_key_check"):
        column, _ = names.get((table, number), ("a column", parent))
        yield Fault("keys", f"Row {rowid} of {table} names by {column} a row of {parent} that is not there.")
    for number, sighting in subject.connection.execute(
        "SELECT id, sighting_id FROM messages WHERE sighting_id NOT IN (SELECT id FROM sighting_data)"
    ):
        yield Fault("keys", f"Message {number} stands on sighting {sighting}, which is not there.")


def search(subject: Subject) -> Iterator[Fault]:
    """The search indexes hold the words of their tables, no more and no fewer.

    FTS5 checks itself only through a connection that could write: nothing is written. Where the archive cannot be
    written, a copy of the database is checked, in the machine's folder for temporary files.
    """
    if subject.is_writable:
        yield from _search(sqlite3.connect(subject.database, timeout=30, isolation_level=None))
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = sqlite3.connect(Path(folder) / "copy.db", isolation_level=None)
        subject.connection.backup(copy)
        yield from _search(copy)


def _search(connection: sqlite3.Connection) -> Iterator[Fault]:
    try:
        for name in ("messages_fts", "readings_fts"):
            try:
                connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise
                yield Fault("search", f"The search index {name} cannot be checked ({error}).")
            except sqlite3.DatabaseError:
                yield Fault("search", f"The search index {name} does not hold the words of its table.")
    finally:
        connection.close()
