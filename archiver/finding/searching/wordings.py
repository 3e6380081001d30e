"""Words asked of the full-text search: of the words that stand in messages, and of their other wordings.

Another wording is a row of ``readings``, the name of a file that its words do not give, or what its bubble quotes.
Only messages that have one in which a word of the question stands can answer otherwise than their own words do; these
few are looked at apart, in memory, all their wordings side by side.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.finding.searching.language import GROUPS, All, Any, Near, Node, Not, Number, Words
from archiver.finding.searching.signs import number_heads
from archiver.finding.searching.tokens import Scratch

COLOUR = "\N{VARIATION SELECTOR-16}"
"""Asks for an emoji in colour; it does not count."""
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
    touched = _named_or_quoting(connection, scratch, node) | {
        message
        for (message,) in connection.execute(
            "SELECT DISTINCT r.message_id FROM readings_fts f JOIN readings r ON r.id = f.rowid"
            " WHERE readings_fts MATCH ?",
            (any_leaf,),
        )
    }
    if not touched:
        return Found(match)
    scratch.fill((one, [text for _, text in held]) for one, held in of(connection, sorted(touched)).items())
    answering, by_words = scratch.answering(match), scratch.answering_first(match)
    return Found(match, frozenset(answering - by_words), frozenset(by_words - answering))


_NAMES = "SELECT a.message_id, a.name FROM attachments a WHERE "
_QUOTES = "SELECT d.message_id, d.quoted FROM sighting_data d WHERE d.quoted IS NOT NULL"


def _named_or_quoting(connection: sqlite3.Connection, scratch: Scratch, node: Node) -> set[int]:
    """Messages with a file, or a quote, in whose characters a first token of a word stands; more than answer."""
    found: set[int] = set()
    for one in _leaves(node):
        for words in (one.left, one.right) if isinstance(one, Near) else (one,):
            token = words.digits[-4:] if isinstance(words, Number) else (scratch.tokens(words.text) or [""])[0]
            found |= _standing(connection, token)
    return found


def _standing(connection: sqlite3.Connection, text: str) -> set[int]:
    """Messages with a file name or quote in which a text may stand: where not both are ASCII, any may."""
    within = "({0} LIKE '%' || ? || '%' OR {0} GLOB '*[^ -~]*' OR {0} LIKE '%\\u%')"
    values = (text if text.isascii() else "",)
    rows = connection.execute(_NAMES + within.format("a.name"), values).fetchall()
    rows += connection.execute(f"{_QUOTES} AND {within.format('d.quoted')}", values).fetchall()
    return {message for message, _ in rows}


def of(connection: sqlite3.Connection, messages: list[int]) -> dict[int, list[tuple[str, str]]]:
    """All wordings of some messages, each with why there is one: first, with no reason, the words that stand."""
    chosen = (json.dumps(messages),)
    found = {
        identity: [("", text)]
        for identity, text in connection.execute(
            "SELECT m.id, m.text FROM json_each(?) j CROSS JOIN messages m ON m.id = j.value", chosen
        )
    }
    for sql in (_READINGS, _FILES, _QUOTED):
        for identity, basis, text in connection.execute(sql, chosen):
            held = found[identity]
            shown = json.loads(text)[1] if basis == "quoted" else text
            if len(held) < MOST and not (basis in ("file", "quoted") and any(shown in other for _, other in held)):
                held.append((basis, shown))
    return found


_READINGS = """
SELECT r.message_id, r.basis, r.text
FROM json_each(?) j CROSS JOIN readings r ON r.message_id = j.value ORDER BY r.id"""
_FILES = """
SELECT a.message_id, 'file', a.name
FROM json_each(?) j CROSS JOIN attachments a ON a.message_id = j.value ORDER BY a.id"""
_QUOTED = """
SELECT d.message_id, 'quoted', d.quoted
FROM json_each(?) j CROSS JOIN sighting_data d ON d.message_id = j.value WHERE d.quoted IS NOT NULL ORDER BY d.id"""


def signed(connection: sqlite3.Connection, sign: str) -> set[int]:
    """Messages in one of whose other wordings characters stand exactly so."""
    rows = connection.execute(
        "SELECT DISTINCT message_id FROM readings WHERE instr(replace(text, ?, ''), ?)", (COLOUR, sign)
    )
    found = {message for (message,) in rows}
    others = of(connection, sorted(_standing(connection, "")))
    return found | {
        one for one, held in others.items() if any(sign in text.replace(COLOUR, "") for _, text in held[1:])
    }


def _leaves(node: Node) -> Iterator[Words | Number | Near]:
    if isinstance(node, Words | Number | Near):
        yield node
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Not):
        yield from _leaves(node.part)
