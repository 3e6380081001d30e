"""Killed at any instant, the archive is as before or as after; a second writer waits."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.killing import (
    INGESTING,
    MAKING,
    REBUILDING,
    Ingest,
    Rebuild,
    chat,
    contents,
    fail_points,
    faults,
    run_until,
    sources,
    strays,
)
from tests.making import android, archive, receipt, rows

MESSAGES = 1_500


def start(record: Path, *exports: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "archiver", "ingest", "--quiet", "--archive", str(record), *map(str, exports)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Ingest:
    return Ingest(tmp_path_factory.mktemp("killing"), MESSAGES)


def test_every_named_moment_is_one_that_a_test_kills_at() -> None:
    elsewhere = fail_points("record/backup")  # test_backup.py
    assert sorted(fail_points(".")) == sorted((*MAKING, *INGESTING, *REBUILDING, "held-noted", *elsewhere))


@pytest.mark.parametrize("moment", INGESTING)
def test_killed_at_a_named_moment_whole_sources_are_there(ingest: Ingest, moment: str) -> None:
    found, taken = ingest.check(moment, moment=moment)
    assert found == []
    assert taken == (moment == "source-committed")


@pytest.mark.parametrize("moment", ["source-recorded:3", "original-placed:2", "batch-written:2"])
def test_killed_at_a_later_source_those_before_it_are_there(ingest: Ingest, moment: str) -> None:
    found, taken = ingest.check(moment.replace(":", "-"), moment=moment)
    assert found == []
    assert taken == int(moment[-1]) - 1


@pytest.mark.parametrize("part", [k / 12 for k in range(1, 13)])
def test_killed_at_any_instant_whole_sources_are_there(ingest: Ingest, part: float) -> None:
    seconds = ingest.took * (part - random.uniform(0, 1 / 12))
    found, _ = ingest.check(f"part-{part:.3f}", seconds=seconds)
    assert (found, seconds) == ([], seconds)


@pytest.fixture(scope="module")
def rebuild(tmp_path_factory: pytest.TempPathFactory) -> Rebuild:
    return Rebuild(tmp_path_factory.mktemp("rebuilding"), 600)


@pytest.mark.parametrize("moment", [*REBUILDING, "batch-written", "batch-written:2"])
def test_killed_at_a_named_moment_a_rebuild_is_done_or_not_begun(rebuild: Rebuild, moment: str) -> None:
    found, steps = rebuild.check(moment.replace(":", "-"), moment=moment)
    assert found == []
    assert steps == (moment == "rebuild-committed")


@pytest.mark.parametrize("part", [0.5, 0.7, 0.9])
def test_killed_at_any_instant_a_rebuild_is_done_or_not_begun(rebuild: Rebuild, part: float) -> None:
    seconds = rebuild.took * (part + random.uniform(0, 0.2))
    found, _ = rebuild.check(f"part-{part}", seconds=seconds)
    assert (found, seconds) == ([], seconds)


@pytest.mark.parametrize("moment", MAKING)
def test_killed_while_the_archive_is_made_the_next_one_makes_it(tmp_path: Path, moment: str) -> None:
    export, *_ = sources(tmp_path, 20)
    record = tmp_path / "record"
    assert run_until(["ingest", "--archive", record, export], moment=moment).code == -signal.SIGKILL
    assert receipt(export, archive=record)["sources"][0]["outcome"] == "taken"
    assert faults(record) + strays(record) == []


def test_killed_while_bytes_held_already_are_noted_nothing_is_noted(tmp_path: Path) -> None:
    export, *_ = sources(tmp_path, 20)
    record = tmp_path / "record"
    receipt(export, archive=record)
    assert run_until(["ingest", "--archive", record, export], moment="held-noted").code == -signal.SIGKILL
    assert rows(record, "SELECT count(*) FROM accession_sources") == [(1,)]
    assert faults(record) + strays(record) == []


def test_an_original_that_a_killed_ingest_placed_goes_with_the_next_act_of_any_kind(tmp_path: Path) -> None:
    first, other, *_ = sources(tmp_path, 20)
    record = tmp_path / "record"
    receipt(first, archive=record)
    assert run_until(["ingest", "--archive", record, other], moment="original-placed").code == -signal.SIGKILL
    assert len(strays(record)) == 2
    assert (
        archive("people", "not-same", "Alex Black (MOJ)", "Priya Shah (HMT)", "--why", "x", archive=record).stderr == ""
    )
    assert faults(record) + strays(record) == []


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        ("DELETE FROM sources", "foreign key"),
        ("DELETE FROM messages_fts WHERE rowid = (SELECT min(id) FROM messages)", "messages_fts"),
        ("DROP TRIGGER checkpoints_no_update; UPDATE checkpoints SET root = 'x'", "log"),
        ("DROP TRIGGER checkpoints_no_delete; DELETE FROM checkpoints", "log"),
    ],
)
def test_the_harness_sees_what_a_kill_might_do(ingest: Ingest, tmp_path: Path, harm: str, word: str) -> None:
    record = Path(shutil.copytree(ingest.before, tmp_path / "record"))
    with sqlite3.connect(record / "archive.db") as connection:
        connection.executescript(harm)
    connection.close()
    assert any(one.startswith(word) for one in faults(record))


def test_the_harness_sees_a_message_lost_an_original_lost_and_a_stray_file(ingest: Ingest, tmp_path: Path) -> None:
    record = Path(shutil.copytree(ingest.before, tmp_path / "record"))
    (original,) = (path for path in (record / "originals").rglob("*") if path.is_file())
    original.rename(original.with_name("other"))
    with sqlite3.connect(record / "archive.db") as connection:
        connection.execute("UPDATE messages SET text = 'else' WHERE id = (SELECT min(id) FROM messages)")
    connection.close()
    assert contents(record) not in ingest.states
    assert any(one.startswith("original") for one in faults(record))
    assert strays(record) == [str(original.with_name("other").relative_to(record))]


def test_two_that_ingest_the_same_twenty_sources_at_once_come_to_the_record_of_one(tmp_path: Path) -> None:
    exports = []
    for at in range(20):
        path = tmp_path / f"WhatsApp Chat with {'ABCDEFGHIJKLMNOPQRST'[at]}.txt"
        path.write_bytes(android(chat(13 + at % 15, 300, f"chat {at}")))
        exports.append(path)
    alone, together = tmp_path / "alone", tmp_path / "together"
    assert start(alone, *exports).wait(timeout=120) == 0
    running = [start(together, *exports) for _ in range(2)]
    assert [one.wait(timeout=120) for one in running] == [0, 0]
    assert contents(together) == contents(alone)
    assert faults(together) + strays(together) == []
    assert rows(together, "SELECT outcome, count(*) FROM accession_sources GROUP BY outcome") == [
        ("held", 20),
        ("taken", 20),
    ]


def test_several_ingests_at_once_come_to_the_same_record_as_one_after_the_other(tmp_path: Path) -> None:
    record = tmp_path / "record"
    exports = []
    for at, name in enumerate("ABCD"):
        exports.append(tmp_path / f"WhatsApp Chat with {name}.txt")
        exports[-1].write_bytes(android(chat(13 + at, MESSAGES, name)))
    running = [start(record, export) for export in exports]  # all of them make the archive at once, too
    assert [one.wait(timeout=60) for one in running] == [0] * 4
    assert rows(record, "SELECT count(*) FROM messages") == [(4 * MESSAGES,)]
    assert rows(record, "SELECT count(*) FROM sources") == [(4,)]
    assert faults(record) + strays(record) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    export, *_ = sources(tmp_path, 20)
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
