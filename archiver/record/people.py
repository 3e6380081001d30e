"""People and their aliases in one capture; which person a label is."""

from __future__ import annotations

import re
import sqlite3

_NAMED = re.compile(r"(?P<name>[^()]+?) *\((?P<organisation>[^()]+)\)")
_NUMBER = re.compile(r"~? ?\+?[\d\N{NON-BREAKING HYPHEN}() -]{6,}")


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


class People:
    """The people of one capture, found or made as their labels come up."""

    def __init__(self, connection: sqlite3.Connection, chat_id: int, capture_id: int, custodian: str | None) -> None:
        self.run = connection.execute
        self.chat_id = chat_id
        self.capture_id = capture_id
        self.custodian = custodian
        self.known: dict[str | None, tuple[int | None, int | None]] = {None: (None, None)}
        self.new: list[str] = []

    def of(self, label: str | None) -> tuple[int | None, int | None]:
        """The alias and the person of a label; both None where no sender is shown."""
        held = self.known.get(label)
        if held is None:
            assert label is not None
            self.known[label] = held = self._find(label)
        return held

    def _find(self, label: str) -> tuple[int, int]:
        own = self.custodian if label == "You" and self.custodian else label
        kind = "custodian" if own == self.custodian else kind_of(label)
        person, rule = self._held(own, kind), "same-name"
        if person is None:
            person, rule = self._add(own), "new"
        alias = self.run(
            "INSERT INTO aliases (person_id, capture_id, name, kind, rule) VALUES (?, ?, ?, ?, ?)",
            (person, self.capture_id, label, kind, rule),
        ).lastrowid
        assert alias is not None
        return alias, person

    def _held(self, label: str, kind: str) -> int | None:
        """The person whom another capture calls so; a push name tells only within one chat."""
        row = self.run(
            "SELECT a.person_id FROM aliases a JOIN captures c ON c.id = a.capture_id"
            " WHERE a.name = ? AND (? OR c.chat_id = ?) ORDER BY a.id LIMIT 1",
            (label, kind != "push", self.chat_id),
        ).fetchone()
        if row is None and kind == "custodian":
            row = self.run("SELECT id FROM people WHERE name = ? ORDER BY id LIMIT 1", (label,)).fetchone()
        return None if row is None else int(row[0])

    def _add(self, label: str) -> int:
        self.new.append(label)
        made = self.run(
            "INSERT INTO people (name, organisation) VALUES (?, ?)", (label, organisation_of(label))
        ).lastrowid
        assert made is not None
        return made
