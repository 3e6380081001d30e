"""An archive opened to be written, with a word on what endangers it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.record.store import Store


def open_to_write(folder: Path) -> Store:
    """The archive in a folder; what a person should put right around it is said on standard error."""
    from archiver.cli.terminal import caution
    from archiver.record.store import open_for_writing
    from archiver.record.surroundings import cautions
    from archiver.settings import read_settings

    store = open_for_writing(folder, read_settings(folder).identity)
    caution(cautions(folder, store.connection))
    return store
