"""Files copied so that the copy is known to lie on the disk, as it should."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from archiver.record.failpoint import fail_point
from archiver.record.originals import write_whole

BLOCK = 1 << 20


def copy(source: Path, target: Path, mode: int) -> str:
    """Copy a file to a name that is not there yet; its SHA-256 as it was read, the bytes flushed to disk.

    The mode is given at once and not afterwards: there are disks that know none.
    """
    digest = hashlib.sha256()
    with source.open("rb", buffering=0) as read, open(target, "xb", buffering=0, opener=_with(mode)) as written:
        while block := read.read(BLOCK):
            digest.update(block)
            write_whole(written, block)
            fail_point("copy-half-written")
        flush(written.fileno())
    return digest.hexdigest()


def write(target: Path, text: str) -> None:
    """Write a small new file, flushed to disk."""
    with open(target, "xb", buffering=0, opener=_with(0o600)) as written:
        write_whole(written, text.encode())
        flush(written.fileno())


def digest(path: Path, *, from_disk: bool) -> str:
    """The SHA-256 of a file; ``from_disk``: of what the disk gives back, not of what memory still holds of it."""
    found = hashlib.sha256()
    with path.open("rb", buffering=0) as read:
        if from_disk:
            _forget(read.fileno())
        while block := read.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def flush(handle: int) -> None:
    """Have a file, or the names in a folder, on disk; a file system that cannot do it for folders is let be."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        flush(handle)
    finally:
        os.close(handle)


def _forget(handle: int) -> None:
    """Have the system drop what it holds of a file in memory, where it can."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _with(mode: int) -> Callable[[str, int], int]:
    return lambda path, flags: os.open(path, flags, mode)
