"""The other commands, at the public edge."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import FIXTURES, Line, android, archive, receipt, rows

COMMANDS = (
    "ingest", "preview", "search", "show", "chats", "people", "status", "verify", "key", "browse", "export", "backup",
    "restore", "doctor",
)  # fmt: skip


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "record"
    cases = sorted((FIXTURES / "text").glob("t0[1-9]*/WhatsApp*"))
    receipt(*cases, "--custodian", "Alex Black (MOJ)", archive=folder)
    return folder


def ask(record: Path, *arguments: str) -> dict[str, object]:
    done = archive(*arguments, "--json", archive=record)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = archive(command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_help_lists_every_command() -> None:
    shown = archive("--help").stdout
    assert all(f"\n  {command} " in shown for command in COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    heavy = ["datasette", "PIL", "pytesseract", "sqlite_utils", "numpy", "rapidfuzz", "magic", "rich", "sqlite3"]
    code = (
        "import sys; sys.argv = ['archive', '--help']\n"
        "from archiver.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_search_finds_words_phrases_beginnings_and_leaves_out(record: Path) -> None:
    assert ask(record, "search", "interpreter")["total"] == 1
    assert ask(record, "search", '"listing backlog"')["total"] == 1
    assert ask(record, "search", "back*", "-listing", "-tap")["total"] == 1
    assert ask(record, "search", "interpreter OR ceiling")["total"] == 2
    assert ask(record, "search", "fähre")["total"] == ask(record, "search", "FAHRE")["total"] == 1


@pytest.mark.parametrize(
    "typed", ["o'clock", "10:30", "test-and-trace", '"', "*", "(", "a NEAR", "' OR 1=1 --", "AND", "NOT"]
)
def test_nothing_a_person_types_is_an_error(record: Path, typed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "archiver", "search", "--archive", str(record), "--", typed],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Searched for:" in done.stdout


def test_a_search_sets_off_what_it_found(record: Path) -> None:
    assert "«Interpreter» costs" in archive("search", "interpreter", archive=record).stdout


def test_show_reads_back_what_stood_in_the_original(record: Path) -> None:
    shown = ask(record, "show", "COURTS/00005")
    (sighting,) = shown["sightings"]  # type: ignore[misc]
    assert (sighting["line"], sighting["lines"], sighting["rule"]) == (5, 7, "first")
    assert sighting["as_written"].startswith("04/03/2024, 09:03 - Priya Shah (HMCTS): Thanks.")
    assert sighting["as_written"].rstrip("\n").endswith("Back at 10:30 - call me before then")


def test_show_of_an_unknown_reference_is_one_sentence(record: Path) -> None:
    done = archive("show", "NOWHERE/00001", archive=record)
    assert done.returncode == 2
    assert done.stderr == "archive: NOWHERE/00001: no message has this reference. References look like BUDGET/00231.\n"


def test_chats_people_and_status_say_what_is_held(record: Path) -> None:
    chats = {chat["name"]: chat for chat in ask(record, "chats")["chats"]}  # type: ignore[attr-defined]
    assert chats["Courts recovery"]["messages"] == 10
    people = {person["name"] for person in ask(record, "people")["people"]}  # type: ignore[attr-defined]
    assert {"Alex Black (MOJ)", "Priya Shah (HMCTS)", "~ Jo Grey"} <= people
    status = ask(record, "status")
    assert status["messages"] == sum(chat["messages"] for chat in chats.values())
    assert {finding["word"] for finding in status["to_settle"]} == {"missing-attachment", "empty-message"}  # type: ignore[attr-defined]


def test_without_an_archive_one_sentence_says_so(tmp_path: Path) -> None:
    done = archive("search", "x", archive=tmp_path / "nothing")
    assert done.returncode == 2
    assert "there is no archive here" in done.stderr


def test_preview_gives_the_promised_object() -> None:
    case = FIXTURES / "text/t03-ios-uk-zip-media/WhatsApp Chat - Flood desk north (gold).zip"
    done = archive("preview", "--json", case)
    shown = json.loads(done.stdout)
    assert shown["schema"] == "archiver/preview/1"
    (source,) = shown["sources"]
    assert (source["source"], source["media_type"], len(source["sha256"])) == (case.name, "application/zip", 64)
    (chat,) = source["chats"]
    assert (chat["captured"], chat["captured_basis"], chat["warnings"]) == ("2026-11-20", "embedded", [])
    assert chat["messages"][2]["line"] == 3
    assert chat["messages"][2]["lines"] == 2
    assert chat["messages"][2]["member"] == "_chat.txt"
    assert done.returncode == 0


def text_cases() -> list[Path]:
    return sorted(path for path in (FIXTURES / "text").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", text_cases(), ids=lambda case: case.name)
def test_preview_of_every_text_case_equals_what_is_expected(case: Path) -> None:
    """Chat, route, six fields of each message, warnings; or the class of the refusal."""
    promised = (FIXTURES / "text/README.md").read_text()
    expected = json.loads((case / "expected.json").read_text())
    (source,) = [p for p in case.iterdir() if p.name not in ("expected.json", "case.toml")]
    (shown,) = json.loads(archive("preview", "--json", source).stdout)["sources"]
    if "error" in expected:
        assert shown["error"] == expected["error"]
        return
    wanted = expected.get("chats", [expected])
    fields = ("sent_at", "sender", "kind", "text", "edited", "attachment")
    assert len(shown["chats"]) == len(wanted)
    for chat, want in zip(shown["chats"], wanted, strict=True):
        assert (chat["chat"], chat["route"]) == (want["chat"], want["route"])
        assert [{f: m[f] for f in fields} for m in chat["messages"]] == want["messages"]
        assert sorted(w for w in chat["warnings"] if f"| `{w}` |" in promised) == sorted(want["warnings"])


def test_a_person_settles_that_two_are_one(tmp_path: Path) -> None:
    record = tmp_path / "record"
    export = tmp_path / "WhatsApp Chat with Budget.txt"
    lines: list[Line] = [
        ("13/03/2026, 09:01", "Alex Black (MOJ)", "One"),
        ("13/03/2026, 09:02", "+44 7700 900123", "Two"),
    ]
    export.write_bytes(android(lines))
    receipt(export, archive=record)
    assert archive("people", "same", "Alex Black (MOJ)", "+44 7700 900123", archive=record).returncode == 2
    said = ("same", "Alex Black (MOJ)", "+44 7700 900123", "--why", "his own phone", "--by", "Priya Shah")
    done = archive("people", *said, archive=record)
    assert done.returncode == 0, done.stderr
    (person,) = ask(record, "people")["people"]  # type: ignore[misc]
    assert (person["name"], person["messages"]) == ("Alex Black (MOJ)", 2)
    assert set(person["aliases"]) == {"Alex Black (MOJ)", "+44 7700 900123"}
    assert rows(record, "SELECT decided_by, kind, why FROM decisions") == [
        ("Priya Shah", "people-same", "his own phone")
    ]


def test_words_before_an_edit_are_found_too(tmp_path: Path) -> None:
    """What a message said before it was edited must not be out of reach: the answer would be false in law."""
    record = tmp_path / "record"
    told: list[Line] = [
        (f"13/03/2026, 09:{at:02d}", "Alex Black (MOJ)", f"Line {at} of the plan for the depot") for at in range(9)
    ]
    before, after = tmp_path / "WhatsApp Chat with Depot.txt", tmp_path / "b" / "WhatsApp Chat with Depot.txt"
    after.parent.mkdir()
    price = ("13/03/2026, 09:04", "Alex Black (MOJ)", "The depot will cost £5m in all")
    edited = (*price[:2], "The depot will cost £9m in all <This message was edited>")
    before.write_bytes(android([*told[:4], price, *told[5:]]))
    after.write_bytes(android([*told[:4], edited, *told[5:]]))
    receipt(before, archive=record)
    receipt(after, archive=record)
    assert rows(record, "SELECT count(*) FROM messages") == [(9,)]
    assert ask(record, "search", "£9m")["total"] == ask(record, "search", "£5m")["total"] == 1
    assert "«5m»" in archive("search", "£5m", archive=record).stdout
