"""Opens one bubble: label, panels, time, emoji, and what is left, the words of the message.

Order matters. Panels (photo, quote, card) go first, because their letters are not the message's; then the time,
which hangs half a line low and spoils the line it stands in; then emoji, which read as litter.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.anatomy import Colour, Screen
from archiver.reading.screen.inside import INKED, Ink, Inside, Manner, crop_of, distance, shift
from archiver.reading.screen.nameplate import take_label, usual_tint
from archiver.reading.screen.panels import take_cut_lines, take_intruders, take_panels
from archiver.reading.screen.pictograms import take_emoji, take_waveform
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect
from archiver.reading.screen.stamp import take_time


def open_bubbles(pixels: Pixels, screen: Screen) -> list[Inside]:
    """Take the bubbles of a screen apart, in their order."""
    unit = screen.unit
    insides, fills = [], []
    for bubble in screen.bubbles:
        crop = crop_of(pixels, bubble.rect)
        fills.append(fill_of(crop, bubble.fill, unit))
        inside = Inside(bubble, distance(crop, fills[-1]))
        trim(inside.ink, unit)
        _take_floating(inside, screen)
        insides.append(inside)
    manner = Manner(unit, screen.noise, _indent(insides, unit), usual_tint(pixels, insides, fills))
    for inside, fill in zip(insides, fills, strict=True):
        _open(inside, crop_of(pixels, inside.bubble.rect), fill, manner)
    return insides


def _take_floating(inside: Inside, screen: Screen) -> None:
    """Blank the floating day where it stands over the bubble; one that is not sure to be there stays to be read."""
    own = inside.bubble.rect
    for chip in screen.chips:
        if chip.floating and not chip.shy:
            left, right = max(0, chip.rect.left - own.left - 3), max(0, chip.rect.right - own.left + 3)
            top, bottom = max(0, chip.rect.top - own.top - 3), max(0, chip.rect.bottom - own.top + 5)
            inside.ink[top:bottom, left:right] = 0


def _indent(insides: list[Inside], unit: float) -> float:
    firsts = []
    for inside in insides:
        marked = inside.ink[:, : int(18 * unit)] > 70
        first = marked.argmax(axis=1)
        # Nearer to the side stand the bars of quotes and the rims of photos.
        firsts.append(first[marked.any(axis=1) & (first > 6.5 * unit)])
    every = np.concatenate(firsts) if firsts else np.zeros(0)
    return float(np.percentile(every, 60)) if len(every) else 11 * unit


def _open(inside: Inside, crop: Pixels, fill: NDArray[np.uint8], manner: Manner) -> None:
    unit = manner.unit
    take_panels(inside, crop, fill, manner)
    take_intruders(inside, unit)
    take_cut_lines(inside, unit)
    take_time(inside, crop, unit)
    chroma = crop.max(axis=2) - crop.min(axis=2)
    if inside.bubble.side == "left":
        take_label(inside, crop, chroma, fill, manner)
    take_waveform(inside, unit)
    take_emoji(inside, crop, chroma, unit)
    inside.body = [shift(band, inside.bubble.rect) for band in _blocks(inside, unit)]


def fill_of(crop: Pixels, near: Colour, unit: float) -> NDArray[np.uint8]:
    """The fill to the level, from the padding at the left."""
    strip = crop[:, int(1.5 * unit) : int(9 * unit) + 2].reshape(-1, 3)
    good = strip[np.abs(strip.astype(np.int16) - np.array(near)).max(axis=1) <= 12]
    chosen = np.median(good, axis=0) if len(good) else np.array(near)
    return chosen.astype(np.uint8)


def trim(ink: Ink, unit: float) -> None:
    """Blank the rim, and the wallpaper that shows outside round corners."""
    rim = max(2, int(1.6 * unit))
    ink[:rim], ink[-rim:], ink[:, :rim], ink[:, -rim:] = 255, 255, 255, 255
    reach = min(int(24 * unit), ink.shape[0] // 2, ink.shape[1] // 2)
    for part in (ink[:reach], ink[-reach:][::-1]):
        _trim_corner(part[:, :reach], rim)
        _trim_corner(part[:, -reach:][:, ::-1], rim)
    ink[:rim], ink[-rim:], ink[:, :rim], ink[:, -rim:] = 0, 0, 0, 0


def _trim_corner(corner: Ink, rim: int) -> None:
    """Blank each row and column from the outside up to the first pixel of the fill, where that is beyond the rim."""
    off = corner > 12
    across = np.logical_and.accumulate(off, axis=1).sum(axis=1)
    if off[0].all():
        down = np.logical_and.accumulate(off, axis=0).sum(axis=0)
        for column in np.flatnonzero(down > rim):
            corner[: down[column] + 2, column] = 0
    for row in np.flatnonzero(across > rim):
        corner[row, : across[row] + 2] = 0


def _blocks(inside: Inside, unit: float) -> list[Rect]:
    """Rectangles of the ink that is left, parted by the panels."""
    marked = inside.ink > INKED
    blocks = []
    cuts = [panel.top - inside.bubble.rect.top for _, panel in inside.panels]
    edges = [0, *cuts, len(marked)]
    for first, last in pairwise(edges):
        rows = np.flatnonzero(marked[first:last].any(axis=1))
        if len(rows) < 3:
            continue
        top, bottom = first + int(rows[0]), first + int(rows[-1]) + 1
        columns = np.flatnonzero(marked[top:bottom].any(axis=0))
        if bottom - top >= 4 * unit:
            blocks.append(Rect(int(columns[0]), top, int(columns[-1]) + 1, bottom))
    return blocks
