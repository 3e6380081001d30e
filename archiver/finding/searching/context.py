"""What was said around a message in its chat."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archiver.finding.searching.together import minute_of
from archiver.record.ids import DAY

MOST = 500
"""Messages shown on either side, however many were sent within the minutes asked for."""
_SLACK = 2 * DAY


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A message beside one that was found."""

    id: int
    reference: str
    sent_at: str | None
    sender: str | None
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """The messages before and after one, each side the oldest first."""

    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]


def around(connection: sqlite3.Connection, message: int, number: int, minutes: bool = False) -> Context:
    """So many messages on each side, or those sent so many minutes before and after, ``MOST`` at most."""
    chat, sent_at = connection.execute("SELECT chat_id, sent_at FROM messages WHERE id = ?", (message,)).fetchone()
    if not minutes:
        limit = min(number, MOST)
        return Context(
            _side(connection, chat, 0, message - 1, limit, newest=True),
            _side(connection, chat, message + 1, 1 << 62, limit),
        )
    own = minute_of(sent_at)
    if own is None:
        return Context((), ())
    reach = (number << 12) + _SLACK
    before = _side(connection, chat, message - reach, message - 1, MOST, newest=True)
    after = _side(connection, chat, message + 1, message + reach, MOST)
    return Context(_close(before, own, number), _close(after, own, number))


def _close(side: tuple[Neighbour, ...], own: int, number: int) -> tuple[Neighbour, ...]:
    minutes = [(one, minute_of(one.sent_at)) for one in side]
    return tuple(one for one, minute in minutes if minute is not None and abs(minute - own) <= number)


def _side(
    connection: sqlite3.Connection, chat: int, first: int, last: int, limit: int, newest: bool = False
) -> tuple[Neighbour, ...]:
    down = " DESC" if newest else ""
    rows = connection.execute(
        "SELECT m.id, m.reference, m.sent_at, p.name, m.kind, m.text FROM messages m"
        " LEFT JOIN people p ON p.id = m.sender_id"
        f" WHERE m.chat_id = ? AND m.id BETWEEN ? AND ? ORDER BY m.id{down} LIMIT ?",
        (chat, first, last, limit),
    )
    found = tuple(Neighbour(*row) for row in rows)
    return found[::-1] if newest else found
