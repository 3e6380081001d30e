"""The bytes of originals and of the files inside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from archiver import evidence
from archiver.browse import downloads
from archiver.browse.visit import Visit
from archiver.finding import custody
from archiver.record.originals import Originals


async def member(visit: Visit) -> Any:
    """A file of a source: a picture is shown, all else is saved."""
    found = await visit.archive.read(lambda c: custody.member(c, int(visit.parts["member"])))
    if found is None:
        return await visit.sorry("There is no such file.")
    wanted = (visit.archive.folder, found["source"], found["sha256"], found["member"])
    file = await visit.archive.beside(evidence.member_of, *wanted)
    return await _sent(visit, found["member"], None if file is None else file.open)


async def original(visit: Visit) -> Any:
    """A source, byte for byte as it was handed over."""
    found = await visit.archive.read(lambda c: custody.source(c, int(visit.parts["source"])))
    if found is None:
        return await visit.sorry("There is no such file.")
    path = Originals(visit.archive.folder / "originals").place(found["sha256"])
    return await _sent(visit, found["name"], partial(_open, path) if path.is_file() else None)


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


async def _sent(visit: Visit, name: str, opened: Callable[[], BinaryIO] | None) -> Any:
    if opened is None:
        return await visit.sorry(
            "The original of this file is not where it should be. Check the archive: archive verify"
        )
    await downloads.send(visit.send, visit.archive.beside, name, opened)
    return None
