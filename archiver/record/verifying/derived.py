"""The record derived again, beside the archive, and compared with it row by row."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.errors import ArchiverError
from archiver.record.derived import differences
from archiver.record.verifying.report import Fault, Report
from archiver.record.verifying.subject import Subject


def derived(subject: Subject) -> Iterator[Fault]:
    """Every chat, person, message, sighting, match, reading and finding is what the originals and decisions come to.

    The originals are read again from their bytes; nothing that stands in the derived tables is believed.
    """
    if subject.derive is None:
        raise ValueError("deriving the record again is the caller's to give")
    with _nobody_writes(subject), tempfile.TemporaryDirectory(prefix="archive-verify-") as folder:
        into = Path(folder) / "derived.db"
        held, database = _to_attach(subject, Path(folder))
        try:
            subject.derive(subject.folder, held, into)
        except ArchiverError as error:
            yield Fault("derived", f"The record cannot be derived again: {error}")
            return
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
            kind = type(error).__name__
            yield Fault("derived", f"The record cannot be derived again: what it needs is not as it was kept ({kind}).")
            return
        finally:
            if held is not subject.connection:
                held.close()
        compared = sqlite3.connect(into.as_uri(), uri=True, isolation_level=None)
        try:
            compared.execute("ATTACH ? AS held", (f"{database.absolute().as_uri()}?mode=ro",))
            for difference in differences(compared):
                yield Fault("derived", _told(subject.connection, *difference))
        finally:
            compared.close()


def _to_attach(subject: Subject, folder: Path) -> tuple[sqlite3.Connection, Path]:
    """The archive's database where SQLite can attach it: a copy in ``folder``, where it lies on a read-only disk."""
    if subject.is_writable:
        return subject.connection, subject.database
    copied = sqlite3.connect(folder / "held.db", isolation_level=None)
    subject.connection.backup(copied)
    return copied, folder / "held.db"


@contextmanager
def _nobody_writes(subject: Subject) -> Iterator[None]:
    """Other programs wait while the archive is derived again. Raises ``ArchiverError`` where one was just writing."""
    if not subject.is_writable:
        yield
        return
    lock = sqlite3.connect(subject.database, timeout=30, isolation_level=None)
    try:
        lock.execute("BEGIN IMMEDIATE")
        (entries,) = lock.execute("SELECT count(*) FROM log").fetchone()
        if entries != len(subject.entries):
            raise ArchiverError("there are new entries in the log")
        yield
    finally:
        lock.close()


def note_pictures(subject: Subject, report: Report) -> None:
    """Say that what a machine read off pictures is taken as it was kept."""
    (pictures,) = subject.connection.execute("SELECT count(*) FROM recognitions").fetchone()
    if pictures:
        report.not_checked.append(
            f"Whether {pictures:,} pictures would be read the same again (archive rebuild --read-again does it)."
        )


def _told(connection: sqlite3.Connection, table: str, row: int, what: str) -> str:
    name = f"row {row} of {table}"
    if table == "messages":
        found = connection.execute("SELECT reference FROM messages WHERE id = ?", (row,)).fetchone()
        name = f"message {found[0]}" if found else name
    if what == "missing":
        return f"{name[0].upper()}{name[1:]} is missing: the originals and decisions come to it."
    if what == "extra":
        return f"{name[0].upper()}{name[1:]} is not what the originals and decisions come to: there is none."
    return f"{name[0].upper()}{name[1:]}: the originals and decisions come to another {what}."
