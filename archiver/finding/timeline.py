"""How many messages a chat has in each week, month or year, and which spans its captures show."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from archiver.record.ids import DAY

_EPOCH = date(1970, 1, 1)
MOST_BARS = 160
"""Bars that can be told apart side by side."""


def by_day(connection: sqlite3.Connection) -> dict[int, dict[date, int]]:
    """For each chat, the days on which something was sent, with how many messages.

    Reads the ids of all messages: a second for a million, so keep the answer while the record stays as it is.
    """
    days: dict[int, dict[date, int]] = {}
    for (chat_id,) in connection.execute("SELECT id FROM chats").fetchall():
        days[chat_id] = {
            _EPOCH + timedelta(days=day): count
            for day, count in connection.execute(
                f"SELECT id / {DAY}, count(*) FROM messages WHERE chat_id = ? GROUP BY 1 ORDER BY 1", (chat_id,)
            )
        }
    return days


def spans(connection: sqlite3.Connection) -> dict[int, list[tuple[date, date]]]:
    """For each chat, the spans that its captures show, joined where they touch, oldest first."""
    joined: dict[int, list[tuple[date, date]]] = {}
    for chat_id, first, last in connection.execute(
        "SELECT chat_id, substr(first_sent, 1, 10), substr(last_sent, 1, 10) FROM coverage"
        " WHERE first_sent IS NOT NULL ORDER BY chat_id, first_sent"
    ):
        held = joined.setdefault(chat_id, [])
        span = date.fromisoformat(first), date.fromisoformat(last)
        if held and span[0] <= held[-1][1] + timedelta(days=1):
            held[-1] = held[-1][0], max(held[-1][1], span[1])
        else:
            held.append(span)
    return joined


def step_for(first: date, last: date) -> str:
    """The shortest of ``week``, ``month`` and ``year`` that gives no more bars than can be told apart.

    >>> step_for(date(2024, 1, 1), date(2024, 3, 1)), step_for(date(2019, 1, 1), date(2026, 1, 1))
    ('week', 'month')
    """
    days = (last - first).days
    return "week" if days <= MOST_BARS * 7 else "month" if days <= MOST_BARS * 30 else "year"


def bars(days: Mapping[date, int], step: str) -> dict[date, int]:
    """Days gathered into steps, each known by its first day.

    >>> bars({date(2024, 3, 5): 2, date(2024, 3, 6): 1, date(2024, 4, 1): 1}, "month")
    {datetime.date(2024, 3, 1): 3, datetime.date(2024, 4, 1): 1}
    """
    gathered: Counter[date] = Counter()
    for day, count in days.items():
        gathered[start_of(day, step)] += count
    return dict(gathered)


def start_of(day: date, step: str) -> date:
    """The first day of the step in which a day lies; weeks begin on Monday."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day.replace(month=1, day=1)
