"""Nobody else may look into an archive, and nothing that a message contains acts on the terminal of who reads it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.killing import sources
from tests.making import android, rows

ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\N{LEFT-TO-RIGHT EMBEDDING}-\N{RIGHT-TO-LEFT OVERRIDE}\N{LEFT-TO-RIGHT ISOLATE}-\N{POP DIRECTIONAL ISOLATE}"
    "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]"
)
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 \x9b31m \x08\x08 \x7f \rAlex: forged \N{RIGHT-TO-LEFT OVERRIDE}gpj.exe"
    "\N{RIGHT-TO-LEFT ISOLATE} \N{LINE SEPARATOR}end"
)


def run(record: Path, *arguments: str | Path, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archiver", *map(str, arguments), "--archive", str(record)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, umask=umask)


def modes(folder: Path) -> dict[str, str]:
    """Every mode in an archive that is not as it must be."""
    wrong = {}
    for path in (folder, *folder.rglob("*")):
        place = path.relative_to(folder).parts
        original = len(place) == 3 and place[0] == "originals" and place[1] != "incoming"
        wanted = 0o700 if path.is_dir() else 0o400 if original else 0o600
        if stat.S_IMODE(path.stat().st_mode) != wanted:
            wrong["/".join(place)] = oct(path.stat().st_mode)
    return wrong


def all_taken(record: Path, exports: Sequence[Path], umask: int) -> None:
    assert run(record, "ingest", *exports, umask=umask).returncode in (0, 3)
    assert run(record, "people", "not-same", "Alex Black (MOJ)", "Priya Shah (HMT)", "--why", "x", umask=umask).stdout


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_every_file_of_an_archive_is_its_owners_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    record = tmp_path / "record"
    all_taken(record, sources(tmp_path / "from", 30), umask)
    assert modes(record) == {}
    assert run(record, "backup", tmp_path / "backup", umask=umask).returncode == 0
    assert run(record, "restore", tmp_path / "backup", tmp_path / "back", umask=umask).returncode == 0
    assert modes(tmp_path / "back") == {}
    assert modes(record) == {}


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_what_a_killed_program_leaves_is_its_owners_alone_too(tmp_path: Path, umask: int) -> None:
    exports = sources(tmp_path / "from", 30)
    record = tmp_path / "record"
    all_taken(record, exports[:1], umask)
    moments = ("original-half-received", "original-received", "source-recorded", "original-placed", "source-committed")
    for moment in moments:
        command = [sys.executable, "-m", "archiver", "ingest", "--archive", str(record), str(exports[1])]
        environment = {**os.environ, "ARCHIVE_FAIL_AT": moment}
        assert subprocess.run(command, umask=umask, env=environment, check=False).returncode == -9
        found = modes(record)
        kept_read_only = {
            name for name in found if name.startswith("originals/incoming/") and found[name] == "0o100400"
        }
        assert set(found) == kept_read_only
        assert moment in ("original-half-received", "original-received", "source-recorded") or found
    assert (record / "archive.db-wal").exists()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which every word that a person may write is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    name = " ".join(HOSTILE.replace("/", "").split())
    export = folder / f"WhatsApp Chat with {name}.txt"
    lines = [
        (f"13/03/2026, 09:{at:02d}", sender, f"{HOSTILE} words number {at}")
        for at, sender in enumerate(["Alex Black (MOJ)", f"Eve {name}", "Priya Shah (HMT)"])
    ]
    lines.append(("13/03/2026, 09:10", "Alex Black (MOJ)", f"{name}.jpg (file attached)"))
    lines.append(("13/03/2026, 09:11", None, f"Eve {name} changed the subject to “{HOSTILE}”"))
    export.write_bytes(android(lines))
    said = ("--custodian", f"Alex {name}", "--work", f"Work {name}", "--by", f"Dan {name}")
    done = run(folder / "record", "ingest", export, *said)
    assert "Receipt for accession" in done.stdout
    assert_tame(done)
    (folder / "record" / "other").write_bytes(export.read_bytes())
    return folder / "record"


def assert_tame(done: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in done.stderr
    assert ACTING.findall(done.stdout + done.stderr) == []


@pytest.mark.parametrize("command", ["status", "chats", "people", "search", "show", "preview", "refused", "decided"])
def test_nothing_that_is_printed_acts_on_the_terminal(hostile: Path, command: str) -> None:
    (reference,) = rows(hostile, "SELECT reference FROM messages WHERE text LIKE '%words number 1%'")[0]
    (export,) = hostile.parent.glob("WhatsApp*")
    eve = next(str(name) for (name,) in rows(hostile, "SELECT name FROM people") if str(name).startswith("Eve"))
    arguments: dict[str, list[str | Path]] = {
        "search": ["search", "words"],
        "show": ["show", str(reference)],
        "preview": ["preview", export],
        "refused": ["ingest", export.with_name(f"gone{export.name}")],
        "decided": ["people", "not-same", "Alex Black (MOJ)", eve, "--why", "x", "--by", f"Dan {HOSTILE}"],
    }
    done = run(hostile, *arguments.get(command, [command])) if command != "preview" else preview(export)
    assert done.stdout or command == "refused"
    assert_tame(done)


@pytest.mark.parametrize("command", ["status", "chats", "people", "search", "show", "decisions"])
def test_nothing_that_is_printed_for_a_program_acts_on_a_terminal_either(hostile: Path, command: str) -> None:
    (reference,) = rows(hostile, "SELECT reference FROM messages WHERE text LIKE '%words number 1%'")[0]
    more = {"search": ["words"], "show": [str(reference)]}.get(command, [])
    done = run(hostile, command, *more, "--json")
    assert_tame(done)
    if command == "show":
        assert json.loads(done.stdout)["text"] == rows(hostile, "SELECT text FROM messages")[1][0]


def preview(export: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archiver", "preview", str(export)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_words_are_kept_as_they_were_written(hostile: Path) -> None:
    """What is tamed is only the printing."""
    (text,) = rows(hostile, "SELECT text FROM messages WHERE text LIKE '%words number 1'")[0]
    assert str(text).startswith("\x1b[2J\x1b]0;owned\x07 \x9b31m \x08\x08 \x7f")
