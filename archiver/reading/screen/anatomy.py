"""What is on a screen, in words: bubbles, chips, and where the chat begins and ends."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from archiver.reading.screen.plates import Rect

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
