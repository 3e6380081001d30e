"""Finds what is where on a screen: header, chat, bubbles and their sides, chips. Looks at no letters.

Lengths are told in *units*: one css pixel of the phone, about a 400th of the screen's width.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from archiver.reading.screen.picture import Picture, Pixels
from archiver.reading.screen.pills import find_pills
from archiver.reading.screen.plates import Labels, Plate, Rect, find, label, palette, spans

Side = Literal["left", "right"]
Colour = tuple[int, int, int]

UNITS_WIDE: Final = 400
"""Phones are 360 to 430 css pixels wide."""
NOISE_FLAT: Final = 3
NOISE_LOSSY: Final = 7
"""Levels within which two pixels of one fill lie; white and a light wallpaper are 16 to 20 apart."""


class Bubble(NamedTuple):
    """One message's plate."""

    rect: Rect
    """In pixels of the original, without the tail."""
    side: Side
    fill: Colour
    cut_top: bool
    cut_bottom: bool
    covered: bool = False
    """True where the floating day stands over it."""


class Chip(NamedTuple):
    """A centred plate: a day, a system message, a strip."""

    rect: Rect
    fill: Colour
    floating: bool = False
    """True for the day that floats over the top of the chat: it is the day of what stands there."""
    shy: bool = False
    """True where only its edges were seen: believed if it reads as a day or surely as words."""


class Screen(NamedTuple):
    """What is where, in pixels of the original."""

    size: tuple[int, int]
    """Width and height."""
    unit: float
    """Pixels to a css pixel."""
    header_bottom: int
    """0 where the picture shows no header."""
    chat_bottom: int
    bubbles: tuple[Bubble, ...]
    """From top to bottom."""
    chips: tuple[Chip, ...]
    dark: bool
    noise: int
    """Levels within which a fill is flat."""


def find_screen(picture: Picture) -> Screen:
    """Lay out one picture."""
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    step = 1 if width < 900 else 2 if width < 1800 else width // 700
    image = Image.fromarray(pixels)
    image = image.reduce(step) if step > 1 else image
    small = np.asarray(image.filter(ImageFilter.MedianFilter(3)) if picture.lossy else image)
    noise = NOISE_LOSSY if picture.lossy else NOISE_FLAT
    unit = small.shape[1] / UNITS_WIDE
    colours = palette(small, noise)
    labels = label(small, colours, noise)
    top = _header_bottom(small, unit, noise)
    bottom = _bar_top(small, unit, noise)
    labels[:top] = 0
    labels[bottom:] = 0
    plates = find(labels, int(22 * unit), int(14 * unit))
    field = _field(plates, small.shape, unit) if bottom == len(small) else None
    if field:
        bottom = min(bottom, field.rect.top - int(2 * unit))
    ground = _ground(labels[top:bottom])
    plates = [
        plate
        for plate in plates
        if plate.colour != ground
        and plate.rect.bottom <= bottom + 2
        and plate.rect.left > 1
        and plate.rect.right < small.shape[1] - 1
    ]
    floating = [plate for plate in plates if _floats(plate.rect, small.shape[1], top, unit)]
    bubbles, chips = _sort(plates, colours, small.shape[1], unit)
    pills = [Chip(plate.rect, _colour(colours, plate), True) for plate in floating if _over(plate.rect, bubbles)]
    chips += pills
    chips = _with_shy(chips, bubbles, find_pills(small, top, bottom, unit, noise), top + 44 * unit)
    pills = [chip for chip in chips if chip.floating]
    bubbles = [
        bubble._replace(
            cut_top=bubble.cut_top or bubble.rect.top <= top + 1.5 * unit,
            cut_bottom=bubble.cut_bottom or bubble.rect.bottom >= bottom - 1.2 * unit,
            covered=any(_over(pill.rect, [bubble]) for pill in pills),
        )
        for bubble in bubbles
    ]
    luminance = float(np.median(small[top:bottom:7, ::7]))
    return Screen(
        (width, height),
        width / UNITS_WIDE,
        top * step,
        min(bottom * step, height),
        tuple(_enlarge(bubble, step, width, height) for bubble in bubbles),
        tuple(chip._replace(rect=_times(chip.rect, step, width, height)) for chip in chips),
        luminance < 110,
        noise,
    )


def _with_shy(chips: list[Chip], bubbles: list[Bubble], rects: list[Rect], low: float) -> list[Chip]:
    """Add the pills that were found by their edges: beside bubbles, or floating over the topmost."""
    added: list[Chip] = []
    for rect in rects:
        floating = rect.top < low and _over(rect, bubbles)
        if floating or not _over(rect, bubbles):
            clash = [chip for chip in chips if _meet(chip.rect, rect)]
            if any(chip.rect.height > 0.7 * rect.height for chip in clash):
                continue
            chips = [chip for chip in chips if chip not in clash]
            added.append(Chip(rect, (0, 0, 0), floating, shy=True))
    return chips + added


def _meet(one: Rect, other: Rect) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _enlarge(bubble: Bubble, step: int, width: int, height: int) -> Bubble:
    return bubble._replace(rect=_times(bubble.rect, step, width, height))


def _times(rect: Rect, step: int, width: int, height: int) -> Rect:
    left, top, right, bottom = (value * step for value in rect)
    return Rect(left, top, min(right, width), min(bottom, height))


def _margins(small: Pixels, unit: float) -> NDArray[np.int16]:
    """The colour of each row at the picture's left and right edge: rows, 2 sides, 3 channels."""
    wide = max(2, int(4 * unit))
    left, right = small[:, 1 : 1 + wide], small[:, -1 - wide : -1]
    return np.stack([np.median(left, axis=1), np.median(right, axis=1)], axis=1).astype(np.int16)


def _header_bottom(small: Pixels, unit: float, noise: int) -> int:
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


def _under_icons(small: Pixels, unit: float, reference: NDArray[np.float64], noise: int) -> int:
    """Below the avatar, the first thing that is tall, by the padding that headers have."""
    zone = small[: int(125 * unit), : int(0.45 * small.shape[1])].astype(np.int16)
    ink = (np.abs(zone - reference).max(axis=2) > 40).any(axis=1)
    for top, bottom in spans(ink, max(1, int(3 * unit))):
        if bottom - top >= 24 * unit and bottom > 40 * unit:
            return min(bottom, top + int(48 * unit)) + int(8 * unit)
    return 0


def _bar_top(small: Pixels, unit: float, noise: int) -> int:
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


def _field(plates: list[Plate], shape: tuple[int, ...], unit: float) -> Plate | None:
    """The field for typing: the lowest plate, long and near the bottom."""
    for plate in reversed(plates):
        rect = plate.rect
        low = rect.bottom > shape[0] - 110 * unit and rect.top > shape[0] - 150 * unit
        long = rect.width > 0.5 * shape[1] and 26 * unit < rect.height < 64 * unit and rect.left < 62 * unit
        at_edge = rect.width > 0.72 * shape[1] or rect.left < 16 * unit or rect.bottom > shape[0] - 36 * unit
        if low and long and at_edge:
            return plate
    return None


def _floats(rect: Rect, width: int, top: int, unit: float) -> bool:
    """True for what may be the floating day: a centred pill just under the header."""
    centred = abs(rect.left + rect.right - width) < 8 * unit
    return centred and rect.top < top + 40 * unit and 16 * unit < rect.height < 40 * unit and rect.width < 190 * unit


def _over(rect: Rect, bubbles: list[Bubble]) -> bool:
    return any(
        bubble.rect.left < rect.right
        and rect.left < bubble.rect.right
        and bubble.rect.top < rect.bottom
        and rect.top < bubble.rect.bottom
        and bubble.rect != rect
        for bubble in bubbles
    )


def _ground(labels: Labels) -> int:
    """The colour of most of the margins: the wallpaper's, where it has one; else -1."""
    wide = max(2, labels.shape[1] // 100)
    edge = np.concatenate([labels[:, :wide].ravel(), labels[:, -wide:].ravel()])
    if not edge.size:
        return -1
    counts = np.bincount(edge, minlength=2)
    counts[0] = 0
    return int(counts.argmax()) - 1 if counts.max() > 0.25 * edge.size else -1


def _sort(plates: list[Plate], colours: NDArray[np.int16], width: int, unit: float) -> tuple[list[Bubble], list[Chip]]:
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
    found = _mended(found, plates, unit)
    outer = [(plate, side) for plate, side in found if not _within(plate, [other for other, _ in found])]
    bubbles = [
        Bubble(plate.rect, side, _colour(colours, plate), plate.square_top, plate.square_bottom)
        for plate, side in outer
        if not _hangs(plate.rect, [other.rect for other, _ in outer], unit)
    ]
    chips = [
        Chip(plate.rect, _colour(colours, plate))
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


def _colour(colours: NDArray[np.int16], plate: Plate) -> Colour:
    red, green, blue = (int(value) for value in colours[plate.colour])
    return red, green, blue
