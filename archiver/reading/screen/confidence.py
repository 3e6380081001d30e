"""How likely a message was read right: a logistic formula over a few doubts, each of which a person can check.

    confidence = 1 / (1 + exp(-(SURE - sum of weight x doubt)))

The weights were fitted by ``benchmarks/screens/calibrate.py`` on the 24 screens of ``fixtures/screens`` and on 150
drawn ones (``draw.py``, seeds 6101, 7301 and 7303): 1293 messages, 40 of them wrong. Area under the curve 0.91; 0.865
where each fifth of the pictures is judged by a fit on the others. There 0.90 to 0.95 was right in 94 of 100, 0.80 to
0.90 in 88, below 0.60 in 5. One weight is set by hand: ``out_of_order``, which those screens never showed.
"""

from __future__ import annotations

from math import exp
from typing import Final, NamedTuple

from archiver.reading.screen import EMOJI_MARK
from archiver.reading.screen.inside import INKED, Inside
from archiver.reading.screen.sheet import Line

USUAL: Final = frozenset(
    " .,:;!?'\"()-/&@%+#£$€*_=\n\N{BULLET}\N{EN DASH}\N{RIGHT SINGLE QUOTATION MARK}~…" + EMOJI_MARK
)


class Doubts(NamedTuple):
    """Each 0 where there is none, at most 1."""

    worst_word: float = 0.0
    """How far the least sure word is below 90 of 100, by the engine's own word."""
    mean_word: float = 0.0
    """How far the words' mean is below 96."""
    uncovered: float = 0.0
    """Share of the ink that lies in no word."""
    odd: float = 0.0
    """A half where there is any character that people seldom write, and more the greater their share."""
    no_time: float = 0.0
    time_unsure: float = 0.0
    """A letter was taken for a digit, or it says am where the screen does not, or the engine was unsure."""
    out_of_order: float = 0.0
    """Its time is earlier than that of the message above."""
    name: float = 0.0
    """The name is missing, was not certain to be a name, or was read unsurely."""
    cut: float = 0.0
    covered: float = 0.0
    stroke: float = 0.0
    """A lone stroke was taken for the pronoun I."""
    panel: float = 0.0
    """Something other than words is in the bubble: a photo, a quotation, a card."""
    lossy: float = 0.0


SURE: Final = 4.95
WEIGHTS: Final = Doubts(
    worst_word=1.86,
    mean_word=2.03,
    uncovered=0.4,
    odd=1.69,
    no_time=4.88,
    time_unsure=1.21,
    out_of_order=2.0,
    name=1.52,
    cut=1.15,
    covered=2.58,
    stroke=1.02,
    panel=0.44,
    lossy=0.55,
)


def probability(doubts: Doubts) -> float:
    """The confidence, 0.02 to 0.99."""
    away = sum(weight * doubt for weight, doubt in zip(WEIGHTS, doubts, strict=True))
    return round(min(0.99, max(0.02, 1 / (1 + exp(away - SURE)))), 3)


def words_doubted(lines: list[Line]) -> tuple[float, float]:
    """The doubts ``worst_word`` and ``mean_word``."""
    every = [word.confidence for line in lines for word in line.words]
    if not every:
        return 0.0, 0.0
    return max(0.0, 90 - min(every)) / 90, min(1.0, max(0.0, 96 - sum(every) / len(every)) / 50)


def odd_share(text: str) -> float:
    """The doubt ``odd``."""
    odd = sum(not (character.isalnum() or character in USUAL) for character in text)
    return min(1.0, 0.5 + 5 * odd / len(text)) if odd else 0.0


def uncovered_share(inside: Inside, lines: list[Line]) -> float:
    """The doubt ``uncovered``: ink of the words' blocks that no word's box holds, columns and rows widened a little."""
    own = inside.bubble.rect
    marked = inside.ink > INKED
    total = int(marked.sum())
    if not total:
        return 0.0
    left = marked.copy()
    for word in (word for line in lines for word in line.words):
        top, bottom = max(0, word.top - own.top - 4), max(0, word.bottom - own.top + 4)
        left[top:bottom, max(0, word.left - own.left - 3) : max(0, word.right - own.left + 3)] = False
    return float(left.sum()) / total
