"""``archive search`` as it is typed: forms, context, counts, certificates, words nearly read."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.making import android, archive, receipt, rows

ALEX, PRIYA = "Alex Black (MOJ)", "Priya Shah (HMT)"
LINES = [(f"05/03/2026, 09:{at:02}", (ALEX, PRIYA)[at % 2], f"item {at} of the agenda") for at in range(30)]
LATER = [("09/04/2026, 10:00", ALEX, "=1+1 the budget"), ("09/04/2026, 10:01", PRIYA, "the \x1b[2Jscreen")]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    for number, lines in enumerate((LINES, LATER)):
        (folder / str(number)).mkdir()
        export = folder / str(number) / "WhatsApp Chat with Budget.txt"
        export.write_bytes(android(lines))
        who = (ALEX, PRIYA)[number]
        receipt(export, "--captured", "2026-05-01", "--custodian", who, "--chat", "Budget", archive=folder / "record")
    with sqlite3.connect(folder / "record" / "archive.db") as connection:  # as a screenshot leaves a message
        connection.execute("UPDATE captures SET route = 'screenshot' WHERE id = 2")
        connection.execute(
            "INSERT INTO sighting_data (id, member_id, alias_id, message_id, rule_id, confidence, text)"
            " SELECT 1000, member_id, alias_id, message_id, rule_id, 0.6, 'the budqet' FROM sighting_data"
            " WHERE id = (SELECT max(id) - 1 FROM sighting_data)"
        )
        connection.execute(
            "INSERT INTO readings (message_id, sighting_id, text, basis)"
            " SELECT message_id, 1000, 'the budqet', 'as-shown' FROM sighting_data WHERE id = 1000"
        )
    connection.close()
    return folder / "record"


def search(record: Path, *arguments: str) -> str:
    done = archive("search", *arguments, archive=record)
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(record: Path, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(search(record, *arguments, "--json")))


def test_newest_oldest_and_best(record: Path) -> None:
    assert [one["text"] for one in asked(record, "agenda", "--limit", "2")["messages"]] == [
        "item 29 of the agenda", "item 28 of the agenda",
    ]  # fmt: skip
    assert asked(record, "agenda", "--order", "oldest")["messages"][0]["text"] == "item 0 of the agenda"
    best = asked(record, "agenda OR 7", "--order", "best")
    assert best["messages"][0]["text"] == "item 7 of the agenda"
    assert best["ranked"] == 30


def test_context_by_messages_and_by_minutes(record: Path) -> None:
    (found,) = asked(record, '"item 7"', "--context", "2")["messages"]
    assert [one["text"][:7] for one in (*found["before"], *found["after"])] == [
        "item 5 ",
        "item 6 ",
        "item 8 ",
        "item 9 ",
    ]
    (found,) = asked(record, '"item 7"', "--context", "1 min")["messages"]
    assert [one["text"][:7] for one in (*found["before"], *found["after"])] == ["item 6 ", "item 8 "]
    shown = search(record, '"item 7"', "--context", "1")
    assert shown.index("item 6 of") < shown.index("«item 7»") < shown.index("item 8 of")


def test_counts(record: Path) -> None:
    assert [(one["name"], one["messages"]) for one in asked(record, "the", "--by", "person")["counts"]] == [
        (ALEX, 16), (PRIYA, 16),
    ]  # fmt: skip
    assert [(one["key"], one["messages"]) for one in asked(record, "the", "--by", "month")["counts"]] == [
        ("2026-03", 30), ("2026-04", 2),
    ]  # fmt: skip
    assert "32  Budget" in search(record, "the", "--by", "chat")
    assert list(csv.reader(search(record, "the", "--by", "chat", "--csv").splitlines()))[1] == [
        "BUDGET",
        "Budget",
        "32",
    ]


def test_lines_and_tables_hold_all_that_answers_and_obey_nothing(record: Path) -> None:
    lines = [json.loads(line) for line in search(record, "the", "--jsonl").splitlines()]
    assert len(lines) == 32
    table = list(csv.reader(search(record, "the", "--csv").splitlines()))
    assert len(table) == 33
    assert table[2][table[0].index("text")] == "'=1+1 the budget"
    assert "\x1b" not in search(record, "screen")
    assert len(search(record, "the", "--jsonl", "--limit", "3").splitlines()) == 3


def test_nothing_found_says_what_was_looked_through(record: Path) -> None:
    said = search(record, "xyzzy")
    assert "0 messages found." in said
    assert "Looked in     32 messages and 1 other wording of them, in 1 chat" in said
    assert (
        f"Held by email-export from {ALEX}, captured 2026-05-01 (noted): 2026-03-05T09:00 to 2026-03-05T09:29" in said
    )
    assert "Nothing seen between 2026-03-05T09:29 and 2026-04-09T10:00" in said


def test_a_search_is_not_logged_but_a_certificate_is(record: Path) -> None:
    before = rows(record, "SELECT count(*) FROM log")
    search(record, "agenda")
    assert rows(record, "SELECT count(*) FROM log") == before
    made = asked(record, "xyzzy OR plugh", "kind:none", "--case", "FOI 2026/12")["certificate"]
    ((number, text),) = rows(record, "SELECT id, entry FROM log ORDER BY id DESC LIMIT 1")
    entry = json.loads(str(text))
    assert (number, entry["action"]) == (made["log"]["entry"], "search")
    assert not any(word in str(text) for word in ("xyzzy", "plugh", "FOI"))
    assert (made["found"], made["references"], made["case"]) == (0, [], "FOI 2026/12")
    assert made["typed"] == "xyzzy OR plugh kind:none"
    assert made["ignored"][0]["text"] == "kind:none"
    assert made["searched"]["messages"] == 32
    assert made["searched"]["chats"][0]["gaps"] == [{"after": "2026-03-05T09:29", "before": "2026-04-09T10:00"}]


def test_who_holds_a_certificate_can_show_that_the_entry_is_of_it(record: Path) -> None:
    made = asked(record, "agenda", "--certificate")["certificate"]
    bare = {name: one for name, one in made.items() if name != "log"}
    text = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    commitment = hmac.new(bytes.fromhex(made["log"]["salt"]), digest.encode(), hashlib.sha256).hexdigest()
    ((entry,),) = rows(record, "SELECT entry FROM log WHERE id = ?", made["log"]["entry"])
    assert json.loads(str(entry))["detail"] == {"certificate": commitment, "found": 30, "messages": 32}


def test_the_same_search_of_the_same_record_gives_the_same_certificate(record: Path) -> None:
    one, other = (asked(record, "agenda", "--certificate")["certificate"] for _ in range(2))
    changing = ("at", "record", "log")
    assert {name: one[name] for name in one if name not in changing} == {
        name: other[name] for name in other if name not in changing
    }
    assert one["log"]["commitment"] != other["log"]["commitment"]


def test_a_certificate_for_people(record: Path) -> None:
    said = search(record, "xyzzy", "--certificate")
    for words in ("Search certificate", "Searched for  xyzzy", "not held", "Checkpoint", "In the log    entry "):
        assert words in said
    assert archive("search", "x", "--certificate", "--csv", archive=record).returncode == 2


def test_words_nearly_read_are_found_where_that_is_asked_for(record: Path) -> None:
    assert asked(record, "budget")["total"] == 1
    assert asked(record, "budqel")["total"] == 0
    found = asked(record, "budqel", "--near")
    assert found["total"] == 1
    assert found["messages"][0]["other_words"] == [{"basis": "as-shown", "text": "the budqet"}]
    assert "Nearly budqel, in words read from pictures: budqet." in found["notes"]
    assert asked(record, "agendo", "--near")["total"] == 0


@pytest.mark.parametrize(
    "wrong",
    [("--order", "up"), ("--by", "mood"), ("--context", "some"), ("--json", "--csv")],
    ids=lambda wrong: " ".join(wrong),
)
def test_options_that_cannot_be_are_refused_in_a_sentence(record: Path, wrong: tuple[str, ...]) -> None:
    done = archive("search", "x", *wrong, archive=record)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_what_stands_in_a_source_is_found(tmp_path: Path) -> None:
    """Every word that a person sees in the originals, looked for one by one, as grep would find it."""
    lines = [
        ("05/03/2026, 09:00", None, f"{ALEX} created group “Ports”"),
        ("05/03/2026, 09:01", ALEX, "IMG-20260305-café.jpg (file attached)\nour caption"),
        ("05/03/2026, 09:02", PRIYA, "POLL:\nwhich ferry?\nOPTION: Dover (2 votes)\nOPTION: Calais (1 vote)"),
        ("05/03/2026, 09:03", PRIYA, "wording altered <This message was edited>"),
        ("05/03/2026, 09:04", "+44 7700 900123", "<Media omitted>"),
        ("05/03/2026, 09:05", ALEX, "This message was deleted"),
    ]
    export = tmp_path / "WhatsApp Chat with Ports.txt"
    export.write_bytes(android(lines))
    receipt(export, "--captured", "2026-05-01", archive=tmp_path / "record")
    for at, (_, who, text) in enumerate(lines, 1):
        shown = text.replace("<This message was edited>", "")
        for word in re.findall(r"[^\W_]+", shown):
            references = [
                one["reference"] for one in asked(tmp_path / "record", f'"{word}"', "--limit", "9")["messages"]
            ]
            assert f"PORTS/{at:05}" in references, word
        if who:
            found = asked(tmp_path / "record", f'from:"{who}"', "--limit", "9")["messages"]
            assert f"PORTS/{at:05}" in [one["reference"] for one in found]


def test_file_names_and_quotes_that_the_words_do_not_give_are_found(record: Path, tmp_path: Path) -> None:
    with sqlite3.connect(record / "archive.db") as source, sqlite3.connect(tmp_path / "archive.db") as copy:
        source.backup(copy)
        (one,) = copy.execute("SELECT id FROM messages WHERE text = 'item 7 of the agenda'").fetchone()
        copy.execute("INSERT INTO attachments (message_id, sighting_id, name) VALUES (?, 1, 'Straw-Plán.docx')", (one,))
        copy.execute(
            "INSERT INTO sighting_data (id, member_id, message_id, rule_id, confidence, text, quoted)"
            " SELECT 2000, 1, ?, 1, 0.9, 'item 7', ?",
            (one, json.dumps(["Priya", "Møre gravy 🥣"])),
        )
    source.close()
    copy.close()
    (tmp_path / "archive.toml").write_bytes((record / "archive.toml").read_bytes())
    for typed, basis in (
        ("straw", "file"),
        ("plan docx", "file"),
        ("gravy", "quoted"),
        ("🥣", "quoted"),
        ("MØRE", "quoted"),
    ):
        (found,) = asked(tmp_path, typed)["messages"]
        assert found["text"] == "item 7 of the agenda"
        assert [other["basis"] for other in found["other_words"]] == [basis]
    assert asked(tmp_path, "agenda -gravy")["total"] == 29
