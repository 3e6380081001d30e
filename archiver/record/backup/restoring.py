"""The way back on one page: a backup's files into a new folder, checked as ``archive verify`` does, then in its place.

A rehearsal is the same into a temporary folder, which then goes; that it was done, and what it showed, is an entry in
the log of the archive in use.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiverError, Damaged, UsageError
from archiver.record import log
from archiver.record.backup.copying import copy, digest, flush_folder
from archiver.record.backup.folder import BackupFolder, Generation, open_folder
from archiver.record.failpoint import fail_point
from archiver.record.originals import Originals, runs
from archiver.record.store import DATABASE, SETTINGS, Store, open_for_writing
from archiver.record.verifying import verify
from archiver.record.verifying.subject import Subject, opened

Tell = Callable[[str, int], None]
"""Told how far the work is: of what, and how many originals so far."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore or a rehearsal came to."""

    generation: Generation
    faults: tuple[str, ...]
    """What the check found; none where all is well."""
    checkpoint: str | None
    """Of the archive that the entry stands in, after it; None where it stands in none."""


def restore(backup: Path, folder: Path, at: str | None, tell: Tell) -> Restored:
    """Bring a backup back into a folder that is not there yet, as an archive that can be used at once.

    ``at``: which backup, as ``BackupFolder.at`` takes it. Raises ``UsageError`` where there is no such backup or the
    folder holds something, ``Damaged`` where the backup is not what it was: then nothing is left of it.
    """
    place = open_folder(backup)
    generation = place.at(at)
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise UsageError(f"{folder}: something is there already. Name a new folder: a restore never writes over one.")
    building = _beside(folder)
    try:
        building.mkdir(mode=0o700, parents=True)
        _copy(place, generation, building, tell)
        faults = _faults(building, generation)
        if faults:
            raise Damaged(f"{backup}: the backup {generation.name} is not sound; nothing was restored. {faults[0]}")
        checkpoint = _note(building, generation)
        _flush(building)
        fail_point("restore-built")
        building.rename(folder)
        flush_folder(folder.parent)
        fail_point("restore-complete")
    except OSError as error:
        raise ArchiverError(f"{folder}: nothing was restored ({error.strerror}: {error.filename}).") from error
    except sqlite3.OperationalError as error:
        raise ArchiverError(f"{folder}: nothing was restored ({error}).") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Restored(generation, (), checkpoint)


def rehearse(backup: Path, at: str | None, live: Store | None, tell: Tell) -> Restored:
    """Bring a backup back into a temporary folder, check it there, remove it, and note in the log what was shown.

    ``live``: the archive in use; None where there is none on this machine. Raises as ``restore`` does, and
    ``ArchiverError`` where the backup is of another archive than ``live`` or no longer a part of it.
    """
    place = open_folder(backup)
    generation = place.at(at)
    if live is not None:
        _refuse_other(live, generation, backup)
    faults: tuple[str, ...]
    try:
        with tempfile.TemporaryDirectory(prefix="archive-rehearsal-", ignore_cleanup_errors=True) as temporary:
            folder = Path(temporary) / "record"
            folder.mkdir(mode=0o700)
            _copy(place, generation, folder, tell)
            faults = tuple(_faults(folder, generation))
    except Damaged as error:
        faults = (str(error),)
    except OSError as error:
        raise ArchiverError(
            f"{error.filename or tempfile.gettempdir()}: the rehearsal could not be held ({error.strerror})."
            " It needs room for the whole archive; TMPDIR names another place."
        ) from error
    return Restored(generation, faults, _note_rehearsal(live, generation, faults) if live is not None else None)


def _refuse_other(live: Store, generation: Generation, backup: Path) -> None:
    if generation.identity != live.identity:
        raise ArchiverError(f"{backup}: this is a backup of {generation.identity}, not of {live.folder}.")
    leaves = [leaf for (leaf,) in live.connection.execute("SELECT leaf FROM log ORDER BY id")]
    if log.root(leaves[: generation.size]) != generation.root or len(leaves) < generation.size:
        raise ArchiverError(
            f"{live.folder}: the archive does not contain what the backup {generation.name} holds. It was set back,"
            " or altered: see archive verify."
        )


def _beside(folder: Path) -> Path:
    """Where a restore is built; what broken-off ones left there goes."""
    start = f".{folder.name}.restoring-"
    parent = folder.absolute().parent
    for path in parent.glob(f".{_literal(folder.name)}.restoring-*") if parent.is_dir() else ():
        process = path.name.removeprefix(start)
        if process.isdigit() and not runs(int(process)):
            shutil.rmtree(path, ignore_errors=True)
    return parent / f"{start}{os.getpid()}"


def _literal(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)


def _copy(place: BackupFolder, generation: Generation, folder: Path, tell: Tell) -> None:
    """A backup's files into a folder as an archive has them.

    Raises ``Damaged`` where one is gone or is not the one that was backed up.
    """
    own = place.path(generation)
    for name, sha256 in ((DATABASE, generation.database_sha256), (SETTINGS, generation.settings_sha256)):
        _bring(own / name, folder / name, 0o600, sha256)
    fail_point("restore-database")
    originals = Originals(folder / "originals")
    originals.create()
    for done, (sha256, name) in enumerate(_named(folder / DATABASE)):
        tell(name, done)
        target = originals.place(sha256)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _bring(place.original(sha256), target, 0o400, sha256)


def _bring(source: Path, target: Path, mode: int, sha256: str) -> None:
    if not source.is_file():
        raise Damaged(f"{source}: the backup lacks this file.")
    if copy(source, target, mode) != sha256:
        raise Damaged(f"{source}: the file in the backup is not the one that was backed up.")
    if digest(target, from_disk=True) != sha256:
        raise Damaged(f"{target}: the disk does not give back what was written to it.")


def _named(database: Path) -> Sequence[tuple[str, str]]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            return connection.execute("SELECT sha256, name FROM sources ORDER BY id").fetchall()
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{database}: SQLite cannot read the database of the backup ({error}).") from error


def _faults(folder: Path, generation: Generation) -> list[str]:
    """What is wrong with a restored archive, a sentence each."""
    with opened(folder) as connection:
        report = verify(Subject(folder, connection, generation.identity), "standard")
        leaves = [leaf for (leaf,) in connection.execute("SELECT leaf FROM log ORDER BY id")]
    found = [f"{fault.check}: {fault.detail}" for fault in report.faults]
    if (len(leaves), log.root(leaves)) != (generation.size, generation.root):
        found.append("log: it is not the one that was backed up.")
    return found


def _note(folder: Path, generation: Generation) -> str:
    store = open_for_writing(folder, generation.identity)
    try:
        with store.transaction():
            return store.write_log("restore", {"generation": generation.name, "size": generation.size})
    finally:
        store.close()


def _note_rehearsal(live: Store, generation: Generation, faults: Sequence[str]) -> str:
    detail: dict[str, object] = {
        "generation": generation.name, "size": generation.size, "root": generation.root,
        "originals": generation.originals, "faults": len(faults), "outcome": "damaged" if faults else "sound",
    }  # fmt: skip
    with live.transaction():
        return live.write_log("rehearse", detail)


def _flush(folder: Path) -> None:
    """Have every name of a new archive on disk; its files are there already, but for the log's last entry."""
    with (folder / DATABASE).open("rb") as file:
        os.fsync(file.fileno())
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        flush_folder(path)
