"""``archive backup`` and ``archive restore``: checked, complete or not there, never over anything."""

from __future__ import annotations

import json
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.killing import Ingest, contents, fail_points, faults, run_until, sources, strays
from tests.making import archive, receipt, rows

MOMENTS = [one for one in fail_points("record/backup") if not one.startswith("restore-")]
RESTORING = [one for one in fail_points("record/backup") if one.startswith("restore-")] + ["copy-half-written"]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """An archive of one source, with another one ready to be taken in."""
    first, *_ = sources(tmp_path / "from", 60)
    receipt(first, archive=tmp_path / "record")
    return tmp_path / "record"


def back_up(record: Path, to: Path, *more: str) -> dict[str, Any]:
    done = archive("backup", to, "--json", *more, archive=record)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def take_another(record: Path) -> None:
    receipt(record.parent / "from" / "WhatsApp Chat with B.txt", archive=record)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def actions(record: Path) -> list[str]:
    return [json.loads(str(entry))["action"] for (entry,) in rows(record, "SELECT entry FROM log ORDER BY id")]


def detail(record: Path, action: str) -> dict[str, Any]:
    entries = [json.loads(str(entry)) for (entry,) in rows(record, "SELECT entry FROM log ORDER BY id")]
    return dict([entry["detail"] for entry in entries if entry["action"] == action][-1])


def test_a_backup_comes_back_as_the_archive_that_it_was(record: Path, tmp_path: Path) -> None:
    before = contents(record)
    made = back_up(record, tmp_path / "backup")
    shutil.rmtree(record)
    done = archive("restore", tmp_path / "backup", tmp_path / "back")
    assert done.returncode == 0, done.stderr
    back = tmp_path / "back"
    assert contents(back) == before
    assert faults(back) + strays(back) == []
    assert actions(back) == ["ingest", "restore"]
    assert made["generation"]["checkpoint"] in [text for (text,) in rows(back, "SELECT text FROM checkpoints")]
    take_another(back)
    assert faults(back) == []


def test_what_comes_back_on_an_empty_machine_is_clean_by_the_full_check_and_holds_all_of_the_receipt(
    tmp_path: Path,
) -> None:
    """Only the backup folder is left, moved elsewhere; the source's receipt proves that nothing is missing."""
    record, backup = tmp_path / "record", tmp_path / "backup"
    done = archive("ingest", *sources(tmp_path / "from", 60), archive=record)
    (tmp_path / "receipt.txt").write_text(done.stdout)
    back_up(record, backup)
    shutil.rmtree(record)
    moved = backup.rename(tmp_path / "elsewhere")
    assert archive("restore", moved, tmp_path / "back").returncode == 0
    checked = archive("verify", "--full", "--against", tmp_path / "receipt.txt", archive=tmp_path / "back")
    assert checked.returncode == 0, checked.stdout


def test_a_backup_is_an_entry_of_the_log_and_a_receipt_with_the_checkpoint_backed_up(
    record: Path, tmp_path: Path
) -> None:
    (checkpoint,) = rows(record, "SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1")[0]
    done = archive("backup", tmp_path / "backup", archive=record)
    assert done.returncode == 0
    assert all(f"  {line}\n" in done.stdout + "\n" for line in str(checkpoint).splitlines())
    assert actions(record) == ["ingest", "backup"]
    noted = detail(record, "backup")
    assert (noted["size"], noted["originals"], noted["copied"]) == (1, 1, 1)
    assert str(tmp_path) not in str(rows(record, "SELECT entry FROM log"))


def test_what_the_backup_has_is_not_copied_again(record: Path, tmp_path: Path) -> None:
    assert back_up(record, tmp_path / "backup")["copied"] == 1
    (original,) = (path for path in (tmp_path / "backup/originals").rglob("*") if path.is_file())
    number = original.stat().st_ino
    take_another(record)
    again = back_up(record, tmp_path / "backup")
    assert (again["copied"], again["mended"], again["generation"]["originals"]) == (1, 0, 2)
    assert original.stat().st_ino == number


def test_what_would_be_copied_is_said_and_nothing_written(record: Path, tmp_path: Path) -> None:
    new = json.loads(archive("backup", "--dry-run", "--json", tmp_path / "backup", archive=record).stdout)
    assert (new["earlier"], new["copy"]) == (0, 1)
    assert not (tmp_path / "backup").exists()
    back_up(record, tmp_path / "backup")
    take_another(record)
    before = files(tmp_path / "backup")
    said = archive("backup", "--dry-run", tmp_path / "backup", archive=record)
    assert "has 1 backup of this archive" in said.stdout
    assert "1 original (" in said.stdout
    assert files(tmp_path / "backup") == before
    assert actions(record).count("backup") == 1
    (tmp_path / "backup" / "backup.toml").unlink()
    assert "holds other things" in archive("backup", "--dry-run", tmp_path / "backup", archive=record).stderr


def test_two_backups_at_once_are_both_there(record: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "archiver", "backup", str(tmp_path / "backup"), "--archive", str(record)]
    back_up(record, tmp_path / "backup")
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [one.wait(timeout=120) for one in running] == [0, 0, 0]
    listed = json.loads(archive("restore", tmp_path / "backup", "--list", "--json").stdout)["backups"]
    assert len(listed) == 4
    for one in listed:
        assert archive("restore", tmp_path / "backup", tmp_path / one["name"], "--at", one["name"]).returncode == 0
    assert list((tmp_path / "backup/incoming").iterdir()) == []


def test_an_original_gone_bad_in_the_backup_is_copied_again(record: Path, tmp_path: Path) -> None:
    back_up(record, tmp_path / "backup")
    (original,) = (path for path in (tmp_path / "backup/originals").rglob("*") if path.is_file())
    good = original.read_bytes()
    original.chmod(0o600)
    original.write_bytes(b"x" + good[1:])
    assert back_up(record, tmp_path / "backup")["mended"] == 1
    assert original.read_bytes() == good
    assert stat.S_IMODE(original.stat().st_mode) == 0o400


def test_earlier_generations_are_kept_and_come_back_by_their_time(record: Path, tmp_path: Path) -> None:
    first = contents(record)
    name = back_up(record, tmp_path / "backup")["generation"]["name"]
    take_another(record)
    newer = back_up(record, tmp_path / "backup")["generation"]["name"]
    listed = json.loads(archive("restore", tmp_path / "backup", "--list", "--json").stdout)["backups"]
    assert [one["name"] for one in listed] == [name, newer]
    assert archive("restore", tmp_path / "backup", tmp_path / "then", "--at", name).returncode == 0
    assert archive("restore", tmp_path / "backup", tmp_path / "now").returncode == 0
    assert contents(tmp_path / "then") == first
    assert contents(tmp_path / "now") == contents(record)
    later = archive("restore", tmp_path / "backup", tmp_path / "later", "--at", "2999-01-01")
    assert later.returncode == 0
    too_early = archive("restore", tmp_path / "backup", tmp_path / "early", "--at", "1999-01-01")
    assert (too_early.returncode, "no backup was made up to 1999-01-01" in too_early.stderr) == (2, True)
    assert archive("restore", tmp_path / "backup", tmp_path / "x", "--at", "tomorrow").returncode == 2


def test_only_so_many_are_kept_where_that_is_said(record: Path, tmp_path: Path) -> None:
    names = [back_up(record, tmp_path / "backup")["generation"]["name"] for _ in range(3)]
    assert len(set(names)) == 3
    last = back_up(record, tmp_path / "backup", "--keep", "2")
    assert last["removed"] == names[:2]
    assert sorted(path.name for path in (tmp_path / "backup/generations").iterdir()) == sorted(
        [names[2], last["generation"]["name"]]
    )
    assert list((tmp_path / "backup/incoming").iterdir()) == []


def test_a_backup_never_goes_where_it_does_not_belong(record: Path, tmp_path: Path) -> None:
    inside = archive("backup", record / "backup", archive=record)
    assert (inside.returncode, "inside the archive" in inside.stderr) == (1, True)
    (tmp_path / "link").symlink_to(record)
    assert "inside the archive" in archive("backup", tmp_path / "link" / "b", archive=record).stderr
    assert "inside the archive" in archive("backup", record, archive=record).stderr
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("something else")
    foreign = archive("backup", other, archive=record)
    assert (foreign.returncode, "holds other things" in foreign.stderr) == (1, True)
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    second = tmp_path / "second"
    receipt(tmp_path / "from" / "WhatsApp Chat with B.txt", archive=second)
    back_up(second, tmp_path / "backup")
    before = files(tmp_path / "backup")
    another = archive("backup", tmp_path / "backup", archive=record)
    assert (another.returncode, "another archive" in another.stderr) == (1, True)
    assert files(tmp_path / "backup") == before
    assert actions(record) == ["ingest"]


def test_an_archive_that_was_set_back_does_not_go_over_its_newer_backup(record: Path, tmp_path: Path) -> None:
    early = Path(shutil.copytree(record, tmp_path / "early"))
    take_another(record)
    back_up(record, tmp_path / "backup")
    set_back = archive("backup", tmp_path / "backup", archive=early)
    assert (set_back.returncode, "is older than its newest backup" in set_back.stderr) == (1, True)
    receipt(tmp_path / "from" / "later" / "WhatsApp Chat with A.txt", archive=early)
    parted = archive("backup", tmp_path / "backup", archive=early)
    assert (parted.returncode, "has another history" in parted.stderr) == (1, True)
    assert len(list((tmp_path / "backup/generations").iterdir())) == 1


def test_a_restored_archive_goes_on_with_its_backups(record: Path, tmp_path: Path) -> None:
    back_up(record, tmp_path / "backup")
    assert archive("restore", tmp_path / "backup", tmp_path / "back").returncode == 0
    take_another(tmp_path / "back")
    assert back_up(tmp_path / "back", tmp_path / "backup")["copied"] == 1


def test_a_restore_never_writes_over_anything(record: Path, tmp_path: Path) -> None:
    back_up(record, tmp_path / "backup")
    before = files(record)
    over = archive("restore", tmp_path / "backup", record)
    assert (over.returncode, "something is there already" in over.stderr) == (2, True)
    assert files(record) == before
    (tmp_path / "empty").mkdir()
    assert archive("restore", tmp_path / "backup", tmp_path / "empty").returncode == 0
    assert archive("restore", tmp_path / "from", tmp_path / "x").returncode == 2
    assert archive("restore", tmp_path / "backup").returncode == 2
    assert not (tmp_path / "x").exists()


def damage(backup: Path, what: str) -> None:
    pattern = {"original": "originals/*/*", "database": "generations/*/archive.db", "settings": "generations/*/*.toml"}
    (path,) = backup.glob(pattern[what])
    path.chmod(0o600)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.mark.parametrize("what", ["original", "database", "settings"])
def test_a_backup_that_was_changed_is_found_out_and_nothing_is_restored(
    record: Path, tmp_path: Path, what: str
) -> None:
    back_up(record, tmp_path / "backup")
    damage(tmp_path / "backup", what)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = archive("restore", tmp_path / "backup", tmp_path / "back")
    assert (done.returncode, "is not the one that was backed up" in done.stderr) == (4, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_rehearsal_is_an_entry_that_says_what_it_showed(record: Path, tmp_path: Path) -> None:
    back_up(record, tmp_path / "backup")
    done = archive("restore", "--rehearse", tmp_path / "backup", archive=record)
    assert (done.returncode, "can be restored" in done.stdout) == (0, True), done.stderr
    noted = detail(record, "rehearse")
    assert (noted["outcome"], noted["faults"], noted["size"], noted["originals"]) == ("sound", 0, 1, 1)
    damage(tmp_path / "backup", "original")
    failed = archive("restore", "--rehearse", tmp_path / "backup", archive=record)
    assert (failed.returncode, "cannot be relied on" in failed.stdout) == (4, True)
    assert detail(record, "rehearse")["outcome"] == "damaged"
    status = json.loads(archive("status", "--json", archive=record).stdout)
    assert status["last_rehearsal"]["outcome"] == "damaged"
    assert status["last_backup"]["size"] == 1


def test_a_rehearsal_without_an_archive_is_held_and_noted_nowhere(record: Path, tmp_path: Path) -> None:
    back_up(record, tmp_path / "backup")
    shutil.rmtree(record)
    command = [sys.executable, "-m", "archiver", "restore", "--rehearse", str(tmp_path / "backup")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "No archive is here" in done.stdout) == (0, True), done.stderr


def test_a_rehearsal_of_another_archives_backup_is_refused(record: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    receipt(tmp_path / "from" / "WhatsApp Chat with B.txt", archive=second)
    back_up(second, tmp_path / "backup")
    done = archive("restore", "--rehearse", tmp_path / "backup", archive=record)
    assert (done.returncode, "not of" in done.stderr) == (1, True)
    assert actions(record) == ["ingest"]


def test_status_says_when_there_was_no_backup_yet_and_when_there_was(record: Path, tmp_path: Path) -> None:
    assert "No backup has been made yet" in archive("status", archive=record).stdout
    back_up(record, tmp_path / "backup")
    said = archive("status", archive=record).stdout
    assert "Last backup 20" in said
    assert "no restore has been rehearsed yet" in said
    archive("restore", "--rehearse", tmp_path / "backup", archive=record)
    assert "a restore was last rehearsed 20" in archive("status", archive=record).stdout


def test_everything_in_a_backup_and_in_what_comes_back_is_its_owners_alone(record: Path, tmp_path: Path) -> None:
    back_up(record, tmp_path / "backup")
    archive("restore", tmp_path / "backup", tmp_path / "back")
    for folder in (tmp_path / "backup", tmp_path / "back"):
        for path in (folder, *folder.rglob("*")):
            original = "originals" in path.parts[len(folder.parts) :]
            wanted = 0o700 if path.is_dir() else 0o400 if original else 0o600
            assert (path, oct(stat.S_IMODE(path.stat().st_mode))) == (path, oct(wanted))


def test_a_lost_original_is_said_with_where_it_may_be_had_and_nothing_is_made(record: Path, tmp_path: Path) -> None:
    (original,) = (path for path in (record / "originals").rglob("*") if path.is_file())
    original.rename(tmp_path / "lost")
    done = archive("backup", tmp_path / "backup", archive=record)
    assert (done.returncode, "is gone; no backup was made" in done.stderr) == (4, True)
    assert list((tmp_path / "backup/generations").iterdir()) == []
    (tmp_path / "lost").rename(original)
    back_up(record, tmp_path / "backup")
    original.unlink()
    again = archive("backup", tmp_path / "backup", archive=record)
    assert (again.returncode, f"Put it back from {tmp_path}/backup/originals/" in again.stderr) == (4, True)
    assert len(list((tmp_path / "backup/generations").iterdir())) == 1


def test_a_changed_original_is_not_backed_up_as_if_it_were_good(record: Path, tmp_path: Path) -> None:
    (original,) = (path for path in (record / "originals").rglob("*") if path.is_file())
    original.chmod(0o600)
    original.write_bytes(b"x" + original.read_bytes()[1:])
    done = archive("backup", tmp_path / "backup", archive=record)
    assert (done.returncode, "is not as it was; no backup was made" in done.stderr) == (4, True)
    assert [path for path in (tmp_path / "backup/originals").rglob("*") if path.is_file()] == []


def test_a_damaged_database_is_not_backed_up(record: Path, tmp_path: Path) -> None:
    content = bytearray((record / "archive.db").read_bytes())
    content[40_000:60_000] = b"\x55" * 20_000
    (record / "archive.db").write_bytes(content)
    done = archive("backup", tmp_path / "backup", archive=record)
    assert done.returncode == 4, done.stderr
    assert not list((tmp_path / "backup").glob("generations/*"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_a_backup_is_complete_or_not_there(record: Path, tmp_path: Path, moment: str) -> None:
    first = contents(record)
    backup = tmp_path / "backup"
    if moment != "backup-folder-made":
        back_up(record, backup)
        take_another(record)
    assert run_until(["backup", "--archive", record, backup], moment=moment).code == -signal.SIGKILL
    if moment != "backup-folder-made":
        assert archive("restore", backup, tmp_path / "between").returncode == 0
        expected = contents(record) if moment == "backup-complete" else first
        assert contents(tmp_path / "between") == expected
    assert faults(record) + strays(record) == []
    made = back_up(record, backup)
    assert archive("restore", backup, tmp_path / "back").returncode == 0
    assert contents(tmp_path / "back") == contents(record)
    assert list((backup / "incoming").iterdir()) == []
    assert len(list((backup / "originals").glob("*/*"))) == made["generation"]["originals"]


@pytest.mark.parametrize("moment", RESTORING)
def test_killed_at_any_moment_a_restore_is_complete_or_not_there(record: Path, tmp_path: Path, moment: str) -> None:
    back_up(record, tmp_path / "backup")
    back = tmp_path / "back"
    assert run_until(["restore", tmp_path / "backup", back], moment=moment).code == -signal.SIGKILL
    assert back.exists() == (moment == "restore-complete")
    if not back.exists():
        assert archive("restore", tmp_path / "backup", back).returncode == 0
    assert contents(back) == contents(record)
    assert faults(back) + strays(back) == []
    assert [path.name for path in tmp_path.iterdir() if "restoring" in path.name] == []


def test_what_is_ingested_while_a_backup_is_made_is_in_it_whole_or_not_at_all(tmp_path: Path) -> None:
    ingest = Ingest(tmp_path / "ingest", 3_000)
    record = Path(shutil.copytree(ingest.before, tmp_path / "record"))
    command = [sys.executable, "-m", "archiver", "ingest", "--quiet", "--archive", str(record), *map(str, ingest.more)]
    running = subprocess.Popen(command)
    names = []
    while running.poll() is None:
        names.append(back_up(record, tmp_path / "backup")["generation"]["name"])
    assert running.returncode in (0, 3)
    assert names
    for name in names:
        assert archive("restore", tmp_path / "backup", tmp_path / name, "--at", name).returncode == 0
        assert contents(tmp_path / name) in ingest.states
        assert faults(tmp_path / name) == []
