"""A question narrowed down by what its answers are spread over: each way is the same language, typed further."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archiver.finding.searching.facets import Count, Facets

SHOWN = 8
"""Of each list, those that are seen at once."""
MOST = 100
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_JOINS = re.compile(r"\bOR\b|\.\.|…|\bNEAR\b")


@dataclass(frozen=True, slots=True)
class Way:
    """One chat, person, month or route, and how to ask only for it."""

    key: str
    name: str
    messages: int
    typed: str | None
    """The question narrowed to it; None where it cannot be asked for."""


@dataclass(frozen=True, slots=True)
class Ways:
    """A list of them."""

    heading: str
    ways: tuple[Way, ...]


def ways(typed: str, facets: Facets) -> tuple[Ways, ...]:
    """The ways to narrow a question, in four lists; of lists with one way only, none."""
    lists = (
        Ways("Chat", tuple(Way(one.key, one.name, one.messages, typed) for one in facets.chats)),
        Ways("Person", tuple(_way(typed, one, _person(one)) for one in facets.people)),
        Ways("Month", tuple(_way(typed, one, f"on:{one.key}" if one.key else None) for one in facets.months[::-1])),
        Ways("Route", tuple(_way(typed, one, f"route:{one.key}") for one in facets.routes)),
    )
    return tuple(Ways(one.heading, one.ways[:MOST]) for one in lists if len(one.ways) > 1)


def _person(one: Count) -> str | None:
    name = " ".join(one.name.translate(_QUOTES).replace('"', " ").split())
    return f'from:"{name}"' if any(map(str.isalnum, name)) else None


def _way(typed: str, one: Count, field: str | None) -> Way:
    return Way(one.key, one.name, one.messages, None if field is None else narrowed(typed, field))


def narrowed(typed: str, field: str) -> str:
    """A question with one more field, which holds for all of it.

    >>> narrowed("treasury OR budget", "on:2026-03"), narrowed('"press office', "on:2026-03")
    ('(treasury OR budget) on:2026-03', '"press office" on:2026-03')
    """
    if typed.translate(_QUOTES).count('"') % 2:
        typed += '"'
    return f"({typed}) {field}" if _JOINS.search(typed) else f"{typed} {field}"
