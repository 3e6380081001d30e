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
    key: str | None = None
    """The public key that signs its checkpoints, as ``archive key`` noted it."""


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
        return Settings(str(archive["identity"]), archive.get("timezone"), archive.get("custodian"), archive.get("key"))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: it is not a readable archive.toml ({type(error).__name__}).") from error


def note_key(folder: Path, vkey: str) -> None:
    """Note in ``archive.toml`` which public key signs; another one that stood there gives way.

    Raises ``UsageError`` where the file cannot be read or written.
    """
    read_settings(folder)
    path = folder / FILE
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("key = ")]
    at = next(number for number, line in enumerate(lines) if line.startswith("identity"))
    building = path.with_name(f"{path.name}.new-{os.getpid()}")
    try:
        with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join([*lines[: at + 1], f'key = "{vkey}"', *lines[at + 1 :], ""]))
            file.flush()
            os.fsync(file.fileno())
        building.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: it cannot be written ({error.strerror}).") from error
