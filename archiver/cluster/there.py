"""What a worker does: read one bundle, and say with what. It keeps nothing."""

from __future__ import annotations

import hashlib
import json
import traceback
from functools import cache
from importlib.metadata import version
from pathlib import Path

from archiver import __version__
from archiver.cluster import travel
from archiver.errors import ArchiverError, MissingTool
from archiver.reading.routes import read_bundle

LIBRARIES = ("numpy", "pillow", "pytesseract")
"""Beside the program itself, what bears on how a picture is read."""


def read(head: bytes, content: bytes, language: str) -> travel.Answer:
    """One order read. What the reader refuses is an answer too; a fault of the program is told by its kind and place,
    without its words, which may hold a message's."""
    told = about(language)
    try:
        bundle, options = travel.opened(head, content)
        return travel.answer_of(told, bundle, read_bundle(bundle, options))
    except ArchiverError as error:
        return travel.refusal_of(told, error)
    except Exception as error:  # noqa: BLE001 - told at home; raised here, Dask would log it with the bytes it is about
        return travel.refusal_of(told, ArchiverError(_fault(json.loads(head)["name"], error)))


def _fault(name: str, error: Exception) -> str:
    at = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(at.filename).name}, line {at.lineno}"
    return f"{name}: a fault of the program on a worker ({place}); nothing of this file was taken. Please report it."


@cache
def about(language: str) -> str:
    """What reads here, in words: the program with a digest of its readers, the libraries, the engine."""
    return f"{readers()}, {engine_of(language)}"


@cache
def readers() -> str:
    """The program and its libraries, the same on every machine where the same bytes are read into the same words."""
    reading = Path(__file__).parent.parent / "reading"
    digest = hashlib.sha256()
    for path in sorted(reading.rglob("*.py")):
        digest.update(f"{path.relative_to(reading)}\n".encode() + path.read_bytes())
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"archiver {__version__} ({digest.hexdigest()[:12]}), {libraries}"


def engine_of(language: str) -> str:
    """The engine for pictures with its version, or that there is none: then texts can be read all the same."""
    from archiver.reading.screen.recognise import engine

    try:
        return engine(language)
    except MissingTool:
        return "no Tesseract"
