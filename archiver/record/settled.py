"""What people have said is one, and what is not: asked while captures are taken in, so that their word goes first."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from archiver.record.places import Label, Place, Spot, chats_at, messages_at, people_at

NEEDS_REBUILD = ("chats-same", "chats-not-same", "messages-same", "messages-not-same", "withdrawn")
"""Kinds whose bearing on what is held already is carried out by a rebuild."""


class Pair(NamedTuple):
    """A decision that two are one, or are not."""

    decision: int
    subject: str
    """``chats``, ``people`` or ``messages``."""
    is_same: bool
    one: frozenset[tuple[int | str, ...]]
    other: frozenset[tuple[int | str, ...]]


class Word(NamedTuple):
    """What was decided about one sighting."""

    decision: int
    message: int | None
    """The held message that it is said to be; None where only some are said not to be it."""
    never: frozenset[int]
    """Held messages that it is said not to be."""


class Settled:
    """The decisions in force: of two that speak of the same pair the later, none that was withdrawn."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        rows = connection.execute("SELECT id, kind, detail FROM decisions ORDER BY id").fetchall()
        told = [(number, kind, json.loads(detail)) for number, kind, detail in rows]
        gone = withdrawn((number, kind, detail) for number, kind, detail in told)
        pairs: list[Pair] = []
        for number, kind, detail in told:
            subject, _, relation = kind.partition("-")
            if number not in gone and relation in ("same", "not-same"):
                pair = Pair(number, subject, relation == "same", _places(detail["one"]), _places(detail["other"]))
                pairs = [*(earlier for earlier in pairs if not _is_overruled(earlier, pair)), pair]
        self.pairs = pairs

    def of(self, subject: str, *, same: bool) -> list[Pair]:
        """The decisions on one subject that say one thing."""
        return [pair for pair in self.pairs if pair.subject == subject and pair.is_same == same]

    # ---- chats

    def chat_for(self, place: Place) -> int | None:
        """The chat that a capture is said to be of, once another capture of that chat is in the record."""
        group = _joined({place}, self.of("chats", same=True))
        held = chats_at(self.connection, _as_places(group - {place})) if len(group) > 1 else []
        return min(held) if held else None

    def not_chats(self, place: Place) -> list[int]:
        """The chats that a capture is said not to be of."""
        sides = [pair.other if place in pair.one else pair.one for pair in self._about(place)]
        return [chat for side in sides for chat in chats_at(self.connection, _as_places(side))]

    def joined(self, chat: int) -> int:
        """The chat that a chat is said to be one with, or itself."""
        for pair in self.of("chats", same=True):
            sides = [chats_at(self.connection, _as_places(side)) for side in (pair.one, pair.other)]
            if any(chat in side for side in sides):
                chat = min(chat, *(held for side in sides for held in side))
        return chat

    def are_apart(self, chat: int, others: Collection[int]) -> bool:
        """Whether a chat is said not to be one of some others."""
        for pair in self.of("chats", same=False):
            one, other = (set(chats_at(self.connection, _as_places(side))) for side in (pair.one, pair.other))
            if (chat in one and other & set(others)) or (chat in other and one & set(others)):
                return True
        return False

    def _about(self, place: tuple[int | str, ...]) -> list[Pair]:
        return [pair for pair in self.of("chats", same=False) if place in pair.one or place in pair.other]

    # ---- people

    def different(self, one: int, other: int) -> bool:
        """Whether two people are said to be two."""
        for pair in self.of("people", same=False):
            left, right = (set(people_at(self.connection, _as_labels(side))) for side in (pair.one, pair.other))
            if (one in left and other in right) or (other in left and one in right):
                return True
        return False

    def never(self, capture: int, label: str) -> set[int]:
        """The people whom a label of a capture is said not to be."""
        found: set[int] = set()
        pairs = self.of("people", same=False)
        if not pairs:
            return found
        places = {
            (act, member, label)
            for act, member in self.connection.execute(
                "SELECT accession_source_id, name FROM source_members WHERE capture_id = ? AND role <> 'attachment'",
                (capture,),
            )
        }
        for pair in pairs:
            for here, there in ((pair.one, pair.other), (pair.other, pair.one)):
                if places & here:
                    found.update(people_at(self.connection, _as_labels(there)))
        return found

    # ---- messages

    def words(self, place: Place, spots: Sequence[int | str]) -> dict[int, Word]:
        """What is said of the sightings of a text or picture, by their place in ``spots``: lines, or boxes."""
        pairs = [
            pair for pair in self.pairs
            if pair.subject == "messages" and any(spot[:2] == place for spot in (*pair.one, *pair.other))
        ]  # fmt: skip
        if not pairs:
            return {}
        found = {}
        for at, spot in enumerate(spots):
            word = self._word((*place, spot), pairs)
            if word is not None:
                found[at] = word
        return found

    def _word(self, spot: tuple[int | str, ...], pairs: Sequence[Pair]) -> Word | None:
        about = [pair for pair in pairs if spot in pair.one or spot in pair.other]
        if not about:
            return None
        group = _joined({spot}, [pair for pair in pairs if pair.is_same])
        never: set[int] = set()
        for pair in about:
            if not pair.is_same:
                there = pair.other if spot in pair.one else pair.one
                group |= pair.one if spot in pair.one else pair.other
                never.update(messages_at(self.connection, _as_spots(there)))
        held = [one for one in messages_at(self.connection, _as_spots(group - {spot})) if one not in never]
        return Word(about[-1].decision, min(held) if held else None, frozenset(never))


def withdrawn(told: Iterable[tuple[int, str, dict[str, object]]]) -> set[int]:
    """The decisions that were taken back; taking back a withdrawal puts a decision in force again."""
    gone: set[int] = set()
    for number, kind, detail in sorted(told, key=lambda one: -one[0]):
        if kind == "withdrawn" and number not in gone:
            gone.add(int(str(detail["decision"])))
    return gone


def waiting(connection: sqlite3.Connection) -> int:
    """How many decisions wait for a rebuild to bear on what is held."""
    marks = ", ".join("?" * len(NEEDS_REBUILD))
    (count,) = connection.execute(
        f"SELECT count(*) FROM decisions WHERE kind IN ({marks})"
        " AND entry > (SELECT coalesce(max(entry), 0) FROM rebuilds)",
        NEEDS_REBUILD,
    ).fetchone()
    return int(count)


def _places(side: Iterable[Sequence[int | str]]) -> frozenset[tuple[int | str, ...]]:
    return frozenset(tuple(place) for place in side)


def _is_overruled(earlier: Pair, later: Pair) -> bool:
    """Whether two decisions say opposite things of one pair."""
    if earlier.subject != later.subject or earlier.is_same == later.is_same:
        return False
    return bool(
        (earlier.one & later.one and earlier.other & later.other)
        or (earlier.one & later.other and earlier.other & later.one)
    )


def _joined(group: set[tuple[int | str, ...]] | set[Place], pairs: Sequence[Pair]) -> set[tuple[int | str, ...]]:
    """Everything that is said, step by step, to be one with some places."""
    found: set[tuple[int | str, ...]] = set(group)
    size = 0
    while len(found) > size:
        size = len(found)
        for pair in pairs:
            both = pair.one | pair.other
            if both & found:
                found |= both
    return found


def _as_places(side: Iterable[tuple[int | str, ...]]) -> list[Place]:
    return sorted((int(act), str(member)) for act, member in side)


def _as_labels(side: Iterable[tuple[int | str, ...]]) -> list[Label]:
    return sorted((int(act), str(member), str(name)) for act, member, name in side)


def _as_spots(side: Iterable[tuple[int | str, ...]]) -> list[Spot]:
    return sorted(((int(act), str(member), at) for act, member, at in side), key=str)
