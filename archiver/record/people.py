"""People and their aliases in one capture; which person a label is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from archiver.record.ids import SHIFT
from archiver.record.settled import Settled

_NAMED = re.compile(r"(?P<name>[^()]+?) *\((?P<organisation>[^()]+)\)")
_NUMBER = re.compile(r"~? ?\+?[\d\N{NON-BREAKING HYPHEN}() -]{6,}")

_WORD = re.compile(r"[^\W_]+")
_NAMESAKES = (
    "SELECT a.person_id FROM aliases a JOIN captures c ON c.id = a.capture_id"
    " WHERE a.name = ? AND (c.chat_id = ? OR ? OR c.custodian = ?) ORDER BY a.rule = 'shared', a.id"
)
"""Everybody whom some capture calls so: in this chat, in any, or as this custodian does."""

SHARED = "shared"
"""The rule of an alias that several people bear: its own person stands for whoever of them it was."""


class Votes(Protocol):
    """What matched messages say about who is who."""

    @property
    def cast(self) -> Mapping[str, object]:
        """The labels that got votes."""

    @property
    def same(self) -> Mapping[str, str]:
        """Labels by which someone went on after a change of number: later to earlier."""

    def people(self, label: str) -> tuple[int, ...]:
        """Those whom a label of this capture stands for."""

    def counts(self, label: str, person: int) -> int:
        """How many votes a label has for a person."""

    def unions(self) -> list[tuple[int, int]]:
        """Pairs of held people who are one."""

    def shared(self) -> dict[int, list[str]]:
        """Held people who are only a name that two or more labels of this capture share."""

    def replace(self, gone: int, stays: int) -> None:
        """Two held people turned out to be one."""


def organisation_of(label: str) -> str | None:
    """The organisation in ``First Last (Organisation)``, or None.

    >>> organisation_of("Alex Black (MOJ)")
    'MOJ'
    """
    found = _NAMED.fullmatch(label)
    return found["organisation"] if found else None


def kind_of(label: str) -> str:
    """What sort of label it is: ``number``, ``push`` (a name that a person gave themself) or ``saved``.

    >>> kind_of("~ Priya"), kind_of("+44 7700 900123"), kind_of("Alex Black (MOJ)")
    ('push', 'number', 'saved')
    """
    if _NUMBER.fullmatch(label):
        return "number"
    return "push" if label.startswith("~") else "saved"


def is_telling(label: str) -> bool:
    """Whether a name means one person in whatever chat it stands: a number, an organisation, or several words.

    Two custodians may each know an "Ann", or call somebody "Mum".

    >>> [is_telling(name) for name in ("Ann", "Mum", "Ann Lee", "Ann (MOJ)", "+44 7700 900123")]
    [False, False, True, True, True]
    """
    return kind_of(label) == "number" or len(_WORD.findall(label)) > 1


def best_name(names: Iterable[tuple[str, str, int]]) -> str:
    """The name to speak of a person by, of (label, kind, captures that use it), in whatever order they came.

    >>> best_name([("+44 7700 900123", "number", 3), ("~ Alex", "push", 1), ("Alex Black (MOJ)", "saved", 1)])
    'Alex Black (MOJ)'
    """
    rank = {"custodian": 0, "saved": 0, "push": 1, "number": 2}

    def order(entry: tuple[str, str, int]) -> tuple[int, bool, int, str]:
        label, kind, captures = entry
        return rank.get(kind, 3), organisation_of(label) is None, -captures, label

    return min(names, key=order)[0]


class People:
    """The people of one capture, found or made as their labels come up."""

    def __init__(self, connection: sqlite3.Connection, chat_id: int, capture_id: int, custodian: str | None) -> None:
        self.run = connection.execute
        self.settled = Settled(connection)
        self.chat_id = chat_id
        self.capture_id = capture_id
        self.custodian = custodian
        self.known: dict[str | None, tuple[int | None, int | None]] = {None: (None, None)}
        for name, alias, person in self.run(  # another picture of the same capture may have bound them
            "SELECT name, id, person_id FROM aliases WHERE capture_id = ?", (capture_id,)
        ):
            self.known[name] = alias, person
        self.new: list[str] = []
        self.united = False
        """Whether people were found to be one, so that what is counted by person must be counted again."""
        self.now: dict[int, int] = {}
        """Who a person is now that was found to be another."""
        self.mixed: set[int] = set()
        """Minutes in which people wrote who were found to be one: what they wrote may be, too."""
        self._different: dict[tuple[int, int], bool] = {}
        self._shared: dict[int, bool] = {}
        self._left: set[int] = set()
        """People who lost a name to another."""

    def of(self, label: str | None) -> tuple[int | None, int | None]:
        """The alias and the person of a label; both None where no sender is shown."""
        held = self.known.get(label)
        if held is None:
            assert label is not None
            person = self.person(label)
            if person is None:
                return self._bind(label, self._add(self._own(label)), "new")
            return self._bind(label, person, "same-name")
        return held

    def person(self, label: str) -> int | None:
        """The person of a label by its name alone: in this capture, or as another capture calls them; None for nobody.

        In another chat only a name tells that hardly two people bear, or the name that the same custodian uses.
        """
        known = self.known.get(label)
        if known is not None:
            return known[1]
        own, kind = self._own(label), self._kind(label)
        row = self.run(f"{_NAMESAKES} LIMIT 1", self._named_so(own, kind)).fetchone()
        never = self.settled.never(self.capture_id, label)
        if row is not None and row[0] in never:
            namesakes = self.run(_NAMESAKES, self._named_so(own, kind)).fetchall()
            row = next((one for one in namesakes if one[0] not in never), None)
        if row is None and kind == "custodian":
            row = self.run(
                "SELECT a.person_id FROM aliases a JOIN captures c ON c.id = a.capture_id WHERE a.kind = 'custodian'"
                " AND c.custodian = ?1 UNION ALL SELECT id FROM people WHERE name = ?1 AND ?2 LIMIT 1",
                (own, is_telling(own)),
            ).fetchone()
        return None if row is None else int(row[0])

    def _named_so(self, own: str, kind: str) -> tuple[object, ...]:
        return own, self.chat_id, kind != "push" and is_telling(own), self.custodian if kind != "push" else None

    def settle(self, votes: Votes) -> None:
        """Act on what matched messages say: who a label is, which two are one, which one is two."""
        shared = votes.shared()
        for one, other in votes.unions():
            self.unite(one, other, votes)
        for person, labels in shared.items():
            self._part(person, labels)
        for label in votes.cast:
            people = votes.people(label)
            if len(people) == 1:
                self._voted(label, people[0], votes)
            elif people:
                self._share(label)
        for later, earlier in votes.same.items():
            self.changed_number(earlier, later, votes)

    def changed_number(self, earlier: str, later: str, votes: Votes | None = None) -> None:
        """One person is seen under two numbers: a system message says so."""
        before, after = self.person(earlier), self.person(later)
        if before is not None and after is not None and before != after:
            self.unite(before, after, votes)

    def different(self, one: int, other: int) -> bool:
        """Whether some capture shows both people, under two names, or a person said that they are two."""
        pair = (min(one, other), max(one, other))
        if pair not in self._different:
            row = self.run(
                "SELECT 1 FROM aliases x JOIN aliases y ON y.capture_id = x.capture_id AND y.person_id = ?"
                " WHERE x.person_id = ? AND x.rule <> 'shared' AND y.rule <> 'shared' LIMIT 1",
                (pair[1], pair[0]),
            ).fetchone()
            self._different[pair] = row is not None or self.settled.different(*pair)
        return self._different[pair]

    def shared(self, person: int) -> bool:
        """Whether a person is only a name that several share."""
        if person not in self._shared:
            row = self.run("SELECT 1 FROM aliases WHERE person_id = ? AND rule = 'shared'", (person,)).fetchone()
            self._shared[person] = row is not None
        return self._shared[person]

    def unite(self, one: int, other: int, votes: Votes | None = None) -> int:
        """Make two people one, in every chat; the one known longer stays."""
        stays, gone = min(one, other), max(one, other)
        self._mix(stays, gone)
        self.now = {one: stays if person == gone else person for one, person in self.now.items()} | {gone: stays}
        for sql in (
            "UPDATE messages SET sender_id = ? WHERE sender_id = ?",
            "UPDATE aliases SET person_id = ? WHERE person_id = ?",
            "UPDATE OR IGNORE memberships SET person_id = ? WHERE person_id = ?",
        ):
            self.run(sql, (stays, gone))
        self.run("DELETE FROM memberships WHERE person_id = ?", (gone,))
        self.run("DELETE FROM people WHERE id = ?", (gone,))
        for label, (alias, person) in list(self.known.items()):
            if person == gone:
                self.known[label] = (alias, stays)
        if votes is not None:
            votes.replace(gone, stays)
        self._different.clear()
        self._shared.clear()
        self.united = True
        return stays

    def part_labels(self, person: int, labels: Iterable[Sequence[int | str]]) -> None:
        """Give some labels of a person (act, member, name) a person of their own, with the messages seen under them."""
        own = None
        for act, member, name in labels:
            for (alias,) in self.run(
                "SELECT a.id FROM source_members m JOIN aliases a ON a.capture_id = m.capture_id"
                " WHERE m.accession_source_id = ? AND m.name = ? AND m.role <> 'attachment' AND a.name = ?"
                " AND a.person_id = ?",
                (act, member, name, person),
            ).fetchall():
                own = own or self._add(str(name))
                self._move_alias(alias, person, own, "decision")
        if own is not None:
            self.name_anew(person)
            self.name_anew(own)

    def _move_alias(self, alias: int, person: int, own: int, rule: str) -> None:
        """An alias is another person's, and so are the messages seen under it."""
        self._left.add(person)
        self.run("UPDATE aliases SET person_id = ?, rule = ? WHERE id = ?", (own, rule, alias))
        self.run(
            "UPDATE messages SET sender_id = ? WHERE sender_id = ?"
            " AND id IN (SELECT message_id FROM sighting_data WHERE alias_id = ?)",
            (own, person, alias),
        )

    def _mix(self, one: int, other: int) -> None:
        minutes: dict[int, set[int]] = {one: set(), other: set()}
        for person, minute in self.run(
            f"SELECT sender_id, id >> {SHIFT} FROM messages WHERE chat_id = ? AND sender_id IN (?, ?)",
            (self.chat_id, one, other),
        ):
            minutes[person].add(minute)
        theirs = minutes[other]
        self.mixed.update(minute for minute in minutes[one] if not theirs.isdisjoint((minute - 1, minute, minute + 1)))

    def note_late(self, late: Mapping[str, int]) -> None:
        """Keep by how many seconds the times of some labels stand later here than in the record."""
        for label, seconds in sorted(late.items()):
            if seconds and (known := self.known.get(label)):
                self.run("UPDATE aliases SET late = ? WHERE id = ?", (seconds, known[0]))

    def rename(self) -> None:
        """Speak of each person of this capture by the best of all their names."""
        for person in sorted({person for _, person in self.known.values() if person is not None}):
            self.name_anew(person)
        for person in sorted(self._left):
            self._forget(person)

    def _forget(self, person: int) -> None:
        """A person whom no capture calls by any name any more was never one."""
        if self.run("SELECT 1 FROM aliases WHERE person_id = ? LIMIT 1", (person,)).fetchone():
            return
        if not self.run("SELECT 1 FROM messages WHERE sender_id = ? LIMIT 1", (person,)).fetchone():
            self.run("DELETE FROM memberships WHERE person_id = ?", (person,))
            self.run("DELETE FROM people WHERE id = ?", (person,))

    def name_anew(self, person: int) -> None:
        """Speak of a person by the best of all their names."""
        names = self.run(
            "SELECT name, kind, count(*) FROM aliases WHERE person_id = ? AND name <> 'You' GROUP BY name, kind",
            (person,),
        ).fetchall()
        if names:
            name = best_name(names)
            organisation = organisation_of(name)
            self.run("UPDATE people SET name = ?, organisation = ? WHERE id = ?", (name, organisation, person))
            self.run("UPDATE memberships SET name = ? WHERE person_id = ?", (name, person))

    def _voted(self, label: str, person: int, votes: Votes) -> None:
        known = self.known.get(label)
        if known is None:
            namesake = self.person(label)
            if namesake is not None and namesake != person and self._is_one(label, namesake, person, votes):
                person = self.unite(namesake, person, votes)
            self._bind(label, person, "votes")
        elif known[1] != person and known[1] is not None:
            if self.different(known[1], person):
                self._rebind(label, person, "votes")
            else:
                self.unite(known[1], person, votes)

    def _is_one(self, label: str, namesake: int, person: int, votes: Votes) -> bool:
        """Whether the one whom another capture calls so is the one voted for, and nothing speaks against it."""
        both = votes.counts(label, namesake) and votes.counts(label, person)
        is_named = self._kind(label) != "push" and is_telling(self._own(label))
        return bool(both or is_named) and not self.shared(namesake) and not self.different(namesake, person)

    def _part(self, person: int, labels: Iterable[str]) -> None:
        """A held person is two, for this capture has two names for them: each gets a person of their own."""
        if not self.shared(person):
            self.run("UPDATE aliases SET rule = 'shared' WHERE person_id = ?", (person,))
            self._shared[person] = True
        for label in labels:
            known = self.known.get(label)
            by_name = self.person(label)
            if known is None:
                if by_name is None or by_name == person or self.shared(by_name):
                    self._bind(label, self._add(self._own(label)), "votes")
                else:
                    self._bind(label, by_name, "votes")
            elif known[1] == person:
                self._rebind(label, self._add(self._own(label)), "votes")
            self._move_namesakes(label, person)
            self._different.clear()

    def _move_namesakes(self, label: str, person: int) -> None:
        """Earlier captures that used this very name meant the same one of the two."""
        own = self.known[label][1]
        assert own is not None
        aliases = [
            alias
            for (alias,) in self.run(
                "SELECT id FROM aliases WHERE person_id = ? AND name = ?", (person, label)
            ).fetchall()
        ]
        for alias in aliases:
            self._move_alias(alias, person, own, "votes")
        self.united = self.united or bool(aliases)

    def _share(self, label: str) -> None:
        """A label of this capture stands for several people: it is nobody's own."""
        known = self.known.get(label)
        if known is not None and known[1] is not None and self.shared(known[1]):
            return
        row = self.run(
            "SELECT a.person_id FROM aliases a JOIN captures c ON c.id = a.capture_id"
            " WHERE a.name = ? AND a.rule = 'shared' AND c.chat_id = ? ORDER BY a.id LIMIT 1",
            (label, self.chat_id),
        ).fetchone()
        person = int(row[0]) if row else self._add(label)
        self._shared[person] = True
        if known is None:
            self._bind(label, person, SHARED)
        else:
            self._rebind(label, person, SHARED)

    def _bind(self, label: str, person: int, rule: str) -> tuple[int, int]:
        alias = self.run(
            "INSERT INTO aliases (person_id, capture_id, name, kind, rule) VALUES (?, ?, ?, ?, ?)",
            (person, self.capture_id, label, self._kind(label), rule),
        ).lastrowid
        assert alias is not None
        self.known[label] = alias, person
        self._different.clear()
        return alias, person

    def _rebind(self, label: str, person: int, rule: str) -> None:
        alias, before = self.known[label]
        if before is not None:
            self._left.add(before)
        self.run("UPDATE aliases SET person_id = ?, rule = ? WHERE id = ?", (person, rule, alias))
        self.known[label] = alias, person
        self._different.clear()

    def _own(self, label: str) -> str:
        return self.custodian if label == "You" and self.custodian else label

    def _kind(self, label: str) -> str:
        return "custodian" if self._own(label) == self.custodian else kind_of(label)

    def _add(self, label: str) -> int:
        self.new.append(label)
        made = self.run(
            "INSERT INTO people (name, organisation) VALUES (?, ?)", (label, organisation_of(label))
        ).lastrowid
        assert made is not None
        self.now.pop(made, None)
        return made
