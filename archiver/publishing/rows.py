"""An archive as rows of the index: what is said of each message, and its tokens as SQLite's own search cuts them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from archiver.finding.searching import conditions, wordings
from archiver.finding.searching.language import Has, Is
from archiver.record.tokenizer import TOKENIZER

BATCH = 2_000
LONGEST = 500
"""Characters of a token that count: PostgreSQL keeps none longer than 2,046 bytes."""
_START, _END = "0000-00-00T00:00:00", "9999-99-99T23:59:59"


class Row(NamedTuple):
    """One message, in the order of the columns of ``messages`` behind ``archive``."""

    id: int
    chat: int
    reference: str
    sent_at: str | None
    sent_earliest: str | None
    sent_latest: str | None
    precision: str
    earliest: str
    latest: str
    sender: int | None
    kind: str
    event: str | None
    text: str
    edited: bool
    deleted_seen: bool
    unsure: bool
    has_file: bool
    routes: list[str]
    works: list[str]
    others: list[str]
    bases: list[str]


def messages(connection: sqlite3.Connection) -> Iterator[list[Row]]:
    """Every message, in pieces, by id."""
    unsure, has_file = (conditions.simple(connection, node) for node in (Is("unsure"), Has("attachment")))
    sql = (
        "SELECT m.id, m.chat_id, m.reference, m.sent_at, m.sent_earliest, m.sent_latest, m.precision, m.sender_id,"
        f" m.kind, m.event, m.text, m.edited, m.deleted_seen, ({unsure.sql}), ({has_file.sql})"
        " FROM messages m WHERE m.id > ? ORDER BY m.id LIMIT ?"
    )
    routes = dict(connection.execute("SELECT id, route FROM captures").fetchall())
    works = defaultdict(set)
    for capture, work in connection.execute(_WORKS):
        works[capture].add(_sayable(work))
    last = -1
    while rows := connection.execute(sql, (*unsure.values, *has_file.values, last, BATCH)).fetchall():
        last = rows[-1][0]
        ids = [row[0] for row in rows]
        held, seen = wordings.of(connection, ids), _captures(connection, ids)
        yield [
            _row(tuple(row), [text for _, text in held[row[0]][1:]], [basis for basis, _ in held[row[0]][1:]])._replace(
                routes=sorted({routes[capture] for capture in seen[row[0]]}),
                works=sorted({work for capture in seen[row[0]] for work in works.get(capture, ())}),
            )
            for row in rows
        ]


_WORKS = (
    "SELECT id, work FROM captures WHERE work IS NOT NULL UNION SELECT m.capture_id, a.work FROM accession_sources a"
    " JOIN source_members m ON m.source_id = a.source_id WHERE a.work IS NOT NULL AND m.capture_id IS NOT NULL"
)


def _row(row: tuple[Any, ...], others: list[str], bases: list[str]) -> Row:
    (one, chat, reference, sent_at, earliest, latest, precision, sender,
     kind, event, text, edited, deleted_seen, unsure, has_file) = row  # fmt: skip
    return Row(
        one, chat, reference, sent_at, earliest, latest, precision, _filled(earliest, _START), _filled(latest, _END),
        sender, kind, event, _sayable(text), bool(edited), bool(deleted_seen), bool(unsure), bool(has_file),
        [], [], [_sayable(other) for other in others], bases[: len(others)],
    )  # fmt: skip


def _filled(written: str | None, model: str) -> str:
    """To the second; a time without a day says nothing of when."""
    return written + model[len(written) :] if written and len(written) >= 10 else model


def _sayable(text: str) -> str:
    """PostgreSQL has no NUL."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")


def _captures(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    sql = (
        "SELECT DISTINCT d.message_id, s.capture_id FROM sighting_data d JOIN source_members s ON s.id = d.member_id"
        " WHERE s.capture_id IS NOT NULL AND d.message_id IN"
    )
    return _lists(connection, sql, "ORDER BY 2", ids)


def _lists(connection: sqlite3.Connection, sql: str, order: str, ids: Sequence[int]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for one, value in connection.execute(f"{sql} (SELECT value FROM json_each(?)) {order}", (json.dumps(ids),)):
        found[one].append(value)
    return found


def state(row: Row) -> bytes:
    """A digest of a message as it is published: where it is the same, nothing need be written."""
    told = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=12).digest()


class Cutter:
    """Cuts many texts at once, by a full-text index in memory."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.execute(f'CREATE VIRTUAL TABLE some USING fts5 (words, tokenize = "{TOKENIZER}")')
        self.connection.execute("CREATE VIRTUAL TABLE cut USING fts5vocab ('some', 'instance')")

    def words(self, rows: Sequence[Row]) -> list[str]:
        """For each message the tokens of its wordings, each between blanks, a line a wording: ``" a b \\n c "``."""
        places = [(at, text) for at, row in enumerate(rows) for text in (row.text, *row.others)]
        run = self.connection.execute
        run("DELETE FROM some")
        run("BEGIN")
        texts = [(number, text) for number, (_, text) in enumerate(places)]
        self.connection.executemany("INSERT INTO some (rowid, words) VALUES (?, ?)", texts)
        run("COMMIT")
        tokens: list[list[str]] = [[] for _ in places]
        for number, term in run('SELECT doc, term FROM cut ORDER BY doc, "offset"'):
            tokens[number].append(term[:LONGEST])
        lines: list[list[str]] = [[] for _ in rows]
        for (at, _), found in zip(places, tokens, strict=True):
            lines[at].append(f" {' '.join(found)} " if found else " ")
        return ["\n".join(wordings) for wordings in lines]


SMALL = {
    "chats": (
        "SELECT c.id, c.code, c.name, (SELECT json_group_array(name) FROM (SELECT c.name AS name UNION"
        " SELECT n.name FROM chat_names n WHERE n.chat_id = c.id)), c.is_group FROM chats c"
    ),
    "works": f"SELECT DISTINCT k.chat_id, w.work FROM ({_WORKS}) w JOIN captures k ON k.id = w.id",
    "people": "SELECT id, name, organisation FROM people",
    "names": (
        "SELECT k.chat_id, a.person_id, a.name FROM aliases a JOIN captures k ON k.id = a.capture_id"
        " UNION SELECT s.chat_id, p.id, p.name FROM people p JOIN memberships s ON s.person_id = p.id"
    ),
    "memberships": "SELECT chat_id, person_id, first_sent, last_sent, messages FROM memberships",
}
"""What is small beside the messages and written anew each time, in the order of the columns behind ``archive``."""


def small(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of one of the small tables."""
    for found in connection.execute(SMALL[table]):
        row = [_sayable(value) if isinstance(value, str) else value for value in found]
        if table == "chats":
            *rest, names, is_group = row
            row = [*rest, json.loads(names), None if is_group is None else bool(is_group)]
        yield tuple(row)
