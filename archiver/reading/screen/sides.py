"""Tells bubbles from chips, and left from right, by where plates stand and by colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.anatomy import Bubble, Chip, Colour, Side
from archiver.reading.screen.plates import Plate, Rect


def sort(plates: list[Plate], colours: NDArray[np.int16], width: int, unit: float) -> tuple[list[Bubble], list[Chip]]:
    """Tell bubbles from chips by where they stand and by colour, and drop plates that are neither."""
    sides = [_side(plate.rect, width, unit) for plate in plates]
    fills: dict[Side, int] = {
        "left": _fill(plates, sides, "left", width, unit),
        "right": _fill(plates, sides, "right", width, unit),
    }
    edges = _edges(plates, sides, unit)
    found: list[tuple[Plate, Side]] = []
    centred: list[Plate] = []
    for plate, side in zip(plates, sides, strict=True):
        rect = plate.rect
        if side is None and _aligned(rect, edges, unit) and plate.colour in fills.values() and rect.height > 40 * unit:
            side = "left"
        if side is None:
            centred.append(plate)
        elif plate.colour == fills[side] and rect.width > 54 * unit and rect.height > 12 * unit:
            found.append((plate, side))
    found = _joined(_mended(found, plates, unit), unit)
    outer = [(plate, side) for plate, side in found if not _within(plate, [other for other, _ in found])]
    bubbles = [
        Bubble(plate.rect, side, colour_of(colours, plate), plate.square_top, plate.square_bottom)
        for plate, side in outer
        if not _hangs(plate.rect, [other.rect for other, _ in outer], unit)
    ]
    chips = [
        Chip(plate.rect, colour_of(colours, plate))
        for plate in centred
        if plate.rect.width > 30 * unit
        and plate.rect.height < 110 * unit
        and plate.straight > 0.7
        and not plate.square_top
        and not plate.square_bottom
        and not _within(plate, [other for other, _ in found] + centred)
    ]
    return bubbles, chips


def _mended(found: list[tuple[Plate, Side]], plates: list[Plate], unit: float) -> list[tuple[Plate, Side]]:
    """Put a bubble together again where a panel, nearly as wide, has parted what is above from what is below it."""
    mended = []
    for plate, side in found:
        rect, square = plate.rect, plate.square_top
        for panel in plates:
            over = panel.rect
            if (
                panel.colour != plate.colour
                and -unit <= rect.top - over.bottom <= 3 * unit
                and _as_wide(over, rect, unit)
            ):
                above = [
                    other
                    for other, _ in found
                    if other.colour == plate.colour
                    and -unit <= over.top - other.rect.bottom <= 3 * unit
                    and _as_wide(over, other.rect, unit)
                ]
                top = above[0].rect.top if above else over.top - int(4 * unit)
                rect, square = rect._replace(top=max(0, top)), bool(above) and above[0].square_top
        mended.append((plate._replace(rect=rect, square_top=square), side))
    return mended


def _joined(found: list[tuple[Plate, Side]], unit: float) -> list[tuple[Plate, Side]]:
    """Put two plates together that one line of letters has parted: equally wide, and cut square where they meet."""
    joined: list[tuple[Plate, Side]] = []
    for plate, side in found:
        last = next((index for index, (upper, _) in enumerate(joined) if _goes_on(upper, plate, unit)), None)
        if last is None:
            joined.append((plate, side))
        else:
            upper = joined[last][0]
            rect = upper.rect._replace(bottom=max(upper.rect.bottom, plate.rect.bottom))
            joined[last] = (upper._replace(rect=rect, square_bottom=plate.square_bottom), side)
    return joined


def _goes_on(upper: Plate, lower: Plate, unit: float) -> bool:
    one, two = upper.rect, lower.rect
    near = abs(one.left - two.left) <= 3 and abs(one.right - two.right) <= 3
    square = upper.square_bottom and lower.square_top
    return near and square and upper.colour == lower.colour and -2 * unit <= two.top - one.bottom <= 3 * unit


def _is_over(panel: Rect, part: Rect, unit: float) -> bool:
    """True for a panel that has parted its bubble: what is left of that stands below, a little wider at both sides."""
    inset = min(panel.left - part.left, part.right - panel.right)
    return inset >= 2 and _as_wide(panel, part, unit) and -unit <= part.top - panel.bottom <= 4 * unit


def _as_wide(panel: Rect, bubble: Rect, unit: float) -> bool:
    """True where the panel fits the bubble but for a thin padding at both sides."""
    return 0 <= panel.left - bubble.left <= 7 * unit and 0 <= bubble.right - panel.right <= 7 * unit


def _within(plate: Plate, others: list[Plate]) -> bool:
    """True for what lies inside another plate: a panel, a pill, a piece of a photo."""
    left, top, right, bottom = plate.rect
    middle = (left + right) / 2, (top + bottom) / 2
    area = plate.rect.width * plate.rect.height
    return any(
        other.rect.left <= middle[0] <= other.rect.right
        and other.rect.top <= middle[1] <= other.rect.bottom
        and other.rect.width * other.rect.height > area
        for other in others
    )


def _hangs(rect: Rect, others: list[Rect], unit: float) -> bool:
    """True for a reaction: a small pill over the lower edge of a bubble."""
    if rect.height > 32 * unit or rect.width > 110 * unit:
        return False
    return any(
        other.left <= rect.left + 3 * unit
        and rect.right <= other.right + 3 * unit
        and rect.top < other.bottom < rect.bottom
        for other in others
        if other != rect
    )


def _side(rect: Rect, width: int, unit: float) -> Side | None:
    """Left or right by the nearer edge; None where it stands in the middle."""
    left, right = rect.left, width - rect.right
    if abs(left - right) < 9 * unit and left > 5 * unit:
        return None
    return "left" if left < right else "right"


def _edges(plates: list[Plate], sides: list[Side | None], unit: float) -> list[int]:
    """Left edges at which at least two plates of the left begin."""
    lefts = [
        plate.rect.left
        for plate, side in zip(plates, sides, strict=True)
        if side == "left" and plate.rect.width > 60 * unit and plate.straight > 0.85
    ]
    return [left for left in lefts if sum(abs(left - other) <= 2 for other in lefts) > 1]


def _aligned(rect: Rect, edges: list[int], unit: float) -> bool:
    return any(abs(rect.left - edge) <= max(2, unit) for edge in edges)


def _fill(plates: list[Plate], sides: list[Side | None], side: Side, width: int, unit: float) -> int:
    """The colour of a side's bubbles; -1 where it has none.

    Of most area, where plates count for more the more of their colour keep the same edge: a photo's do not.
    """
    own = [
        plate
        for plate, where in zip(plates, sides, strict=True)
        if where == side
        and plate.straight > 0.65
        and plate.rect.width > plate.rect.height * 0.55
        and not _within(plate, plates)
        and not any(_is_over(plate.rect, other.rect, unit) for other in plates if other.colour != plate.colour)
        and (plate.rect.left if side == "left" else width - plate.rect.right) < 64 * unit
    ]
    totals: dict[int, float] = {}
    for plate in own:
        edge = plate.rect.left if side == "left" else plate.rect.right
        others = (each.rect.left if side == "left" else each.rect.right for each in own if each.colour == plate.colour)
        weight = sum(abs(edge - other) <= 2 for other in others)
        totals[plate.colour] = totals.get(plate.colour, 0) + plate.rect.width * plate.rect.height * weight
    return max(totals, key=lambda colour: totals[colour]) if totals else -1


def colour_of(colours: NDArray[np.int16], plate: Plate) -> Colour:
    red, green, blue = (int(value) for value in colours[plate.colour])
    return red, green, blue
