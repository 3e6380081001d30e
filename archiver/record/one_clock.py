"""Captures that had no time in common, put on one clock once a later capture ties them together.

Of two captures that do not meet nobody can tell how far their clocks are apart; both are kept as they show. A capture
that meets both tells it: what was kept by the second clock is then moved onto the first.

    London    |------ first ------|
    New York                           |------ second ------|          kept five hours early, until
    London         |------------------ third ------------------|       this shows +0, then +300
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from archiver.record.held import HeldChat
from archiver.record.ids import SHIFT, Minutes
from archiver.record.joining import moved

_EPOCH = date(1970, 1, 1)
_HOUR = 60
_SLACK = 120
"""Minutes before the first and after the last text that two captures show to be one, in which either may go on."""
_TABLES = ("sighting_data", "attachments", "readings", "former_references", "kept_references")
"""Where a message is spoken of by its number."""


class Jump(NamedTuple):
    """Where the capture at hand went from one clock of the record to another."""

    until: int
    """The last minute, as kept, of what came before."""
    since: int
    """The first minute, as kept, of what came after; as the capture shows it, ``since + ahead``."""
    ahead: int
    by: int
    """Minutes by which what came after is to be kept later."""


class OneClock:
    """The clocks of a chat, when a capture of it has been written."""

    def __init__(self, connection: sqlite3.Connection, held: HeldChat) -> None:
        self.connection = connection
        self.run = connection.execute
        self.held = held
        self.minutes = Minutes()
        first, last = self.run(
            "SELECT min(first_sighting), max(first_sighting + sightings) FROM coverage WHERE capture_id = ?",
            (held.capture_id,),
        ).fetchone()
        self._current = range(first, last)
        self.later: list[tuple[int, int]] = []
        """From which minute on, as it was kept, minutes were moved, and by how much."""

    def put_right(self) -> None:
        """Put on one clock what only the capture at hand ties together."""
        while (jump := self._jump()) is not None:
            self._move(jump)
            self.later.append((jump.since, jump.by))

    def moved(self, minutes: Sequence[int]) -> set[int]:
        """Minutes as they were kept, and as they are kept now: either may be meant where two clocks overlapped."""
        found = set(minutes)
        for since, by in self.later:
            found |= {minute + by for minute in found if minute >= since}
        return found

    def _steps(self, capture: int) -> list[list[int]]:
        (steps,) = self.run("SELECT clock FROM captures WHERE id = ?", (capture,)).fetchone()
        return [list(step) for step in json.loads(steps)]

    def _jump(self) -> Jump | None:
        """The first step of the capture's clock that no other capture shows, and no summer time explains."""
        steps = self._steps(self.held.capture_id)
        for (_, before, _, until), (since, after, _, _) in pairwise(steps):
            jump = Jump(until - before, since - after, after, after - before)
            summer = abs(jump.by) == _HOUR and is_summer_time_step(until, since)
            if jump.by and not summer and not any(self._spans(first, last, jump) for _, first, last in self._others()):
                return jump
        return None

    @staticmethod
    def _spans(first: int, last: int, jump: Jump) -> bool:
        return first < min(jump.since, jump.until) - _SLACK and last > max(jump.since, jump.until) + _SLACK

    def _others(self) -> list[tuple[int, int, int]]:
        """Every other capture of the chat, with its first and last minute as kept."""
        rows = self.run(
            "SELECT c.id, min(v.first_sent), max(v.last_sent) FROM captures c JOIN coverage v ON v.capture_id = c.id"
            " WHERE c.chat_id = ? AND c.id <> ? AND length(v.first_sent) >= 16 AND length(v.last_sent) >= 16"
            " GROUP BY c.id ORDER BY c.id",
            (self.held.chat_id, self.held.capture_id),
        ).fetchall()
        found = []
        for capture, first, last in rows:
            steps = self._steps(capture) or [[0, 0, 0, 0]]
            found.append((capture, self._minute(first) - steps[0][1], self._minute(last) - steps[-1][1]))
        return found

    def _minute(self, sent: str) -> int:
        return self.minutes.floor(sent) >> SHIFT

    def _move(self, jump: Jump) -> None:
        """Keep everything after the jump by the clock from before it."""
        begins, ends = jump.since - _SLACK, jump.until + _SLACK
        second = {capture for capture, first, last in self._others() if first >= begins and last > ends}
        rows = self.run(
            "SELECT m.id, m.sent_at, (SELECT min(d.id) FROM sighting_data d WHERE d.message_id = m.id) FROM messages m"
            " WHERE m.id >= ? AND m.chat_id = ? ORDER BY m.id",
            (begins << SHIFT, self.held.chat_id),
        ).fetchall()
        moving = [(message, sent) for message, sent, founder in rows if self._is_after(founder, sent, second, jump)]
        self.run("PRAGMA defer_foreign_keys = ON")
        ordered = moving[::-1] if jump.by > 0 else moving
        numbers = [self._renumber(message, sent, jump.by) for message, sent in ordered]
        for capture in sorted({*second, self.held.capture_id}):
            self._set_clock(capture, jump, capture in second)
        self.run(
            "UPDATE as_shown SET kept_at = strftime(CASE length(kept_at) WHEN 16 THEN '%Y-%m-%dT%H:%M'"
            " ELSE '%Y-%m-%dT%H:%M:%S' END, kept_at, ?) WHERE kept_at IS NOT NULL AND sighting_id IN"
            " (SELECT d.id FROM json_each(?) j JOIN sighting_data d ON d.message_id = j.value)",
            (f"{jump.by} minutes", json.dumps(numbers)),
        )
        self.run(
            "INSERT OR IGNORE INTO knots (chat_id, minute) SELECT chat_id, minute + ? FROM knots"
            " WHERE chat_id = ? AND minute >= ? ORDER BY minute",
            (jump.by, self.held.chat_id, jump.since),
        )

    def _is_after(self, founder: int, sent: str | None, second: set[int], jump: Jump) -> bool:
        """Whether a message was kept by the second clock: as its first sighting was."""
        if founder not in self._current:
            return self.held.capture_of(founder) in second
        (shown,) = self.run("SELECT coalesce(sent_at, ?) FROM sighting_data WHERE id = ?", (sent, founder)).fetchone()
        return shown is not None and len(shown) >= 16 and self._minute(shown) >= jump.since + jump.ahead

    def _renumber(self, message: int, sent: str | None, by: int) -> int:
        """Move a message in time: its number, its time as shown, and all that speaks of it."""
        number = self._free(message + (by << SHIFT))
        self.run(
            "INSERT INTO messages_fts (messages_fts, rowid, text) SELECT 'delete', id, text FROM messages WHERE id = ?",
            (message,),
        )
        self.run(
            "UPDATE messages SET id = ?, sent_at = ? WHERE id = ?", (number, sent and self._later(sent, by), message)
        )
        self.run("INSERT INTO messages_fts (rowid, text) SELECT id, text FROM messages WHERE id = ?", (number,))
        for table in _TABLES:
            self.run(f"UPDATE {table} SET message_id = ? WHERE message_id = ?", (number, message))
        return number

    def _free(self, number: int) -> int:
        """This number, or the next that no message has."""
        while self.run("SELECT 1 FROM messages WHERE id = ?", (number,)).fetchone():
            number += 1
        return number

    def _later(self, sent: str, by: int) -> str:
        kept = moved(sent, by - self.held.ahead_of(sent)) if len(sent) >= 16 else sent
        return moved(kept, self.held.ahead(kept)) if len(sent) >= 16 else sent

    def _set_clock(self, capture: int, jump: Jump, whole: bool) -> None:
        """A capture's clock against the one that its messages are kept by now."""
        steps = self._steps(capture)
        if not steps:
            first, last = self.run(
                "SELECT min(first_sent), max(last_sent) FROM coverage WHERE capture_id = ?", (capture,)
            ).fetchone()
            steps = [[self._minute(first), 0, 0, self._minute(last)]]
        joined: list[list[int]] = []
        for since, ahead, votes, until in steps:
            if whole or since - ahead >= jump.since:
                ahead -= jump.by
            if joined and joined[-1][1] == ahead:
                joined[-1][2:] = [joined[-1][2] + votes, until]
            else:
                joined.append([since, ahead, votes, until])
        self.run("UPDATE captures SET clock = ? WHERE id = ?", (json.dumps(joined), capture))


def is_summer_time_step(until: int, since: int) -> bool:
    """Whether clocks are put forward or back, in Europe or North America, between two minutes since 1970.

    >>> day = 1440
    >>> is_summer_time_step(17984 * day, 17987 * day), is_summer_time_step(17989 * day, 18000 * day)
    (True, False)
    """
    day, last = _EPOCH + timedelta(days=until // 1440 - 1), _EPOCH + timedelta(days=since // 1440 + 1)
    while day <= last:
        if day.weekday() == 6 and _changes(day):
            return True
        day += timedelta(days=1)
    return False


def _changes(sunday: date) -> bool:
    """Whether it is the last Sunday of March or October, the second of March or the first of November."""
    is_last = (sunday + timedelta(days=7)).month != sunday.month
    return (
        (sunday.month in (3, 10) and is_last)
        or (sunday.month == 3 and 8 <= sunday.day <= 14)
        or (sunday.month == 11 and sunday.day <= 7)
    )
