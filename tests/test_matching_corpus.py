"""Whole phones' exports of one made-up conversation, in several orders, against the truth."""

from __future__ import annotations

import importlib.util
import random
import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from archiver import pipeline
from archiver.model import Dated, ReadingOptions
from archiver.record import store as stores

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "dedup"


def program(name: str) -> ModuleType:
    """A program of the benchmark, as a module."""
    spec = importlib.util.spec_from_file_location(f"dedup_{name}", BENCHMARK / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generate, score = program("generate"), program("score")


def ingest(folder: Path, views: list[Path]) -> sqlite3.Connection:
    stores.create(folder, "Europe/London")
    store = stores.open_for_writing(folder, "archiver.invalid/test")
    for view in views:
        options = ReadingOptions(chat="Winter", captured=Dated(datetime(2026, 1, 1), "noted", "said", False))
        receipt = pipeline.ingest(store, [(view, view.name)], options, None, lambda n: None, lambda n, count: None)
        assert [source.outcome for source in receipt.sources] == ["taken"]
    return store.connection


def sightings(connection: sqlite3.Connection) -> list[tuple[str, int, str]]:
    return connection.execute(
        "SELECT s.name, d.line, CAST(d.message_id AS TEXT) FROM sighting_data d"
        " JOIN source_members m ON m.id = d.member_id JOIN sources s ON s.id = m.source_id"
    ).fetchall()


def record(connection: sqlite3.Connection) -> set[tuple[Any, ...]]:
    """What the record says of each message, told by its sightings."""
    seen: dict[str, list[tuple[str, int]]] = {}
    for view, line, message in sightings(connection):
        seen.setdefault(message, []).append((view, line))
    rows = connection.execute(
        "SELECT CAST(g.id AS TEXT), g.sent_at, p.name, g.kind, g.text, g.edited, g.deleted_seen FROM messages g"
        " LEFT JOIN people p ON p.id = g.sender_id"
    )
    return {(tuple(sorted(seen[row[0]])), *row[1:]) for row in rows}


# Without much lost on one phone: which of two equal messages of a minute it lost, only seconds can tell.
HARD = generate.PRESETS["hard"].replace("lost=0.05", "lost=0.002")


@pytest.mark.parametrize(
    ("views", "kind"), [(HARD, "group"), ("pair", "direct"), ("a=android;b=ios,phone=1,tz=-300", "group")]
)
def test_the_record_is_the_conversation_in_any_order(tmp_path: Path, views: str, kind: str) -> None:
    """Every message once, with all its sightings; the same words, senders and times whichever phone came first."""
    generate.generate(1500, "13", views, str(tmp_path), kind)
    truth = score.load_truth([str(tmp_path)], set(), ("notice",))
    exports, chance, records = sorted(tmp_path.glob("*.txt")), random.Random(3), []
    for number in range(3):
        connection = ingest(tmp_path / f"record{number}", exports)
        found = score.score(truth, sightings(connection))
        assert found["precision"] >= 0.99995, (exports, found)
        assert found["recall"] >= 0.9995, (exports, found)
        assert (found["false_merge_within_view"], found["lost_messages"], found["missing"]) == (0, 0, 0)
        records.append(record(connection))
        chance.shuffle(exports)
    assert records[0] == records[1] == records[2]


@pytest.mark.parametrize("seed", ["7", "24"])
def test_any_of_ten_orders_gives_the_same_messages(tmp_path: Path, seed: str) -> None:
    """Text, sender, time and sightings are the same whichever phone came first."""
    generate.generate(900, seed, "torture", str(tmp_path), "group")
    exports, chance = sorted(tmp_path.glob("*.txt")), random.Random(seed)
    first = record(ingest(tmp_path / "record", exports))
    for number in range(9):
        chance.shuffle(exports)
        assert record(ingest(tmp_path / f"record{number}", exports)) == first, [export.name for export in exports]
