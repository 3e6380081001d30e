"""The bytes handed over: stored unchanged, named by their SHA-256, before anything is read from them.

A file goes first into ``originals/incoming/`` and is flushed to disk there. When it is taken into the record it gets a
second name, its place, and loses the first one only when the record is committed: so what a killed program left behind
can always be told, and the next one that writes sweeps it away. What is refused leaves nothing.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path

from archiver.errors import ArchiverError, Refused
from archiver.record.failpoint import fail_point

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
            with source, open(target, "xb", buffering=0, opener=_closed) as copy:
                while block := source.read(BLOCK):
                    digest.update(block)
                    size += len(block)
                    write_whole(copy, block)
                    fail_point("original-half-received")
                os.fsync(copy.fileno())
        except OSError as error:
            target.unlink(missing_ok=True)
            raise ArchiverError(f"{name}: it cannot be copied into the archive ({error.strerror}).") from error
        fail_point("original-received")
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
        """Name a received file by its digest, read-only, and flush the folders; ``drop`` it when that is committed."""
        place = self.place(incoming.sha256)
        if place.exists():
            return place
        place.parent.mkdir(mode=0o700, exist_ok=True)
        incoming.path.chmod(READ_ONLY)
        os.link(incoming.path, place)
        flush(place.parent)
        flush(self.folder)
        fail_point("original-placed")
        return place

    def drop(self, path: Path) -> None:
        """Forget that a file was received: it has its place, or is not taken."""
        path.unlink(missing_ok=True)

    def taken_from(self, path: Path) -> Path | None:
        """The place that a received file was given; None where it has none, or another file is there already."""
        if not path.exists() or path.stat().st_nlink == 1:
            return None
        place = self.place(self.digest(path) or "")
        return place if place.is_file() and place.samefile(path) else None

    def left_behind(self) -> list[Path]:
        """Received files of programs that are gone."""
        owners = [(path, path.name.partition("-")[0]) for path in self.incoming.iterdir()]
        return [path for path, owner in owners if owner.isdigit() and not runs(int(owner))]

    def place(self, sha256: str) -> Path:
        """Where the original with this digest lies: ``ab/cdef…``."""
        return self.folder / sha256[:2] / sha256[2:]


def write_whole(file: RawIOBase, block: bytes) -> None:
    """Write all of a block: a disk that is nearly full takes a part of it and says so only by the number."""
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _closed(path: str, flags: int) -> int:
    """Open a new file that only its owner can read, whatever the umask."""
    handle = os.open(path, flags, 0o600)
    os.fchmod(handle, 0o600)
    return handle


def runs(process: int) -> bool:
    """Whether a program with this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def flush(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
