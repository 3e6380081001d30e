"""Finds what is where on a screen: header, chat, bubbles and their sides, chips. Looks at no letters.

Lengths are told in *units*: one css pixel of the phone, about a 400th of the screen's width.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from archiver.reading.screen.anatomy import NOISE_FLAT, NOISE_LOSSY, UNITS_WIDE, Bubble, Chip, Screen
from archiver.reading.screen.furniture import bar_top, field_for_typing, header_bottom, is_cropped, keyboard_top
from archiver.reading.screen.picture import Picture, Pixels
from archiver.reading.screen.pills import find_pills, find_written_pill
from archiver.reading.screen.plates import Labels, Plate, Rect, find, label, palette
from archiver.reading.screen.reach import has_sides, reaching
from archiver.reading.screen.sides import colour_of, sort


def find_screen(picture: Picture) -> Screen:
    """Lay out one picture."""
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    step = 1 if width < 900 else 2 if width < 1800 else width // 700
    image = Image.fromarray(pixels)
    image = image.reduce(step) if step > 1 else image
    small = np.asarray(_calmed(image) if picture.lossy else image)
    noise = NOISE_LOSSY if picture.lossy else NOISE_FLAT
    unit = small.shape[1] / UNITS_WIDE
    colours = palette(small, noise)
    labels = label(small, colours, noise)
    top, bottom, plates = _bounds(small, labels, unit, noise)
    ground = _ground(labels[top:bottom])
    plates = [
        plate
        for plate in plates
        if plate.colour != ground
        and plate.rect.top >= top - 2
        and plate.rect.bottom <= bottom + 2
        and plate.rect.left > 1
        and plate.rect.right < small.shape[1] - 1
        and (has_sides(small, plate.rect) or _floats(plate.rect, small.shape[1], top, unit))
    ]
    floating = [plate for plate in plates if _floats(plate.rect, small.shape[1], top, unit)]
    bubbles, chips = sort(plates, colours, small.shape[1], unit)
    chips += [Chip(plate.rect, colour_of(colours, plate), True) for plate in floating if _over(plate.rect, bubbles)]
    chips = [chip._replace(floating=chip.floating or _level(chip.rect, bubbles, top, unit)) for chip in chips]
    written = None if any(chip.floating for chip in chips) else find_written_pill(small, top, unit, noise)
    chips = _with_shy(chips, bubbles, [written] if written else [], top, unit)
    chips = _with_shy(chips, bubbles, find_pills(small, top, bottom, unit, noise), top, unit)
    pills = [chip for chip in chips if chip.floating and not chip.shy]
    bubbles = reaching(bubbles, small, top, bottom, unit, noise)
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


def _calmed(image: Image.Image) -> Image.Image:
    """Less of the noise of squeezing, which is roughest with colour: on a dark ground it makes two fills of one."""
    light, blue, red = image.filter(ImageFilter.MedianFilter(3)).convert("YCbCr").split()
    calm = [
        part.reduce(2).filter(ImageFilter.MedianFilter(5)).resize(image.size, Image.Resampling.BILINEAR)
        for part in (blue, red)
    ]
    return Image.merge("YCbCr", (light, *calm)).convert("RGB")


def _bounds(small: Pixels, labels: Labels, unit: float, noise: int) -> tuple[int, int, list[Plate]]:
    """The first row of the chat, one past its last, and all plates; cuts the labels there."""
    top, bottom = header_bottom(small, unit, noise), bar_top(small, unit, noise)
    whole = labels[:top].copy()
    labels[max(0, top - 3) : top] = 0
    labels[bottom : bottom + 3] = 0
    plates = find(labels, int(22 * unit), int(14 * unit))
    if top and is_cropped([plate for plate in plates if has_sides(small, plate.rect)], top, small.shape[1], unit):
        labels[:top], top = whole, 0
        plates = find(labels, int(22 * unit), int(14 * unit))
    if bottom == len(small):
        bottom = keyboard_top(plates, bottom, unit) or bottom
        typing = field_for_typing(
            [plate for plate in plates if plate.rect.bottom <= bottom], bottom, small.shape[1], unit
        )
        bottom = min(bottom, typing.rect.top - int(2 * unit)) if typing else bottom
    return top, bottom, plates


def _with_shy(chips: list[Chip], bubbles: list[Bubble], rects: list[Rect], top: int, unit: float) -> list[Chip]:
    """Add the pills that were found by their edges: beside bubbles, or floating over the topmost."""
    added: list[Chip] = []
    low = top + 44 * unit
    for rect in rects:
        floating = rect.top < low and (_over(rect, bubbles) or _level(rect, bubbles, top, unit))
        if floating or not _over(rect, bubbles):
            clash = [chip for chip in chips if _meet(chip.rect, rect)]
            if any(chip.shy or chip.rect.height > 0.7 * rect.height for chip in clash):
                continue
            chips = [chip for chip in chips if chip not in clash]
            added.append(Chip(rect, (0, 0, 0), floating, shy=True))
    return chips + added


def _level(rect: Rect, bubbles: list[Bubble], top: int, unit: float) -> bool:
    """True for a chip near the top that stands level with a bubble: in the chat itself no two things share a row."""
    shares = (min(rect.bottom, other.rect.bottom) - max(rect.top, other.rect.top) for other in bubbles)
    return rect.top < top + 44 * unit and any(share > 0.4 * rect.height for share in shares)


def _meet(one: Rect, other: Rect) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _enlarge(bubble: Bubble, step: int, width: int, height: int) -> Bubble:
    return bubble._replace(rect=_times(bubble.rect, step, width, height))


def _times(rect: Rect, step: int, width: int, height: int) -> Rect:
    left, top, right, bottom = (value * step for value in rect)
    return Rect(left, top, min(right, width), min(bottom, height))


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
