"""A backup on one page: the database at one moment, then every original that it names, each checked on the disk.

Originals are never removed, so those that the copied database names are there, however long the copying takes and
whatever is ingested meanwhile. SQLite's own page copy takes half the time of ``VACUUM INTO`` (0.6 against 1.1 s for a
million messages, 279 MB) and keeps the file as it is, page for page.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archiver import __version__
from archiver.errors import ArchiverError, Damaged
from archiver.record import log
from archiver.record.backup.copying import copy, digest, flush, flush_folder
from archiver.record.backup.folder import (
    MARKER,
    BackupFolder,
    Generation,
    open_folder,
    prepare,
    refuse_other,
    refuse_strange,
)
from archiver.record.failpoint import fail_point
from archiver.record.store import DATABASE, SETTINGS, Store, utc_now

Tell = Callable[[str, int], None]
"""Told how far the work is: of what, and how many originals so far."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup came to."""

    generation: Generation
    copied: int
    """Originals that the folder did not have."""
    mended: int
    """Originals that had gone bad there and were copied again."""
    removed: list[str]
    """Older backups that were removed, as was asked."""
    entry: int
    """The number of its entry in the archive's log."""


@dataclass(frozen=True, slots=True)
class Named:
    """An original as the database names it."""

    sha256: str
    size: int
    name: str


def back_up(store: Store, destination: Path, keep: int | None, tell: Tell) -> Made:
    """Make a backup of an archive, which may be in use.

    ``keep``: how many backups are kept, this one included; None for all. Raises ``ArchiverError`` where the destination
    cannot be used, ``Damaged`` where the archive is; then no backup is made, and those that are there stand.
    """
    _refuse_inside(store.folder, destination)
    try:
        place = prepare(destination, store.identity)
        _refuse_older(store, place)
        with place.building() as building:
            generation, originals = _copy_database(store, place, building)
            copied, mended = _copy_originals(store, place, originals, building, tell)
            generation = place.complete(building, generation)
        removed = place.keep_only(keep) if keep else []
    except OSError as error:
        raise ArchiverError(f"{destination}: no backup was made ({_told(error)}). Earlier ones stand.") from error
    except sqlite3.OperationalError as error:
        raise ArchiverError(f"{destination}: no backup was made ({error}). Earlier ones stand.") from error
    return Made(generation, copied, mended, removed, _note(store, generation, copied, mended, removed))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a backup would come to, as the archive is now."""

    earlier: int
    """Backups that are there."""
    copy: int
    """Originals that would be copied."""
    copy_bytes: int
    database_bytes: int


def plan(store: Store, destination: Path) -> Plan:
    """Say what a backup would do and write nothing. Raises as ``back_up`` does where the destination cannot be used."""
    _refuse_inside(store.folder, destination)
    place = None
    if (destination / MARKER).exists():
        place = open_folder(destination)
        refuse_other(place, store.identity)
        _refuse_older(store, place)
    elif destination.exists():
        refuse_strange(destination)
    named = [Named(*row) for row in store.connection.execute("SELECT sha256, size, name FROM sources")]
    lacking = [one for one in named if place is None or not place.original(one.sha256).exists()]
    return Plan(
        len(place.generations()) if place else 0, len(lacking), sum(one.size for one in lacking),
        (store.folder / DATABASE).stat().st_size,
    )  # fmt: skip


def _told(error: OSError) -> str:
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror}{where}"


def _refuse_inside(archive: Path, destination: Path) -> None:
    inner, outer = destination.resolve(), archive.resolve()
    if inner == outer or outer in inner.parents:
        raise ArchiverError(f"{destination}: a backup inside the archive would be lost with it. Name another folder.")


def _refuse_older(store: Store, place: BackupFolder) -> None:
    """What the newest backup holds must be the beginning of what the archive holds: else one of them is not as it was.

    Raises ``ArchiverError``.
    """
    found = place.generations()
    if not found:
        return
    newest = found[-1]
    leaves = [leaf for (leaf,) in store.connection.execute("SELECT leaf FROM log ORDER BY id")]
    if len(leaves) < newest.size:
        entries = f"{len(leaves):,} entries in its log, {newest.size:,} in {newest.name}"
        what = f"is older than its newest backup there ({entries})"
    elif log.root(leaves[: newest.size]) != newest.root:
        what = f"has another history than its newest backup there ({newest.name})"
    else:
        return
    raise ArchiverError(
        f"{place.folder}: the archive {what}. It was set back, restored from an earlier backup, or altered."
        " If that is as it should be, back it up to a new folder."
    )


def _copy_database(store: Store, place: BackupFolder, building: Path) -> tuple[Generation, list[Named]]:
    """The database and the settings as they are at one moment, checked; and the originals that they name."""
    made_at, target = utc_now(), building / DATABASE
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(_address(store.folder / DATABASE, "mode=ro"), uri=True)) as source,
            closing(sqlite3.connect(_address(target, "mode=rw&nolock=1"), uri=True, isolation_level=None)) as copied,
        ):
            copied.execute("PRAGMA journal_mode = OFF")
            copied.execute("PRAGMA synchronous = OFF")  # flushed below, once
            source.backup(copied, pages=-1)  # in one step: it holds up no writer, and no writer makes it start again
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise Damaged(f"{store.folder / DATABASE}: the archive is damaged ({error}); no backup was made.") from error
    written = digest(target, from_disk=False)
    with target.open("rb") as file:
        flush(file.fileno())
    settings = copy(store.folder / SETTINGS, building / SETTINGS, 0o600)
    if digest(target, from_disk=True) != written or digest(building / SETTINGS, from_disk=True) != settings:
        raise Damaged(f"{place.folder}: the disk does not give back what was written to it; no backup was made.")
    fail_point("database-copied")
    size, root, checkpoint, originals = _checked(target)
    generation = Generation(
        "", store.identity, made_at, f"archiver {__version__}", size, root, checkpoint, written,
        target.stat().st_size, settings, len(originals), sum(original.size for original in originals),
    )  # fmt: skip
    return generation, originals


def _address(path: Path, how: str) -> str:
    return f"{path.absolute().as_uri()}?{how}"


def _checked(database: Path) -> tuple[int, str, str | None, list[Named]]:
    """The log's size, root and checkpoint and the originals, of a copied database that is sound.

    Raises ``Damaged`` where it is not: a copy page by page is as sound as the archive.
    """
    with closing(sqlite3.connect(_address(database, "mode=ro&immutable=1"), uri=True)) as connection:
        run = connection.execute
        faults = [told for (told,) in run("PRAGMA integrity_check(1)") if told != "ok"]
        faults += [f"a row of {row[0]} names what is not there" for row in run("PRAGMA foreign_key_check").fetchmany(1)]
        leaves = [log.leaf(entry) for (entry,) in run("SELECT entry FROM log ORDER BY id")]
        root = log.root(leaves)
        head = run("SELECT size, root, text FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        if (head or (0, log.root([])))[:2] != (len(leaves), root):
            faults.append("the log does not come to its checkpoint")
        if faults:
            raise Damaged(f"the archive's database is not sound ({faults[0]}): see archive verify. No backup was made.")
        return (
            len(leaves),
            root,
            head and head[2],
            [Named(*row) for row in run("SELECT sha256, size, name FROM sources")],
        )


def _copy_originals(
    store: Store, place: BackupFolder, originals: Sequence[Named], building: Path, tell: Tell
) -> tuple[int, int]:
    """Every original into the backup folder, unless it is there and sound; how many were copied and how many mended."""
    copied = mended = 0
    for done, original in enumerate(originals):
        tell(original.name, done)
        target, source = place.original(original.sha256), store.originals.place(original.sha256)
        there = target.exists()
        sound = there and digest(target, from_disk=True) == original.sha256
        if not source.is_file() or source.stat().st_size != original.size:
            raise Damaged(_lacking(store.folder, source, original, target if sound else None))
        if sound:
            continue
        new = building / original.sha256
        if copy(source, new, 0o400) != original.sha256:
            raise Damaged(_lacking(store.folder, source, original, None))
        if digest(new, from_disk=True) != original.sha256:
            raise Damaged(f"{place.folder}: the disk does not give back what was written to it; no backup was made.")
        target.parent.mkdir(mode=0o700, exist_ok=True)
        new.replace(target)
        flush_folder(target.parent)
        fail_point("original-backed-up")
        mended += there
        copied += not there
    flush_folder(place.originals)
    return copied, mended


def _lacking(archive: Path, source: Path, original: Named, kept: Path | None) -> str:
    what = "is not as it was" if source.exists() else "is gone"
    where = source.relative_to(archive)
    remedy = f"Put it back from {kept}" if kept else "See archive verify"
    return f"{archive}: the original {where} ({original.name}) {what}; no backup was made. {remedy}, then try again."


def _note(store: Store, generation: Generation, copied: int, mended: int, removed: list[str]) -> int:
    """The log's entry. Where the backup lies is not in it: a path may name people, and the log forgets nothing."""
    detail: dict[str, object] = {
        "generation": generation.name, "size": generation.size, "root": generation.root,
        "originals": generation.originals, "copied": copied, "mended": mended, "removed": len(removed),
    }  # fmt: skip
    try:
        with store.transaction() as connection:
            store.write_log("backup", detail)
            return int(connection.execute("SELECT max(id) FROM log").fetchone()[0])
    except (ArchiverError, sqlite3.OperationalError) as error:
        raise ArchiverError(f"The backup {generation.name} is complete, but not noted in the log: {error}") from error
