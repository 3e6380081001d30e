"""What stood in an original, read back by its place: the second bridge between reading and the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archiver.errors import Refused
from archiver.model import Member
from archiver.reading.detect import open_source
from archiver.reading.dialects import is_chat
from archiver.record.originals import Originals


def member_of(folder: Path, source: str, sha256: str, member: str) -> Member | None:
    """A file of a source, in its original; None where the original is gone or no longer holds it."""
    path = Originals(folder / "originals").place(sha256)
    if not path.is_file():
        return None
    try:
        opened = open_source(path, source, sha256=sha256, size=path.stat().st_size, is_chat=is_chat)
    except Refused:
        return None
    files = (file for bundle in opened.bundles for file in (bundle.main, *bundle.attachments))
    return next((file for file in files if file.name == member), None)


def named_in(notice: str) -> tuple[str, ...]:
    """Whom a system message names, the one who acted first; empty where it is none that is known."""
    from archiver.reading.dialects.notices import notice_of

    found = notice_of(notice)
    return found.names if found else ()


def as_written(folder: Path, sighting: dict[str, Any]) -> str | None:
    """The physical lines of a sighting, marks and all; None for a picture, or where the original is gone."""
    if sighting["line"] is None:
        return None
    member = member_of(folder, sighting["source"], sighting["sha256"], sighting["member"])
    if member is None:
        return None
    from archiver.reading.spans import lines_of

    encoding = sighting["dialect"].rsplit(" ", 1)[-1]
    with member.open() as stream:
        return lines_of(stream, encoding, sighting["line"], sighting["lines"])
