"""``archive rebuild``"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json

if TYPE_CHECKING:
    from archiver.rebuilding import Rebuilt
    from archiver.record.store import Store


def rebuild(
    archive: o.Archive = None,
    read_again: Annotated[
        bool, typer.Option("--read-again", help="Also put the screenshots before Tesseract once more.")
    ] = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Derive the record again from the originals and what people decided; references keep.

    Messages, matches, people and search are made anew, in one step: as before or as after. What a person said later of
    something that was held (a capture date, two chats that are one, a match undone) takes effect.
    """
    from archiver import rebuilding, settings
    from archiver.cli.opening import open_to_write
    from archiver.cli.terminal import progress

    folder = settings.existing_archive(archive)
    opened = open_to_write(folder)
    try:
        with progress("Rebuilding", quiet) as shown:
            rebuilt = rebuilding.rebuild(opened, shown.tell, read_again=read_again)
    finally:
        opened.close()
    if as_json:
        print_json({"schema": "archiver/rebuild/1", **asdict(rebuilt)})
    elif not quiet:
        print(told(rebuilt))
        print(f"\nCheckpoint of the log:\n{rebuilt.checkpoint.rstrip()}")


def rebuild_now(opened: Store) -> str:
    """Carry out what was decided; a sentence that says what became of it."""
    from archiver import rebuilding
    from archiver.cli.terminal import progress

    with progress("Rebuilding", False) as shown:
        return told(rebuilding.rebuild(opened, shown.tell))


def told(rebuilt: Rebuilt) -> str:
    """What a rebuild came to, in one line."""
    from archiver.cli.terminal import count

    singular = {"chats": "chat", "people": "person", "messages": "message", "sightings": "sighting",
                "findings": "finding"}  # fmt: skip
    parts = []
    for word, after in rebuilt.after.items():
        before = rebuilt.before[word]
        part = f"{after:,} people" if word == "people" and after != 1 else count(after, singular[word])
        parts.append(part if before == after else f"{part} (before: {before:,})")
    return f"Rebuilt: {', '.join(parts)}. Every reference given out still finds its message."
