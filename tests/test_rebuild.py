"""The record derived again from originals and decisions: the same, with every reference, and with what people said."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archiver import rebuilding
from archiver.record import derived
from archiver.record.store import open_for_reading
from tests.making import FIXTURES, ROOT, android, archive, iphone, receipt, rows

Rows = list[tuple[object, ...]]

KEPT = "SELECT reference, sent_at, text FROM messages ORDER BY reference"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record"


def export(folder: Path, name: str, lines: list[tuple[str, str | None, str]], *, phone: str = "android") -> Path:
    path = folder / f"WhatsApp Chat with {name}.txt"
    path.write_bytes((android if phone == "android" else iphone)(lines))
    return path


def differences(folder: Path, scratch: Path) -> list[derived.Difference]:
    """What deriving an archive's record again would change."""
    held = open_for_reading(folder)
    rebuilding.derive(folder, held, scratch, lambda name, count: None)
    connection = sqlite3.connect(scratch)
    connection.execute("ATTACH ? AS held", (str(folder / "archive.db"),))
    return list(derived.differences(connection))


def dump(folder: Path) -> dict[str, Rows]:
    """Every row of every derived table."""
    return {table: rows(folder, f"SELECT * FROM {table} ORDER BY rowid") for table in derived.DERIVED}


def done(*arguments: str | Path, archive_at: Path) -> str:
    told = archive(*arguments, archive=archive_at)
    assert told.returncode == 0, told.stderr
    return told.stdout


TALK = [
    ("05/03/2026, 14:07", "Alex Black (MOJ)", "Can we publish the budget figures on Thursday?"),
    ("05/03/2026, 14:07", "Priya Shah (HMT)", "Ok"),
    ("05/03/2026, 14:07", "Priya Shah (HMT)", "Ok"),
    ("05/03/2026, 14:09", "Alex Black (MOJ)", "The press office will want a line to take by noon."),
    ("05/03/2026, 14:15", "Priya Shah (HMT)", "Sending the draft to you both now, comments by four please."),
    ("06/03/2026, 09:00", "Alex Black (MOJ)", "Thank you, that reads well and the minister is content."),
]


def test_the_demo_is_derived_again_row_for_row(record: Path, tmp_path: Path) -> None:
    """All three routes, two phones: in place and beside; nothing is read off pictures again."""
    demo = FIXTURES / "demo"
    receipt("--custodian", "Alex Black (MOJ)", demo / "phone of Alex Black", archive=record)
    receipt("--custodian", "Dan Whitlock (DfE)", demo / "phone of Dan Whitlock", archive=record)
    receipt("--chat", "Pupil Premium – PO cell", "--captured", "2026-03-12T15:10", demo / "pasted", archive=record)
    before = dump(record)
    assert differences(record, tmp_path / "scratch.db") == []
    told = json.loads(done("rebuild", "--json", archive_at=record))
    assert told["before"] == told["after"]
    assert dump(record) == before
    assert differences(record, tmp_path / "again.db") == []
    assert archive("search", "one-pager", archive=record).stdout.count("PUPIL/") >= 1


def test_phones_of_one_corpus_are_derived_again_whatever_python_makes_of_sets(record: Path, tmp_path: Path) -> None:
    """Eight phones with all that goes wrong; each process hashes words otherwise."""
    made = tmp_path / "made"
    generate = ROOT / "benchmarks" / "dedup" / "generate.py"
    command = [sys.executable, generate, "--messages", "400", "--seed", "11", "--views", "torture", "--out", made]
    subprocess.run(command, check=True, capture_output=True)
    for view in sorted(made.glob("*.txt")):
        receipt("--chat", "Winter", "--captured", "2026-01-01", view, archive=record)
    assert differences(record, tmp_path / "scratch.db") == []


def test_a_changed_row_is_told_from_what_is_derived(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE messages SET text = 'No' WHERE reference = 'BUDGET/00002'")
        connection.execute("DELETE FROM messages WHERE reference = 'BUDGET/00004'")
    found = differences(record, tmp_path / "scratch.db")
    assert [(one.table, one.what) for one in found] == [("messages", "text"), ("messages", "missing")]


def test_two_chats_said_to_be_one_become_one_and_keep_their_references(record: Path, tmp_path: Path) -> None:
    """What the second chat gave out still finds its message; what comes next counts on in the first."""
    saturday = ("07/03/2026, 10:00", "Alex Black (MOJ)", "Only this phone shows what came on Saturday morning.")
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    receipt("--chat", "Treasury lines", export(tmp_path, "Other", [saturday]), archive=record)
    receipt("--chat", "Something else", export(tmp_path, "Third", [(*TALK[0][:2], "Hello")]), archive=record)
    text = dict(rows(record, "SELECT reference, text FROM messages"))
    told = done("chats", "same", "BUDGET", "TREASURY", "--why", "It was renamed", archive_at=record)
    assert "decision 1" in told
    assert "2 chats (before: 3)" in told
    assert dict(rows(record, "SELECT reference, text FROM messages")) == text
    in_chat = "SELECT count(*) FROM messages m JOIN chats c ON c.id = m.chat_id WHERE c.code = 'BUDGET'"
    assert rows(record, in_chat) == [(7,)]
    assert "Saturday" in done("show", "TREASURY/00001", archive_at=record)
    assert differences(record, tmp_path / "scratch.db") == []
    sunday = export(tmp_path, "Next", [("08/03/2026, 10:00", "Alex Black (MOJ)", "Sunday")])
    receipt("--chat", "Treasury lines", sunday, archive=record)
    assert rows(record, "SELECT reference FROM messages WHERE text = 'Sunday'") == [("BUDGET/00008",)]
    assert differences(record, tmp_path / "again.db") == []


def test_a_decision_on_chats_taken_back_gives_the_record_from_before(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK[:3]), archive=record)
    receipt("--chat", "Treasury lines", export(tmp_path, "Other", TALK[3:]), archive=record)
    before = rows(record, KEPT)
    done("chats", "same", "BUDGET", "TREASURY", "--why", "It was renamed", archive_at=record)
    done("decisions", "withdraw", "1", "--why", "It was not", archive_at=record)
    assert rows(record, KEPT) == before
    assert rows(record, "SELECT code FROM chats ORDER BY id") == [("BUDGET",), ("TREASURY",)]
    assert differences(record, tmp_path / "scratch.db") == []
    assert "taken back" in done("decisions", archive_at=record)


def test_a_match_is_undone_and_made_again_by_a_person(record: Path, tmp_path: Path) -> None:
    """The second sighting becomes a message of its own with a number of its own; the first keeps its reference."""
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    receipt("--chat", "Budget", export(tmp_path, "Phone", TALK, phone="iphone"), archive=record)
    before = rows(record, KEPT)
    done("messages", "not-same", "BUDGET/00004", "#2", "--why", "Two people typed it", archive_at=record)
    split = rows(record, "SELECT reference FROM messages WHERE text LIKE 'The press office%' ORDER BY 1")
    assert split == [("BUDGET/00004",), ("BUDGET/00007",)]
    decided = rows(record, "SELECT rule, decided_by IS NOT NULL FROM matches WHERE rule = 'decision'")
    assert decided == [("decision", 1)]
    assert differences(record, tmp_path / "scratch.db") == []
    done("messages", "same", "BUDGET/00004", "BUDGET/00007", "--why", "They did not", archive_at=record)
    assert rows(record, KEPT) == before
    assert "The press office" in done("show", "BUDGET/00007", archive_at=record)
    assert differences(record, tmp_path / "again.db") == []


def test_a_capture_said_to_be_of_another_chat_leaves_it(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK[:3]), archive=record)
    receipt("--chat", "Budget", export(tmp_path, "Second", TALK[3:]), archive=record)
    assert rows(record, "SELECT count(*) FROM chats") == [(1,)]
    before = rows(record, KEPT)
    done("chats", "not-same", "BUDGET", "#2", "--why", "Another group of that name", archive_at=record)
    assert rows(record, "SELECT count(*) FROM chats") == [(2,)]
    assert rows(record, KEPT) == before
    assert differences(record, tmp_path / "scratch.db") == []


def test_what_is_said_later_of_held_bytes_takes_effect(record: Path, tmp_path: Path) -> None:
    """An ambiguous date order: the export comes again with the order said."""
    ambiguous = export(tmp_path, "Budget", [("05/03/2026, 14:07", "Alex Black (MOJ)", "Shall we meet?")])
    receipt(ambiguous, archive=record)
    assert rows(record, "SELECT sent_at FROM messages") == [("2026-03-05T14:07",)]
    receipt("--date-order", "mdy", ambiguous, archive=record)
    assert rows(record, "SELECT sent_at FROM messages") == [("2026-03-05T14:07",)]
    assert differences(record, tmp_path / "scratch.db") == []
    done("rebuild", archive_at=record)
    assert rows(record, "SELECT reference, sent_at FROM messages") == [("BUDGET/00001", "2026-05-03T14:07")]
    assert rows(record, "SELECT count(*) FROM findings WHERE word = 'ambiguous-date-order'") == [(0,)]
    assert differences(record, tmp_path / "again.db") == []


def test_what_a_person_put_right_stands_against_later_captures_and_rebuilds(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    words = "Can we publish the budget figures on Tuesday?"
    done("messages", "correct", "BUDGET/00001", "--text", words, "--why", "Misread", archive_at=record)
    done("messages", "correct", "BUDGET/00002", "--sent", "2026-03-05T14:06", "--why", "Clock", archive_at=record)
    receipt("--chat", "Budget", export(tmp_path, "Phone", TALK, phone="iphone"), archive=record)
    done("rebuild", archive_at=record)
    assert rows(record, "SELECT text FROM messages WHERE reference = 'BUDGET/00001'") == [(words,)]
    assert rows(record, "SELECT sent_at FROM messages WHERE reference = 'BUDGET/00002'") == [("2026-03-05T14:06",)]
    assert "BUDGET/00001" in archive("search", "Tuesday", archive=record).stdout
    assert "BUDGET/00001" in archive("search", "Thursday", archive=record).stdout
    assert differences(record, tmp_path / "scratch.db") == []


def test_a_person_seen_under_one_name_is_said_to_be_someone_else(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    other = [(when, "Pri" if who == "Priya Shah (HMT)" else who, words) for when, who, words in TALK]
    receipt("--chat", "Budget", export(tmp_path, "Phone", other), archive=record)
    done("people", "not-same", "Alex Black (MOJ)", "Priya Shah (HMT)", "--why", "Both are here", archive_at=record)
    people = rows(record, "SELECT count(*) FROM people")
    done("people", "not-same", "Priya Shah (HMT)", "#Pri", "--why", "Her deputy's phone", archive_at=record)
    assert rows(record, "SELECT count(*) FROM people") == [(people[0][0] + 1,)]  # type: ignore[operator]
    assert differences(record, tmp_path / "scratch.db") == []
    done("rebuild", archive_at=record)
    assert sorted(rows(record, "SELECT name FROM people")) == [("Alex Black (MOJ)",), ("Pri",), ("Priya Shah (HMT)",)]
    assert differences(record, tmp_path / "again.db") == []


def test_a_missing_original_stops_a_rebuild_and_nothing_changes(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    before = dump(record)
    [original] = [path for path in (record / "originals").rglob("*") if path.is_file()]
    aside = shutil.move(original, tmp_path / "aside")
    told = archive("rebuild", archive=record)
    assert told.returncode == 4
    assert "is gone" in told.stderr
    assert dump(record) == before
    shutil.move(aside, original)
    done("rebuild", archive_at=record)
    assert dump(record) == before


def test_a_decision_needs_a_reason_and_two_that_are_two(record: Path, tmp_path: Path) -> None:
    receipt(export(tmp_path, "Budget", TALK), archive=record)
    for words in (
        ("messages", "same", "BUDGET/00001", "BUDGET/00002"),
        ("messages", "same", "BUDGET/00001", "BUDGET/00001", "--why", "x"),
        ("messages", "not-same", "BUDGET/00001", "#1", "--why", "x"),
        ("messages", "correct", "BUDGET/00001", "--sent", "yesterday", "--why", "x"),
        ("messages", "correct", "BUDGET/00099", "--text", "x", "--why", "x"),
        ("chats", "not-same", "BUDGET", "#1", "--why", "x"),
        ("decisions", "withdraw", "1", "--why", "x"),
    ):
        told = archive(*words, archive=record)
        assert told.returncode == 2, told
    assert rows(record, "SELECT count(*) FROM decisions") == [(0,)]
