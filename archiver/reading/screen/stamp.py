"""Lifts the time, with its ticks, out of a bubble: it hangs half a line low and spoils the line it stands in."""

from __future__ import annotations

from typing import Final

import numpy as np

from archiver.reading.screen.inside import INKED, Inside, length, shift
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans

WIDEST: Final = 165
"""Units of ``Edited 10:16 a.m.`` with two ticks, at the largest size of text."""


def take_time(inside: Inside, crop: Pixels, unit: float) -> None:
    """Lift the time and the ticks out of the lower right corner."""
    ink, rect = inside.ink, inside.bubble.rect
    if inside.bubble.cut_bottom:
        return
    if inside.panels and inside.panels[-1][1].bottom > rect.bottom - 17 * unit:
        _take_time_on_photo(inside, crop, unit)
        return
    marked = ink > INKED
    corner = marked[:, -int(min(ink.shape[1], 60 * unit)) :]
    rows = np.flatnonzero(corner.sum(axis=1) > 1)
    if not len(rows) or rows[-1] < len(ink) - 24 * unit:
        return
    low = int(rows[-1]) + 1
    groups = spans(marked[max(0, low - int(9 * unit)) : low].any(axis=0), max(2, int(8.2 * unit)))
    if not groups or groups[-1][1] < ink.shape[1] - 26 * unit:
        return
    start, end = groups[-1]
    if not 14 * unit <= end - start <= WIDEST * unit:
        return
    end_of_time = _before_ticks(inside, crop, (low - int(9 * unit), low), (start, end), unit)
    # The flag of a 1 stands out to the left, higher than the rows looked at.
    start = max(groups[-2][1] + 1 if len(groups) > 1 else 0, start - int(2.5 * unit))
    column = spans(marked[:low, start:end_of_time].any(axis=1))
    top, bottom = column[-1]
    top = max(top, bottom - int(16 * unit))
    inside.time = shift(Rect(start, top, end_of_time, bottom), rect)
    inside.time_ink = ink[top:bottom, start:end_of_time].copy()
    ink[max(top - int(unit), 0) :, start - int(unit) : end_of_time] = 0
    ink[low - int(12 * unit) :, end_of_time:] = 0


def _before_ticks(inside: Inside, crop: Pixels, rows: tuple[int, int], across: tuple[int, int], unit: float) -> int:
    """Where the time ends: before blue ticks. Grey ones stay; what is read from them is no part of a time."""
    (high, low), (start, end) = rows, across
    if inside.bubble.side == "left":
        return end
    marked = inside.ink[high:low, start:end] > INKED
    groups = spans(marked.any(axis=0), max(1, int(2.2 * unit)))
    if len(groups) < 2 or groups[-1][1] - groups[-1][0] > 22 * unit:
        return end
    left, right = groups[-1]
    part = crop[high:low, start + left : start + right].astype(np.int16)
    blue = (part[..., 2] - part[..., 0] > 60) & marked[:, left:right]
    return start + groups[-2][1] if blue.sum() > 0.4 * marked[:, left:right].sum() else end


def _take_time_on_photo(inside: Inside, crop: Pixels, unit: float) -> None:
    """White letters in the lower right corner of a photo, on whatever the photo shows there."""
    own = inside.bubble.rect
    low = min(inside.panels[-1][1].bottom - own.top, len(crop))
    top, left = max(0, low - int(25 * unit)), max(0, own.width - int(116 * unit))
    part = crop[top : low - int(1.5 * unit), left : own.width - int(5 * unit)].min(axis=2).astype(np.float32)
    if len(part) < 8 * unit:
        return
    # Letters fill less than half of a column, so its median is the photo behind them.
    ground = np.median(part, axis=0)
    scale = 255 / np.maximum(40.0, 255 - ground)
    bright = np.clip((part - ground) * scale, 0, 255).astype(np.uint8)
    bright[bright < 90] = 0
    groups = [group for group in spans((bright > 150).any(axis=0), max(2, int(6 * unit))) if length(group) > 3 * unit]
    if not groups:
        return
    start, end = groups[-1]
    # Ticks, and ``am``, may stand farther from the time than its figures from each other.
    for left, right in groups[-2::-1]:
        if start - right > 9 * unit or end - left > WIDEST * unit:
            break
        start = left
    bands = spans((bright[:, start:end] > 150).any(axis=1), max(1, int(unit)))
    upper, lower = max(bands, key=length)
    if not 5 * unit < lower - upper < 16 * unit:
        return
    upper, lower = max(0, upper - 2), lower + 2
    inside.time = shift(Rect(left + start, top + upper, left + end, top + lower), own)
    inside.time_ink = bright[upper:lower, start:end].copy()
