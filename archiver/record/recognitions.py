"""What a machine read off a picture, kept whole: so the record is derived again without reading the picture again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime

from archiver.model import Batch, Dated, Finding, Quoted, Reading, ReadingOptions, Sighting


def asked(captured: Dated | None, options: ReadingOptions) -> str:
    """What bears on how a picture is read, besides the picture: the same here, the same there."""
    told = {"captured": _dated(captured), "custodian": options.custodian, "language": options.ocr_language}
    return json.dumps(told, ensure_ascii=False)


def as_text(reading: Reading) -> str:
    """A picture's reading as JSON; its batches are walked through."""
    batches = list(reading.batches())
    return json.dumps(
        {
            "chat": reading.chat,
            "captured": _dated(reading.captured),
            "member": reading.member,
            "dialect": reading.dialect,
            "group": reading.group,
            "clock": reading.clock,
            "sightings": [s._asdict() for batch in batches for s in batch.sightings],
            "findings": [f._asdict() for batch in batches for f in batch.findings],
        },
        ensure_ascii=False,
    )


def from_text(text: str) -> Reading:
    """The reading again, equal to what it was."""
    kept = json.loads(text)
    captured = kept["captured"]
    batch = Batch([_sighting(one) for one in kept["sightings"]], [_finding(one) for one in kept["findings"]])

    def batches() -> Iterator[Batch]:
        yield batch

    return Reading(
        chat=kept["chat"],
        route="screenshot",
        captured=captured and Dated(datetime.fromisoformat(captured[0]), *captured[1:]),
        member=kept["member"],
        dialect=kept["dialect"],
        date_order=None,
        date_order_proof="",
        batches=batches,
        group=kept["group"],
        clock=kept["clock"],
    )


def keep(connection: sqlite3.Connection, act: int, reading: Reading, options: ReadingOptions) -> None:
    """Keep what was read off a picture that came by an act, unless it is kept already."""
    connection.execute(
        "INSERT OR IGNORE INTO recognitions (accession_source_id, member, engine, asked, reading)"
        " VALUES (?, ?, ?, ?, ?)",
        (act, reading.member, reading.dialect, asked(reading.captured, options), as_text(reading)),
    )


def kept(connection: sqlite3.Connection, act: int) -> dict[str, tuple[str, Reading]]:
    """What was read off each picture that came by an act, by the picture's name, with what was asked."""
    rows = connection.execute(
        "SELECT member, asked, reading FROM recognitions WHERE accession_source_id = ?", (act,)
    ).fetchall()
    return {member: (was_asked, from_text(text)) for member, was_asked, text in rows}


def _dated(dated: Dated | None) -> list[object] | None:
    return [dated.when.isoformat(), dated.basis, dated.source, dated.precise] if dated else None


def _sighting(one: dict[str, object]) -> Sighting:
    made = Sighting(**one)  # type: ignore[arg-type]
    return made._replace(box=_box(made.box), quoted=made.quoted and Quoted(*made.quoted))


def _finding(one: dict[str, object]) -> Finding:
    made = Finding(**one)  # type: ignore[arg-type]
    return made._replace(box=_box(made.box))


def _box(box: object) -> tuple[int, int, int, int] | None:
    return tuple(box) if box else None  # type: ignore[arg-type, return-value]
