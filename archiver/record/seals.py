"""Seals: salted digests of every table's rows, so that what stands there can be held against the log.

Triggers stop an honest program; they do not stop whoever opens the file. So each entry of the log holds a *state*: the
hash over the seals of all blocks of rows as they were when the act ended. A block whose rows changed is sealed again
with a new salt, and the old salt is gone: a lawful disposal leaves nothing behind that would tell what was there.

While the program writes, temporary triggers note the blocks in which rows change. The largest loads leave their blocks
unsealed (it would take a tenth of the whole time); ``archive verify`` seals them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

APART = ("log", "checkpoints", "seals")
"""Not sealed: the log vouches for itself, and for the seals."""
LARGE = frozenset(
    ("messages", "sighting_data", "readings", "attachments", "findings", "source_members", "recognitions",
     "kept_references")
)  # fmt: skip
"""Tables that may wait for ``archive verify``; all others are sealed by the act itself."""
ROWS_AT_ONCE = 100_000
"""Rows of large tables that one run of the program seals, about a fifth of a second."""
MESSAGE_SHIFT, ROW_SHIFT = 29, 10


class Block(NamedTuple):
    """A run of rows of one table."""

    name: str
    part: int
    """Of messages, the chat; else 0."""
    number: int


class Sealed(NamedTuple):
    """A row of ``seals``."""

    block: Block
    rows: int | None
    salt: str | None
    digest: str | None
    """None, as the others, where rows changed and have not been sealed since."""


class Table(NamedTuple):
    """A table that is sealed."""

    columns: str
    """As SQL, in their order, generated ones left out. A real number is sealed as a whole one, in thousand-millionths,
    because programs write real numbers differently."""
    is_numbered: bool
    """Whether its rows bear numbers of their own; SQLite may give others new ones, so these are one block."""


def sealed_tables(connection: sqlite3.Connection) -> dict[str, Table]:
    """Every table that is sealed, by name."""
    found = {}
    for (name,) in connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_fts\\_%' ESCAPE '\\'"
        " AND name NOT LIKE '\\_sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall():
        if name not in APART:
            columns = connection.execute(f"PRAGMA main.table_info({name})").fetchall()
            sealed = (f"CAST({c[1]} * 1000000000 AS INTEGER)" if c[2] == "REAL" else c[1] for c in columns)
            found[name] = Table(", ".join(sealed), any(c[5] == 1 and c[2] == "INTEGER" for c in columns))
    return found


def watch(connection: sqlite3.Connection) -> None:
    """From now on note the blocks in which this connection changes rows.

    Not by a trigger, which would be too slow: new messages (``note_messages``) and new sightings (``note_sightings``).
    """
    run = connection.execute
    run("CREATE TEMP TABLE touched (name TEXT, part INTEGER, block INTEGER, PRIMARY KEY (name, part, block))")
    for name, table in sealed_tables(connection).items():
        acts = [("UPDATE", "old"), ("UPDATE", "new"), ("DELETE", "old"), ("INSERT", "new")]
        for act, row in acts[:-1] if name in ("messages", "sighting_data") else acts:
            part = f"{row}.chat_id" if name == "messages" else "0"
            block = _number(name, table, f"{row}.rowid")
            # no OR IGNORE: within a trigger the outer statement's way with conflicts would hold instead
            run(
                f"CREATE TEMP TRIGGER touched_{name}_{act}_{row} AFTER {act} ON main.{name}"
                f" BEGIN INSERT INTO touched SELECT '{name}', {part}, {block} WHERE NOT EXISTS"
                f" (SELECT 1 FROM touched WHERE name = '{name}' AND part = {part} AND block = {block}); END"
            )


def note_messages(connection: sqlite3.Connection, chat_id: int, ids: Iterable[int]) -> None:
    """Messages were added to a chat."""
    _note(connection, (Block("messages", chat_id, number) for number in {one >> MESSAGE_SHIFT for one in ids}))


def note_sightings(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Sightings were added, with the ids from first to last."""
    if last >= first:
        numbers = range(first >> ROW_SHIFT, (last >> ROW_SHIFT) + 1)
        _note(connection, (Block("sighting_data", 0, number) for number in numbers))


def note_all(connection: sqlite3.Connection) -> None:
    """Everything may have changed: all seals are made anew."""
    connection.execute("DELETE FROM seals")
    for name, table in sealed_tables(connection).items():
        _note(connection, blocks_there(connection, name, table))


def _is_watched(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'touched'").fetchone() is not None


def _note(connection: sqlite3.Connection, blocks: Iterable[Block]) -> None:
    if _is_watched(connection):
        connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", blocks)


def touched(connection: sqlite3.Connection) -> bool:
    """Whether rows have changed since the last entry of the log; never, where nobody watches."""
    return _is_watched(connection) and connection.execute("SELECT 1 FROM touched LIMIT 1").fetchone() is not None


def seal(connection: sqlite3.Connection, limit: int | None) -> int:
    """Seal the blocks whose rows changed; how many rows of large tables that were.

    ``limit``: the most rows of large tables to seal; None for all of them, also those left unsealed before.
    """
    run = connection.execute
    tables = sealed_tables(connection)
    blocks = {Block(*row) for row in run("SELECT name, part, block FROM touched")}
    if limit is None:
        blocks |= {Block(*row) for row in run("SELECT name, part, block FROM seals WHERE digest IS NULL")}
    spent = 0
    for block in sorted(blocks):
        if block.name in LARGE:
            rows = count(connection, tables[block.name], block)
            if limit is not None and spent + rows > limit:
                run("INSERT OR REPLACE INTO seals (name, part, block) VALUES (?, ?, ?)", block)
                continue
            spent += rows
        salt = secrets.token_hex(16)
        rows, digest = digest_of(connection, tables[block.name], block, salt)
        if rows:
            run("INSERT OR REPLACE INTO seals VALUES (?, ?, ?, ?, ?, ?)", (*block, rows, salt, digest))
        else:
            run("DELETE FROM seals WHERE name = ? AND part = ? AND block = ?", block)
    run("DELETE FROM touched")
    return spent


def state(connection: sqlite3.Connection) -> str:
    """What an entry of the log says of all other tables: the hash over their seals, in hexadecimal."""
    digest = hashlib.sha256()
    for (line,) in connection.execute(
        "SELECT name || ' ' || part || ' ' || block || ' ' || coalesce(row_count || ' ' || digest, '-') || char(10)"
        " FROM seals ORDER BY name, part, block"
    ):
        digest.update(line.encode())
    return digest.hexdigest()


def held(connection: sqlite3.Connection) -> Iterator[Sealed]:
    """Every seal, in order."""
    for name, part, block, *rest in connection.execute("SELECT * FROM seals ORDER BY name, part, block"):
        yield Sealed(Block(name, part, block), *rest)


def blocks_there(connection: sqlite3.Connection, name: str, table: Table) -> list[Block]:
    """The blocks in which a table has rows."""
    part, number = "chat_id" if name == "messages" else "0", _number(name, table, "rowid")
    return [Block(name, *row) for row in connection.execute(f"SELECT DISTINCT {part}, {number} FROM {name}")]


def count(connection: sqlite3.Connection, table: Table, block: Block) -> int:
    """The rows of a block."""
    where, bounds = _within(table, block)
    return int(connection.execute(f"SELECT count(*) FROM {block.name} WHERE {where}", bounds).fetchone()[0])


def digest_of(connection: sqlite3.Connection, table: Table, block: Block, salt: str) -> tuple[int, str]:
    """How many rows a block has, and the HMAC-SHA256 over them: a line each, a JSON array, in the order of rowids."""
    where, bounds = _within(table, block)
    rows, text = connection.execute(
        f"SELECT count(*), CAST(group_concat(line, char(10)) AS BLOB) FROM"
        f" (SELECT json_array({table.columns}) AS line FROM {block.name} WHERE {where} ORDER BY rowid)",
        bounds,
    ).fetchone()
    return rows, hmac.new(bytes.fromhex(salt), text or b"", hashlib.sha256).hexdigest()


def _number(name: str, table: Table, rowid: str) -> str:
    """The number of the block in which a row lies, as SQL."""
    shift = MESSAGE_SHIFT if name == "messages" else ROW_SHIFT
    return f"{rowid} >> {shift}" if table.is_numbered else "0"


def _within(table: Table, block: Block) -> tuple[str, Sequence[int]]:
    if not table.is_numbered:
        return "? = 0", (block.number,)
    if block.name == "messages":
        first = block.number << MESSAGE_SHIFT
        return "chat_id = ? AND id >= ? AND id < ?", (block.part, first, first + (1 << MESSAGE_SHIFT))
    first = block.number << ROW_SHIFT
    return "rowid >= ? AND rowid < ?", (first, first + (1 << ROW_SHIFT))
