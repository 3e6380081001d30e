"""How far a bubble reaches, and whether a plate has sides: both told by the pixels just within and just without.

A plate is what has kept one flat colour. Squeezing, large round corners and panels part the first or last rows of a
bubble from the rest, and with them the writer's name; so each bubble is followed upwards and downwards from what was
found of it. And a patch of a gradient is as flat as a bubble, but nothing changes abruptly at its sides.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.anatomy import Bubble
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect

Rows = NDArray[np.bool_]

STEP: Final = 4.5
"""Levels by which the two sides of an edge differ at least: a bubble and its wallpaper are 10 or more apart."""
OWN: Final = 0.3
"""Share of a row that keeps the bubble's colour at least, where letters as wide as the bubble stand in it."""
OWN_HALF: Final = 0.12
"""The same of each half: a reaction that hangs below lies in only one."""
FARTHEST: Final = 300
"""Units that a bubble may reach beyond its plate: the height of a tall photo."""
LEAST_PANEL: Final = 34
"""Units of the lowest panel, a document's, with its padding."""
UNFILLED: Final = 30
"""Units of it that may be no panel: a name and the padding above it."""


def has_sides(small: Pixels, rect: Rect) -> bool:
    """True where the colour changes abruptly at both sides, or at one where the other is the picture's edge."""
    rows = small[rect.top + rect.height // 4 : rect.bottom - rect.height // 4]
    for inner, outer in ((slice(1, 4), slice(-7, -4)), (slice(-4, -1), slice(4, 7))):
        side = rect.left if inner.start > 0 else rect.right
        if side + outer.start < 0 or side + outer.stop > small.shape[1]:
            continue
        step = _smooth(rows[:, side + inner.start : side + inner.stop]) - _smooth(
            rows[:, side + outer.start : side + outer.stop]
        )
        if (np.abs(step).max(axis=1) > STEP).mean() < 0.4:
            return False
    return True


def _smooth(strip: Pixels) -> NDArray[np.float64]:
    """The mean colour of each row, with that of its neighbours: squeezing makes single pixels unsteady."""
    mean = strip.mean(axis=1)
    if len(mean) < 9:
        return np.repeat(mean.mean(axis=0, keepdims=True), len(mean), axis=0)
    sums = np.cumsum(np.pad(mean, ((1, 0), (0, 0))), axis=0)
    smooth: NDArray[np.float64] = (sums[9:] - sums[:-9]) / 9
    return smooth


def reaching(bubbles: list[Bubble], small: Pixels, top: int, bottom: int, unit: float, noise: int) -> list[Bubble]:
    """Each bubble as far as it reaches, between two rows and short of the bubbles above and below."""
    reached = []
    for bubble in bubbles:
        rect = bubble.rect
        others = [other.rect for other in bubbles if other is not bubble and _beside(other.rect, rect)]
        above = max((other.bottom for other in others if other.bottom <= rect.top + 2), default=top)
        below = min((other.top for other in others if other.top >= rect.bottom - 2), default=bottom)
        farthest = int(FARTHEST * unit)
        higher = _rows(small[max(above, rect.top - farthest, 0) : rect.top + 1][::-1], bubble, unit, noise)
        lower = _rows(small[rect.bottom - 1 : min(below, rect.bottom + farthest)], bubble, unit, noise)
        # Only a panel parts what is below: a row or two more may belong to the next bubble.
        lower = lower if lower > LEAST_PANEL * unit else 0
        reached.append(
            bubble._replace(
                rect=rect._replace(top=rect.top - higher, bottom=rect.bottom + lower),
                cut_top=bubble.cut_top and not higher,
                cut_bottom=bubble.cut_bottom and not lower,
            )
        )
    return reached


def _beside(other: Rect, rect: Rect) -> bool:
    return other.left < rect.right and rect.left < other.right


def _rows(block: Pixels, bubble: Bubble, unit: float, noise: int) -> int:
    """How many rows of a block belong to the bubble, from its first, which is the plate's last, outwards.

    A row belongs if it keeps the bubble's colour, between its letters or at both its sides; or if it goes on with the
    panel that the row before it shows, and the bubble's colour comes back beyond.
    """
    if len(block) < 2:
        return 0
    own, sides, goes_on = _judged(block, bubble, unit, noise)
    reached, unfilled, cornered = 0, 0, 0
    for row in range(1, len(block)):
        if own[row]:
            unfilled += 1
            # Beyond round corners, sides that are whole again are those of the next bubble.
            if unfilled > UNFILLED * unit or (sides[row] and cornered >= 2):
                break
            cornered = 0 if sides[row] else cornered + 1
            reached = row
        elif not goes_on[row]:
            break
        else:
            unfilled = 0
    # A row or two are the shadow, or the blur of the edge.
    return reached if reached > 1 else 0


def _judged(block: Pixels, bubble: Bubble, unit: float, noise: int) -> tuple[Rows, Rows, Rows]:
    """For each row: whether it keeps the bubble's colour, whether at both sides, whether it goes on with a panel."""
    rect = bubble.rect
    part = block[:, rect.left : rect.right].astype(np.int16)
    like = np.abs(part - np.array(bubble.fill, np.int16)).max(axis=2) <= noise + 4
    rim, wide = max(1, int(1.2 * unit)), max(2, int(2.2 * unit))
    sides = np.minimum(like[:, rim : rim + wide].mean(axis=1), like[:, -rim - wide : -rim].mean(axis=1)) > 0.8
    inner = slice(int(9 * unit), -int(9 * unit))
    middle = like.shape[1] // 2
    halves = np.minimum(like[:, inner.start : middle].mean(axis=1), like[:, middle : inner.stop].mean(axis=1))
    own = ((like[:, inner].mean(axis=1) > OWN) & (halves > OWN_HALF)) | sides
    alike = np.abs(np.diff(part[:, inner], axis=0)).max(axis=2) <= noise + 4
    panel = like[:, inner].mean(axis=1) < 0.2
    goes_on = np.zeros(len(block), bool)
    goes_on[1:] = (alike.mean(axis=1) > 0.7) & panel[:-1]
    return own, sides, goes_on
