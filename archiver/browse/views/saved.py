"""A page of a search, saved: exactly the messages that it shows, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import Any

from archiver.browse.views.search import look
from archiver.browse.visit import Visit
from archiver.finding.cells import cell
from archiver.finding.searching.pages import Hit
from archiver.finding.searching.tokens import END, START

SCHEMA = "archiver/search/1"


async def as_csv(visit: Visit) -> Any:
    """A row a message; no cell can become a formula."""
    found = await look(visit)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for hit in found.page.hits:
        row = as_row(hit)
        others = json.dumps(row["other_words"], ensure_ascii=False)
        table.writerow([cell(others if name == "other_words" else row[name]) for name in COLUMNS])
    return _file("\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue(), "text/csv", "csv")


async def as_json(visit: Visit) -> Any:
    """The same object as ``archive search --json`` prints."""
    found = await look(visit)
    shown = {
        "schema": SCHEMA,
        "searched_for": found.question.said,
        "ignored": [asdict(one) for one in found.question.ignored],
        "notes": list(found.notes),
        "total": found.total,
        "messages": [as_row(hit) for hit in found.page.hits],
    }
    return _file(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "application/json", "json")


COLUMNS = tuple(name for name in Hit.__dataclass_fields__ if name != "id")


def as_row(hit: Hit) -> dict[str, object]:
    """A message found, without marks in its words."""
    row: dict[str, object] = {name: _bare(value) for name, value in asdict(hit).items() if name != "id"}
    row["other_words"] = [{"basis": basis, "text": _bare(text)} for basis, text in hit.other_words]
    return row


def _bare(text: object) -> object:
    return text.replace(START, "").replace(END, "") if isinstance(text, str) else text


def _file(text: str, media_type: str, ending: str) -> Any:
    from datasette import Response

    headers = {
        "Content-Disposition": f'attachment; filename="search.{ending}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    content_type = f"{media_type}; charset=utf-8"
    return Response(text.encode("utf-8", "replace"), headers=headers, content_type=content_type)
