"""Takes pictures out of the words: emoji, which would be read as litter, and the bars of a voice note."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.inside import INKED, Ink, Inside, grow, shift
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans

COLOURED: Final = 70
"""Chroma, the widest less the narrowest channel, from which ink is coloured."""
ONE_HUE: Final = 0.88
"""Agreement of hues below which a blob is of several: letters reach 0.95, squeezed ones 0.9."""
SOLID: Final = 3.6
"""Units: bold letters of the largest text have strokes of 3."""


def take_waveform(inside: Inside, unit: float) -> None:
    """A voice note shows as a row of many thin bars."""
    marked = inside.ink > INKED
    for top, bottom in spans(marked.any(axis=1), int(2 * unit)):
        if bottom - top < 10 * unit:
            continue
        # Without the button at the left, at a level between bar and gap: small bars blur into each other.
        part = inside.ink[top:bottom, int(24 * unit) :]
        if not (part > INKED).any():
            continue
        # The button may be darker than the bars: then their level is that of most ink.
        levels = 0.6 * np.percentile(part[part > INKED], 90), 0.7 * np.median(part[part > INKED])
        if any(_has_bars(part, marked[top:bottom], float(level), unit) for level in levels):
            inside.voice = True
            inside.ink[:] = 0
            return


def _has_bars(part: Ink, marked: NDArray[np.bool_], level: float, unit: float) -> bool:
    middle = len(part) // 2
    through = spans((part[middle - 1 : middle + 1] > level).any(axis=0))
    whole = spans((part > level).any(axis=0))
    return _are_bars(whole, 0.6, unit) or (_are_bars(through, 0.6, unit) and _centred(marked, unit))


def _are_bars(bars: list[tuple[int, int]], share: float, unit: float) -> bool:
    """Many, thin, and evenly spaced: the stems of letters are not."""
    if len(bars) < 16:
        return False
    places = np.array(bars, np.float64)
    steps = np.diff(places.mean(axis=1))
    usual = float(np.median(steps))
    even = float((np.abs(steps - usual) <= max(1.0, 0.2 * usual)).mean())
    return even > share and float(np.median(places[:, 1] - places[:, 0])) <= 3.6 * unit


def _centred(marked: NDArray[np.bool_], unit: float) -> bool:
    """True where nearly every column of ink is centred on one row, and they differ in height: bars, not letters."""
    columns = marked[:, marked.any(axis=0)][:, int(20 * unit) :]
    if columns.shape[1] < 40 * unit:
        return False
    first = columns.argmax(axis=0)
    last = len(columns) - 1 - columns[::-1].argmax(axis=0)
    middle, tall = (first + last) / 2, last - first + 1
    close = np.abs(middle - np.median(middle)) <= max(1.0, 0.8 * unit)
    return bool(close.mean() > 0.8 and np.percentile(tall, 90) > 1.8 * np.percentile(tall, 10))


def take_emoji(inside: Inside, crop: Pixels, chroma: NDArray[np.uint8], unit: float) -> None:
    """Blank coloured blobs; a line of coloured letters (a link, a name) is far less dense and stays."""
    ink = inside.ink
    strong = (chroma > COLOURED) & (ink > INKED)
    if not strong.any():
        return
    marked = ink > INKED
    for top, bottom in spans(strong.any(axis=1), max(1, int(unit))):
        if bottom - top < 9 * unit:
            continue
        for start, end in spans(strong[top:bottom].any(axis=0), max(1, int(1.2 * unit))):
            if not _is_emoji(crop[top:bottom, start:end], strong[top:bottom, start:end], unit):
                continue
            upper, lower = grow(np.asarray(marked.any(axis=1)), top, bottom, int(3 * unit))
            left, right = grow(np.asarray(marked[upper:lower].any(axis=0)), start, end, int(4 * unit))
            ink[upper:lower, left:right] = 0
            inside.emoji.append(shift(Rect(left, upper, right, lower), inside.bubble.rect))


def _is_emoji(crop: Pixels, strong: NDArray[np.bool_], unit: float) -> bool:
    """True for a blob as wide and tall as a capital that is solid, or of several hues: a link is neither."""
    rows = np.flatnonzero(strong.any(axis=1))
    tall, wide = int(rows[-1] - rows[0] + 1), strong.shape[1]
    if tall < 9 * unit or wide < 8 * unit:
        return False
    density = float(strong.sum()) / (tall * wide)
    if density > 0.6 and _is_solid(strong, unit):
        return True
    if density < 0.25:
        return False
    part = crop[strong].astype(np.int16)
    highest, lowest = part.argmax(axis=1), part.argmin(axis=1)
    # Links and names in a text are blue or green, never red or yellow.
    if ((highest == 0) & (lowest == 2)).mean() > 0.7:
        return density > 0.3 and _is_solid(strong, unit)
    return _hues_agree(part) < ONE_HUE


def _hues_agree(colours: NDArray[np.int16]) -> float:
    """How far pixels are of one hue: 1 where all are, 0 where they point every way. Levels do not matter."""
    away = np.stack([colours[:, 0] - colours[:, 1], (colours[:, 0] + colours[:, 1]) // 2 - colours[:, 2]], axis=1)
    away = away / np.maximum(1, np.hypot(away[:, 0], away[:, 1]))[:, None]
    return float(np.hypot(*away.mean(axis=0)))


def _is_solid(strong: NDArray[np.bool_], unit: float) -> bool:
    """True where a patch is filled that is wider and taller than the stroke of a bold letter."""
    side = max(3, int(SOLID * unit))
    if min(strong.shape) < side:
        return False
    sums = np.pad(strong.astype(np.int32), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    filled = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return bool(filled.max() > 0.93 * side * side)
