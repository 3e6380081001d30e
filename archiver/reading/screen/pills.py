"""Finds centred pills by their two upright edges, where their colour does not tell them from what they float over.

A pill is the only thing on a screen that begins and ends equally far from the middle, row after row, and is flat
within. What is found so is believed only if it reads as a day, or surely as words.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans

NARROWEST: Final = 19
WIDEST: Final = 172
"""Half the width of a pill, in units."""
STRAIGHT: Final = 8
TALLEST: Final = 84
"""Units of upright edge: a pill of one line is 22 to 32 tall and as round as 10."""
CORNER: Final = 7


def find_pills(small: Pixels, top: int, bottom: int, unit: float, noise: int) -> list[Rect]:
    """Centred pills between two rows, from top to bottom."""
    rows, columns = bottom - top, small.shape[1]
    if rows < 40 * unit:
        return []
    chat = small[top:bottom].astype(np.int16)
    edges = np.zeros((rows, columns), bool)
    edges[:, 1:-1] = np.abs(chat[:, 2:] - chat[:, :-2]).max(axis=2) > (4 if noise <= 3 else 6)
    edges[:, 1:-1] |= edges[:, :-2] | edges[:, 2:]
    halves = np.arange(int(NARROWEST * unit), min(int(WIDEST * unit), columns // 2 - 2))
    both = edges[:, (columns - 1) // 2 - halves] & edges[:, columns // 2 + halves]
    found: list[Rect] = []
    for length, end, half in _longest(both, int(STRAIGHT * unit)):
        first, last = end - length, end
        if length > TALLEST * unit or any(first < rect.bottom and rect.top < last for rect in found):
            continue
        left, right = (columns - 1) // 2 - int(halves[half]), columns // 2 + int(halves[half]) + 1
        if _stands_out(chat[first:last], left, right, noise, length > 14 * unit) and _is_flat(
            chat[first:last, left:right], unit, noise
        ):
            corner = int(CORNER * unit)
            found.append(Rect(left, max(0, first - corner), right, min(rows, last + corner)))
    return sorted(rect._replace(top=rect.top + top, bottom=rect.bottom + top) for rect in found)


def _longest(both: NDArray[np.bool_], least: int) -> list[tuple[int, int, int]]:
    """Runs of rows in each column at least so long, longest first: length, one past the last row, column."""
    run = np.zeros(both.shape[1], np.int32)
    runs: list[tuple[int, int, int]] = []
    for row in range(len(both) + 1):
        here = both[row] if row < len(both) else np.zeros(both.shape[1], bool)
        for column in np.flatnonzero((run >= least) & ~here):
            runs.append((int(run[column]), row, int(column)))
        run = np.where(here, run + 1, 0)
    return sorted(runs, reverse=True)


def _stands_out(band: NDArray[np.int16], left: int, right: int, noise: int, tall: bool) -> bool:
    """True where it is of another colour than what is beside it: between two upright letters it is not.

    A white pill may hang half over a white bubble: then its edges must be taller than letters are.
    """
    fill = np.median(band[:, left + 3 : left + 7], axis=(0, 1))
    wide = max(8, band.shape[1] // 60)
    beside = (band[:, max(0, left - 3 - wide) : max(1, left - 3)], band[:, right + 3 : right + 3 + wide])
    limit = 3 if noise <= 3 else 5
    stands = [part.size > 0 and np.abs(np.median(part, axis=(0, 1)) - fill).max() > limit for part in beside]
    return all(stands) or (any(stands) and tall)


def _is_flat(part: NDArray[np.int16], unit: float, noise: int) -> bool:
    """True where the padding at both ends is of one colour, the same at both, and there is ink between."""
    wide, rim = max(2, int(5 * unit)), 3
    ends = np.concatenate([part[:, rim : rim + wide], part[:, -rim - wide : -rim]], axis=1)
    fill = np.median(ends, axis=(0, 1))
    flat = (np.abs(ends - fill).max(axis=2) <= noise + 4).mean()
    middle = np.abs(part[:, rim + wide : -rim - wide] - fill).max(axis=2) > 45
    inked = spans(middle.any(axis=0), max(1, int(8 * unit)))
    return bool(flat > 0.9 and len(inked) == 1 and 0.04 < middle.mean() < 0.5)


def find_written_pill(small: Pixels, top: int, unit: float, noise: int) -> Rect | None:
    """The floating day by its letters alone: a short line in the very middle, just under the header, with room around.

    On some dark skins the pill has all but the colour of the bubble that it floats over.
    """
    columns = small.shape[1]
    zone = small[top : top + int(46 * unit)].astype(np.int16)
    if len(zone) < 20 * unit:
        return None
    inked = np.zeros(zone.shape[:2], bool)
    inked[:, 1:-1] = np.abs(zone[:, 2:] - zone[:, :-2]).max(axis=2) > 36
    middle = slice(columns // 2 - int(16 * unit), columns // 2 + int(16 * unit))
    for first, last in spans(inked[:, middle].any(axis=1), max(1, int(unit))):
        if not 6 * unit <= last - first <= 17 * unit or first < 3 * unit:
            continue
        groups = spans(inked[first:last].any(axis=0), int(7 * unit))
        own = [(start, end) for start, end in groups if start < columns // 2 < end]
        if not own or abs(own[0][0] + own[0][1] - columns) > 5 * unit or own[0][1] - own[0][0] > 130 * unit:
            continue
        start, end = own[0]
        around = zone[max(0, first - int(2 * unit)) : last + int(2 * unit)]
        wide = int(5 * unit)
        beside = np.concatenate([around[:, start - wide - 1 : start - 2], around[:, end + 2 : end + wide + 1]], axis=1)
        fill = np.median(beside, axis=(0, 1))
        if (np.abs(beside - fill).max(axis=2) <= noise + 3).mean() > 0.95:
            inset, above = int(9 * unit), int(5 * unit)
            return Rect(start - inset, top + max(0, first - above), end + inset, top + last + above)
    return None
