"""``archive doctor``"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.errors import DONE, MISSING_TOOL


def doctor(archive: o.Archive = None, as_json: o.Json = False) -> None:
    """Say what this machine has and lacks, and what to install; and what endangers the archive, where one is found."""
    checks = [
        {"what": what, "found": found, "install": "" if found else install}
        for what, find, install in _CHECKS
        for found in (find(),)
    ]
    from archiver.cli.terminal import plain

    lacking = [check for check in checks if not check["found"]]
    endangered = _cautions(archive)
    if as_json:
        shown = {"schema": "archiver/doctor/1", "checks": checks, "cautions": endangered}
        print_json(shown)
    else:
        for check in checks:
            told = check["found"] or f"not found. {check['install']}"
            print(f"{'has  ' if check['found'] else 'lacks'}  {check['what']}: {told}")
        for sentence in endangered:
            print(f"\nTo put right: {plain(sentence)}")
        print("\nNothing is missing." if not lacking else "\nWhat is missing is only needed where the line says so.")
    raise typer.Exit(MISSING_TOOL if lacking else DONE)


def _cautions(said: Path | None) -> list[str]:
    """What a person should put right around the archive that is meant, if there is one."""
    from archiver import settings
    from archiver.record.store import open_for_reading
    from archiver.record.surroundings import cautions

    folder = settings.find_archive(said) if said is None else settings.existing_archive(said)
    if not (folder / settings.DATABASE).is_file():
        return []
    connection = open_for_reading(folder)
    try:
        return cautions(folder, connection)
    finally:
        connection.close()


def _tesseract() -> str:
    import subprocess

    path = shutil.which("tesseract")
    if path is None:
        return ""
    first = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    return f"{first} ({path})"


def _languages() -> str:
    import subprocess

    path = shutil.which("tesseract")
    if path is None:
        return ""
    lines = subprocess.run([path, "--list-langs"], capture_output=True, text=True, check=False).stdout.split("\n")[1:]
    found = [line for line in lines if line]
    return ", ".join(found) if "eng" in found else ""


def _libmagic() -> str:
    try:
        import magic
    except ImportError:
        return ""
    return f"version {magic.version()}"  # type: ignore[no-untyped-call]


def _sqlite() -> str:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
    except sqlite3.OperationalError:
        return ""
    return f"{sqlite3.sqlite_version}, with full-text search" if sqlite3.sqlite_version_info >= (3, 37) else ""


def _python() -> str:
    return f"{platform.python_version()} ({sys.executable})"


_CHECKS: tuple[tuple[str, Callable[[], str], str], ...] = (
    ("Python", _python, ""),
    ("SQLite 3.37 with FTS5", _sqlite, "Install a Python that is built with it."),
    (
        "libmagic, to tell files by their content",
        _libmagic,
        "Debian: apt install libmagic1. macOS: brew install libmagic.",
    ),
    ("Tesseract, to read screenshots", _tesseract, "Debian: apt install tesseract-ocr. macOS: brew install tesseract."),
    ("Tesseract's English data", _languages, "Debian: apt install tesseract-ocr-eng. macOS: it comes with tesseract."),
)
