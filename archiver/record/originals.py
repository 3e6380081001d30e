"""The bytes handed over: stored unchanged, named by their SHA-256, before anything is read from them.

A file goes first into ``originals/incoming/``, is flushed to disk there, and moves to its place only when it is taken
into the record. What is refused leaves nothing behind; what a killed program left in ``incoming`` is swept away by the
next one.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiverError, Refused

BLOCK = 1 << 20
READ_ONLY = stat.S_IRUSR


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file copied into the archive's care, not yet taken into the record."""

    path: Path
    sha256: str
    size: int


class Originals:
    """The folder of original files of one archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"

    def create(self) -> None:
        """Make the folders, readable by their owner only."""
        for folder in (self.folder, self.incoming):
            folder.mkdir(mode=0o700, exist_ok=True)

    def receive(self, path: Path, name: str) -> Incoming:
        """Copy a file's bytes into ``incoming``, flushed to disk, and say what they are.

        Raises ``Refused`` where it cannot be read, ``ArchiverError`` where it cannot be written.
        """
        digest, size = hashlib.sha256(), 0
        target = self.incoming / f"{os.getpid()}-{os.urandom(8).hex()}"
        try:
            source = path.open("rb", buffering=0)
        except OSError as error:
            raise Refused("unreadable", f"{name}: the file cannot be read ({error.strerror}).") from error
        try:
            with source, target.open("xb", buffering=0) as copy:
                os.fchmod(copy.fileno(), 0o600)
                while block := source.read(BLOCK):
                    digest.update(block)
                    size += len(block)
                    copy.write(block)
                os.fsync(copy.fileno())
        except OSError as error:
            target.unlink(missing_ok=True)
            raise ArchiverError(f"{name}: it cannot be copied into the archive ({error.strerror}).") from error
        return Incoming(target, digest.hexdigest(), size)

    def digest(self, path: Path) -> str | None:
        """The SHA-256 of a file where it lies, or None where it cannot be read."""
        digest = hashlib.sha256()
        try:
            with path.open("rb", buffering=0) as source:
                while block := source.read(BLOCK):
                    digest.update(block)
        except OSError:
            return None
        return digest.hexdigest()

    def take(self, incoming: Incoming) -> Path:
        """Move a received file to the place that its digest names, read-only, and flush the folders."""
        place = self.place(incoming.sha256)
        if place.exists():
            incoming.path.unlink()
            return place
        place.parent.mkdir(mode=0o700, exist_ok=True)
        incoming.path.chmod(READ_ONLY)
        incoming.path.replace(place)
        _flush(place.parent)
        _flush(self.folder)
        return place

    def drop(self, incoming: Incoming) -> None:
        """Forget a received file that is not taken."""
        incoming.path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what programs that are gone left in ``incoming``."""
        for path in self.incoming.iterdir():
            owner = path.name.partition("-")[0]
            if owner.isdigit() and not _runs(int(owner)):
                with suppress(OSError):
                    path.unlink()

    def place(self, sha256: str) -> Path:
        """Where the original with this digest lies: ``ab/cdef…``."""
        return self.folder / sha256[:2] / sha256[2:]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
