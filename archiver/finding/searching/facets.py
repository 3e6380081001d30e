"""How what was found is spread: by chat, person, month and route."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass

from archiver.finding.searching.asking import chosen, ids
from archiver.finding.searching.plans import Plan


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the messages found are of one chat, person, month or route."""

    key: str
    """The chat's code, the person's number, ``YYYY-MM``, the route; empty where it is not known."""
    name: str
    """For people to read; empty where it is not known."""
    messages: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The spread of what was found, most first; months in their order."""

    chats: tuple[Count, ...]
    people: tuple[Count, ...]
    months: tuple[Count, ...]
    routes: tuple[Count, ...]
    """A message that was seen by two routes counts in both."""
    counted: int
    """How many messages were looked at."""
    whole: bool
    """Whether these are all that answer; else they are the newest."""


def facets(connection: sqlite3.Connection, plan: Plan, most: int | None = None) -> Facets:
    """The spread of all that answer, or where ``most`` is given of no more than so many, the newest."""
    if most is None:
        base = chosen(plan)
        sql, values = base.sql, base.values
    else:
        newest = list(ids(connection, plan, limit=most + 1))
        sql, values = "SELECT value AS id FROM json_each(?)", (json.dumps(newest[:most]),)
    chats, people, months = Counter[int](), Counter[int | None](), Counter[str]()
    for chat, person, month, number in connection.execute(
        "SELECT m.chat_id, m.sender_id, CASE WHEN length(m.sent_at) >= 10 THEN substr(m.sent_at, 1, 7) ELSE '' END,"
        f" count(*) FROM ({sql}) b CROSS JOIN messages m ON m.id = b.id GROUP BY 1, 2, 3",
        values,
    ):
        chats[chat] += number
        people[person] += number
        months[month] += number
    routes = _routes(connection, sql, values, chats)
    whole = most is None or len(newest) <= most
    return Facets(
        _named(connection, "SELECT id, code, name FROM chats", chats),
        _named(connection, "SELECT id, id, name FROM people", people),
        tuple(Count(month, month, number) for month, number in sorted(months.items())),
        tuple(Count(route, route, number) for route, number in routes.most_common()),
        chats.total(),
        whole,
    )


def _named(connection: sqlite3.Connection, sql: str, numbers: Counter[int] | Counter[int | None]) -> tuple[Count, ...]:
    names = {row[0]: (str(row[1]), row[2]) for row in connection.execute(sql)}
    found = [Count(*names.get(one, ("", "")), number) for one, number in numbers.items()]
    return tuple(sorted(found, key=lambda count: (-count.messages, count.name, count.key)))


def _routes(connection: sqlite3.Connection, sql: str, values: tuple[object, ...], chats: Counter[int]) -> Counter[str]:
    """Only in a chat whose captures came by several routes need sightings be looked at."""
    by_chat: dict[int, set[str]] = {}
    for chat, route in connection.execute("SELECT DISTINCT chat_id, route FROM captures"):
        by_chat.setdefault(chat, set()).add(route)
    routes = Counter[str]()
    mixed = [chat for chat in chats if len(by_chat[chat]) > 1]
    for chat, number in chats.items():
        if chat not in mixed:
            routes.update(dict.fromkeys(by_chat[chat], number))
    if mixed:
        rows = connection.execute(
            "SELECT k.route, count(DISTINCT d.message_id)"
            f" FROM ({sql}) b CROSS JOIN messages m ON m.id = b.id"
            " CROSS JOIN sighting_data d ON d.message_id = m.id JOIN source_members s ON s.id = d.member_id"
            " JOIN captures k ON k.id = s.capture_id WHERE m.chat_id IN (SELECT value FROM json_each(?)) GROUP BY 1",
            (*values, json.dumps(mixed)),
        )
        routes.update(dict(rows.fetchall()))
    return routes
