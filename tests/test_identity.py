"""Who is who and which chat is this: cases of a few captures each, ingested in every order."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from archiver import pipeline
from archiver.model import Dated, ReadingOptions
from archiver.record import store as stores

CASES = sorted((Path(__file__).parent.parent / "fixtures" / "matching").iterdir())


def ingest(folder: Path, captures: Sequence[tuple[Path, str]]) -> sqlite3.Connection:
    """Each capture in an accession of its own, dated as given."""
    stores.create(folder, "Europe/London")
    store = stores.open_for_writing(folder, "archiver.invalid/test")
    for path, day in captures:
        options = ReadingOptions(captured=Dated(datetime.fromisoformat(day), "noted", "said", False))
        receipt = pipeline.ingest(
            store, [(path, path.name)], options, None, lambda name: None, lambda name, count: None
        )
        assert [source.outcome for source in receipt.sources] == ["taken"]
    return store.connection


def record(connection: sqlite3.Connection) -> list[Any]:
    """What the record says, without numbers that tell which came first."""
    seen: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for message, name, line in connection.execute(
        "SELECT d.message_id, s.name, d.line FROM sighting_data d JOIN source_members m ON m.id = d.member_id"
        " JOIN sources s ON s.id = m.source_id"
    ):
        seen[message].append((name, line))
    rows = connection.execute(
        "SELECT g.id, g.sent_at, p.name, g.kind, g.text, g.edited, g.deleted_seen FROM messages g"
        " LEFT JOIN people p ON p.id = g.sender_id"
    )
    return sorted(([sorted(seen[row[0]]), *row[1:]] for row in rows), key=repr)


def figures(connection: sqlite3.Connection) -> dict[str, Any]:
    one = connection.execute
    return {
        "chats": one("SELECT count(*) FROM chats").fetchone()[0],
        "people": [
            n for (n,) in one("SELECT name FROM people p WHERE id IN (SELECT sender_id FROM messages) ORDER BY 1")
        ],
        "messages": one("SELECT count(*) FROM messages").fetchone()[0],
        "sightings": one("SELECT count(*) FROM sighting_data").fetchone()[0],
        "findings": [w for (w,) in one("SELECT DISTINCT word FROM findings ORDER BY 1")],
        "first_sent": one("SELECT min(sent_at) FROM messages").fetchone()[0],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_comes_out_as_expected_in_every_order(case: Path, tmp_path: Path) -> None:
    """One chat where it is one, two where they are two; each person once; the same record in any order."""
    captured = tomllib.loads((case / "case.toml").read_text("utf-8"))["captured"]
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    records = []
    for number, order in enumerate(permutations(captured.items())):
        connection = ingest(tmp_path / str(number), [(case / name, day) for name, day in order])
        found = figures(connection)
        assert {key: found[key] for key in expected} == expected, order
        records.append(record(connection))
    assert all(one == records[0] for one in records)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_search_finds_every_message_by_the_words_that_stand(case: Path, tmp_path: Path) -> None:
    """Words that gave way to others are not found any more, those that stand are."""
    captured = tomllib.loads((case / "case.toml").read_text("utf-8"))["captured"]
    connection = ingest(tmp_path / "record", [(case / name, day) for name, day in captured.items()])
    connection.execute("INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1)")
    connection.rollback()
