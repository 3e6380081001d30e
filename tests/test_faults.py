"""What goes wrong around an archive is said in one sentence, and the archive stays as it was."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.record import store as storing
from archiver.record.surroundings import network_kind
from archiver.settings import read_settings
from tests.killing import contents, faults, sources, strays
from tests.making import archive, receipt, rows


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    return sources(tmp_path / "from", 600)


@pytest.fixture
def record(tmp_path: Path, exports: list[Path]) -> Path:
    receipt(exports[0], archive=tmp_path / "record")
    return tmp_path / "record"


def run(
    record: Path, *arguments: str | Path, before: Callable[[], None] | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command, with something done to its process before it starts."""
    command = [sys.executable, "-m", "archiver", *map(str, arguments), "--archive", str(record)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment},
        preexec_fn=before,
    )  # fmt: skip


def as_anyone() -> None:
    """Let modes of folders bind the process also where tests run as root."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            raise OSError("this account may not give up its rights")


def files_up_to(size: int) -> Callable[[], None]:
    """A disk that takes no file larger than so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_second_writer_waits_then_says_so_and_readers_are_not_held_up(record: Path, exports: list[Path]) -> None:
    writer = sqlite3.connect(record / "archive.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE chats SET name = 'half done'")
    began = time.monotonic()
    done = run(record, "ingest", exports[1], ARCHIVE_WAIT="0.5")
    assert time.monotonic() - began < 20
    assert done.returncode == 1
    told = f"{record}: another program is writing to the archive, and has not ended in 0.5 seconds."
    assert f"{told} Wait for it to end and try again." in done.stdout
    began = time.monotonic()
    for arguments in (("status",), ("search", "message"), ("chats",), ("people",)):
        read = run(record, *arguments, ARCHIVE_WAIT="30")
        assert (read.returncode, "half done" in read.stdout) == (0, False)
    assert time.monotonic() - began < 20
    writer.rollback()
    writer.close()
    assert faults(record) + strays(record) == []
    assert receipt(exports[1], archive=record)["sources"][0]["outcome"] == "taken"


def test_a_second_writer_that_waits_long_enough_goes_on(record: Path, exports: list[Path]) -> None:
    writer = sqlite3.connect(record / "archive.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    command = [sys.executable, "-m", "archiver", "ingest", "--quiet", "--archive", str(record), str(exports[1])]
    waiting = subprocess.Popen(command)
    time.sleep(2)
    assert waiting.poll() is None
    writer.rollback()
    writer.close()
    assert waiting.wait(timeout=60) == 0
    assert rows(record, "SELECT count(*) FROM sources") == [(2,)]


def test_a_reader_holds_up_no_writer_and_sees_one_moment(record: Path, exports: list[Path]) -> None:
    reader = sqlite3.connect(f"file:{record / 'archive.db'}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM messages").fetchone()
    assert receipt(exports[1], archive=record)["sources"][0]["outcome"] == "taken"
    assert reader.execute("SELECT count(*) FROM messages").fetchone() == before
    reader.close()
    assert rows(record, "SELECT count(*) FROM messages") > [before]


@pytest.mark.parametrize("size", [40_000, 45_000, 60_000, 250_000])
def test_a_disk_that_takes_no_more_leaves_the_archive_as_it_was(record: Path, exports: list[Path], size: int) -> None:
    before = contents(record)
    done = run(record, "ingest", exports[1], before=files_up_to(size))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "cannot be copied into the archive" in done.stdout or "could not be written into the archive" in done.stdout
    assert contents(record) == before
    assert faults(record) + strays(record) == []
    assert receipt(exports[1], archive=record)["sources"][0]["outcome"] == "taken"


@pytest.mark.parametrize("size", [10_000, 60_000, 100_000])
def test_an_archive_that_does_not_fit_is_made_when_there_is_room(
    tmp_path: Path, exports: list[Path], size: int
) -> None:
    done = run(tmp_path / "new", "ingest", exports[0], before=files_up_to(size))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert receipt(exports[0], archive=tmp_path / "new")["sources"][0]["outcome"] == "taken"
    assert faults(tmp_path / "new") + strays(tmp_path / "new") == []


@pytest.mark.parametrize("size", [40_000, 100_000])
def test_a_backup_that_does_not_fit_is_not_there(record: Path, tmp_path: Path, size: int) -> None:
    done = run(record, "backup", tmp_path / "backup", before=files_up_to(size))
    assert (done.returncode, "no backup was made" in done.stderr) == (1, True), done.stderr
    assert list(tmp_path.glob("backup/generations/*")) + list(tmp_path.glob("backup/incoming/*")) == []
    assert run(record, "backup", tmp_path / "backup").returncode == 0
    back = run(record, "restore", "--rehearse", tmp_path / "backup", before=files_up_to(size))
    assert (back.returncode, "could not be held" in back.stderr) == (1, True), back.stderr
    command = [sys.executable, "-m", "archiver", "restore", str(tmp_path / "backup"), str(tmp_path / "back")]
    cut = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=files_up_to(size))
    assert (cut.returncode, "nothing was restored" in cut.stderr) == (1, True), cut.stderr
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".back*"))


def test_a_folder_that_may_not_be_written_is_one_sentence_each_time(
    record: Path, tmp_path: Path, exports: list[Path]
) -> None:
    run(record, "backup", tmp_path / "backup")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    made = run(closed / "new", "ingest", exports[0], before=as_anyone)
    assert (made.returncode, made.stderr) == (
        1, f"archive: {closed / 'new'}: an archive cannot be made here (Permission denied).\n"
    )  # fmt: skip
    backed = run(record, "backup", closed / "backup", before=as_anyone)
    assert (backed.returncode, "no backup was made (Permission denied" in backed.stderr) == (1, True)
    command = [sys.executable, "-m", "archiver", "restore", str(tmp_path / "backup"), str(closed / "back")]
    back = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=as_anyone)
    assert (back.returncode, "nothing was restored (Permission denied" in back.stderr) == (1, True)
    before = contents(Path(shutil.copytree(record, tmp_path / "before")))
    record.chmod(0o500)
    try:
        taken = run(record, "ingest", exports[1], before=as_anyone)
        assert (taken.returncode, "its folder cannot be written" in taken.stderr) == (1, True), taken.stderr
        read = run(record, "status", before=as_anyone)
        assert (read.returncode, "600 messages" in read.stdout) == (0, True), read.stderr
    finally:
        record.chmod(0o700)
    assert contents(record) == before


def test_an_original_that_vanished_is_said_where_it_would_be_shown(record: Path) -> None:
    for path in (record / "originals").glob("??/*"):
        path.unlink()
    (reference,) = rows(record, "SELECT reference FROM messages LIMIT 1")[0]
    done = run(record, "show", str(reference))
    assert done.returncode == 0
    assert "Its original is gone" in done.stdout
    assert run(record, "search", "message").returncode == 0


def test_a_clock_that_went_back_is_said_wherever_something_is_written(
    record: Path, exports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "utc_now", lambda: "2999-01-01T00:00:00Z")
    opened = storing.open_for_writing(record, read_settings(record).identity)
    with opened.transaction():
        opened.write_log("decide", {})
    opened.close()
    told = "but the archive's log has an entry of 2999-01-01T00:00:00Z"
    done = run(record, "ingest", exports[1])
    assert (done.returncode, told in done.stderr) == (0, True)
    assert told in run(record, "status").stdout
    assert told in run(record, "doctor").stdout


@pytest.mark.parametrize("mode", [0o750, 0o707, 0o701])
def test_a_folder_open_to_others_is_said_and_not_changed(record: Path, exports: list[Path], mode: int) -> None:
    record.chmod(mode)
    told = f"other accounts can open the archive's folder (mode 0{mode:o})"
    assert told in run(record, "ingest", exports[1]).stderr
    assert told in run(record, "status").stdout
    assert any(told in one for one in json.loads(run(record, "doctor", "--json").stdout)["cautions"])
    assert record.stat().st_mode & 0o777 == mode
    record.chmod(0o700)
    assert run(record, "ingest", exports[2]).stderr == ""
    (record / "archive.db").chmod(0o640)
    assert "archive.db: it is open to other accounts" in run(record, "status").stdout


MOUNTS = """\
/dev/vda1 / ext4 rw,relatime 0 0
server:/export /srv/team nfs4 rw 0 0
//server/share /mnt/my\\040share cifs rw 0 0
/dev/sdb1 /srv/team/local ext4 rw 0 0
alex@host: /home/alex/there fuse.sshfs rw 0 0
"""
MOUNTS_OF_MACOS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//alex@server/share on /Volumes/my share (smbfs, nodev, nosuid, mounted by alex)
"""


@pytest.mark.parametrize(
    ("folder", "mounts", "kind"),
    [
        ("/home/alex/record", MOUNTS, None),
        ("/srv/team/record", MOUNTS, "nfs4"),
        ("/srv/teams/record", MOUNTS, None),
        ("/srv/team/local/record", MOUNTS, None),
        ("/mnt/my share/record", MOUNTS, "cifs"),
        ("/home/alex/there", MOUNTS, "fuse.sshfs"),
        ("/Users/alex/record", MOUNTS_OF_MACOS, None),
        ("/Volumes/my share/record", MOUNTS_OF_MACOS, "smbfs"),
        ("/home/alex/record", "", None),
    ],
)
def test_an_archive_on_a_network_share_is_told(folder: str, mounts: str, kind: str | None) -> None:
    assert network_kind(Path(folder), mounts) == kind


def test_a_network_share_is_said_when_an_archive_is_opened(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from archiver.record import surroundings

    monkeypatch.setattr(surroundings, "_mounts", lambda: "server:/export / nfs4 rw 0 0\n")
    (told,) = surroundings.cautions(record)
    assert "it is on a network share (nfs4)" in told


def test_a_commit_that_fails_leaves_nothing_open(record: Path, exports: list[Path]) -> None:
    """The sources after the one that did not fit are told the same, not that another program is writing."""
    done = run(record, "ingest", exports[1], exports[2], before=files_up_to(250_000))
    assert done.returncode == 1
    assert "another program" not in done.stdout
    assert archive("status", archive=record).returncode == 0
