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
from archiver.errors import UsageError
from archiver.matching import chats
from archiver.model import Dated, ReadingOptions
from archiver.record import decisions
from archiver.record import store as stores

CASES = sorted(p.parent for p in (Path(__file__).parent.parent / "fixtures" / "matching").glob("*/case.toml"))


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


def test_a_person_settles_who_is_who(tmp_path: Path) -> None:
    """Two are made one by a decision with who, when and why; the log has it, and the counts are right."""
    case = next(case for case in CASES if case.name == "two-ok-sayers")
    connection = ingest(tmp_path / "record", [(case / "WhatsApp Chat with Rota.txt", "2026-04-05")])
    connection.close()
    store = stores.open_for_writing(tmp_path / "record", "archiver.invalid/test")
    one, other = (i for (i,) in store.connection.execute("SELECT id FROM people WHERE name LIKE 'Sam%' ORDER BY id"))
    decisions.people_same(store, other, one, "Helen Hill", "She married")
    run = store.connection.execute
    assert run("SELECT count(*) FROM people").fetchone() == (2,)
    assert run("SELECT sum(messages) FROM memberships").fetchone() == (15,)
    assert run("SELECT kind, decided_by, why FROM decisions").fetchall() == [
        ("people-same", "Helen Hill", "She married")
    ]
    with pytest.raises(UsageError):
        decisions.people_not_same(store, one, other, "Helen Hill", "There is only one now")


def test_a_person_settles_that_two_chats_are_one(tmp_path: Path) -> None:
    """Captures that come later join the chat that was said to be the same; the question is settled."""
    case = next(case for case in CASES if case.name == "one-name-two-chats")
    names = ("WhatsApp Chat with Team.txt", "WhatsApp Chat with Team (1).txt")
    ingest(tmp_path / "record", [(case / name, "2026-04-05") for name in names]).close()
    store = stores.open_for_writing(tmp_path / "record", "archiver.invalid/test")
    decisions.chats_same(store, 1, 2, "Helen Hill", "Renamed twice")
    assert store.connection.execute("SELECT count(*) FROM findings WHERE decision_id IS NULL").fetchone() == (0,)
    again = tmp_path / names[1]
    again.write_text(
        (case / names[1]).read_text("utf-8") + "25/03/2026, 10:00 - Alex Black (MOJ): Once more\n", "utf-8"
    )
    store.connection.close()
    connection = ingest(tmp_path / "record", [(again, "2026-04-06")])
    assert connection.execute("SELECT DISTINCT chat_id FROM captures ORDER BY id DESC LIMIT 1").fetchone() == (1,)


def test_what_a_person_calls_a_chat_settles_it(tmp_path: Path) -> None:
    """A file of another name, at other times, from other people joins the chat that a person says it is of."""
    first, later = tmp_path / "WhatsApp Chat with Team.txt", tmp_path / "export.txt"
    first.write_text("".join(f"23/03/2026, 09:{n} - Ann Lee: first {n}\n" for n in range(10, 20)), "utf-8")
    later.write_text("".join(f"25/03/2026, 09:{n} - Bob Ray: later {n}\n" for n in range(10, 20)), "utf-8")
    ingest(tmp_path / "record", [(first, "2026-04-05")]).close()
    store = stores.open_for_writing(tmp_path / "record", "archiver.invalid/test")
    captured = Dated(datetime(2026, 4, 6), "noted", "said", False)
    options = ReadingOptions(chat="Team", captured=captured)
    pipeline.ingest(store, [(later, later.name)], options, None, lambda name: None, lambda name, count: None)
    assert figures(store.connection)["chats"] == 1
    assert figures(store.connection)["messages"] == 20


@pytest.mark.parametrize(("replies", "expected"), [(0, "same"), (1, "unsure")])
def test_a_few_replies_of_its_own_make_it_another_chat(replies: int, expected: str) -> None:
    """However many announcements are in both: somebody answered in one who did not in the other."""
    notes = [chats.Said(n, "Head", f"Announcement {n}, as it was sent to all the parents") for n in range(0, 600, 2)]
    thanks = [chats.Said(n + 1, "Amy", "Thanks") for n in range(0, 600, 60)]
    ours = [*notes, *thanks, *(chats.Said(305, "Mum", "And when is that?") for _ in range(replies))]
    assert chats.verdict(chats.agreement(ours, [*notes, *thanks], [(0, 700)])) == expected
    assert chats.verdict(chats.agreement([*notes, *thanks], ours, [(0, 599)])) == expected


def test_one_phone_does_not_show_one_chat_under_two_names() -> None:
    """Where two people here are one there, nothing is one."""
    ours = [chats.Said(n, "Ann" if n % 2 else "Bob", f"Words that are in both of them, number {n}") for n in range(30)]
    assert chats.verdict(chats.agreement(ours, [one._replace(who="Cid") for one in ours], [(0, 29)])) == "unsure"


@pytest.mark.parametrize(
    ("name", "custodians", "expected"),
    [
        ("Ann", (None, None), 2),
        ("Mum", ("Alex Black (MOJ)", "Priya Shah (HMT)"), 2),
        ("Mum", ("Alex Black (MOJ)", "Alex Black (MOJ)"), 1),
        ("~ Ann", ("Alex Black (MOJ)", "Alex Black (MOJ)"), 2),
        ("You", ("Ann", "Ann"), 1),
        ("Ann Lee", (None, None), 1),
        ("Ann (MOJ)", (None, None), 1),
        ("+44 7700 900123", (None, None), 1),
    ],
)
def test_a_bare_name_in_two_chats_is_two_people(
    tmp_path: Path, name: str, custodians: tuple[str | None, str | None], expected: int
) -> None:
    """Two custodians may each know an Ann: only a fuller name, a number, or one custodian's own word tells."""
    stores.create(tmp_path / "record", "Europe/London")
    store = stores.open_for_writing(tmp_path / "record", "archiver.invalid/test")
    for chat, custodian in zip(("Netball", "Budget"), custodians, strict=True):
        path = tmp_path / f"WhatsApp Chat with {chat}.txt"
        path.write_text("".join(f"23/03/2026, 09:{n} - {name}: {chat} {n}\n" for n in range(10, 20)), "utf-8")
        options = ReadingOptions(custodian=custodian, captured=Dated(datetime(2026, 4, 6), "noted", "said", False))
        pipeline.ingest(store, [(path, path.name)], options, None, lambda name: None, lambda name, count: None)
    assert store.connection.execute("SELECT count(DISTINCT sender_id) FROM messages").fetchone() == (expected,)
