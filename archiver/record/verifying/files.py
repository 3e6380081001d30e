"""The originals: each source has its file, each file its source, and the bytes are those that its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from archiver.record.verifying.report import Fault
from archiver.record.verifying.subject import Subject, opened


def there(subject: Subject) -> Iterator[Fault]:
    """Every source has its original, of its size; nothing else lies in ``originals``."""
    originals = subject.originals
    expected = {}
    for name, sha256, size in subject.connection.execute("SELECT name, sha256, size FROM sources ORDER BY id"):
        if not re.fullmatch("[0-9a-f]{64}", sha256):
            yield Fault("originals", f"{name}: its digest is no SHA-256.")
            continue
        path = originals.place(sha256)
        expected[path] = name
        if path.is_symlink() or not path.is_file():
            yield Fault("originals", f"{name}: its original {sha256} is missing.")
        elif path.stat().st_size != size:
            yield Fault("originals", f"{name}: its original has {path.stat().st_size:,} bytes; {size:,} were taken.")
    received = {path.lstat().st_ino for path in originals.incoming.glob("*")}
    for path in sorted(originals.folder.rglob("*")):
        if path in expected or originals.incoming in (path, path.parent) or (path.is_dir() and not path.is_symlink()):
            continue
        if path.lstat().st_ino not in received and not _is_taken(
            subject, path
        ):  # one that is still being taken, or was when the program was killed
            yield Fault("originals", f"originals/{path.relative_to(originals.folder)}: no source has this file.")


def _is_taken(subject: Subject, path: Path) -> bool:
    """Whether a source has this file by now: another program may have taken it while the check went on."""
    with opened(subject.folder) as later:
        digest = path.parent.name + path.name
        return later.execute("SELECT 1 FROM sources WHERE sha256 = ?", (digest,)).fetchone() is not None


def bytes_of(subject: Subject) -> Iterator[Fault]:
    """Every original is read to its end, and its SHA-256 is its name."""
    originals = subject.originals
    for name, sha256 in subject.connection.execute("SELECT name, sha256 FROM sources ORDER BY id"):
        path = originals.place(sha256 if re.fullmatch("[0-9a-f]{64}", sha256) else "none")
        if path.is_file() and (digest := originals.digest(path)) != sha256:
            what = "cannot be read" if digest is None else "is not the bytes that were taken"
            yield Fault("bytes", f"{name}: its original {sha256} {what}.")
