"""Words asked of the full-text search: of the words that stand in messages, and of their other wordings.

Another wording is a row of ``readings``. Only messages that have one in which a word of the question stands can answer
otherwise than their own words do; these few are looked at apart, in memory, all their wordings side by side.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.finding.searching.language import GROUPS, All, Any, Near, Node, Not, Number, Words
from archiver.finding.searching.signs import number_heads
from archiver.finding.searching.tokens import Scratch

MOST = 500
"""Wordings of one message that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the full-text search finds."""

    match: str
    """Asked of ``messages_fts``."""
    more: frozenset[int] = frozenset()
    """Messages that answer by their other wordings only."""
    less: frozenset[int] = frozenset()
    """Messages that do not answer, for what is to be left out stands in another wording."""


def is_textual(node: Node) -> bool:
    """Whether a node asks for words only."""
    if isinstance(node, Words | Number | Near):
        return True
    if isinstance(node, All | Any):
        return all(map(is_textual, node.parts))
    return isinstance(node, Not) and is_textual(node.part)


def match_of(node: Node, scratch: Scratch) -> str | None:
    """A node in FTS5's language, in which NOT needs something that it is left out of; None where it cannot be said.

    Every word stands in quotes: nothing that a person typed is taken for an operator.
    """
    if isinstance(node, Words | Number | Near):
        return leaf(node, scratch)
    if isinstance(node, Not) or not isinstance(node, All | Any):
        return None
    wanted = [match_of(part, scratch) for part in node.parts if not isinstance(part, Not)]
    left_out = [match_of(part.part, scratch) for part in node.parts if isinstance(part, Not)]
    if not wanted or None in wanted or None in left_out or (left_out and isinstance(node, Any)):
        return None
    joint = " AND " if isinstance(node, All) else " OR "
    match = joint.join(f"({part})" for part in wanted)
    return f"({match}) NOT ({' OR '.join(f'({part})' for part in left_out)})" if left_out else match


def leaf(node: Node, scratch: Scratch) -> str:
    """A word, number or pair of words in FTS5's language."""
    if isinstance(node, Words):
        return '"' + node.text.replace('"', '""') + '"' + ("*" if node.prefix else "")
    if isinstance(node, Near):
        return f"NEAR({leaf(node.left, scratch)} {leaf(node.right, scratch)}, {node.distance})"
    assert isinstance(node, Number)
    ways = [
        " ".join((head + groups[0], *groups[1:])) for groups in spacings(node.digits) for head in number_heads(node)
    ]
    return " OR ".join(f'"{way}"' for way in ways)


def spacings(digits: str, most: int = GROUPS) -> Iterator[tuple[str, ...]]:
    """Every way to set spaces between digits, none but the first group of one digit.

    >>> list(spacings("1234", 2))
    [('1234',), ('1', '234'), ('12', '34')]
    """
    yield (digits,)
    if most > 1:
        for at in range(1, len(digits) - 1):
            for rest in spacings(digits[at:], most - 1):
                if len(rest[0]) > 1:
                    yield (digits[:at], *rest)


def find(connection: sqlite3.Connection, scratch: Scratch, node: Node, match: str) -> Found:
    """What answers a textual node, given the same in FTS5's language."""
    any_leaf = " OR ".join(dict.fromkeys(leaf(one, scratch) for one in _leaves(node)))
    touched = [
        message
        for (message,) in connection.execute(
            "SELECT DISTINCT r.message_id FROM readings_fts f JOIN readings r ON r.id = f.rowid"
            " WHERE readings_fts MATCH ?",
            (any_leaf,),
        )
    ]
    if not touched:
        return Found(match)
    scratch.fill(of(connection, touched).items())
    answering, by_words = scratch.answering(match), scratch.answering_first(match)
    return Found(match, frozenset(answering - by_words), frozenset(by_words - answering))


def of(connection: sqlite3.Connection, messages: list[int]) -> dict[int, list[str]]:
    """All wordings of some messages: the words that stand first, the others as they were found."""
    chosen = (json.dumps(messages),)
    found = {
        identity: [text]
        for identity, text in connection.execute(
            "SELECT m.id, m.text FROM json_each(?) j CROSS JOIN messages m ON m.id = j.value", chosen
        )
    }
    for identity, text in connection.execute(
        "SELECT r.message_id, r.text FROM json_each(?) j CROSS JOIN readings r ON r.message_id = j.value ORDER BY r.id",
        chosen,
    ):
        if len(found[identity]) < MOST:
            found[identity].append(text)
    return found


def _leaves(node: Node) -> Iterator[Words | Number | Near]:
    if isinstance(node, Words | Number | Near):
        yield node
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Not):
        yield from _leaves(node.part)
