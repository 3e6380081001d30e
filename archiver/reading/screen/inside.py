"""What one bubble holds, as ink: everything that is not its fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.anatomy import Bubble, Colour
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect

Ink = NDArray[np.uint8]
"""Rows, columns: distance from the fill, 0 to 255."""
Fill = NDArray[np.uint8]
Panel = Literal["quote", "card", "photo"]
INKED: Final = 40
"""Levels from the fill at which a pixel counts as ink."""


@dataclass(slots=True)
class Inside:
    """What one bubble holds; rectangles in pixels of the original."""

    bubble: Bubble
    ink: Ink
    """Of the bubble's rectangle: what is left for the message's words."""
    body: list[Rect] = field(default_factory=list)
    """Where words may stand, from top to bottom."""
    label: Rect | None = None
    label_colour: Colour | None = None
    label_ink: Ink | None = None
    time: Rect | None = None
    time_ink: Ink | None = None
    panels: list[tuple[Panel, Rect]] = field(default_factory=list)
    emoji: list[Rect] = field(default_factory=list)
    voice: bool = False


class Manner(NamedTuple):
    """What the bubbles of one screen have in common."""

    unit: float
    noise: int
    indent: float
    """How far from a bubble's left side most lines of letters begin; pixels."""
    tint: float
    """How coloured most letters are: 0 for black and white, about 0.2 for navy."""


def distance(crop: Pixels, fill: NDArray[np.uint8]) -> Ink:
    """The widest difference of any channel from the fill."""
    result: Ink = (np.maximum(crop, fill) - np.minimum(crop, fill)).max(axis=2)
    return result


def crop_of(pixels: Pixels, rect: Rect) -> Pixels:
    return pixels[rect.top : rect.bottom, rect.left : rect.right]


def shift(rect: Rect, by: Rect) -> Rect:
    return Rect(rect.left + by.left, rect.top + by.top, rect.right + by.left, rect.bottom + by.top)


def grow(marked: NDArray[np.bool_], start: int, end: int, most: int) -> tuple[int, int]:
    """Widen a span over what touches it, by ``most`` at each end."""
    least, last = max(0, start - most), min(len(marked), end + most)
    while start > least and marked[start - 1]:
        start -= 1
    while end < last and marked[end]:
        end += 1
    return start, end


def length(span: tuple[int, int]) -> int:
    return span[1] - span[0]
