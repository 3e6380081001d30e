"""What was read on a screen, piece by piece, and what is known beside the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from archiver.model import Batch
from archiver.reading.screen.anatomy import Chip
from archiver.reading.screen.inside import Inside
from archiver.reading.screen.sheet import Line
from archiver.reading.screen.times import Clock, read_clock

SURE_MEAN: Final = 60
"""Mean of the engine's confidence, 0 to 100, from which words are believed to stand on a chip."""


@dataclass(slots=True)
class Part:
    """A bubble with what was read in it."""

    inside: Inside
    body: list[Line] = field(default_factory=list)
    label: list[Line] = field(default_factory=list)
    time: list[Line] = field(default_factory=list)
    quote: list[Line] = field(default_factory=list)
    covered: bool = False
    doubtful: bool = False
    """True where the name was hard to find."""

    def __post_init__(self) -> None:
        # A link that fills the first line is coloured like a name.
        if self.label and re.match(r"https?:|www\.|@", self.label[0].text):
            self.body = self.label + self.body
            self.label, self.inside.label = [], None

    def is_blank(self) -> bool:
        """True where nothing was read or seen in it: a patch of wallpaper, perhaps."""
        inside = self.inside
        return not (self.body or self.label or self.time or self.quote or inside.emoji or inside.voice)

    @property
    def top(self) -> int:
        return self.inside.bubble.rect.top


class Known(NamedTuple):
    """What is known beside the picture."""

    captured: date | None
    custodian: str | None


class Told(NamedTuple):
    """What the whole screen says."""

    chat: str | None
    group: bool | None
    clock: str | None
    batch: Batch


def in_order(
    parts: list[Part], chips: list[tuple[Chip, list[Line]]]
) -> list[tuple[int, Part | tuple[Chip, list[Line]]]]:
    items: list[tuple[int, Part | tuple[Chip, list[Line]]]] = [(part.top, part) for part in parts]
    # The floating day stands for the topmost message, though that one may begin above it.
    items += [(-1 if chip.floating else chip.rect.top, (chip, lines)) for chip, lines in chips]
    return sorted(items, key=lambda item: item[0])


def chip_text(lines: list[Line]) -> str:
    return " ".join(line.text for line in lines).strip(" .,|-—_'")


def is_writing(lines: list[Line]) -> bool:
    """True for words surely read, by their mean; what the engine makes of a plain patch of wallpaper is not."""
    words = [word for line in lines for word in line.words]
    letters = sum(character.isalpha() for word in words for character in word.text)
    return letters >= 6 and len(words) > 1 and sum(word.confidence for word in words) / len(words) > SURE_MEAN


def half_clock(parts: list[Part]) -> bool:
    """True where most bubbles of this screen say am or pm."""
    clocks = [clock_of(part) for part in parts]
    read = [clock for clock in clocks if clock]
    return sum(clock.half for clock in read) * 2 > len(read)


def clock_of(part: Part) -> Clock | None:
    return read_clock(" ".join(line.text for line in part.time))


def box_of(rect: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = rect
    return left, top, right - left, bottom - top
