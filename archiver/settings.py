"""Where the archive is and who it is: the command line, the environment, ``archive.toml``."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UsageError

FILE = "archive.toml"
DATABASE = "archive.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``archive.toml`` says."""

    identity: str
    """Names the archive on checkpoints; never changes."""
    timezone: str | None = None
    custodian: str | None = None


def find_archive(said: Path | None) -> Path:
    """The archive's folder: as said, else ``ARCHIVE_DIR``, else the nearest above with an ``archive.toml``, else
    ``./record``."""
    if said is not None:
        return said
    if named := os.environ.get("ARCHIVE_DIR"):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    return here / "record"


def existing_archive(said: Path | None) -> Path:
    """The archive's folder, which must hold an archive.

    Raises ``UsageError`` where it holds none.
    """
    folder = find_archive(said)
    if not (folder / DATABASE).is_file():
        raise UsageError(
            f"{folder}: there is no archive here. Make one with: archive ingest PATH, or name it with --archive."
        )
    return folder


def read_settings(folder: Path) -> Settings:
    """The settings of an archive.

    Raises ``UsageError`` where the file is not TOML or lacks the archive's identity.
    """
    path = folder / FILE
    try:
        said = tomllib.loads(path.read_text("utf-8"))
        archive = said["archive"]
        return Settings(str(archive["identity"]), archive.get("timezone"), archive.get("custodian"))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: it is not a readable archive.toml ({type(error).__name__}).") from error
