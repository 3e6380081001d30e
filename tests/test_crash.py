"""Killed at any instant, the archive is as before or as after; a second writer waits."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.making import Line, android, archive, receipt, rows

ALEX = "Alex Black (MOJ)"
MESSAGES = 6_000


def long_export(path: Path, first_day: int) -> Path:
    lines: list[Line] = [
        (
            f"{first_day + at // 1440:02d}/03/2026, {at // 60 % 24:02d}:{at % 60:02d}",
            ALEX,
            f"Message number {at} of this chat",
        )
        for at in range(MESSAGES)
    ]
    path.write_bytes(android(lines))
    return path


def start(export: Path, record: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "archiver", "ingest", "--quiet", "--archive", str(record), str(export)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def took(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that the ingest takes when nothing kills it."""
    folder = tmp_path_factory.mktemp("took")
    began = time.monotonic()
    start(long_export(folder / "WhatsApp Chat with A.txt", 13), folder / "record").wait()
    return time.monotonic() - began


@pytest.mark.parametrize("part", [k / 12 for k in range(4, 13)])
def test_killed_in_the_middle_all_or_nothing_is_there(tmp_path: Path, took: float, part: float) -> None:
    record = tmp_path / "record"
    receipt(long_export(tmp_path / "WhatsApp Chat with A.txt", 13), archive=record)
    before = rows(record, "SELECT count(*) FROM messages")[0][0]
    assert before == MESSAGES
    second = long_export(tmp_path / "WhatsApp Chat with B.txt", 20)
    killed = start(second, record)
    time.sleep(took * part)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    whole = rows(record, "SELECT count(*) FROM sources")[0][0] == 2
    expected = MESSAGES * (2 if whole else 1)
    for table in ("messages", "sighting_data"):
        assert rows(record, f"SELECT count(*) FROM {table}") == [(expected,)]
    assert rows(record, "SELECT count(*) FROM messages_fts WHERE messages_fts MATCH 'number'") == [(expected,)]
    assert rows(record, "PRAGMA integrity_check") == [("ok",)]
    assert rows(record, "PRAGMA foreign_key_check") == []
    outcome = receipt(second, archive=record)["sources"][0]["outcome"]
    assert outcome == ("held" if whole else "taken")
    assert rows(record, "SELECT count(*) FROM messages") == [(2 * MESSAGES,)]
    assert not list((record / "originals" / "incoming").iterdir())


def test_two_ingests_at_once_come_to_the_same_record_as_one_after_the_other(tmp_path: Path) -> None:
    record = tmp_path / "record"
    exports = [long_export(tmp_path / f"WhatsApp Chat with {name}.txt", 10 + at) for at, name in enumerate("ABCD")]
    archive("ingest", exports[0], archive=record)
    running = [start(export, record) for export in exports]
    assert [one.wait(timeout=60) for one in running] == [0] * 4
    assert rows(record, "SELECT count(*) FROM messages") == [(4 * MESSAGES,)]
    assert rows(record, "SELECT count(*) FROM sources") == [(4,)]
    assert rows(record, "PRAGMA foreign_key_check") == []


def test_two_that_make_one_archive_at_once_come_to_one(tmp_path: Path) -> None:
    record = tmp_path / "record"
    exports = [long_export(tmp_path / f"WhatsApp Chat with {name}.txt", 10 + at) for at, name in enumerate("ABC")]
    running = [start(export, record) for export in exports]
    assert [one.wait(timeout=60) for one in running] == [0] * 3
    assert rows(record, "SELECT count(*) FROM messages") == [(3 * MESSAGES,)]
    assert sorted(path.name for path in record.iterdir() if "new" in path.name) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    export = long_export(tmp_path / "WhatsApp Chat with A.txt", 13)
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("something else")
    done = archive("ingest", export, archive=other)
    assert done.returncode == 1
    assert "holds other things" in done.stderr
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    as_file = tmp_path / "file"
    as_file.write_text("")
    done = archive("ingest", export, archive=as_file)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
