"""Lifts the coloured name of the writer out of the first line of a bubble."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.inside import INKED, Fill, Inside, Manner, crop_of, shift
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans

MOST_TINTED: Final = 0.24


def take_label(inside: Inside, crop: Pixels, chroma: NDArray[np.uint8], fill: Fill, manner: Manner) -> None:
    """Lift a coloured first line out; the number beside an unsaved name goes with it."""
    ink, unit = inside.ink, manner.unit
    reach = ink[: int(34 * unit)]
    marked = reach > INKED
    rows = _coloured_rows(marked, chroma[: len(reach)], unit) or _tinted_rows(inside, crop, fill, manner)
    if rows is None:
        return
    top, bottom = rows
    start, end = spans(marked[top:bottom].any(axis=0), int(9 * unit))[0]
    strong = reach[top:bottom, start:end] > 90
    if strong.sum() < 12:
        strong = marked[top:bottom, start:end]
    words = spans(marked[top:bottom, start:end].any(axis=0), max(1, int(2.2 * unit)))
    first = slice(start + words[0][0], start + words[0][1])
    tint = _tint(crop[top:bottom, first], marked[top:bottom, first], fill)
    # Some skins write in navy or brown: a name is more coloured than words are, and so is its first word.
    if tint < manner.tint + 0.12 or strong.mean() > 0.6:
        return
    red, green, blue = (int(value) for value in np.median(crop[top:bottom, start:end][strong], axis=0))
    inside.label = shift(Rect(start, top, end, bottom), inside.bubble.rect)
    inside.label_colour = (red, green, blue)
    inside.label_ink = ink[top:bottom, start:end].copy()
    ink[:bottom] = 0


def _tint(crop: Pixels, marked: NDArray[np.bool_], fill: Fill) -> float:
    """How coloured letters are, 0 to 1: squeezing smears their colour, so it is summed with their surroundings."""
    near = marked.copy()
    near[1:] |= marked[:-1]
    near[:-1] |= marked[1:]
    near[:, 1:] |= near[:, :-1].copy()
    near[:, :-1] |= near[:, 1:].copy()
    if not near.any():
        return 0.0
    away = crop[near].astype(np.float64).mean(axis=0) - fill
    return float((away.max() - away.min()) / max(1.0, np.abs(away).max()))


def _tinted_rows(inside: Inside, crop: Pixels, fill: Fill, manner: Manner) -> tuple[int, int] | None:
    """The first line of letters, where it is smaller than a line of words and more coloured, and more stands below."""
    unit, marked = manner.unit, inside.ink > INKED
    bands = [band for band in spans(marked.any(axis=1), max(1, int(0.8 * unit))) if band[1] - band[0] >= 5 * unit]
    more = len(bands) > 1 or bool(inside.panels) or inside.voice
    if not bands or not more or bands[0][0] > 20 * unit or bands[0][1] - bands[0][0] > 19 * unit:
        return None
    top, bottom = bands[0]
    if top <= int(1.6 * unit) + 1:
        return None
    start, end = spans(marked[top:bottom].any(axis=0), int(9 * unit))[0]
    tint = _tint(crop[top:bottom, start:end], marked[top:bottom, start:end], fill)
    return (top, bottom) if tint >= max(0.22, manner.tint + 0.14) else None


def usual_tint(pixels: Pixels, insides: list[Inside], fills: list[Fill]) -> float:
    """Of most letters of the screen: 0 for black and white, 0.2 for navy."""
    every = [
        _tint(crop_of(pixels, inside.bubble.rect)[half:], inside.ink[half:] > INKED, fill)
        for inside, fill in zip(insides, fills, strict=True)
        for half in [len(inside.ink) // 2]
    ]
    # A photo or an emoji may colour most bubbles; no skin's letters are more coloured than MOST_TINTED.
    return min(MOST_TINTED, float(np.percentile(every, 30))) if every else 0.1


def _coloured_rows(marked: NDArray[np.bool_], chroma: NDArray[np.uint8], unit: float) -> tuple[int, int] | None:
    """The first rows of ink, if they are coloured; a number beside the name is grey and may be half of them."""
    inked = marked.sum(axis=1)
    coloured = (marked & (chroma > 45)).sum(axis=1) > np.maximum(1, 0.07 * inked)
    bands = [band for band in spans(coloured, max(1, int(1.5 * unit))) if band[1] - band[0] >= 6 * unit]
    if not bands or bands[0][0] > 22 * unit or bands[0][1] - bands[0][0] > 22 * unit:
        return None
    top, bottom = bands[0]
    if top <= int(1.6 * unit) + 1:
        return None  # Cut through by the edge.
    # Grey ink above means that the first line is something else.
    if inked[: max(0, top - int(2 * unit))].max(initial=0) > 3 * unit or bottom - top > 20 * unit:
        return None
    while bottom < len(inked) and inked[bottom] and bottom - top < 20 * unit:
        bottom += 1
    return top, bottom
