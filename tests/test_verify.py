"""``archive verify``: a sound archive is found sound, whatever the program did to it; nothing is written unasked."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archiver.cli.app import app
from archiver.record import keys, log, seals, store
from archiver.record.verifying import verify
from archiver.record.verifying.report import Report, Tier
from archiver.record.verifying.subject import Subject, opened
from archiver.settings import read_settings
from tests.making import FIXTURES, Line, android, archive, iphone, receipt, rows, zipped

CHAT: list[Line] = [
    ("13/03/2026, 09:01", "Alex Black (MOJ)", "Morning"),
    ("13/03/2026, 09:02", "Priya Shah (HMT)", "The figures are in\nthe annex"),
    ("14/03/2026, 10:02", "Priya Shah (HMT)", "IMG-0001.jpg (file attached)"),
    ("14/07/2026, 10:02", "Alex", "Ok"),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that two phones, a file and a decision went into."""
    folder = tmp_path_factory.mktemp("verify")
    android_zip = zipped(
        folder / "WhatsApp Chat with Budget.zip",
        {"WhatsApp Chat with Budget.txt": android(CHAT), "IMG-0001.jpg": b"not quite a picture"},
    )
    (folder / "other").mkdir()
    iphone_zip = zipped(folder / "other" / "WhatsApp Chat - Budget.zip", {"_chat.txt": iphone(CHAT[:2])})
    record = folder / "record"
    receipt(android_zip, archive=record)
    receipt(iphone_zip, archive=record)
    done = archive("people", "same", "Alex", "Alex Black (MOJ)", "--why", "one phone", archive=record)
    assert done.returncode == 0, done.stderr
    return record


@pytest.fixture
def record(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "record"))


def check(record: Path, tier: Tier = "standard") -> Report:
    with opened(record) as connection:
        return verify(Subject(record, connection, read_settings(record).identity), tier)


def entries(record: Path) -> list[dict[str, object]]:
    return [json.loads(str(entry)) for (entry,) in rows(record, "SELECT entry FROM log ORDER BY id")]


@pytest.mark.parametrize("option", [["--quick"], []])
def test_a_sound_archive_is_found_sound_and_the_log_says_so(record: Path, option: list[str]) -> None:
    before = entries(record)
    done = archive("verify", *option, "--json", archive=record)
    assert done.returncode == 0, done.stdout
    said = json.loads(done.stdout)
    assert (said["clean"], said["faults"], said["logged"]) == (True, [], True)
    *others, last = entries(record)
    assert others == before
    assert (last["action"], last["detail"]) == ("verify", {"entries": len(before), "tier": said["tier"]})
    assert said["checkpoint"].splitlines()[1] == str(len(before) + 1)
    assert check(record).faults == []


def test_what_was_not_checked_is_said(record: Path) -> None:
    quick, standard = (json.loads(archive("verify", *o, "--json", archive=record).stdout) for o in (["--quick"], []))
    assert any("bytes that its name says" in line for line in quick["not_checked"])
    assert any("bytes that its name says" in line for line in map(str.lower, standard["checked"]))


def test_a_dry_run_writes_nothing(record: Path) -> None:
    before = entries(record)
    done = archive("verify", "--dry-run", archive=record)
    assert done.returncode == 0
    assert "was not written" in done.stdout
    assert entries(record) == before


def test_a_damaged_archive_gets_no_entry_and_every_fault_is_listed(record: Path) -> None:
    before = entries(record)
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE people SET name = 'Someone Else' WHERE id = 1")
        connection.execute("DROP TRIGGER log_no_update")
    next(path for path in (record / "originals").glob("??/*")).unlink()
    done = archive("verify", "--json", archive=record)
    assert done.returncode == 4
    said = json.loads(done.stdout)
    assert {fault["check"] for fault in said["faults"]} == {"schema", "originals", "rows"}
    assert said["logged"] is False
    assert entries(record) == before


def test_message_text_in_a_fault_cannot_act_on_the_terminal(record: Path) -> None:
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE sources SET name = 'a\x1b[2Jb', sha256 = 'ff' WHERE id = 1")
    done = archive("verify", archive=record)
    assert done.returncode == 4
    assert "\x1b" not in done.stdout


def test_an_archive_that_is_no_database_is_one_sentence(record: Path) -> None:
    (record / "archive.db").write_bytes(b"nothing like SQLite" * 500)
    done = archive("verify", archive=record)
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_settings_file_is_a_fault(record: Path) -> None:
    (record / "archive.toml").unlink()
    done = archive("verify", "--json", archive=record)
    assert done.returncode == 4
    assert [fault["check"] for fault in json.loads(done.stdout)["faults"]] == ["settings"]


def test_every_fixture_that_is_taken_verifies(tmp_path: Path) -> None:
    """Whatever an ingest writes, in whatever order, is sealed by its end."""
    record = tmp_path / "record"
    archive("ingest", "--quiet", FIXTURES / "text", archive=record)
    phones = sorted(path for path in (FIXTURES / "demo").iterdir() if path.name.startswith("phone"))
    archive("ingest", "--quiet", *[next(phone.glob("*.zip"), phone) for phone in phones[1:]], archive=record)
    assert check(record).faults == []


def test_what_changes_without_an_entry_gets_one(record: Path) -> None:
    """A transaction that tells the log nothing, or too early, is sealed all the same."""
    opened_store = store.open_for_writing(record, read_settings(record).identity)
    with opened_store.transaction() as connection:
        connection.execute("UPDATE people SET organisation = 'HMT' WHERE id = 1")
    opened_store.close()
    assert entries(record)[-1]["action"] == "seal"
    assert check(record).faults == []


def test_nothing_is_added_to_an_archive_whose_seals_were_changed(record: Path, tmp_path: Path) -> None:
    """Or the next entry of the log would vouch for them."""
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE messages SET text = 'Evening' WHERE text = 'Morning'")
        (block,) = connection.execute("SELECT block FROM seals WHERE name = 'messages' ORDER BY block").fetchone()
        place = seals.Block("messages", 1, block)
        salt = "00" * 16
        count, digest = seals.digest_of(connection, seals.sealed_tables(connection)["messages"], place, salt)
        connection.execute("UPDATE seals SET row_count = ?, salt = ?, digest = ? WHERE name = 'messages' AND block = ?",
                           (count, salt, digest, block))  # fmt: skip
    export = tmp_path / "WhatsApp Chat with B.txt"
    export.write_bytes(android(CHAT[:1]))
    done = archive("ingest", export, archive=record)
    assert done.returncode == 4
    assert "archive verify" in done.stdout
    assert {fault.check for fault in check(record).faults} == {"search", "state"}


def test_a_large_ingest_is_sealed_by_the_next_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "ROWS_AT_ONCE", 1)
    export, record = tmp_path / "WhatsApp Chat with Budget.txt", tmp_path / "record"
    export.write_bytes(android(CHAT))
    CliRunner().invoke(app, ["ingest", str(export), "--archive", str(record)])
    unsealed = [line for line in check(record).not_checked if "no seal" in line]
    assert "4 rows of messages, which no seal covers yet." in unsealed
    assert "4 rows of sighting_data, which no seal covers yet." in unsealed
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("DELETE FROM messages WHERE text = 'Ok'")
    assert "keys" in {fault.check for fault in check(record).faults}
    shutil.rmtree(record)
    CliRunner().invoke(app, ["ingest", str(export), "--archive", str(record)])
    assert archive("verify", archive=record).returncode == 0
    assert [line for line in check(record).not_checked if "no seal" in line] == []


def test_every_table_is_sealed_and_has_row_numbers(record: Path) -> None:
    with opened(record) as connection:
        tables = seals.sealed_tables(connection)
        assert {"messages", "sighting_data", "accession_sources", "match_rules", "decisions"} <= tables.keys()
        for name in tables:
            connection.execute(f"SELECT rowid FROM {name}")


def test_a_seal_is_plain_json_under_a_plain_hmac(record: Path) -> None:
    """Anyone can compute one without this program, and without SQLite's own JSON."""
    import hashlib
    import hmac

    with opened(record) as connection:
        for seal in seals.held(connection):
            if seal.block.name != "people":
                continue
            lines = [
                json.dumps(list(row), ensure_ascii=False, separators=(",", ":"))
                for row in connection.execute("SELECT * FROM people ORDER BY rowid")
            ]
            digest = hmac.new(bytes.fromhex(seal.salt or ""), "\n".join(lines).encode(), hashlib.sha256)
            assert digest.hexdigest() == seal.digest


@pytest.mark.parametrize("size", range(1, 20))
def test_the_frontier_comes_to_the_same_root_as_all_leaves(size: int) -> None:
    leaves = [log.leaf(str(number)) for number in range(size)]
    frontier = ""
    for number, leaf in enumerate(leaves):
        frontier = log.grown(frontier, number, leaf)
    assert log.root_of(frontier) == log.root(leaves)


@pytest.mark.parametrize(
    "text", ["", "a\n1\n", "a\n1\nAAAA\n", "a\n-1\n" + "A" * 43 + "=\n", "a\nx\n" + "A" * 43 + "=\n"]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        log.read_checkpoint(text)


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key made with the command; its public line."""
    monkeypatch.setenv("ARCHIVE_KEY", str(tmp_path / "keys" / "key"))
    done = archive("key", "--make", "--name", "alex.black", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["vkey"])


def test_a_key_is_closed_to_others_and_never_made_over(key: str, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    held = path.read_text()
    assert archive("key", "--make").returncode == 2
    assert path.read_text() == held
    assert archive("key").stdout.strip() == key
    path.chmod(0o640)
    assert "others can read" in archive("key").stderr


def test_without_a_key_the_receipt_says_that_it_is_not_signed(sound: Path, record: Path, tmp_path: Path) -> None:
    export = tmp_path / "WhatsApp Chat with B.txt"
    export.write_bytes(android(CHAT[:1]))
    assert "Not signed" in archive("ingest", export, archive=record).stdout
    assert archive("key").returncode == 2
    assert any("no known key signed" in line for line in check(record).not_checked)


def test_every_checkpoint_is_signed_once_there_is_a_key(record: Path, key: str, tmp_path: Path) -> None:
    before = len(entries(record))
    export = tmp_path / "WhatsApp Chat with B.txt"
    export.write_bytes(android(CHAT[:1]))
    done = archive("ingest", export, archive=record)
    assert "Not signed" not in done.stdout
    assert "\N{EM DASH} alex.black " in done.stdout
    assert archive("verify", "--key", key, archive=record).returncode == 0
    signed = [size for size, text in rows(record, "SELECT size, text FROM checkpoints") if "\n\n" in str(text)]
    assert signed == [before + 1, before + 2]
    other = "archive+" + key.split("+", 1)[1]
    assert archive("verify", "--key", other, archive=record).returncode == 2


def test_the_key_in_the_archive_itself_is_used_and_said_to_prove_less(
    record: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert archive("key", archive=record).returncode == 0
    assert archive("verify", "--quick", archive=record).returncode == 0
    assert read_settings(record).key == key
    monkeypatch.setenv("ARCHIVE_KEY", "")
    done = archive("verify", "--dry-run", archive=record)
    assert done.returncode == 0
    assert "taken from the archive itself" in done.stdout


def test_a_key_that_lies_in_the_archive_signs_nothing(record: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_KEY", str(record / "key"))
    assert archive("key", "--make").returncode == 0
    done = archive("people", "not-same", "Alex", "Priya Shah (HMT)", "--why", "x", archive=record)
    assert done.returncode == 2
    assert "lies in the archive" in done.stderr


def test_a_signature_is_the_one_that_signed_notes_have() -> None:
    """A key and a note made by another program. Source: the example of Go's golang.org/x/mod/sumdb/note."""
    vkey = keys.read_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    body = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = (
        "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ry"
        "yBwJnAM="
    )
    assert keys.signed_by(vkey, body, line) is True
    assert keys.signed_by(vkey, body + "So?\n", line) is False
    assert keys.signed_by(vkey, body, line.replace("PeterNeumann", "Someone")) is None


@pytest.mark.parametrize("as_json", [False, True])
def test_a_receipt_is_held_against_the_archive(record: Path, tmp_path: Path, as_json: bool) -> None:
    """As it was printed, or as JSON; later acts do not make it false."""
    older = Path(shutil.copytree(record, tmp_path / "older"))
    export = tmp_path / "WhatsApp Chat with B.txt"
    export.write_bytes(android(CHAT[:1]))
    kept = tmp_path / "receipt"
    kept.write_text(archive("ingest", export, *(["--json"] if as_json else []), archive=record).stdout, "utf-8")
    archive("verify", "--quick", archive=record)
    assert archive("verify", "--quick", "--against", kept, archive=record).returncode == 0
    before = len(entries(older))
    done = archive("verify", "--quick", "--against", kept, archive=older)
    assert (done.returncode, len(entries(older))) == (6, before)
    assert "older than the receipt" in done.stdout
    archive("verify", "--quick", archive=older)  # it goes its own way from here
    assert archive("verify", "--quick", "--against", kept, archive=older).returncode == 4


def test_a_receipt_of_another_archive_or_none_at_all_is_told(record: Path, tmp_path: Path) -> None:
    kept = tmp_path / "receipt"
    kept.write_text(log.checkpoint("archiver.invalid/other", 1, log.root([log.leaf("{}")])))
    done = archive("verify", "--quick", "--against", kept, archive=record)
    assert done.returncode == 4
    assert "of another archive" in done.stdout
    kept.write_text("Thank you for your letter.\n")
    assert archive("verify", "--against", kept, archive=record).returncode == 2
    assert archive("verify", "--against", tmp_path / "none", archive=record).returncode == 2


def test_full_derives_the_record_again_and_says_which_message_differs(record: Path) -> None:
    assert archive("verify", "--full", archive=record).returncode == 0
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE messages SET text = 'Evening' WHERE text = 'Morning'")
    done = archive("verify", "--full", archive=record)
    assert done.returncode == 4
    assert "Message BUDGET/00001: the originals and decisions come to another text." in done.stdout
    assert archive("verify", "--full", "--quick", archive=record).returncode == 2


def test_while_another_program_writes_what_cannot_be_checked_is_no_fault(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sqlite3.connect

    def impatient(*arguments: object, **named: object) -> sqlite3.Connection:
        return real(*arguments, **{**named, "timeout": 0.1})  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite3, "connect", impatient)
    writer = sqlite3.connect(record / "archive.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    report = check(record)
    writer.execute("ROLLBACK")
    assert report.faults == []
    assert [line for line in report.not_checked if "another program was writing" in line]


def test_a_check_while_sources_are_taken_finds_no_fault(record: Path, tmp_path: Path) -> None:
    """What is taken while the check goes on is neither missing nor too much."""
    exports = []
    for number in range(6):
        exports.append(tmp_path / f"WhatsApp Chat with {number}.txt")
        exports[-1].write_bytes(android([(when, who, f"{words} {number}") for when, who, words in CHAT]))
    command = [sys.executable, "-m", "archiver", "ingest", "--quiet", "--archive", str(record), *map(str, exports)]
    running = subprocess.Popen(command)
    checks = 0
    while running.poll() is None:
        assert check(record).faults == []
        checks += 1
    assert running.wait() == 0
    assert checks
    assert check(record).faults == []


def test_what_the_check_sealed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "ROWS_AT_ONCE", 1)
    export, record = tmp_path / "WhatsApp Chat with Budget.txt", tmp_path / "record"
    export.write_bytes(android(CHAT))
    CliRunner().invoke(app, ["ingest", str(export), "--archive", str(record)])
    said = archive("verify", archive=record).stdout
    assert "4 rows of messages, which were not sealed; now they are." in said
    assert "not sealed" not in archive("verify", archive=record).stdout


@pytest.mark.parametrize("harm", [False, True])
def test_an_archive_that_cannot_be_written_is_checked_all_the_same(
    record: Path, monkeypatch: pytest.MonkeyPatch, harm: bool
) -> None:
    """On a read-only disk: whoever runs the tests may be allowed to write anywhere, so they are told otherwise."""
    if harm:
        with sqlite3.connect(record / "archive.db") as connection:
            connection.execute("UPDATE messages SET text = 'Evening' WHERE text = 'Morning'")
    monkeypatch.setattr(Subject, "is_writable", False)
    before = entries(record)
    done = CliRunner().invoke(app, ["verify", "--full", "--json", "--archive", str(record)])
    said = json.loads(done.stdout)
    assert {fault["check"] for fault in said["faults"]} == ({"search", "rows", "derived"} if harm else set())
    assert (done.exit_code, said["logged"], entries(record)) == (4 if harm else 0, False, before)
