"""A question as PostgreSQL is asked it: the same tree, the same answers, every value a parameter.

A word is a lexeme of ``messages.tokens``. A phrase is its words, and their order looked up in ``messages.words``: a
tsvector keeps no more than 256 places of a word, and none beyond the 16,383rd.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from archiver.errors import UsageError
from archiver.finding.searching import names
from archiver.finding.searching.language import (
    About,
    All,
    Any,
    Chat,
    Event,
    Has,
    Is,
    Kind,
    Near,
    Node,
    Not,
    Number,
    Person,
    Route,
    Sent,
    Sign,
    Words,
)
from archiver.finding.searching.signs import number_heads
from archiver.finding.searching.tokens import Scratch
from archiver.finding.searching.wordings import spacings
from archiver.publishing.connecting import run
from archiver.publishing.rows import LONGEST

if TYPE_CHECKING:
    from archiver.publishing.connecting import Connection

_COLOUR = "\N{VARIATION SELECTOR-16}"


class Part(NamedTuple):
    """A condition of ``archiver.messages m``, true or false of every message, and its values in order."""

    sql: str
    values: tuple[object, ...] = ()


class Compiler:
    """Compiles for one index, as the role that asks sees it."""

    def __init__(self, index: Connection, scratch: Scratch) -> None:
        self.index = index
        self.scratch = scratch
        self.notes: list[str] = []

    def compiled(self, node: Node) -> Part:
        """A node as a condition. Raises ``UsageError`` where an index cannot tell."""
        if isinstance(node, All):
            return _joined(" AND ", [self.compiled(part) for part in node.parts], "true")
        if isinstance(node, Any):
            return _joined(" OR ", [self.compiled(part) for part in node.parts], "false")
        if isinstance(node, Not):
            part = self.compiled(node.part)
            return Part(f"NOT ({part.sql})", part.values)
        if isinstance(node, Words):
            return self.words(node)
        if isinstance(node, Near):
            return self.near(node)
        if isinstance(node, Number):
            return self.number(node)
        if isinstance(node, Sign):
            return _sign(node)
        if isinstance(node, Person):
            return self.person(node)
        if isinstance(node, Chat):
            return self.chat(node)
        if isinstance(node, About):
            return _joined(" OR ", [self.compiled(node.part), self.named(node.name)], "false")
        if isinstance(node, Sent | Route | Kind | Event | Has | Is):
            return _property(node)
        raise UsageError("Messages near one another (..) are found in an archive itself, not in a published index.")

    def words(self, node: Words) -> Part:
        tokens = self.tokens(node)
        if not tokens:
            return _sign(Sign(node.text))
        part = _all_of(tokens, node.prefix)
        if len(tokens) == 1:
            return part
        order = f"% {' '.join(tokens)}{'' if node.prefix else ' '}%"
        return Part(f"{part.sql} AND m.words LIKE %s", (*part.values, order))

    def tokens(self, node: Words) -> list[str]:
        return [token[:LONGEST] for token in self.scratch.tokens(node.text)]

    def near(self, node: Near) -> Part:
        left, right = self.tokens(node.left), self.tokens(node.right)
        if not left or not right:
            return self.compiled(All((node.left, node.right)))
        between = rf"( [^ \n]+){{0,{min(node.distance, 255)}}} "
        one, other = (
            _pattern(tokens, prefix) for tokens, prefix in ((left, node.left.prefix), (right, node.right.prefix))
        )
        either = f" ({one}{between}{other}|{other}{between}{one}) "
        parts = [_all_of(left, node.left.prefix), _all_of(right, node.right.prefix), Part("m.words ~ %s", (either,))]
        return _joined(" AND ", parts, "true")

    def number(self, node: Number) -> Part:
        """Its digits in every spacing: the words that may be, then their order."""
        ways = [(head + groups[0], *groups[1:]) for groups in spacings(node.digits) for head in number_heads(node)]
        query = " | ".join("(" + " & ".join(map(_quoted, way)) + ")" for way in ways)
        orders = [f"% {' '.join(way)} %" for way in ways]
        return Part("m.tokens @@ %s::tsquery AND m.words LIKE ANY (%s)", (query, orders))

    def person(self, node: Person) -> Part:
        if node.role != "from":
            raise UsageError(f"{node.role}: is answered by an archive itself, not by a published index.")
        rows = run(
            self.index,
            "SELECT p.archive, p.id, p.name, n.name FROM archiver.people p JOIN archiver.names n"
            " ON n.archive = p.archive AND n.person = p.id",
        )
        known = {(archive, person): name for archive, person, name, alias in rows if names.bears(alias, node.name)}
        self._tell(node.name, list(known.values()), "nobody is called so")
        return _among("m.archive, m.sender", list(known))

    def chat(self, node: Chat) -> Part:
        typed = node.name.strip()
        rows = run(self.index, "SELECT archive, id, code, name, names FROM archiver.chats").fetchall()
        known = {(row[0], row[1]): row[3] for row in rows if row[2].casefold() == typed.casefold()}
        known = known or {(row[0], row[1]): row[3] for row in rows if any(names.bears(name, typed) for name in row[4])}
        self._tell(node.name, list(known.values()), "no chat is called so")
        return _among("m.archive, m.chat", list(known))

    def named(self, typed: str) -> Part:
        """In a chat, or seen in a capture for a piece of work, in whose name every typed word stands."""
        chats = run(self.index, "SELECT archive, id, names FROM archiver.chats").fetchall()
        works = {work for (work,) in run(self.index, "SELECT work FROM archiver.works") if names.bears(work, typed)}
        in_chats = [(row[0], row[1]) for row in chats if any(names.bears(name, typed) for name in row[2])]
        captured = Part("m.works && %s::text[]", (sorted(works),))
        return _joined(" OR ", [_among("m.archive, m.chat", in_chats), captured], "false")

    def _tell(self, typed: str, found: Sequence[str], none: str) -> None:
        unique = sorted(set(found))
        said = ", ".join(unique[:10]) + (f" and {len(unique) - 10} more" if len(unique) > 10 else "")
        self.notes.append(f"{typed}: {said or none}.")


def _joined(joint: str, parts: Sequence[Part], none: str) -> Part:
    if not parts:
        return Part(none)
    return Part(joint.join(f"({part.sql})" for part in parts), tuple(one for part in parts for one in part.values))


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _all_of(tokens: Sequence[str], prefix: bool) -> Part:
    query = " & ".join(map(_quoted, tokens)) + (":*" if prefix else "")
    return Part("m.tokens @@ %s::tsquery", (query,))


def _pattern(tokens: Sequence[str], prefix: bool) -> str:
    return " ".join(map(re.escape, tokens)) + (r"[^ \n]*" if prefix else "")


def _sign(node: Sign) -> Part:
    sql = (
        "strpos(replace(m.text, %s, ''), %s) > 0 OR EXISTS"
        " (SELECT 1 FROM unnest(m.others) AS o (said) WHERE strpos(replace(o.said, %s, ''), %s) > 0)"
    )
    return Part(sql, (_COLOUR, node.text, _COLOUR, node.text))


def _among(columns: str, pairs: Sequence[tuple[int, int]]) -> Part:
    """One of these; what is not known is none of them."""
    firsts, seconds = [one for one, _ in pairs], [other for _, other in pairs]
    sql = f"coalesce(({columns}) IN (SELECT * FROM unnest(%s::integer[], %s::bigint[])), false)"
    return Part(sql, (firsts, seconds))


_IS = {"edited": "m.edited", "deleted": "m.kind = 'deleted' OR m.deleted_seen", "unsure": "m.unsure"}


def _property(node: Sent | Route | Kind | Event | Has | Is) -> Part:
    if isinstance(node, Route):
        return Part("%s = ANY (m.routes)", (node.word,))
    if isinstance(node, Kind):
        return Part("m.kind = %s", (node.word,))
    if isinstance(node, Event):
        return Part("coalesce(m.event = %s, false)", (node.word,))
    if isinstance(node, Sent):
        return _sent(node)
    return Part("m.kind = 'media' OR m.has_file" if isinstance(node, Has) else _IS[node.what])


def _sent(node: Sent) -> Part:
    from_first, to_last = ("m.earliest", "m.latest") if node.certainly else ("m.latest", "m.earliest")
    parts = []
    if node.first is not None:
        parts.append(Part(f"{from_first} >= %s", (node.first,)))
    if node.last is not None:
        parts.append(Part(f"{to_last} <= %s", (node.last,)))
    return _joined(" AND ", parts, "true")
