"""Paints one clean page: every piece with letters stacked from top to bottom, dark on white, at one size.

The engine sees no wallpaper, no pictures and no empty space, and each line it finds belongs to the piece in whose
band of the page it lies.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archiver.reading.screen.inside import Ink
from archiver.reading.screen.plates import Rect
from archiver.reading.screen.recognise import Word

UNIT_ON_PAGE: Final = 2.7
"""Pixels of the page to a css pixel: as on a screen 1080 wide, where the engine reads best."""
MARGIN: Final = 24
SPACE: Final = 22


class Piece(NamedTuple):
    """Something to read: its ink, where it stands in the picture, and what it is."""

    key: Hashable
    ink: Ink
    rect: Rect
    enlarge: float = 1.0


@dataclass(slots=True)
class Line:
    """One line of words within a piece; pixels of the original picture."""

    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words; a stroke that stands alone is the pronoun I, which the engine takes for a bar.

        People write the bar alone almost never; the message's confidence is lowered a little (``Doubts.stroke``).
        """
        return " ".join("I" if word.text == "|" else word.text for word in self.words)

    @property
    def left(self) -> int:
        return min(word.left for word in self.words)

    @property
    def right(self) -> int:
        return max(word.right for word in self.words)

    @property
    def top(self) -> int:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> int:
        return max(word.bottom for word in self.words)


class Placed(NamedTuple):
    piece: Piece
    top: int
    bottom: int
    scale: float


def paint(pieces: list[Piece], unit: float) -> tuple[NDArray[np.uint8], list[Placed]]:
    """Stack the pieces; the page and where each one lies on it."""
    strips: list[tuple[NDArray[np.uint8], float]] = []
    for piece in pieces:
        scale = UNIT_ON_PAGE / unit * piece.enlarge
        strips.append(_strip(piece.ink, 1.0 if 0.87 < scale < 1.15 else scale))
    width = max((strip.shape[1] for strip, _ in strips), default=1) + 2 * MARGIN
    height = sum(strip.shape[0] + SPACE for strip, _ in strips) + 2 * MARGIN
    page = np.full((height, width), 255, np.uint8)
    placed, row = [], MARGIN
    for piece, (strip, scale) in zip(pieces, strips, strict=True):
        page[row : row + strip.shape[0], MARGIN : MARGIN + strip.shape[1]] = strip
        placed.append(Placed(piece, row, row + strip.shape[0], scale))
        row += strip.shape[0] + SPACE
    return page, placed


def _strip(ink: Ink, scale: float) -> tuple[NDArray[np.uint8], float]:
    """Dark letters on white, full contrast."""
    strong = ink[ink > 40]
    dark = float(np.percentile(strong, 90)) if strong.size else 255.0
    table = np.clip((np.arange(256) - 12) * (255 / max(60.0, dark - 12)), 0, 255).astype(np.uint8)
    grey: NDArray[np.uint8] = 255 - table[ink]
    if scale == 1.0:
        return grey, 1.0
    image = Image.fromarray(grey)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC)), scale


def gather(words: list[Word], placed: list[Placed]) -> dict[Hashable, list[Line]]:
    """Give each word back to its piece, in the picture's own pixels, line by line."""
    lines: dict[Hashable, dict[tuple[int, int, int], Line]] = {}
    tops = [place.top - SPACE // 2 for place in placed]
    for word in words:
        index = int(np.searchsorted(tops, (word.top + word.bottom) / 2, side="right")) - 1
        if index < 0:
            continue
        place = placed[index]
        own = lines.setdefault(place.piece.key, {})
        own.setdefault(word.line, Line()).words.append(_back(word, place))
    return {key: sorted(own.values(), key=lambda line: line.top) for key, own in lines.items()}


def _back(word: Word, place: Placed) -> Word:
    rect, scale = place.piece.rect, place.scale
    left, right = (rect.left + round((column - MARGIN) / scale) for column in (word.left, word.right))
    top, bottom = (rect.top + round((row - place.top) / scale) for row in (word.top, word.bottom))
    return word._replace(left=left, right=right, top=top, bottom=bottom)
