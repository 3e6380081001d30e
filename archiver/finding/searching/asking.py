"""A plan asked of the archive: which messages answer, and how many."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator

from archiver.finding.searching import conditions
from archiver.finding.searching.conditions import Condition, Value
from archiver.finding.searching.plans import Plan


def count(connection: sqlite3.Connection, plan: Plan) -> int:
    """How many messages answer."""
    if plan.nothing:
        return 0
    found = 0
    if plan.text is None:
        where = _where(plan)
        sql = f"SELECT count(*) FROM messages m WHERE {where.sql}"
        return int(connection.execute(sql, where.values).fetchone()[0])
    asked = _by_text(plan, "count(*)")
    found += connection.execute(*asked).fetchone()[0]
    if plan.text.more:
        asked = _by_others(plan, "count(*)")
        found += connection.execute(*asked).fetchone()[0]
    return int(found)


def ids(
    connection: sqlite3.Connection, plan: Plan, newest: bool = True, start: int | None = None, limit: int = -1
) -> Iterator[int]:
    """The ids of messages that answer, in the order of time; ``start``: only those beyond this one."""
    if plan.nothing:
        return
    first, last = plan.first, plan.last
    if start is not None and newest:
        last = min(last, start - 1)
    elif start is not None:
        first = max(first, start + 1)
    down = " DESC" if newest else ""
    if plan.text is None:
        where = _where(plan, first, last)
        sql = f"SELECT m.id FROM messages m WHERE {where.sql} ORDER BY m.id{down} LIMIT ?"
        yield from (one for (one,) in connection.execute(sql, (*where.values, limit)))
        return
    sql, values = _by_text(plan, "f.rowid", first, last)
    by_text = (one for (one,) in connection.execute(f"{sql} ORDER BY f.rowid{down} LIMIT ?", (*values, limit)))
    if not plan.text.more:
        yield from by_text
        return
    sql, values = _by_others(plan, "m.id", first, last)
    others = (one for (one,) in connection.execute(f"{sql} ORDER BY m.id{down} LIMIT ?", (*values, limit)))
    for at, one in enumerate(_merged(by_text, others, newest)):
        if at == limit:
            return
        yield one


def _where(plan: Plan, first: int | None = None, last: int | None = None) -> Condition:
    bounds = Condition(
        "m.id BETWEEN ? AND ?", (plan.first if first is None else first, plan.last if last is None else last)
    )
    return conditions.every([bounds, *plan.conditions])


def chosen(plan: Plan) -> Condition:
    """A SELECT of the ids of all messages that answer, each once, in no order, as column ``id``."""
    if plan.nothing:
        return Condition("SELECT 0 AS id WHERE 0")
    if plan.text is None:
        where = _where(plan)
        return Condition(f"SELECT m.id AS id FROM messages m WHERE {where.sql}", where.values)
    sql, values = _by_text(plan, "f.rowid AS id")
    if not plan.text.more:
        return Condition(sql, values)
    more, others = _by_others(plan, "m.id AS id")
    return Condition(f"{sql} UNION ALL {more}", (*values, *others))


_Asked = tuple[str, tuple[Value, ...]]


def _by_text(plan: Plan, what: str, first: int | None = None, last: int | None = None) -> _Asked:
    """The full-text search first, each message found then looked at: told so, for left to itself SQLite may turn it."""
    assert plan.text is not None
    sql = f"SELECT {what} FROM messages_fts f"
    values: list[Value] = [plan.text.match]
    if plan.conditions:
        sql += " CROSS JOIN messages m ON m.id = f.rowid"
    sql += " WHERE messages_fts MATCH ?"
    first, last = plan.first if first is None else first, plan.last if last is None else last
    if (first, last) != (0, 1 << 62):
        sql += " AND f.rowid BETWEEN ? AND ?"
        values += [first, last]
    if plan.conditions:
        where = conditions.every(plan.conditions)
        sql += f" AND {where.sql}"
        values += where.values
    if plan.text.less:
        less = conditions.among(plan.text.less)
        sql += f" AND NOT {less.sql.replace('m.id', 'f.rowid')}"
        values += less.values
    return sql, tuple(values)


def _by_others(plan: Plan, what: str, first: int | None = None, last: int | None = None) -> _Asked:
    assert plan.text is not None
    where = conditions.every([conditions.among(plan.text.more), _where(plan, first, last)])
    return f"SELECT {what} FROM messages m WHERE {where.sql}", where.values


def _merged(one: Iterator[int], other: Iterator[int], newest: bool) -> Iterator[int]:
    return heapq.merge(one, other, reverse=newest)
