"""A chat as it reads."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date
from itertools import groupby
from typing import Any

from archiver.browse import wording
from archiver.browse.visit import Visit
from archiver.finding import timeline, transcript
from archiver.finding.transcript import Page

COLOURS = 8
"""Sender colours in the style sheet."""


async def chat(visit: Visit) -> Any:
    """A page of the chat: from its start, a message, a day, or before or after another page."""

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        found = transcript.chat_with_code(connection, visit.parts["code"])
        days = visit.archive.keep(connection, "days", timeline.by_day).get(found["id"], {})
        page = _page(connection, visit, found["id"])
        return {
            "chat": found,
            "messages": page,
            "total": sum(days.values()),
            "months": _months(days),
            "days": _days(page.messages, transcript.gaps(connection, found["id"])),
            "own": transcript.own_person(connection, found["id"]),
            "people": transcript.people(connection, found["id"]),
        }

    shown = await visit.archive.read(ask)
    return await visit.page(
        "chat", shown["chat"]["name"], colours=COLOURS, asked_for=visit.asked("at").upper(), **shown
    )


def _page(connection: sqlite3.Connection, visit: Visit, chat_id: int) -> Page:
    if reference := visit.asked("at"):
        return transcript.page_around(connection, chat_id, reference)
    if day := visit.asked("date"):
        return transcript.page_from(connection, chat_id, transcript.first_of_day(day))
    if visit.asked("before") == "end":
        return transcript.page_before(connection, chat_id, None)
    before = visit.number("before")
    if before is not None:
        return transcript.page_before(connection, chat_id, before)
    return transcript.page_from(connection, chat_id, visit.number("first") or 0)


def _days(messages: list[dict[str, Any]], gaps: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The messages under the days on which they were sent; before a day, the gap that it ends."""
    ends = {first[:10]: last for last, first in gaps}
    groups = groupby(messages, key=lambda message: _day(message["sent_at"]))
    return [
        {"day": day, "gap": (ends.pop(day), day) if day in ends else None, "messages": held, "doubt": _shared(held)}
        for day, group in groups
        for held in [list(group)]
    ]


def _shared(messages: list[dict[str, Any]]) -> tuple[str, ...]:
    """What is in doubt alike about when each of some messages was sent, to be said once; empty where they differ."""
    said = {tuple(wording.when_in_doubt(m["precision"], m["sent_earliest"], m["sent_latest"])) for m in messages}
    return said.pop() if len(said) == 1 and len(messages) > 1 else ()


def _day(sent_at: str | None) -> str | None:
    return sent_at[:10] if sent_at and not sent_at.startswith("T") else None


def _months(days: dict[date, int]) -> list[tuple[int, list[tuple[date, int]]]]:
    """The years of a chat with their months, each with how many messages."""
    counted: Counter[date] = Counter()
    for day, count in days.items():
        counted[day.replace(day=1)] += count
    return [(year, list(group)) for year, group in groupby(sorted(counted.items()), key=lambda pair: pair[0].year)]
