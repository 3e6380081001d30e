"""Opens one bubble: label, panels, time, emoji, and what is left, the words of the message.

Order matters. Panels (photo, quote, card) go first, because their letters are not the message's; then the time,
which hangs half a line low and spoils the line it stands in; then emoji, which read as litter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.reading.screen.layout import Bubble, Colour, Screen
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect, spans

Ink = NDArray[np.uint8]
"""Rows, columns: distance from the fill, 0 to 255."""
Fill = NDArray[np.uint8]
Panel = Literal["quote", "card", "photo"]

INKED: Final = 40
"""Levels from the fill at which a pixel counts as ink."""
COLOURED: Final = 70
"""Chroma, the widest less the narrowest channel, from which ink is coloured."""


@dataclass(slots=True)
class Inside:
    """What one bubble holds; rectangles in pixels of the original."""

    bubble: Bubble
    ink: Ink
    """Of the bubble's rectangle: what is left for the message's words."""
    body: list[Rect] = field(default_factory=list)
    """Where words may stand, from top to bottom."""
    label: Rect | None = None
    label_colour: Colour | None = None
    label_ink: Ink | None = None
    time: Rect | None = None
    time_ink: Ink | None = None
    panels: list[tuple[Panel, Rect]] = field(default_factory=list)
    emoji: list[Rect] = field(default_factory=list)
    voice: bool = False


class Manner(NamedTuple):
    """What the bubbles of one screen have in common."""

    unit: float
    noise: int
    indent: float
    """How far from a bubble's left side most lines of letters begin; pixels."""
    tint: float
    """How coloured most letters are: 0 for black and white, about 0.2 for navy."""


def open_bubbles(pixels: Pixels, screen: Screen) -> list[Inside]:
    """Take the bubbles of a screen apart, in their order."""
    unit = screen.unit
    insides, fills = [], []
    for bubble in screen.bubbles:
        crop = _crop(pixels, bubble.rect)
        fills.append(_fill(crop, bubble.fill, unit))
        inside = Inside(bubble, distance(crop, fills[-1]))
        _trim(inside.ink, unit)
        _take_floating(inside, screen)
        insides.append(inside)
    manner = Manner(unit, screen.noise, _indent(insides, unit), _usual_tint(pixels, insides, fills))
    for inside, fill in zip(insides, fills, strict=True):
        _open(inside, _crop(pixels, inside.bubble.rect), fill, manner)
    return insides


def _crop(pixels: Pixels, rect: Rect) -> Pixels:
    return pixels[rect.top : rect.bottom, rect.left : rect.right]


def _take_floating(inside: Inside, screen: Screen) -> None:
    """Blank the floating day where it stands over the bubble."""
    own = inside.bubble.rect
    for chip in screen.chips:
        if chip.floating:
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
    _take_panels(inside, crop, fill, manner)
    _take_intruders(inside, unit)
    _take_cut_lines(inside, unit)
    _take_time(inside, crop, unit)
    chroma = crop.max(axis=2) - crop.min(axis=2)
    if inside.bubble.side == "left":
        _take_label(inside, crop, chroma, fill, manner)
    _take_waveform(inside, unit)
    _take_emoji(inside, crop, chroma, unit)
    inside.body = [_shift(band, inside.bubble.rect) for band in _blocks(inside, unit)]


def distance(crop: Pixels, fill: NDArray[np.uint8]) -> Ink:
    """The widest difference of any channel from the fill."""
    result: Ink = (np.maximum(crop, fill) - np.minimum(crop, fill)).max(axis=2)
    return result


def _fill(crop: Pixels, near: Colour, unit: float) -> NDArray[np.uint8]:
    """The fill to the level, from the padding at the left."""
    strip = crop[:, int(1.5 * unit) : int(9 * unit) + 2].reshape(-1, 3)
    good = strip[np.abs(strip.astype(np.int16) - np.array(near)).max(axis=1) <= 12]
    chosen = np.median(good, axis=0) if len(good) else np.array(near)
    return chosen.astype(np.uint8)


def _trim(ink: Ink, unit: float) -> None:
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


def _take_panels(inside: Inside, crop: Pixels, fill: NDArray[np.uint8], manner: Manner) -> None:
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
        inside.panels.append((kind, _shift(Rect(0, top, width, bottom), inside.bubble.rect)))
        # Its round corners stand above and below the rows that it fills.
        top, bottom = _grow(np.asarray((inside.ink > 16).any(axis=1)), top, bottom, int(9 * unit))
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


def _take_intruders(inside: Inside, unit: float) -> None:
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


def _take_cut_lines(inside: Inside, unit: float) -> None:
    """Blank a line of letters that the edge cuts through: what would be read there is not what was written."""
    rim = max(2, int(1.6 * unit))
    rows = np.asarray((inside.ink > INKED).any(axis=1))
    if inside.bubble.cut_top and rows[rim : rim + 2].any():
        inside.ink[: _grow(rows, rim, rim + 2, int(26 * unit))[1]] = 0
    if inside.bubble.cut_bottom and rows[-rim - 2 : -rim].any():
        inside.ink[_grow(rows, len(rows) - rim - 2, len(rows) - rim, int(26 * unit))[0] :] = 0


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


def _take_time(inside: Inside, crop: Pixels, unit: float) -> None:
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
    if not 14 * unit <= end - start <= 112 * unit:
        return
    end_of_time = _before_ticks(inside, crop, (low - int(9 * unit), low), (start, end), unit)
    # The flag of a 1 stands out to the left, higher than the rows looked at.
    start = max(groups[-2][1] + 1 if len(groups) > 1 else 0, start - int(2.5 * unit))
    column = spans(marked[:low, start:end_of_time].any(axis=1))
    top, bottom = column[-1]
    top = max(top, bottom - int(16 * unit))
    inside.time = _shift(Rect(start, top, end_of_time, bottom), rect)
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
    groups = [group for group in spans((bright > 150).any(axis=0), max(2, int(6 * unit))) if _length(group) > 3 * unit]
    if not groups:
        return
    start, end = groups[-1]
    if inside.bubble.side == "right" and end - start <= 22 * unit and len(groups) > 1:
        start = groups[-2][0]
    bands = spans((bright[:, start:end] > 150).any(axis=1), max(1, int(unit)))
    upper, lower = max(bands, key=_length)
    if not 5 * unit < lower - upper < 16 * unit:
        return
    upper, lower = max(0, upper - 2), lower + 2
    inside.time = _shift(Rect(left + start, top + upper, left + end, top + lower), own)
    inside.time_ink = bright[upper:lower, start:end].copy()


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _take_label(inside: Inside, crop: Pixels, chroma: NDArray[np.uint8], fill: Fill, manner: Manner) -> None:
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
    inside.label = _shift(Rect(start, top, end, bottom), inside.bubble.rect)
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


def _usual_tint(pixels: Pixels, insides: list[Inside], fills: list[Fill]) -> float:
    """Of most letters of the screen: 0 for black and white, 0.2 for navy."""
    every = [
        _tint(_crop(pixels, inside.bubble.rect)[half:], inside.ink[half:] > INKED, fill)
        for inside, fill in zip(insides, fills, strict=True)
        for half in [len(inside.ink) // 2]
    ]
    return float(np.median(every)) if every else 0.1


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


def _take_waveform(inside: Inside, unit: float) -> None:
    """A voice note shows as a row of many thin bars."""
    marked = inside.ink > INKED
    for top, bottom in spans(marked.any(axis=1), int(2 * unit)):
        if bottom - top < 10 * unit:
            continue
        # Without the button at the left, at a level between bar and gap: small bars blur into each other.
        part = inside.ink[top:bottom, int(24 * unit) :]
        if not (part > INKED).any():
            continue
        level = 0.6 * np.percentile(part[part > INKED], 90)
        middle = len(part) // 2
        through = spans((part[middle - 1 : middle + 1] > level).any(axis=0))
        whole = spans((part > level).any(axis=0))
        if _are_bars(whole, 0.6, unit) or (_are_bars(through, 0.6, unit) and _centred(marked[top:bottom], unit)):
            inside.voice = True
            inside.ink[:] = 0
            return


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


def _take_emoji(inside: Inside, crop: Pixels, chroma: NDArray[np.uint8], unit: float) -> None:
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
            upper, lower = _grow(np.asarray(marked.any(axis=1)), top, bottom, int(3 * unit))
            left, right = _grow(np.asarray(marked[upper:lower].any(axis=0)), start, end, int(4 * unit))
            ink[upper:lower, left:right] = 0
            inside.emoji.append(_shift(Rect(left, upper, right, lower), inside.bubble.rect))


def _is_emoji(crop: Pixels, strong: NDArray[np.bool_], unit: float) -> bool:
    """True for a blob as wide and tall as a capital that is dense, or of several hues: a link is neither."""
    rows = np.flatnonzero(strong.any(axis=1))
    tall, wide = int(rows[-1] - rows[0] + 1), strong.shape[1]
    if tall < 9 * unit or wide < 8 * unit:
        return False
    density = float(strong.sum()) / (tall * wide)
    if density > 0.6:
        return True
    if density < 0.25:
        return False
    part = crop[strong].astype(np.int16)
    highest, lowest = part.argmax(axis=1), part.argmin(axis=1)
    # Links and names in a text are blue or green, never red or yellow.
    if ((highest == 0) & (lowest == 2)).mean() > 0.7:
        return True
    return bool(np.bincount(highest * 3 + lowest).max() < 0.8 * len(part))


def _grow(marked: NDArray[np.bool_], start: int, end: int, most: int) -> tuple[int, int]:
    """Widen a span over what touches it, by ``most`` at each end."""
    least, last = max(0, start - most), min(len(marked), end + most)
    while start > least and marked[start - 1]:
        start -= 1
    while end < last and marked[end]:
        end += 1
    return start, end


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


def _shift(rect: Rect, by: Rect) -> Rect:
    return Rect(rect.left + by.left, rect.top + by.top, rect.right + by.left, rect.bottom + by.top)
