"""The rows of every table against their seals."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from archiver.record import seals
from archiver.record.verifying.report import Fault
from archiver.record.verifying.subject import Subject


def sealed(subject: Subject) -> Iterator[Fault]:
    """Every block of rows is as it was sealed; every row lies in a block that was."""
    connection = subject.connection
    tables = seals.sealed_tables(subject.expected)
    blocks = {seal.block: seal for seal in seals.held(connection)}
    for block, seal in blocks.items():
        if block.name not in tables:
            yield Fault("rows", f"There is a seal of {block.name}, which is no table of the archive.")
        elif seal.digest is not None:
            try:
                rows, digest = seals.digest_of(connection, tables[block.name], block, seal.salt or "")
            except (sqlite3.DatabaseError, ValueError) as error:
                yield Fault("rows", f"{_place(connection, tables[block.name], block)} cannot be read ({error}).")
                continue
            if rows != seal.rows:
                yield Fault(
                    "rows",
                    f"{_place(connection, tables[block.name], block)}: {rows:,} rows; {seal.rows:,} were sealed.",
                )
            elif digest != seal.digest:
                yield Fault("rows", f"{_place(connection, tables[block.name], block)}: a row is not as it was sealed.")
    for name in tables:
        for block in sorted(set(seals.blocks_there(connection, name, tables[name])) - blocks.keys()):
            yield Fault("rows", f"{_place(connection, tables[name], block)}: rows that were never sealed.")


def waiting(subject: Subject) -> dict[str, int]:
    """Rows that no seal covers yet, by table."""
    rows: Counter[str] = Counter()
    tables = seals.sealed_tables(subject.expected)
    for seal in seals.held(subject.connection):
        if seal.digest is None and seal.block.name in tables:
            rows[seal.block.name] += seals.count(subject.connection, tables[seal.block.name], seal.block)
    return dict(rows)


def _place(connection: sqlite3.Connection, table: seals.Table, block: seals.Block) -> str:
    """Where a block is, for a person: the chat and the months of messages, else the numbers of the rows."""
    if block.name != "messages" and not table.is_numbered:
        return block.name
    if block.name != "messages":
        first = block.number << seals.ROW_SHIFT
        return f"{block.name}, rows {max(first, 1):,} to {first + (1 << seals.ROW_SHIFT) - 1:,}"
    row = connection.execute("SELECT code FROM chats WHERE id = ?", (block.part,)).fetchone()
    first = block.number << seals.MESSAGE_SHIFT
    ends = []
    for minute in (first >> 12, (first + (1 << seals.MESSAGE_SHIFT)) >> 12):
        ends.append(connection.execute("SELECT date(? * 60, 'unixepoch')", (minute,)).fetchone()[0])
    return f"messages of the chat {row[0] if row else block.part}, {ends[0]} to {ends[1]}"
