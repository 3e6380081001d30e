"""Messages near one another in a chat: of two sets, those that have one of the other set close by."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime

from archiver.finding.searching.language import Unit

_GROUP = 500


def near(
    connection: sqlite3.Connection, left: Sequence[int], right: Sequence[int], distance: int, unit: Unit
) -> set[int]:
    """Of both, the messages that have one of the other within reach in their chat."""
    if not left or not right:
        return set()
    lefts, rights = _by_chat(connection, left, unit), _by_chat(connection, right, unit)
    found: set[int] = set()
    for chat in lefts.keys() & rights.keys():
        if unit == "messages":
            places = _Places(connection, chat, distance)
            found |= _meeting(lefts[chat], rights[chat], places.within)
        else:
            found |= _in_time(lefts[chat], rights[chat], distance)
    return found


_Dated = list[tuple[int, int | None]]
"""Ids, ascending, with the minute of sending, None where day and minute are not both known."""


def _by_chat(connection: sqlite3.Connection, ids: Sequence[int], unit: Unit) -> dict[int, _Dated]:
    found: dict[int, _Dated] = {}
    rows = connection.execute(
        "SELECT m.chat_id, m.id, m.sent_at FROM json_each(?) j CROSS JOIN messages m ON m.id = j.value ORDER BY m.id",
        (json.dumps(sorted(ids)),),
    )
    for chat, identity, sent_at in rows:
        minute = minute_of(sent_at) if unit == "minutes" else None
        found.setdefault(chat, []).append((identity, minute))
    return found


def minute_of(sent_at: str | None) -> int | None:
    """The minute of a message's time, counted from one day for all; None where day and minute are not both known."""
    if sent_at is None or len(sent_at) < 16:
        return None
    at = datetime.fromisoformat(sent_at[:16])
    return (at.toordinal() * 24 + at.hour) * 60 + at.minute


def _meeting(lefts: _Dated, rights: _Dated, within: Callable[[int, int], bool]) -> set[int]:
    """Whichever lies nearest on either side is near, or none is."""
    one, other = [identity for identity, _ in lefts], [identity for identity, _ in rights]
    return _near_any(one, other, within) | _near_any(other, one, within)


def _near_any(ids: list[int], others: list[int], within: Callable[[int, int], bool]) -> set[int]:
    found = set()
    for identity in ids:
        at = bisect_left(others, identity)
        around = others[max(0, at - 1) : at + 1]
        if any(within(min(identity, one), max(identity, one)) for one in around):
            found.add(identity)
    return found


def _in_time(lefts: _Dated, rights: _Dated, distance: int) -> set[int]:
    """The same by the minute; a message that is in both sets is near itself."""
    found = {identity for identity, _ in lefts} & {identity for identity, _ in rights}
    for ids, others in ((lefts, rights), (rights, lefts)):
        minutes = sorted(minute for _, minute in others if minute is not None)
        for identity, minute in ids:
            if minute is not None and _any_between(minutes, minute - distance, minute + distance):
                found.add(identity)
    return found


def _any_between(minutes: list[int], first: int, last: int) -> bool:
    at = bisect_left(minutes, first)
    return at < len(minutes) and minutes[at] <= last


class _Places:
    """How many messages of a chat lie between two of its."""

    def __init__(self, connection: sqlite3.Connection, chat: int, distance: int) -> None:
        self.connection = connection
        self.chat = chat
        self.distance = distance

    def within(self, first: int, last: int) -> bool:
        """Whether the later is at most the distance after the earlier."""
        if first == last:
            return True
        (steps,) = self.connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM messages WHERE chat_id = ? AND id > ? AND id <= ? LIMIT ?)",
            (self.chat, first, last, self.distance + 1),
        ).fetchone()
        return int(steps) <= self.distance
