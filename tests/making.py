"""What tests make: invented chats as phones write them, and archives in temporary folders."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"

Line = tuple[str, str | None, str]
"""``05/03/2026, 14:07``, a sender or None for a notice, the words."""


def android(lines: Sequence[Line]) -> bytes:
    """An Android export."""
    return "".join(f"{when} - {who + ': ' if who else ''}{words}\n" for when, who, words in lines).encode()


def iphone(lines: Sequence[Line]) -> bytes:
    """An iPhone export with second 00; CRLF between messages, LF inside."""
    return "".join(f"[{when}:00] {who}: {words}\r\n" for when, who, words in lines).encode()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A zip as a phone makes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 3, 20, 9, 30, 0)), content)
    return path


def archive(*arguments: str | Path, archive: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the installed command as its user does, without a terminal."""
    command = [sys.executable, "-m", "archiver", *map(str, arguments)]
    if archive is not None:
        command += ["--archive", str(archive)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=120)


def receipt(*arguments: str | Path, archive: Path) -> dict:  # type: ignore[type-arg]
    """Ingest and give the receipt as a program reads it."""
    from tests import making

    done = making.archive("ingest", "--json", *arguments, archive=archive)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def rows(archive: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Ask the archive's database with plain SQLite, as anyone may."""
    with sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True) as connection:
        return connection.execute(sql, values).fetchall()
