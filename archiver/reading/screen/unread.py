"""Finds stretches of the chat that nothing was found in, though something with sharp edges is there.

Every region of a screen with text belongs to a sighting, to the furniture, or to a finding. Bubbles and chips follow
each other closely, so a tall stretch of chat between them is either empty wallpaper or something that was missed.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from archiver.reading.screen.anatomy import Screen
from archiver.reading.screen.picture import Pixels
from archiver.reading.screen.plates import Rect

TALL: Final = 46
"""Units: a strip of unread messages with its margins is 40."""
SHARP: Final = 70
"""Levels between neighbours: letters have them, drawn wallpapers and blurred photos do not."""
INKED: Final = 6
"""Units of rows with at least four such steps: the height of a small line of letters."""


def unread_bands(pixels: Pixels, screen: Screen) -> list[Rect]:
    """Stretches of the chat without a bubble or chip that look as if letters stood there."""
    taken = np.zeros(len(pixels), bool)
    for rect in (*(bubble.rect for bubble in screen.bubbles), *(chip.rect for chip in screen.chips)):
        taken[max(0, rect.top) : rect.bottom] = True
    taken[: screen.header_bottom], taken[screen.chat_bottom :] = True, True
    edges = np.flatnonzero(np.diff(np.r_[True, taken, True].astype(np.int8)))
    bands = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        if bottom - top >= TALL * screen.unit and _has_letters(pixels[top:bottom], screen.unit):
            bands.append(Rect(0, int(top), pixels.shape[1], int(bottom)))
    return bands


def _has_letters(band: Pixels, unit: float) -> bool:
    grey = band.astype(np.int16)[..., 1]
    steps = (np.abs(grey[:, 2:] - grey[:, :-2]) > SHARP).sum(axis=1)
    return bool((steps >= 4).sum() > INKED * unit)
