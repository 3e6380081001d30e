"""One picture on one page: lay out, open the bubbles, paint, read once, assemble."""

from __future__ import annotations

import numpy as np

from archiver.errors import Refused
from archiver.model import Batch, Finding
from archiver.reading.screen import UNREAD_REGION
from archiver.reading.screen.anatomy import Chip, Screen
from archiver.reading.screen.assemble import assemble
from archiver.reading.screen.bubble import open_bubbles
from archiver.reading.screen.header import open_header
from archiver.reading.screen.inside import Ink, Inside, distance
from archiver.reading.screen.layout import find_screen
from archiver.reading.screen.part import Known, Part, Told
from archiver.reading.screen.picture import Picture, Pixels
from archiver.reading.screen.plates import Rect
from archiver.reading.screen.recognise import read_page
from archiver.reading.screen.sheet import Piece, gather, paint
from archiver.reading.screen.unread import unread_bands


def read_screen(name: str, picture: Picture, known: Known, language: str) -> Told:
    """Read one picture; ``name`` is used in the sentences of refusal. Raises ``Refused`` where it shows no chat."""
    screen = find_screen(picture)
    if not screen.bubbles:
        raise Refused("not-a-chat", f"{name}: no message bubbles were found. Hand over a screenshot of an open chat.")
    insides = open_bubbles(picture.pixels, screen)
    pieces = collect(picture.pixels, screen, insides)
    page, placed = paint(pieces, screen.unit)
    lines = gather(read_page(page, language), placed)
    parts = [
        Part(
            inside,
            body=[line for block in range(len(inside.body)) for line in lines.get(("body", index, block), [])],
            label=lines.get(("label", index), []),
            time=lines.get(("time", index), []),
            quote=lines.get(("quote", index), []),
        )
        for index, inside in enumerate(insides)
    ]
    chips = [(chip, lines.get(("chip", index), [])) for index, chip in enumerate(screen.chips)]
    header = {part: lines.get(part, []) for part in ("clock", "title", "below")}
    told = assemble(screen, parts, chips, header, known)
    told.batch.findings.extend(
        Finding(
            UNREAD_REGION,
            "Nothing was read in this stretch of the chat, though something seems to stand there.",
            box=(band.left, band.top, band.width, band.height),
        )
        for band in unread_bands(picture.pixels, screen)
    )
    return told._replace(batch=_unshifted(told.batch, picture.left, picture.top))


def _unshifted(batch: Batch, left: int, top: int) -> Batch:
    """Boxes in pixels of the original, before a frame was cut off."""

    def back(box: tuple[int, int, int, int] | None) -> tuple[int, int, int, int] | None:
        return (box[0] + left, box[1] + top, box[2], box[3]) if box else None

    return Batch(
        [sighting._replace(box=back(sighting.box)) for sighting in batch.sightings],
        [finding._replace(box=back(finding.box)) for finding in batch.findings],
    )


def collect(pixels: Pixels, screen: Screen, insides: list[Inside]) -> list[Piece]:
    """Everything with letters that matter, in the order of the page."""
    pieces: list[Piece] = []
    for key, found in open_header(pixels, screen)._asdict().items():
        if found:
            pieces.append(Piece(key, found[0], found[1], 1.15 if key == "below" else 1.0))
    for index, inside in enumerate(insides):
        pieces += _of_bubble(pixels, index, inside)
    for index, chip in enumerate(screen.chips):
        pieces.append(_of_chip(pixels, index, chip))
    for index, inside in enumerate(insides):
        if inside.time is not None and inside.time_ink is not None:
            pieces.append(Piece(("time", index), inside.time_ink, inside.time, 1.6))
    return pieces


def _of_bubble(pixels: Pixels, index: int, inside: Inside) -> list[Piece]:
    pieces: list[Piece] = []
    own = inside.bubble.rect
    if inside.label is not None and inside.label_ink is not None:
        pieces.append(Piece(("label", index), inside.label_ink, inside.label, 1.15))
    for kind, rect in inside.panels:
        if kind == "quote":
            pieces.append(_of_quote(pixels, index, rect))
    for number, rect in enumerate(inside.body):
        ink = inside.ink[rect.top - own.top : rect.bottom - own.top, rect.left - own.left : rect.right - own.left]
        pieces.append(Piece(("body", index, number), ink, rect))
    return pieces


def _of_quote(pixels: Pixels, index: int, rect: Rect) -> Piece:
    width = rect.width
    inner = Rect(rect.left + width // 24 + 4, rect.top, rect.right - width // 40 - 4, rect.bottom)
    return Piece(("quote", index), _ink(pixels, inner), inner, 1.15)


def _of_chip(pixels: Pixels, index: int, chip: Chip) -> Piece:
    rect = chip.rect
    inset = min(rect.height // 5, rect.width // 8)
    inner = Rect(rect.left + inset, rect.top + 2, rect.right - inset, rect.bottom - 2)
    return Piece(("chip", index), _ink(pixels, inner), inner, 1.15)


def _ink(pixels: Pixels, rect: Rect) -> Ink:
    crop = pixels[rect.top : rect.bottom, rect.left : rect.right]
    return distance(crop, np.median(crop.reshape(-1, 3), axis=0).astype(np.uint8))
