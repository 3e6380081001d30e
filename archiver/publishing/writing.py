"""Publishes an archive: the index is made where it is not there, and told only what is new, changed or gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.publishing import rows
from archiver.publishing.connecting import run
from archiver.publishing.schema import TABLES, form, policies

if TYPE_CHECKING:
    from archiver.publishing.connecting import Connection

COLUMNS = (*rows.Row._fields, "words", "state")


@dataclass(frozen=True, slots=True)
class Published:
    """What was done to the index."""

    messages: int
    """Of this archive that are in it now."""
    written: int
    removed: int
    readers: tuple[tuple[str, str | None], ...]
    """Roles that may read, each with the code of the chat; None: all chats of this archive."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A role, and the chat that it may read; None: every chat of the archive."""

    role: str
    chat: str | None


def publish(
    archive: sqlite3.Connection,
    index: Connection,
    identity: str,
    name: str,
    allow: Sequence[Reader],
    forbid: Sequence[Reader],
    tell: Callable[[str, int], None],
) -> Published:
    """Bring the index to the archive's present state, in one transaction of PostgreSQL.

    Raises ``UsageError`` where a chat or role is not known; then nothing is changed.
    """
    with index.transaction():
        run(index, "SELECT pg_advisory_xact_lock(7700900123)")  # one publisher at a time
        _create(index)
        (log_size,) = archive.execute(
            'SELECT count(*) FROM log WHERE entry NOT LIKE \'%"action":"publish"%\''
        ).fetchone()
        number, is_new = _number(index, identity, name, log_size)
        written = removed = 0
        if is_new:
            for table in rows.SMALL:
                _replace(index, archive, table, number)
            written, removed = _messages(index, archive, number, tell)
        _settle(index, number, allow, forbid)
        (messages,) = _one(index, "SELECT count(*) FROM archiver.messages WHERE archive = %s", number)
        readers = run(
            index,
            "SELECT x.role, c.code FROM archiver.access x LEFT JOIN archiver.chats c ON c.archive = x.archive"
            " AND c.id = x.chat WHERE x.archive = %s ORDER BY 1, 2",
            (number,),
        ).fetchall()
    return Published(messages, written, removed, tuple((role, chat) for role, chat in readers))


def _one(index: Connection, sql: str, *values: object) -> tuple[int, ...]:
    row = run(index, sql, values).fetchone()
    assert row is not None
    return tuple(row)


def _create(index: Connection) -> None:
    there = run(index, "SELECT to_regclass('archiver.archives')").fetchone()
    if there is not None and there[0] is not None:
        forms = {held for (held,) in run(index, "SELECT DISTINCT form FROM archiver.archives")}
        if forms <= {form()}:
            return
        run(index, "DROP SCHEMA archiver CASCADE")
    run(index, TABLES)
    run(index, policies())


def _number(index: Connection, identity: str, name: str, log_size: int) -> tuple[int, bool]:
    """The archive's number in the index, and whether the index lacks something of it."""
    held = run(index, "SELECT id, log_size FROM archiver.archives WHERE identity = %s", (identity,)).fetchone()
    if held is not None and held[1] == log_size:
        return held[0], False
    (number,) = _one(
        index,
        "INSERT INTO archiver.archives (identity, name, form, log_size, published_at) VALUES (%s, %s, %s, %s, now())"
        " ON CONFLICT (identity) DO UPDATE SET name = excluded.name, log_size = excluded.log_size,"
        " published_at = now() RETURNING id",
        identity, name, form(), log_size,
    )  # fmt: skip
    return number, True


def _replace(index: Connection, archive: sqlite3.Connection, table: str, number: int) -> None:
    run(index, f"DELETE FROM archiver.{table} WHERE archive = %s", (number,))
    with index.cursor().copy(f"COPY archiver.{table} FROM STDIN".encode()) as copy:
        for row in rows.small(archive, table):
            copy.write_row((number, *row))


def _messages(
    index: Connection, archive: sqlite3.Connection, number: int, tell: Callable[[str, int], None]
) -> tuple[int, int]:
    """How many messages were written, and how many taken away."""
    names = ", ".join(COLUMNS)
    run(index, f"CREATE TEMP TABLE arriving ON COMMIT DROP AS SELECT {names} FROM archiver.messages LIMIT 0")
    run(index, "CREATE TEMP TABLE present (id bigint, state bytea) ON COMMIT DROP")
    cutter, seen, written = rows.Cutter(), 0, 0
    for batch in rows.messages(archive):
        states = [rows.state(row) for row in batch]
        held = dict(
            run(
                index,
                "SELECT id, state FROM archiver.messages WHERE archive = %s AND id BETWEEN %s AND %s",
                (number, batch[0].id, batch[-1].id),
            ).fetchall()
        )
        other = [held.get(row.id) != state for row, state in zip(batch, states, strict=True)]
        fresh = list(compress(batch, other))
        with index.cursor().copy(f"COPY arriving ({names}) FROM STDIN".encode()) as copy:
            for row, words, state in zip(fresh, cutter.words(fresh), compress(states, other), strict=True):
                copy.write_row((*row, words, state))
        with index.cursor().copy(b"COPY present (id, state) FROM STDIN") as copy:
            for row in batch:
                copy.write_row((row.id, None))
        seen, written = seen + len(batch), written + len(fresh)
        tell("messages", seen)
    changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
    run(
        index,
        f"INSERT INTO archiver.messages (archive, {names}) SELECT {number}, {names} FROM arriving"
        f" ON CONFLICT (archive, id) DO UPDATE SET {changes}",
    )
    removed = run(
        index,
        "DELETE FROM archiver.messages m WHERE archive = %s AND NOT EXISTS (SELECT 1 FROM present p WHERE p.id = m.id)",
        (number,),
    ).rowcount
    return written, removed


def _settle(index: Connection, number: int, allow: Sequence[Reader], forbid: Sequence[Reader]) -> None:
    """Say who may read. The schema and tables are opened to the role; which rows it sees, the policies decide."""
    from psycopg import sql

    for reader in (*allow, *forbid):
        if not run(index, "SELECT 1 FROM pg_roles WHERE rolname = %s", (reader.role,)).fetchone():
            raise UsageError(f"{reader.role}: PostgreSQL has no such role. Make it with: CREATE ROLE.")
    for reader in forbid:
        run(
            index,
            "DELETE FROM archiver.access WHERE archive = %s AND role = %s AND (%s OR chat = %s)",
            (number, reader.role, reader.chat is None, _chat(index, number, reader.chat)),
        )
    for reader in allow:
        role = sql.Identifier(reader.role)
        index.execute(sql.SQL("GRANT USAGE ON SCHEMA archiver TO {}").format(role))
        index.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA archiver TO {}").format(role))
        run(
            index,
            "INSERT INTO archiver.access (archive, chat, role) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (number, _chat(index, number, reader.chat), reader.role),
        )


def _chat(index: Connection, number: int, code: str | None) -> int | None:
    if code is None:
        return None
    row = run(
        index, "SELECT id FROM archiver.chats WHERE archive = %s AND lower(code) = lower(%s)", (number, code)
    ).fetchone()
    if row is None:
        raise UsageError(f"{code}: no chat has this code. See them with: archive chats.")
    return int(row[0])
