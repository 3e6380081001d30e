"""Finds what stands still while the chat scrolls: the header above, the bar or the field for typing below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Plate, spans


def header_bottom(small: Pixels, unit: float, noise: int) -> int:
    """The first row below the header; 0 where the picture shows none."""
    blank = _blank_above(small, unit)
    end = _header_end(small[blank:], unit, noise)
    return blank + end if end else 0


def _blank_above(small: Pixels, unit: float) -> int:
    """Rows of a frame above the status bar that has the header's own colour, as black has on a black screen."""
    zone = small[: int(200 * unit)].astype(np.int16)
    inked = np.flatnonzero((np.abs(zone - zone[0, 0]).max(axis=2) > 40).any(axis=1))
    first = int(inked[0]) if len(inked) else 0
    return first - int(16 * unit) if first > 40 * unit else 0


def _header_end(small: Pixels, unit: float, noise: int) -> int:
    """The first row below the header: where the colour at both margins first leaves the header's.

    The header is found by its flat colour at row 56, 48 or 40. Where the chat has the very same ground
    (dark Android), the row under the header's avatar and icons is taken.
    """
    margins = _margins(small, unit)
    if small.shape[0] < 200 * unit:
        return 0
    tolerance = max(3, noise // 2)
    for start in (56, 48, 40):
        first, last = int(start * unit), int((start + 5) * unit)
        reference = np.median(margins[first:last], axis=(0, 1))
        away = np.abs(margins - reference).max(axis=2) > tolerance
        if away[first:last].mean() > 0.2:
            continue
        # Both sides at once: a drawing on the wallpaper crosses only one.
        both = (away[last:-1] | away[last + 1 :]).all(axis=1)
        leaves = np.flatnonzero(both) + last
        if len(leaves) and leaves[0] <= 125 * unit:
            row, under = int(leaves[0]), _under_icons(small, unit, reference, noise)
            if under and row > under + 9 * unit:
                return under  # Drawings of a dark wallpaper, which is as dark as the header.
            # iOS draws a hairline under its header.
            return row + (1 if not away[row + 1 : row + 3].any() else 0)
        return _under_icons(small, unit, reference, noise)
    return 0


def bar_top(small: Pixels, unit: float, noise: int) -> int:
    """The first row of a flat bar across the bottom (iOS); the picture's height where there is none."""
    margins = _margins(small, unit)
    height = len(margins)
    low, high = height - int(30 * unit), height - int(6 * unit)
    reference = np.median(margins[low:high], axis=(0, 1))
    away = (np.abs(margins - reference).max(axis=2) > max(3, noise // 2)).all(axis=1)
    rows = np.flatnonzero(away[: height - int(42 * unit)])
    if not len(rows) or away[low:high].mean() > 0.2:
        return height
    row = int(rows[-1])
    if row < height - 130 * unit:
        return height
    across = np.abs(small[max(row - 1, 0) : row + 1].astype(np.int16) - reference).max(axis=2).max(axis=0)
    return row if (across > max(3, noise)).mean() > 0.85 else height


def is_cropped(plates: list[Plate], top: int, width: int, unit: float) -> bool:
    """True where plates as wide as bubbles stand above what was taken for the header's end: there is no header."""
    for plate in plates:
        rect = plate.rect
        beside = abs(rect.left + rect.right - width) > 20 * unit and plate.straight > 0.8
        if rect.top < top - 6 * unit and rect.width > 54 * unit and rect.height > 14 * unit and beside:
            return True
    return False


def keyboard_top(plates: list[Plate], height: int, unit: float) -> int | None:
    """The row above the first row of keys of a keyboard; None where there is none.

    Keys are many plates of one colour and size in rows, in the lower half.
    """
    keys: dict[int, list[int]] = {}
    for plate in plates:
        rect = plate.rect
        if rect.top > 0.4 * height and 22 * unit < rect.width < 46 * unit and 30 * unit < rect.height < 58 * unit:
            keys.setdefault(plate.colour, []).append(rect.top)
    tops = max(keys.values(), key=len, default=[])
    return min(tops) - int(8 * unit) if len(tops) >= 15 else None


def field_for_typing(plates: list[Plate], height: int, width: int, unit: float) -> Plate | None:
    """The field for typing: the lowest plate, long and near the bottom, that begins where no two others do."""
    for plate in reversed(plates):
        rect = plate.rect
        low = rect.bottom > height - 110 * unit and rect.top > height - 150 * unit
        long = rect.width > 0.5 * width and 26 * unit < rect.height < 64 * unit and rect.left < 62 * unit
        at_edge = rect.width > 0.72 * width or rect.left < 16 * unit or rect.bottom > height - 36 * unit
        if low and long and at_edge:
            others = [other.rect for other in plates if other is not plate and other.rect.width > 54 * unit]
            alike = (
                sum(abs(o.left - rect.left) <= 2 for o in others),
                sum(abs(o.right - rect.right) <= 2 for o in others),
            )
            # Where the picture is cropped, the lowest plate is a bubble; a field's ends are rounder than any bubble's.
            round_end = 2 < rect.left - plate.outer.left < 5.5 * unit
            return plate if round_end or max(alike) < 2 else None
    return None


def _margins(small: Pixels, unit: float) -> NDArray[np.int16]:
    """The colour of each row at the picture's left and right edge: rows, 2 sides, 3 channels."""
    wide = max(2, int(4 * unit))
    left, right = small[:, 1 : 1 + wide], small[:, -1 - wide : -1]
    return np.stack([np.median(left, axis=1), np.median(right, axis=1)], axis=1).astype(np.int16)


def _under_icons(small: Pixels, unit: float, reference: NDArray[np.float64], noise: int) -> int:
    """Below the avatar, the first thing that is tall, by the padding that headers have."""
    zone = small[: int(125 * unit), : int(0.45 * small.shape[1])].astype(np.int16)
    ink = (np.abs(zone - reference).max(axis=2) > 40).any(axis=1)
    for top, bottom in spans(ink, max(1, int(3 * unit))):
        if bottom - top >= 24 * unit and bottom > 40 * unit:
            return min(bottom, top + int(48 * unit)) + int(8 * unit)
    return 0
