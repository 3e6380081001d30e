"""Where something stands in its original: the lines as written with some around, or the picture with its box."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver import evidence
from archiver.browse import lines

AROUND = 3
"""Lines shown before and after."""
MOST_LINES = 60
LONGEST_LINE = 400
"""Characters of a line around; the lines themselves are shown whole."""
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What a browser shows and cannot run."""

_ORIENTATION = 0x0112
_LYING = (5, 6, 7, 8)
"""EXIF orientations in which width and height are the other way round."""


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line of a text."""

    number: int
    text: str
    is_own: bool
    """Whether it belongs to what is shown, not to what stands around it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Lines, or a picture; both empty where the original cannot be read."""

    lines: tuple[Line, ...] = ()
    left_out: int = 0
    """Own lines beyond those shown."""
    width: int = 0
    """Of the picture in pixels, upright; 0 where there is none that a browser shows."""
    height: int = 0
    box: tuple[int, ...] = ()
    """x, y, width, height."""


def look(folder: Path, at: dict[str, Any]) -> Place:
    """Look up the place of a sighting or a finding in its original."""
    if at["line"] is not None:
        return _lines(folder, at)
    if at["media_type"] in SHOWN:
        return _picture(folder, at)
    return Place()


def _lines(folder: Path, at: dict[str, Any]) -> Place:
    first, many = at["line"], at["lines"] or 1
    start = max(1, first - AROUND)
    shown = min(many, MOST_LINES)
    text = lines.as_written(folder, {**at, "line": start, "lines": first - start + shown + AROUND})
    if not text:
        return Place()
    found = (Line(number, line, first <= number < first + many) for number, line in enumerate(_split(text), start))
    cut = (line if line.is_own else Line(line.number, _cut(line.text), False) for line in found)
    return Place(lines=tuple(cut), left_out=many - shown)


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + " …"


def _picture(folder: Path, at: dict[str, Any]) -> Place:
    from PIL import Image, UnidentifiedImageError

    member = evidence.member_of(folder, at["source"], at["sha256"], at["member"])
    if member is None:
        return Place()
    try:
        with warnings.catch_warnings(), member.open() as stream:
            warnings.simplefilter("ignore")
            image = Image.open(stream)
            width, height = image.size
            lying = image.getexif().get(_ORIENTATION) in _LYING
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Place()
    if lying:
        width, height = height, width
    return Place(width=width, height=height, box=tuple(json.loads(at["box"])) if at["box"] else ())
