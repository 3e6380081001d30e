"""A page of what was found, as it is shown."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from archiver.finding.searching import marking
from archiver.finding.searching.asking import ids
from archiver.finding.searching.plans import Plan

Order = Literal["newest", "oldest", "best"]

RANKED = 5_000
"""Best first ranks no more than so many of the newest that answer: ranking all takes seconds where words are common."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One message found."""

    id: int
    reference: str
    chat: str
    chat_code: str
    sent_at: str | None
    sent_earliest: str | None
    sent_latest: str | None
    precision: str
    sender: str | None
    organisation: str | None
    kind: str
    event: str | None
    text: str
    """With ``START`` and ``END`` around what was found."""
    edited: bool
    deleted_seen: bool
    other_words: tuple[tuple[str, str], ...]
    """Other wordings in which something was found: why there is one (``edited``, ``as-shown`` …), and it, marked."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found."""

    hits: tuple[Hit, ...]
    after: int | None
    """Hand it back as ``start`` for the next page; None: there are no more."""
    ranked: int | None = None
    """Of best first: how many of the newest messages that answer were weighed."""


def page(
    connection: sqlite3.Connection, plan: Plan, order: Order = "newest", start: int | None = None, limit: int = 20
) -> Page:
    """Messages that answer. ``start``: what the page before gave as ``after``; None for the first page."""
    if order == "best":
        return _best(connection, plan, start or 0, limit)
    newest = order == "newest"
    found = list(ids(connection, plan, newest, start, limit + 1))
    after = found[limit - 1] if len(found) > limit else None
    return Page(hits(connection, plan, found[:limit]), after)


def hits(connection: sqlite3.Connection, plan: Plan, found: list[int]) -> tuple[Hit, ...]:
    """Messages as they are shown, in the order given."""
    marked = marking.mark(connection, plan.shown, plan.signs, found)
    marks = ",".join("?" * len(found))
    rows = {row[0]: tuple(row) for row in connection.execute(f"{_SHOWN} WHERE m.id IN ({marks})", found)}
    return tuple(_hit(rows[one], marked[one]) for one in found)


def _hit(row: tuple[Any, ...], marked: marking.Marked) -> Hit:
    *before, edited, deleted_seen = row
    shown = dict(zip(_COLUMNS, before, strict=True))
    return Hit(
        **shown, text=marked.text, edited=bool(edited), deleted_seen=bool(deleted_seen), other_words=marked.others
    )


def _best(connection: sqlite3.Connection, plan: Plan, start: int, limit: int) -> Page:
    """The newest that answer, weighed by how rare and how frequent what was found in them is."""
    newest = list(ids(connection, plan, limit=RANKED))
    ordered = _ranked(connection, plan, newest)
    chosen = ordered[start : start + limit]
    after = start + limit if len(ordered) > start + limit else None
    return Page(hits(connection, plan, chosen), after, len(newest))


def _ranked(connection: sqlite3.Connection, plan: Plan, newest: list[int]) -> list[int]:
    if not newest or not plan.shown:
        return newest
    rows = connection.execute(
        "SELECT rowid FROM messages_fts WHERE messages_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rank, rowid DESC",
        (plan.shown, newest[-1], newest[0]),
    )
    held = set(newest)
    weighed = [one for (one,) in rows if one in held]
    held.difference_update(weighed)
    return weighed + [one for one in newest if one in held]


_SHOWN = (
    "SELECT m.id, m.reference, c.name, c.code, m.sent_at, m.sent_earliest, m.sent_latest, m.precision, p.name,"
    " p.organisation, m.kind, m.event, m.edited, m.deleted_seen FROM messages m JOIN chats c ON c.id = m.chat_id"
    " LEFT JOIN people p ON p.id = m.sender_id"
)
_COLUMNS = (
    "id", "reference", "chat", "chat_code", "sent_at", "sent_earliest", "sent_latest", "precision", "sender",
    "organisation", "kind", "event",
)  # fmt: skip
