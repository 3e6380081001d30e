"""What the record answers, while a capture is being matched, about the chat that it is of."""

from __future__ import annotations

import json
import re
import sqlite3
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import combinations
from operator import itemgetter

from archiver.model import HeldMessage, Sighting
from archiver.record.ids import DAY, SHIFT, Minutes
from archiver.record.people import People

_SAME_PHONE = 0.8
"""The share of its labels that two captures of one phone have in common; contacts are saved and renamed in between."""

_WORD = re.compile(r"[^\W_]+")
_NEAR = DAY // 4
"""How far from a message with a bubble's words the rest of its screen is looked for."""
_SCREENFUL = 40
"""Messages on a screen or two."""
_MOST = 3000
"""Messages looked through for one stretch."""

Rank = tuple[str, str]
"""When a capture was taken, and its source's digest where that does not tell: which of two is the later."""


class HeldChat:
    """One chat as it is held, without what the capture at hand has shown already."""

    def __init__(self, connection: sqlite3.Connection, chat_id: int, capture_id: int, people: People) -> None:
        self.run = connection.execute
        self.chat_id = chat_id
        self.capture_id = capture_id
        self.people = people
        (clock,) = self.run("SELECT clock FROM chats WHERE id = ?", (chat_id,)).fetchone()
        self.shown_ahead: Sequence[tuple[int, int]] = [(since, minutes) for since, minutes in json.loads(clock)]
        self._taken: list[array[int]] = []
        self._minutes = Minutes()
        self._captures = self.run(
            "SELECT first_sighting, capture_id FROM coverage WHERE chat_id = ? AND sightings > 0 ORDER BY 1", (chat_id,)
        ).fetchall()
        self._firsts = [first for first, _ in self._captures]
        self.knots = {
            minute + by
            for (minute,) in self.run("SELECT minute FROM knots WHERE chat_id = ?", (chat_id,))
            for by in (-1, 0, 1)
        }
        """Minutes in which, or next to which, it was not plain which sighting is which message."""
        self._ranks: dict[int, Rank] = {}
        self._seconds: dict[int, bool] = {}
        self._shifts: dict[int, list[int]] = {}
        self._one_phone: dict[int, bool] = {}
        self._pictures: dict[int, bool] = {}

    def messages(self, first: int, last: int) -> list[HeldMessage]:
        """Those between two minutes since 1970 that this capture has not shown yet, in the record's order."""
        low, high = max(0, first) << SHIFT, (last + 1) << SHIFT
        rows = self.run(
            "SELECT id, sent_at, sender_id, kind, event, text, edited, sighting_id FROM messages"
            " WHERE id BETWEEN ? AND ? AND chat_id = ? AND length(sent_at) >= 16 ORDER BY id",
            (low, high, self.chat_id),
        ).fetchall()
        taken = self._taken_between(low, high)
        make = HeldMessage._make
        return [make(row) for row in rows if row[0] not in taken] if taken else list(map(make, rows))

    def message(self, message: int) -> HeldMessage:
        """One message, also where its time is not known to the minute."""
        row = self.run(
            "SELECT id, coalesce(sent_at, ''), sender_id, kind, event, text, edited, sighting_id FROM messages"
            " WHERE id = ?",
            (message,),
        ).fetchone()
        return HeldMessage._make(row)

    def corrected(self) -> dict[int, str]:
        """What a person put right in messages of this chat: ``text``, ``sent_at``, or both with a blank between."""
        rows = self.run(
            "SELECT id, corrected FROM messages WHERE corrected IS NOT NULL AND chat_id = ?", (self.chat_id,)
        )
        return dict(rows.fetchall())

    def around(self, sightings: Sequence[Sighting], placed_at: str) -> list[HeldMessage]:
        """The messages among which a screen may lie: at its days, where its words are, and where undated ones are.

        ``placed_at``: where messages without any time are put.
        """
        days = sorted({s.sent_at[:10] for s in sightings if s.sent_at and s.sent_at[0] != "T"})
        floors = [self._minutes.floor(day) for day in days]
        spans = [(floor, floor + DAY) for floor in floors]
        undated = self._minutes.floor(placed_at)
        spans.append((self._so_many_before(undated), undated + DAY))
        spans += [(self._so_many_before(floor), floor) for floor in floors[:1]]
        spans += [(found - _NEAR, found + _NEAR) for found in self._where_read(sightings)]
        rows: dict[int, HeldMessage] = {}
        for low, high in spans:
            for row in self.run(
                "SELECT id, coalesce(sent_at, ''), sender_id, kind, event, text, edited, sighting_id FROM messages"
                " WHERE id BETWEEN ? AND ? AND chat_id = ? ORDER BY id LIMIT ?",
                (low, high, self.chat_id, _MOST),
            ):
                rows[row[0]] = HeldMessage._make(row)
        taken = self._taken_between(min(rows), max(rows)) if rows else set()
        return [rows[message] for message in sorted(rows) if message not in taken]

    def _so_many_before(self, floor: int) -> int:
        """The id of a message a screen or two before: what stands above the first day shown."""
        rows = self.run(
            "SELECT id FROM messages WHERE id < ? AND chat_id = ? ORDER BY id DESC LIMIT ?",
            (floor, self.chat_id, _SCREENFUL),
        ).fetchall()
        return int(rows[-1][0]) if rows else floor

    def _where_read(self, sightings: Sequence[Sighting]) -> list[int]:
        """Ids of messages that have the longest words of a bubble."""
        found: list[int] = []
        for s in sightings:
            words = sorted(set(_WORD.findall(s.text)), key=lambda word: (-len(word), word))[:3]
            if len(words) < 3:
                continue
            query = " OR ".join(f'("{one}" AND "{other}")' for one, other in combinations(words, 2))
            # In this order by word of command: else SQLite asks the search about each message of the chat, one by one.
            found += [
                message
                for (message,) in self.run(
                    "SELECT m.id FROM messages_fts f CROSS JOIN messages m ON m.id = f.rowid"
                    " WHERE messages_fts MATCH ? AND m.chat_id = ? LIMIT 8",
                    (query, self.chat_id),
                )
            ]
        return found

    def names_of(self, person: int) -> frozenset[str]:
        """Every label under which a person is known."""
        rows = self.run(
            "SELECT name FROM aliases WHERE person_id = ? UNION SELECT name FROM people WHERE id = ?1", (person,)
        )
        return frozenset(name for (name,) in rows)

    @property
    def has_pictures(self) -> bool:
        """Whether the chat was also seen on screens."""
        return any(self.is_picture(first) for first in self._firsts)

    def is_picture(self, sighting: int) -> bool:
        """Whether a sighting was read off a picture."""
        capture = self.capture_of(sighting)
        if capture not in self._pictures:
            (route,) = self.run("SELECT route FROM captures WHERE id = ?", (capture,)).fetchone()
            self._pictures[capture] = route == "screenshot"
        return self._pictures[capture]

    def has_seconds(self, capture: int) -> bool:
        """Whether a capture's times are to the second."""
        if capture not in self._seconds:
            rows = self.run(
                "SELECT 1 FROM coverage WHERE capture_id = ?1 AND max(length(first_sent), length(last_sent)) > 16",
                (capture,),
            )
            self._seconds[capture] = rows.fetchone() is not None
        return self._seconds[capture]

    def shifts(self, capture: int) -> list[int]:
        """By how many minutes a capture's clock shows more than the one the chat is kept by, where it was learnt."""
        if capture not in self._shifts:
            (steps,) = self.run("SELECT clock FROM captures WHERE id = ?", (capture,)).fetchone()
            self._shifts[capture] = sorted({minutes for _, minutes, _, _ in json.loads(steps)}) or [0]
        return self._shifts[capture]

    def ahead(self, kept_at: str) -> int:
        """How many minutes more the record shows for a time by which it is kept."""
        return step_at([(since - by, by) for since, by in self.shown_ahead], self._minutes.floor(kept_at) >> SHIFT)

    def ahead_of(self, shown_at: str) -> int:
        """The same for a time as the record shows it."""
        return step_at(self.shown_ahead, self._minutes.floor(shown_at) >> SHIFT)

    def take(self, messages: Iterable[int]) -> None:
        """The capture at hand has shown these: none is shown twice by one capture."""
        self._taken.append(array("q", sorted(messages)))

    def _taken_between(self, low: int, high: int) -> set[int]:
        found: set[int] = set()
        for window in self._taken:
            found.update(window[bisect_left(window, low) : bisect_right(window, high)])
        return found

    def person(self, label: str) -> int | None:
        """The person whom a label is known to be by its name alone; None where it is nobody yet."""
        return self.people.person(label)

    def different(self, one: int, other: int) -> bool:
        """Whether some capture shows both people, under two names."""
        return self.people.different(one, other)

    def shared(self, person: int) -> bool:
        """Whether a person is only a name that several share."""
        return self.people.shared(person)

    def names(self) -> list[str]:
        """Every label known in the chat."""
        rows = self.run(
            "SELECT DISTINCT a.name FROM aliases a JOIN captures c ON c.id = a.capture_id WHERE c.chat_id = ?",
            (self.chat_id,),
        )
        return [name for (name,) in rows]

    def one_phone(self, sighting: int, labels: frozenset[str]) -> bool:
        """Whether a sighting is from the same phone as this capture, which shows these labels.

        Where no custodian is named: the same kind of phone, and nearly the same names for the same people.
        """
        capture = self.capture_of(sighting)
        if capture not in self._one_phone:
            self._one_phone[capture] = self._is_one_phone(capture, labels)
        return self._one_phone[capture]

    def _is_one_phone(self, capture: int, labels: frozenset[str]) -> bool:
        theirs, ours = (
            self.run("SELECT custodian, dialect, route FROM captures WHERE id = ?", (one,)).fetchone()
            for one in (capture, self.capture_id)
        )
        if theirs[0] and ours[0]:
            return bool(theirs[0] == ours[0])
        names = {name for (name,) in self.run("SELECT name FROM aliases WHERE capture_id = ?", (capture,))}
        if theirs[1:] != ours[1:] or not names:
            return False
        return len(names & labels) >= _SAME_PHONE * max(len(names), len(labels))

    def capture_of(self, sighting: int) -> int:
        """The capture that a sighting belongs to; the one at hand where none before it does."""
        at = bisect_right(self._firsts, sighting) - 1
        return int(self._captures[at][1]) if at >= 0 else self.capture_id

    def rank(self, capture: int) -> Rank:
        """Which capture is the later: by when it was taken, else by digest, never by when it was ingested."""
        if capture not in self._ranks:
            self._ranks[capture] = self.run(
                "SELECT coalesce(c.captured, ''), coalesce(min(s.sha256), '') FROM captures c"
                " LEFT JOIN source_members m ON m.capture_id = c.id LEFT JOIN sources s ON s.id = m.source_id"
                " WHERE c.id = ?",
                (capture,),
            ).fetchone()
        return self._ranks[capture]


def step_at(steps: Sequence[tuple[int, int]], minute: int) -> int:
    """The minutes of the step in force: the last that has begun, or the first where none has; 0 where there is none."""
    return steps[max(0, bisect_right(steps, minute, key=itemgetter(0)) - 1)][1] if steps else 0
