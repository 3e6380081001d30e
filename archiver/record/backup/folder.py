"""The folder that backups lie in: whose it is, its generations, and what is under way."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from archiver.errors import ArchiverError, Damaged, UsageError
from archiver.record.backup.copying import flush_folder, write
from archiver.record.failpoint import fail_point
from archiver.record.originals import runs

MARKER, MANIFEST = "backup.toml", "backup.json"
_SCHEMA = "archiver/backup/1"
_TOLD = """\
# Backups of one archive. Each folder in generations/ with originals/ beside its files is the whole archive of its time:
# archive restore does it, and checks it; by hand, copy both into one new folder.
"""


@dataclass(frozen=True, slots=True)
class Generation:
    """One backup: the archive at one time."""

    name: str
    """``2026-11-23T045500Z``; empty until it has its place."""
    identity: str
    made_at: str
    """UTC, the clock of the machine that made it."""
    tool: str
    size: int
    """Entries of the log that it holds."""
    root: str
    """Their RFC 6962 root, in hexadecimal."""
    checkpoint: str | None
    """As printed on receipts; None where the log has no entry."""
    database_sha256: str
    database_bytes: int
    settings_sha256: str
    originals: int
    originals_bytes: int


class BackupFolder:
    """A folder of backups, which is there."""

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        self.identity = identity
        self.incoming = folder / "incoming"
        self.originals = folder / "originals"

    def generations(self) -> list[Generation]:
        """Every complete backup, the oldest first: by how much of the log it holds, for clocks may go back."""
        found = [self._read(path) for path in (self.folder / "generations").iterdir() if _NAME.fullmatch(path.name)]
        return sorted(found, key=lambda one: (one.size, one.made_at, one.name))

    def path(self, generation: Generation) -> Path:
        """Where a backup's own files lie."""
        return self.folder / "generations" / generation.name

    def original(self, sha256: str) -> Path:
        """Where the original with this digest lies."""
        return self.originals / sha256[:2] / sha256[2:]

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A folder to build a backup in; it is gone afterwards, unless it was moved to its place."""
        self._sweep()
        folder = self.incoming / f"{os.uname().nodename}-{os.getpid()}-{os.urandom(4).hex()}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def complete(self, building: Path, generation: Generation) -> Generation:
        """Give what was built its place; from now on the backup is there, under the name that it then has."""
        while True:
            named = replace(generation, name=self._free_name(generation.made_at))
            write(building / MANIFEST, json.dumps({"schema": _SCHEMA, **asdict(named)}, indent=1) + "\n")
            flush_folder(building)
            fail_point("backup-built")
            try:
                building.rename(self.path(named))
                break
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                (building / MANIFEST).unlink()  # another backup of this second had the name first
        flush_folder(self.folder / "generations")
        fail_point("backup-complete")
        return named

    def _free_name(self, made_at: str) -> str:
        """The name of a backup made at a time: two of one second differ by a number."""
        name = made_at.replace(":", "")
        taken = {path.name for path in (self.folder / "generations").iterdir()}
        return next(one for one in (name, *(f"{name}-{k}" for k in range(2, 1000))) if one not in taken)

    def keep_only(self, number: int) -> list[str]:
        """Remove all but the newest backups; the names of those that went. Originals stay."""
        gone = self.generations()[:-number]
        for generation in gone:
            with self.building() as folder:
                self.path(generation).rename(folder / generation.name)
        return [generation.name for generation in gone]

    def at(self, time: str | None) -> Generation:
        """The newest backup, or the newest of those made up to a time: ``2026-11-23``, ``2026-11-23T04:55``, or a name.

        Raises ``UsageError`` where there is none.
        """
        found = self.generations()
        if not found:
            raise UsageError(f"{self.folder}: no backup is complete here yet.")
        if time is None:
            return found[-1]
        named = next((one for one in found if one.name == time), None)
        if named is not None:
            return named
        latest = _until(time)
        fitting = [one for one in found if one.made_at <= latest]
        if not fitting:
            raise UsageError(f"{self.folder}: no backup was made up to {time}; the first is {found[0].name}.")
        return fitting[-1]

    def _read(self, path: Path) -> Generation:
        try:
            said = json.loads((path / MANIFEST).read_text("utf-8"))
            if said.pop("schema") != _SCHEMA:
                raise ArchiverError(f"{path}: a newer version of the program made this backup. Install that one.")
            generation = Generation(**said)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Damaged(f"{path / MANIFEST}: it cannot be read ({type(error).__name__}).") from error
        if generation.identity != self.identity or generation.name != path.name:
            raise Damaged(f"{path}: this is not a backup of {self.identity}, or it was moved.")
        return generation

    def _sweep(self) -> None:
        """Remove what backups left that were broken off on this machine."""
        for path in self.incoming.iterdir():
            host, _, process = path.name.rpartition("-")[0].rpartition("-")
            if host == os.uname().nodename and process.isdigit() and not runs(int(process)):
                shutil.rmtree(path, ignore_errors=True)


_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?")


def _until(time: str) -> str:
    """The last instant that a person means, as backups write theirs."""
    try:
        when = datetime.fromisoformat(time.removesuffix("Z"))
    except ValueError as error:
        raise UsageError(f"--at {time}: this is no time. Write it as 2026-11-23 or 2026-11-23T04:55 (UTC).") from error
    if len(time) <= 10:
        when = when.replace(hour=23, minute=59, second=59)
    elif time.count(":") == 1:
        when = when.replace(second=59)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def open_folder(folder: Path) -> BackupFolder:
    """A backup folder that is there.

    Raises ``UsageError`` where it holds no backups.
    """
    try:
        said = tomllib.loads((folder / MARKER).read_text("utf-8"))
        return BackupFolder(folder, str(said["backup"]["identity"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"{folder}: there are no backups here (no readable {MARKER}).") from error


def prepare(folder: Path, identity: str) -> BackupFolder:
    """The backup folder of an archive, made where there is none.

    Raises ``ArchiverError`` where the folder holds other things or another archive's backups.
    """
    if not (folder / MARKER).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_strange(folder)
        new = folder / f"{MARKER}.new"
        new.unlink(missing_ok=True)
        write(new, f'{_TOLD}[backup]\nidentity = "{identity}"\n')
        new.replace(folder / MARKER)
        fail_point("backup-folder-made")
    opened = open_folder(folder)
    refuse_other(opened, identity)
    for part in ("generations", "originals", "incoming"):
        (folder / part).mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder)
    return opened


def refuse_strange(folder: Path) -> None:
    """Raises ``ArchiverError`` where a folder without backups holds other things, or is none."""
    if not folder.is_dir() or any(not path.name.startswith(MARKER) for path in folder.iterdir()):
        raise ArchiverError(f"{folder}: the folder holds other things than backups. Name a new one.")


def refuse_other(place: BackupFolder, identity: str) -> None:
    """Raises ``ArchiverError`` where the backups are another archive's."""
    if place.identity != identity:
        raise ArchiverError(
            f"{place.folder}: these are backups of another archive ({place.identity}, not {identity})."
            " Name a new folder."
        )
