"""Takes out of a bubble what is no letter of the message: photos, quotes, cards, and what hangs over its edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.inside import INKED, Ink, Inside, Manner, Panel, grow, shift
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans


def take_panels(inside: Inside, crop: Pixels, fill: NDArray[np.uint8], manner: Manner) -> None:
    """Find the rows at which something else than the fill fills the padding beside the letters at both sides."""
    unit, noise, indent, _ = manner
    width = crop.shape[1]
    near, far = int(indent - 3.4 * unit), int(indent - 1.8 * unit) + 1
    lowest, highest = width - int(indent - 2.6 * unit), width - int(indent - 4.2 * unit)
    limit = 2.4 if noise <= 3 else 5.0
    off = np.ones(len(crop), bool)
    for strip in (crop[:, near:far], crop[:, lowest:highest]):
        away = np.abs(strip.mean(axis=1) - fill).max(axis=1)
        off &= np.convolve(away, np.ones(3) / 3, mode="same") > limit
    for first, last in _bars(inside.ink, manner):
        off[first:last] = True
    for top, bottom in spans(off, int(3 * unit)):
        if bottom - top < 14 * unit:
            continue
        kind = _panel_kind(crop[top:bottom], unit, noise)
        inside.panels.append((kind, shift(Rect(0, top, width, bottom), inside.bubble.rect)))
        # Its round corners stand above and below the rows that it fills; a name that touches it is less wide.
        filled = (inside.ink[:, near : -near or None] > 16).mean(axis=1) > 0.55
        top, bottom = grow(np.asarray(filled), top, bottom, int(9 * unit))
        inside.ink[max(top - 2, 0) : bottom + 2] = 0


def _bars(ink: Ink, manner: Manner) -> list[tuple[int, int]]:
    """Rows beside the upright bar of a quote: on some dark skins nothing else tells the quote from the bubble."""
    unit = manner.unit
    strip = ink[:, int(2 * unit) : int(9 * unit)] > INKED
    found: list[tuple[int, int]] = []
    for column in strip.T:
        long = [span for span in spans(column) if span[1] - span[0] >= 24 * unit]
        found += [span for span in long if not any(span[0] < end and start < span[1] for start, end in found)]
    # A photo's rim is as upright; but it is filled behind.
    return [span for span in found if (ink[slice(*span), int(10 * unit) : -int(8 * unit)] > INKED).mean() < 0.4]


def _panel_kind(part: Pixels, unit: float, noise: int) -> Panel:
    """A quote is flat with a coloured bar at its left; a card is flat; all else is a photo."""
    width = part.shape[1]
    middle = part[:, int(12 * unit) : width - int(8 * unit)]
    if middle.size == 0:
        return "photo"
    ground = np.median(part[:, width - int(8 * unit) : width - int(6 * unit)], axis=(0, 1))
    flat = float((np.abs(middle.astype(np.int16) - ground).max(axis=2) <= noise + 5).mean())
    if flat < 0.5:
        return "photo"
    bar = part[:, int(3.5 * unit) : int(7.5 * unit)].astype(np.int16)
    rows = np.abs(bar - ground).max(axis=2).max(axis=1) > 30
    return "quote" if rows.mean() > 0.75 else "card"


def take_intruders(inside: Inside, unit: float) -> None:
    """Blank what hangs over the lower edge, such as a reaction: letters never come so near to it."""
    if inside.bubble.cut_bottom:
        return
    ink = inside.ink
    edge = slice(-max(5, int(3.6 * unit)), None)
    for start, end in spans((ink[edge] > 24).any(axis=0), max(2, int(2 * unit))):
        if end - start > 4 * unit:
            left, right = max(0, start - int(3 * unit)), end + int(3 * unit)
            clear = np.flatnonzero(ink[-int(16 * unit) :, left:right].max(axis=1, initial=0)[::-1] <= 24)
            clear = clear[clear > 3 * unit]
            ink[-int(clear[0] if len(clear) else 12 * unit) :, left:right] = 0


def take_cut_lines(inside: Inside, unit: float) -> None:
    """Blank a line of letters that the edge cuts through: what would be read there is not what was written."""
    rim = max(2, int(1.6 * unit))
    rows = np.asarray((inside.ink > INKED).any(axis=1))
    if inside.bubble.cut_top and rows[rim : rim + max(2, int(1.5 * unit))].any():
        first = rim + int(np.flatnonzero(rows[rim:])[0])
        inside.ink[: grow(rows, first, first + 1, int(26 * unit))[1]] = 0
    if inside.bubble.cut_bottom and rows[-rim - 2 : -rim].any():
        inside.ink[grow(rows, len(rows) - rim - 2, len(rows) - rim, int(26 * unit))[0] :] = 0
