"""Finds the letters of a header: the clock of the status bar, the chat's name, and the line under the name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.anatomy import Screen
from archiver.reading.screen.inside import Ink, distance
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans


class Header(NamedTuple):
    """Ink and place of each part; None where it is not on the picture."""

    clock: tuple[Ink, Rect] | None
    title: tuple[Ink, Rect] | None
    below: tuple[Ink, Rect] | None
    """The line under the name: members of a group, or ``online``."""


def open_header(pixels: Pixels, screen: Screen) -> Header:
    """Take the header apart by the gaps between what stands in it."""
    unit, bottom = screen.unit, screen.header_bottom
    if bottom < 30 * unit:
        return Header(None, None, None)
    zone = pixels[: bottom - int(2 * unit)]
    ground = np.median(zone[int(0.5 * bottom) :, : int(6 * unit)], axis=(0, 1)).astype(np.uint8)
    ink = distance(zone, ground)
    marked = ink > 60
    split = _status_end(marked, unit)
    clock = _clock(zone, split, unit)
    title, below = _names(ink, marked, split, unit)
    return Header(clock, title, below)


def _status_end(marked: NDArray[np.bool_], unit: float) -> int:
    """The row between the status bar and the name: the lowest gap above the tallest thing (the avatar)."""
    height, width = marked.shape
    left = marked[:, : int(width * 0.75)]
    rows = spans(left.any(axis=1), max(1, int(1.2 * unit)))
    if not rows:
        return 0
    tallest = max(rows, key=lambda row: row[1] - row[0])
    if tallest[1] - tallest[0] < 20 * unit:
        return 0 if height < 62 * unit else int(height - 50 * unit)
    above = [row for row in rows if row[1] <= tallest[0]]
    return above[-1][1] + 1 if above else 0


def _clock(zone: Pixels, split: int, unit: float) -> tuple[Ink, Rect] | None:
    if split < 8 * unit:
        return None
    part = zone[:split, : int(zone.shape[1] * 0.62)]
    ground = np.median(part.reshape(-1, 3), axis=0).astype(np.uint8)
    ink = distance(part, ground)
    rows = spans((ink > 60).any(axis=1), int(2 * unit))
    rows = [row for row in rows if 6 * unit < row[1] - row[0] < 24 * unit]
    if not rows:
        return None
    top, bottom = rows[-1]
    columns = np.flatnonzero((ink[top:bottom] > 60).any(axis=0))
    rect = Rect(int(columns[0]), top, int(columns[-1]) + 1, bottom)
    return ink[rect.top : rect.bottom, rect.left : rect.right], rect


def _names(
    ink: Ink, marked: NDArray[np.bool_], split: int, unit: float
) -> tuple[tuple[Ink, Rect] | None, tuple[Ink, Rect] | None]:
    """The name and the line below: right of the avatar, up to the first wide gap."""
    part = marked[split:]
    width = part.shape[1]
    start = _after_avatar(part, unit)
    rows = spans(part[:, start : int(width * 0.7)].any(axis=1), max(1, int(0.8 * unit)))
    rows = [row for row in rows if row[1] - row[0] >= 5 * unit]
    found: list[tuple[Ink, Rect]] = []
    for top, bottom in rows[:2]:
        groups = spans(part[top:bottom, start:].any(axis=0), int(12.5 * unit))
        if not groups:
            continue
        left, right = start + groups[0][0], start + groups[0][1]
        rect = Rect(left, split + top, right, split + bottom)
        found.append((ink[rect.top : rect.bottom, left:right], rect))
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _after_avatar(part: NDArray[np.bool_], unit: float) -> int:
    """The first column right of the avatar: a blob nearly as tall as the header, in the left third."""
    columns = part.sum(axis=0)
    third = int(part.shape[1] * 0.33)
    groups = spans(part[:, :third].any(axis=0), max(1, int(1.5 * unit)))
    for left, right in reversed(groups):
        if right - left >= 24 * unit and np.percentile(columns[left:right], 80) >= 25 * unit:
            end = left + int(min(right - left, 44 * unit))
            return end if right - left > 44 * unit else right
    for left, right in groups:
        if columns[left:right].max() >= 9 * unit and right < 52 * unit:
            return right
    return int(12 * unit)
