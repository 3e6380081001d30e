"""What ``archive search`` prints for programs: JSON, a line a message, a table; and counts."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from archiver.cli.found import hit_as_json
from archiver.cli.terminal import plain, print_json

if TYPE_CHECKING:
    import sqlite3

    from archiver.finding.searching.context import Context
    from archiver.finding.searching.facets import Count
    from archiver.finding.searching.pages import Hit, Page
    from archiver.finding.searching.plans import Plan


def as_json(asked: Plan, page: Page, total: int, contexts: dict[int, Context | None]) -> dict[str, Any]:
    """One object: what was searched for, how many there are, the messages shown."""
    return {
        **_said(asked),
        "total": total,
        **({} if page.ranked is None else {"ranked": page.ranked}),
        "messages": [_message(hit, contexts.get(hit.id)) for hit in page.hits],
    }


def _said(asked: Plan) -> dict[str, Any]:
    return {
        "schema": "archiver/search/1",
        "searched_for": asked.question.said,
        "ignored": [asdict(one) for one in asked.question.ignored],
        "notes": [*asked.question.notes, *asked.notes],
    }


def _message(hit: Hit, context: Context | None) -> dict[str, Any]:
    row: dict[str, Any] = hit_as_json(hit)
    if context is not None:
        for name, side in (("before", context.before), ("after", context.after)):
            row[name] = [{key: value for key, value in asdict(one).items() if key != "id"} for one in side]
    return row


def print_lines(hits: Iterable[tuple[Hit, Context | None]]) -> None:
    """JSON, a line a message, with what stands around it where that was asked for."""
    for hit, context in hits:
        print_json(_message(hit, context), indent=None)


def print_table(hits: Iterable[Hit]) -> None:
    """A CSV in which no cell is a formula (``finding/cells.py``)."""
    from archiver.finding.cells import cell

    table = csv.writer(sys.stdout, lineterminator="\r\n")
    for at, hit in enumerate(hits):
        row = hit_as_json(hit) | {"other_words": json.dumps(hit_as_json(hit)["other_words"], ensure_ascii=False)}
        if at == 0:
            table.writerow(row)
        cells = map(cell, row.values())
        table.writerow(map(plain, cells) if sys.stdout.isatty() else cells)


def print_counts(connection: sqlite3.Connection, asked: Plan, by: str, form: str) -> None:
    """How many messages answer, by chat, person, month or route."""
    from archiver.cli.terminal import one_line
    from archiver.finding.cells import cell
    from archiver.finding.searching.facets import facets

    spread = facets(connection, asked)
    counts: dict[str, tuple[Count, ...]] = {
        "chat": spread.chats, "person": spread.people, "month": spread.months, "route": spread.routes,
    }  # fmt: skip
    if form == "json":
        shown = {**_said(asked), "total": spread.counted, "by": by, "counts": [asdict(one) for one in counts[by]]}
        print_json(shown)
    elif form == "jsonl":
        for one in counts[by]:
            print_json(asdict(one), indent=None)
    elif form == "csv":
        table = csv.writer(sys.stdout, lineterminator="\r\n")
        table.writerow(("key", "name", "messages"))
        table.writerows((cell(one.key), cell(one.name), one.messages) for one in counts[by])
    else:
        for one in counts[by]:
            print(f"{one.messages:>9,}  {one_line(one.name) or 'not known'}")
